"""A case about the police is hidden from everybody but named persons, never handled by those who are named in it, and
watched from outside; and nobody handles, unseen, what they have declared as their own."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.db.pool import Database, open_database
from tests import neighbour
from tests.people import a_person
from tests.site import HERE, Site, incident, report, until
from tests.watchlist import portrait


@pytest.fixture
async def db(site: Site) -> AsyncIterator[Database]:
    database = await open_database(site.settings.database_url, "sipha_app", size=4)
    yield database
    await database.close()


async def me(client: httpx.AsyncClient) -> str:
    return (await client.get("/v1/me")).json()["user"]["id"]


async def opened(operator: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await operator.post("/v1/incidents", json=incident(**{"dispatch": False} | more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def restricted(client: httpx.AsyncClient, case: dict[str, Any], **more: Any) -> httpx.Response:
    return await client.post(f"/v1/incidents/{case['id']}/restrict", json={"reason": "เกี่ยวกับตำรวจ"} | more)


async def listed(client: httpx.AsyncClient, **query: Any) -> set[str]:
    return {each["id"] for each in (await client.get("/v1/incidents", params=query)).json()["items"]}


async def test_nobody_but_its_readers_knows_of_it(site: Site) -> None:
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    admin = await site.sign_in("admin")
    _, other = await a_person(site, admin, role="operator")
    case = await opened(operator, note="ถูกทำร้ายโดยตำรวจ")
    assert case["id"] in await listed(other)
    answer = await restricted(operator, case)
    assert answer.status_code == 200
    assert answer.json()["about_police"] is True
    for client in (operator, commander):
        assert case["id"] in await listed(client, active="true")
    assert case["id"] not in await listed(other)
    assert case["id"] not in await listed(other, state="open")
    path = f"/v1/incidents/{case['id']}"
    nothing = [
        await other.get(path),
        await other.get(f"{path}/candidates"),
        await other.get(f"{path}/reports"),
        await other.get(f"{path}/restriction"),
        await other.post(f"{path}/dispatch", json={}),
        await other.post(f"{path}/close", json={"disposition": "settled"}),
        await other.post(f"{path}/cancel", json={"reason": "x"}),
        await other.post(f"{path}/message", json={"text": "x"}),
        await other.patch(path, json={"note": "x"}),
        await restricted(other, case),
    ]
    assert [each.status_code for each in nothing] == [404] * len(nothing)
    alarms = (await commander.get("/v1/alarms")).json()["items"]
    assert [each["reason"] for each in alarms if each["incident_id"] == case["id"]] == ["about_police"]
    assert not [each for each in (await other.get("/v1/alarms")).json()["items"] if each["incident_id"] == case["id"]]
    alarm = next(each for each in alarms if each["incident_id"] == case["id"])
    assert (await other.post(f"/v1/alarms/{alarm['id']}/acknowledge")).status_code == 404
    assert (await restricted(operator, case, readers=[await me(other)])).status_code == 200
    assert case["id"] in await listed(other)


async def test_a_figure_counts_it_and_no_list_shows_it(site: Site) -> None:
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    _, other = await a_person(site, await site.sign_in("admin"), role="operator")

    async def counted(client: httpx.AsyncClient) -> int:
        rows = (await client.get("/v1/stats/response", params={"group": "station"})).json()["items"]
        return sum(row["incidents"] for row in rows)

    before = await counted(other)
    case = await opened(operator)
    await restricted(operator, case)
    await operator.post(f"/v1/incidents/{case['id']}/close", json={"disposition": "settled"})
    assert await counted(other) == await counted(commander) == before + 1


async def test_the_stream_tells_only_its_readers(site: Site) -> None:
    operator = await site.sign_in("operator")
    _, other = await a_person(site, await site.sign_in("admin"), role="operator")
    case = await opened(operator)
    await restricted(operator, case)
    heard: dict[str, list[str]] = {"operator": [], "other": []}

    async def listen(name: str, client: httpx.AsyncClient) -> None:
        async with client.stream("GET", "/v1/stream") as stream:
            async for line in stream.aiter_lines():
                heard[name].append(line)

    tasks = [asyncio.create_task(listen("operator", operator)), asyncio.create_task(listen("other", other))]
    await until(lambda: all(heard.values()))
    seen = await opened(operator, note="จะถูกซ่อน", lat=HERE[0] + 0.02)

    def told_other() -> int:
        return sum(seen["id"] in line for line in heard["other"] if line.startswith("data"))

    await until(told_other)  # hidden before this, the opening is not told either
    before = told_other()
    await restricted(operator, seen)
    await until(lambda: told_other() > before)
    path = f"/v1/incidents/{case['id']}"
    assert (await operator.patch(path, json={"note": "แก้ไข"})).status_code == 200
    public = await opened(operator, note="ทั่วไป")
    await until(lambda: all(any(public["id"] in line for line in lines) for lines in heard.values()))
    for task in tasks:
        task.cancel()
    assert any(case["id"] in line for line in heard["operator"])
    assert not any(case["id"] in line for line in heard["other"])


async def test_whoever_is_named_never_gets_it(site: Site) -> None:
    operator = await site.sign_in("operator")
    await site.start_jobs()
    near, far = await site.officer(0), await site.officer(1, (HERE[0] + 0.01, HERE[1]))
    named, unit = await me(near), str(site.login("officer", 0).unit_id)
    case = await opened(operator, dispatch=True)
    assert [each["unit_id"] for each in case["assignments"]] == [unit]
    answer = await restricted(operator, case, named=[named])
    assert answer.status_code == 200, answer.text
    states = {each["unit_id"]: each["state"] for each in answer.json()["assignments"]}
    assert states == {unit: "withdrawn", str(site.login("officer", 1).unit_id): "offered"}
    assert (await near.get("/v1/assignments/current")).json()["offer"] is None
    assert case["id"] not in await listed(near)
    assert (await near.get(f"/v1/incidents/{case['id']}")).status_code == 404
    path = f"/v1/incidents/{case['id']}"
    order = (await operator.get(f"{path}/candidates")).json()["items"]
    assert {each["unit_id"]: each["excluded_because"] for each in order}[unit] == "conflict"
    for mode in ("offer", "order"):
        by_hand = await operator.post(f"{path}/dispatch", json={"unit_id": unit, "mode": mode})
        assert (by_hand.status_code, by_hand.json()["state"]) == (409, "conflict")
    offer = (await far.get("/v1/assignments/current")).json()["offer"]
    assert offer["incident"]["id"] == case["id"]
    assert case["id"] in await listed(far)
    joins = await site.sign_in("officer", 0)
    await joins.delete("/v1/shift")
    other_unit = str(site.login("officer", 1).unit_id)
    refused = await joins.post("/v1/shift", json={"unit_id": other_unit})
    assert (refused.status_code, refused.json()["state"]) == (409, "conflict")


async def test_a_colleague_may_not_name_himself_nor_read_what_names_him(site: Site) -> None:
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    case = await opened(operator)
    himself = await restricted(operator, case, named=[await me(operator)])
    assert himself.json()["errors"][0]["field"] == "named"
    both = await restricted(operator, case, named=[await me(commander)], readers=[await me(commander)])
    assert both.json()["errors"][0]["field"] == "readers"
    assert (await restricted(operator, case, named=[str(uuid.uuid4())])).status_code == 404
    assert (await restricted(operator, case, named=[await me(commander)])).status_code == 200
    assert case["id"] not in await listed(commander)
    lifted = await commander.post(f"/v1/incidents/{case['id']}/lift-restriction", json={"reason": "x"})
    assert lifted.status_code == 404


async def test_the_reporter_says_so(site: Site) -> None:
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    await site.start_jobs()
    near = await site.officer(0)
    sent = report(kind="theft", about_police=True, secret="s" * 22)
    answer = await site.client().post("/v1/reports", json=sent)
    assert answer.status_code == 201
    assert not [each for each in (await operator.get("/v1/incidents")).json()["items"] if each["about_police"]]
    seen = [each for each in (await commander.get("/v1/incidents")).json()["items"] if each["about_police"]]
    assert [each["reference"] for each in seen] == [answer.json()["reference"]]
    assert (await near.get("/v1/assignments/current")).json()["offer"]["incident"]["id"] == seen[0]["id"]
    again = await site.client().post("/v1/reports", json=sent)
    assert again.json()["reference"] == answer.json()["reference"]
    second = await site.client().post("/v1/reports", json=report(kind="theft"))
    assert second.json()["reference"] != answer.json()["reference"], "an ordinary report does not join it"


async def test_a_photo_of_a_hidden_case_is_hidden_too(site: Site) -> None:
    operator = await site.sign_in("operator")
    _, other = await a_person(site, await site.sign_in("admin"), role="operator")
    told = report(kind="theft", secret="s" * 22)
    made = (await site.client().post("/v1/reports", json=told)).json()
    owner = site.client(authorization=f"Bearer {made['owner_token']}")
    files = {"photo": ("a.jpg", portrait(), "image/jpeg")}
    assert (await owner.post(f"/v1/reports/{told['id']}/photos", files=files)).status_code in {200, 201}
    (case,) = (await operator.get("/v1/incidents")).json()["items"]
    (sent,) = (await operator.get(f"/v1/incidents/{case['id']}/reports")).json()["items"]
    photo = f"/v1/photos/{sent['photo_ids'][0]}"
    assert (await other.get(photo)).status_code == 200
    await restricted(operator, case)
    assert [(await each.get(photo)).status_code for each in (operator, other)] == [200, 404]


async def test_the_alarm_rings_nobody_who_is_named(site: Site) -> None:
    await site.start_jobs()
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    await site.ring_and_answer(commander, "commander")
    case = await opened(operator)
    await restricted(operator, case, named=[await me(commander)])

    async def passed_on() -> bool:
        alarms = (await operator.get("/v1/alarms")).json()["items"]
        return any(each["incident_id"] == case["id"] and each["level"] == "commander" for each in alarms)

    await until(passed_on)
    await site.ring_and_answer(commander, "commander")
    assert site.receiver.of("broadcast") == []


async def test_the_next_station_is_told_and_sees_every_look(site: Site, db: Database) -> None:
    next_door = await neighbour.found(site, db)
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    auditor = await site.sign_in("auditor")
    case = await opened(operator)
    await restricted(operator, case)
    told = (await next_door.commander.get("/v1/oversight")).json()
    assert [(each["reference"], each["from_outside"]) for each in told["cases"]] == [(case["reference"], True)]
    looked = len(told["looks"])
    await commander.get(f"/v1/incidents/{case['id']}")
    for _ in range(3):
        await commander.get("/v1/incidents")
    looks = (await next_door.commander.get("/v1/oversight")).json()["looks"]
    assert len(looks) == looked + 1, "once in ten minutes"
    assert (looks[0]["role"], looks[0]["because"]) == ("commander", "about_police")
    assert (await next_door.operator.get("/v1/oversight")).status_code == 403
    assert case["id"] not in await listed(next_door.commander)
    assert (await commander.get("/v1/oversight")).json()["looks"] == []
    assert len((await auditor.get("/v1/oversight")).json()["looks"]) == len(looks)
    lifted = await commander.post(f"/v1/incidents/{case['id']}/lift-restriction", json={"reason": "ตรวจแล้ว"})
    assert lifted.json()["about_police"] is False
    told = (await next_door.commander.get("/v1/oversight")).json()
    assert told["cases"][0]["lifted_at"] is not None


async def test_a_split_case_stays_hidden_and_is_never_joined_by_others(site: Site) -> None:
    operator = await site.sign_in("operator")
    _, other = await a_person(site, await site.sign_in("admin"), role="operator")
    first, second = await opened(operator), await opened(operator, note="สอง")
    await operator.post(f"/v1/incidents/{second['id']}/merge", json={"into": first["id"]})
    await restricted(operator, first)
    sightings = (await operator.get(f"/v1/incidents/{first['id']}")).json()["sightings"]
    answer = await operator.post(f"/v1/incidents/{first['id']}/split", json={"sighting_ids": [sightings[-1]["id"]]})
    assert answer.status_code == 201, answer.text
    assert answer.json()["about_police"] is True
    assert answer.json()["id"] not in await listed(other)
    third = await opened(operator, note="สาม")
    refused = await operator.post(f"/v1/incidents/{first['id']}/merge", json={"into": third["id"]})
    assert refused.status_code == 409, "merging would show it to everybody"


async def test_nobody_handles_unseen_what_is_their_own(site: Site) -> None:
    operator, auditor = await site.sign_in("operator"), await site.sign_in("auditor")
    await site.start_jobs()
    near, _far = await site.officer(0), await site.officer(1, (HERE[0] + 0.01, HERE[1]))
    home = {"id": str(uuid.uuid4()), "kind": "address", "words": "บ้าน", "lat": HERE[0], "lon": HERE[1]}
    assert (await near.post("/v1/declarations", json=home)).status_code == 201
    family = {
        "id": str(uuid.uuid4()),
        "kind": "person",
        "words": "สมหญิง ใจดี",
        "phone": "+66 81 234 5678",
        "household": True,
    }
    for _ in range(2):
        answer = await operator.post("/v1/declarations", json=family)
        assert [each["phone"] for each in answer.json()["items"]] == ["0812345678"]
    case = await opened(operator, caller="081-234-5678", dispatch=True)
    assert case["conflicted"] is True
    assert case["household"] is True
    assert [each["unit_id"] for each in case["assignments"]] == [str(site.login("officer", 1).unit_id)]
    looks = (await auditor.get("/v1/oversight")).json()["looks"]
    assert [(each["reference"], each["because"]) for each in looks] == [(case["reference"], "household")]
    elsewhere = await opened(operator, lat=HERE[0] + 0.005, dispatch=True)
    assert elsewhere["conflicted"] is False
    assert (await near.delete(f"/v1/declarations/{home['id']}")).status_code == 204
    assert (await near.delete(f"/v1/declarations/{home['id']}")).status_code == 404
    assert (await near.get("/v1/declarations")).json()["items"] == []


async def test_a_correction_is_compared_with_what_was_declared(site: Site) -> None:
    await site.start_jobs()
    operator = await site.sign_in("operator")
    near, _ = await site.officer(0), await site.officer(1, (HERE[0] + 0.01, HERE[1]))
    brother = {"id": str(uuid.uuid4()), "kind": "person", "words": "สมหมาย ใจดี", "phone": "0811112222"}
    assert (await near.post("/v1/declarations", json=brother)).status_code == 201
    mine, other = str(site.login("officer", 0).unit_id), str(site.login("officer", 1).unit_id)
    case = await opened(operator, dispatch=True, caller="0899999999")
    assert [each["unit_id"] for each in case["assignments"]] == [mine]
    corrected = await operator.patch(f"/v1/incidents/{case['id']}", json={"caller": "081-111 2222"})
    states = {each["unit_id"]: each["state"] for each in corrected.json()["assignments"]}
    assert states == {mine: "withdrawn", other: "offered"}
    order = (await operator.get(f"/v1/incidents/{case['id']}/candidates")).json()["items"]
    assert {each["unit_id"]: each["excluded_because"] for each in order}[mine] == "conflict"


@pytest.mark.parametrize(
    ("declared", "field"),
    [
        ({"kind": "address", "words": "บ้าน"}, "lat"),
        ({"kind": "person", "words": "ก"}, "words"),
        ({"kind": "person", "words": "สมหญิง ใจดี", "phone": "12"}, "phone"),
    ],
)
async def test_a_declaration_that_could_match_nothing_or_everything(
    site: Site, declared: dict[str, Any], field: str
) -> None:
    operator = await site.sign_in("operator")
    answer = await operator.post("/v1/declarations", json={"id": str(uuid.uuid4())} | declared)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)

"""A case goes to another station: it stays with the giver until that accepts, the clock runs on, and the citizen's
words, pictures and page go with it."""

import asyncio
import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from PIL import Image

from api.db.pool import open_database
from tests import neighbour as next_door
from tests.integration.test_ladder import case
from tests.integration.test_provinces import founded
from tests.neighbour import Neighbour
from tests.patrols import officers
from tests.site import HERE, Site, incident, report, send_position, until


@pytest.fixture
async def neighbour(site: Site) -> Neighbour:
    """A station next door with one unit close to HERE, on duty and reachable."""
    await site.start_jobs()
    db = await open_database(site.cluster.url("sipha_app", site.database), "sipha_app", size=2)
    founded = await next_door.found(site, db)
    await db.close()
    assert (await founded.officer.post("/v1/shift", json={"unit_id": str(founded.unit_id)})).status_code == 200
    await send_position(founded.officer, *HERE)
    await site.ring_and_answer(founded.officer, "neighbour")
    return founded


async def station_of(client: httpx.AsyncClient) -> str:
    return (await client.get("/v1/me")).json()["user"]["station_id"]


async def opened(operator: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await operator.post("/v1/incidents", json=incident(**{"dispatch": False} | more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def hand_over(client: httpx.AsyncClient, incident_id: str, to: httpx.AsyncClient) -> httpx.Response:
    body = {"station_id": await station_of(to), "reason": "เกิดในพื้นที่ของท่าน"}
    return await client.post(f"/v1/incidents/{incident_id}/hand-over", json=body)


async def accept(client: httpx.AsyncClient, incident_id: str) -> httpx.Response:
    return await client.post(f"/v1/incidents/{incident_id}/accept-hand-over", json={})


async def active(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await client.get("/v1/incidents", params={"active": "true"})).json()["items"]


async def alarms(client: httpx.AsyncClient, reason: str) -> list[dict[str, Any]]:
    return [each for each in (await client.get("/v1/alarms")).json()["items"] if each["reason"] == reason]


async def counted(client: httpx.AsyncClient) -> int:
    rows = (await client.get("/v1/stats/response", params={"group": "station"})).json()["items"]
    return sum(row["incidents"] for row in rows)


async def test_it_stays_with_the_giver_until_the_other_accepts(site: Site, neighbour: Neighbour) -> None:
    operator, taker = await site.sign_in("operator"), neighbour.operator
    made = await opened(
        operator,
        kind="violence",
        note="ชายสองคนทะเลาะกัน",
        caller="0812345678",
        hazards=["weapon"],
        source="191",
        source_reference="191-77",
    )
    offered = (await operator.get(f"/v1/incidents/{made['id']}/hand-over")).json()["items"]
    assert [(each["name_en"], each["inside"]) for each in offered] == [("Next door", False)]
    asked = await hand_over(operator, made["id"], taker)
    assert asked.status_code == 200, asked.text
    assert (asked.json()["state"], asked.json()["aid"][0]["hand_over"]) == ("open", True)
    assert (await hand_over(operator, made["id"], taker)).json()["aid"] == asked.json()["aid"], "asked once"
    (proxy,) = await active(taker)
    for field in ("kind", "priority", "note", "caller", "hazards", "received_at", "due_at", "source", "place"):
        assert proxy[field] == made[field], field
    assert (proxy["asker"]["reference"], proxy["asker"]["hand_over"]) == (made["reference"], True)
    assert (proxy["source_reference"], proxy["dispatching"]) == ("191-77", False)
    assert len(await alarms(taker, "hand_over_asked")) == 1
    early = await taker.post(f"/v1/incidents/{proxy['id']}/dispatch", json={})
    assert (early.status_code, early.json()["state"]) == (409, "hand_over_asked")
    closed = await taker.post(f"/v1/incidents/{proxy['id']}/close", json={"disposition": "resolved"})
    assert (closed.status_code, closed.json()["state"]) == (409, "hand_over_asked")
    assert (await neighbour.officer.get("/v1/assignments/current")).json()["offer"] is None
    taken = await accept(taker, made["id"])
    assert taken.status_code == 200, taken.text
    assert (taken.json()["id"], taken.json()["received_at"]) == (proxy["id"], made["received_at"])
    assert [each["state"] for each in taken.json()["assignments"]] == ["offered"]
    assert taken.json()["alarms"] == [] or not await alarms(taker, "hand_over_asked")
    assert (await accept(taker, proxy["id"])).json()["id"] == proxy["id"], "again changes nothing"
    await until(lambda: state_is(operator, made["id"], "merged"))
    given = await case(operator, made["id"])
    assert (given["merged_into"], given["aid"][0]["answer"]) == (proxy["id"], "accepted")
    assert (await operator.post(f"/v1/incidents/{made['id']}/dispatch", json={})).status_code == 409
    assert (await hand_over(operator, made["id"], taker)).status_code == 409


async def state_is(client: httpx.AsyncClient, incident_id: str, state: str) -> bool:
    return (await case(client, incident_id))["state"] == state


async def test_the_giver_goes_on_offering_and_its_unit_goes_on(site: Site, neighbour: Neighbour) -> None:
    (near,) = await officers(site, HERE)
    operator = await site.sign_in("operator")
    made = await opened(operator, dispatch=True)
    assert (await hand_over(operator, made["id"], neighbour.operator)).status_code == 200
    work = f"/v1/assignments/{made['assignments'][0]['id']}"
    assert (await near.post(f"{work}/accept", json={})).status_code == 200
    assert (await accept(neighbour.operator, made["id"])).status_code == 200

    async def answered() -> bool:
        found = await case(operator, made["id"])
        return not found["dispatching"]

    await until(answered)
    assert (await case(operator, made["id"]))["state"] == "assigned"
    assert (await near.post(f"{work}/arrived", json={})).status_code == 200
    assert (await near.post(f"{work}/clear", json={"disposition": "resolved"})).status_code == 200
    (proxy,) = await active(neighbour.operator)
    assert proxy["state"] == "offering", "the taker's case does not end with the giver's"


async def test_an_offer_of_the_giver_is_withdrawn(site: Site, neighbour: Neighbour) -> None:
    (near,) = await officers(site, HERE)
    operator, taker = await site.sign_in("operator"), neighbour.operator
    ours, theirs = await counted(operator), await counted(taker)
    told = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    made = await opened(operator, dispatch=True, received_at=told)
    await hand_over(operator, made["id"], neighbour.operator)
    assert await counted(operator) == ours + 1
    await accept(neighbour.operator, made["id"])
    await until(lambda: state_is(operator, made["id"], "merged"))
    assert (await near.get("/v1/assignments/current")).json()["offer"] is None
    (gone,) = (await case(operator, made["id"]))["assignments"]
    assert (gone["state"], gone["withdrawn_because"]) == ("withdrawn", "handed_over")
    assert (await counted(operator), await counted(taker)) == (ours, theirs + 1)


async def test_refused_with_a_reason(site: Site, neighbour: Neighbour) -> None:
    operator, taker = await site.sign_in("operator"), neighbour.operator
    before = await counted(taker)
    made = await opened(operator)
    await hand_over(operator, made["id"], taker)
    path = f"/v1/incidents/{made['id']}/refuse-hand-over"
    assert (await taker.post(path, json={})).status_code == 422
    refused = await taker.post(path, json={"reason": "นอกพื้นที่"})
    assert (refused.status_code, refused.json()["state"]) == (200, "merged")
    assert (await taker.post(path, json={"reason": "นอกพื้นที่"})).status_code == 200
    found = await case(operator, made["id"])
    assert (found["state"], found["aid"][0]["answer"], found["aid"][0]["answer_reason"]) == (
        "open",
        "refused",
        "นอกพื้นที่",
    )
    assert len(await alarms(operator, "hand_over_refused")) == 1
    late = await accept(taker, made["id"])
    assert (late.status_code, late.json()["state"]) == (409, "refused")
    assert await counted(taker) == before
    assert (await taker.get(f"/v1/incidents/{made['id']}")).status_code == 404, "no longer shared"
    assert (await hand_over(operator, made["id"], taker)).status_code == 200, "may be asked again"
    assert (await accept(taker, made["id"])).status_code == 200


async def test_taken_back_and_closed_before_an_answer(site: Site, neighbour: Neighbour) -> None:
    operator, taker = await site.sign_in("operator"), neighbour.operator
    kept, closed = await opened(operator), await opened(operator, lat=HERE[0] + 0.03)
    for made in (kept, closed):
        await hand_over(operator, made["id"], taker)
    assert len(await active(taker)) == 2
    path = f"/v1/incidents/{kept['id']}/take-back-hand-over"
    assert (await operator.post(path, json={"reason": "เป็นพื้นที่เรา"})).status_code == 200
    assert (await operator.post(path, json={"reason": "เป็นพื้นที่เรา"})).status_code == 200
    assert (await taker.get(f"/v1/incidents/{kept['id']}")).status_code == 404, "no longer shared"
    late = await accept(taker, kept["id"])
    assert (late.status_code, late.json()["state"]) == (409, "taken_back")
    await operator.post(f"/v1/incidents/{closed['id']}/close", json={"disposition": "resolved"})

    async def gone() -> bool:
        return not await active(taker)

    await until(gone)
    assert (await accept(taker, closed["id"])).status_code == 409
    assert (await taker.get("/v1/incidents", params={"state": "cancelled"})).json()["items"] == []
    taken = await operator.post(f"/v1/incidents/{closed['id']}/take-back-hand-over", json={"reason": "x"})
    assert taken.status_code == 409


async def test_accepted_and_taken_back_at_once(site: Site, neighbour: Neighbour) -> None:
    """One of the two wins, and both stations agree on which."""
    operator, taker = await site.sign_in("operator"), neighbour.operator
    for _ in range(4):
        made = await opened(operator)
        await hand_over(operator, made["id"], taker)
        (proxy,) = [each for each in await active(taker) if each["asker"]["asked_for_id"] == made["id"]]
        back = operator.post(f"/v1/incidents/{made['id']}/take-back-hand-over", json={"reason": "x"})
        answers = await asyncio.gather(accept(taker, made["id"]), back)
        assert sorted(each.status_code for each in answers) == [200, 409]
        won = "accepted" if answers[0].status_code == 200 else "taken_back"
        assert (await case(operator, made["id"]))["aid"][0]["answer"] == won
        ended = operator if won == "accepted" else taker
        await until(lambda who=ended, each=made if won == "accepted" else proxy: state_is(who, each["id"], "merged"))


async def test_nobody_answers(site: Site, neighbour: Neighbour) -> None:
    operator = await site.sign_in("operator")
    made = await opened(operator, kind="violence")
    await hand_over(operator, made["id"], neighbour.operator)
    async with site.as_station() as connection:
        due = await connection.fetchval(
            "SELECT extract(epoch FROM due_at - now()) FROM deadline WHERE kind = 'hand_over_unanswered'"
        )
        assert 30 < due <= 60
        await connection.execute("UPDATE deadline SET due_at = now() WHERE kind = 'hand_over_unanswered'")
    await until(lambda: alarms(operator, "hand_over_unanswered"))
    assert (await accept(neighbour.operator, made["id"])).status_code == 200, "late is better than never"
    await until(lambda: state_is(operator, made["id"], "merged"))
    assert not await alarms(operator, "hand_over_unanswered")


async def test_bad_requests(site: Site, neighbour: Neighbour) -> None:
    operator, taker = await site.sign_in("operator"), neighbour.operator
    made = await opened(operator)
    path = f"/v1/incidents/{made['id']}/hand-over"
    assert (await operator.post(path, json={"station_id": str(uuid.uuid4()), "reason": "x"})).status_code == 422
    own = await operator.post(path, json={"station_id": await station_of(operator), "reason": "x"})
    assert (own.status_code, own.json()["errors"][0]["field"]) == (422, "station_id")
    assert (await operator.post(path, json={"station_id": await station_of(taker)})).status_code == 422
    officer = await site.sign_in("officer", 1)
    assert (await hand_over(officer, made["id"], taker)).status_code == 403
    assert (await accept(taker, made["id"])).status_code == 404, "never asked"
    assert (await accept(operator, made["id"])).status_code == 404
    back = await operator.post(f"/v1/incidents/{made['id']}/take-back-hand-over", json={"reason": "x"})
    assert back.status_code == 404
    await operator.post(f"/v1/incidents/{made['id']}/close", json={"disposition": "resolved"})
    assert (await hand_over(operator, made["id"], taker)).status_code == 409
    assert (await taker.get(f"/v1/incidents/{made['id']}")).status_code == 404


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 30, 30)).save(out, "JPEG")
    return out.getvalue()


async def test_the_citizens_page_and_words_go_with_it(site: Site, neighbour: Neighbour) -> None:
    operator, taker, citizen = await site.sign_in("operator"), neighbour.operator, site.client()
    sent = report(kind="violence", description="มีคนทำร้ายกันหน้าตลาด", contact="0899999999")
    made = (await citizen.post("/v1/reports", json=sent)).json()
    owner = {"Authorization": f"Bearer {made['owner_token']}"}
    photo = {"photo": ("a.jpg", picture(), "image/jpeg")}
    assert (await citizen.post(f"/v1/reports/{sent['id']}/photos", files=photo, headers=owner)).status_code == 201
    (ours,) = await active(operator)
    assert (await taker.get(f"/v1/incidents/{ours['id']}/reports")).status_code == 404
    await hand_over(operator, ours["id"], taker)
    (proxy,) = await active(taker)
    (said,) = (await taker.get(f"/v1/incidents/{proxy['id']}/reports")).json()["items"]
    assert (said["description"], said["contact"]) == (sent["description"], sent["contact"]), "already readable"
    shown = await taker.get(f"/v1/photos/{said['photo_ids'][0]}")
    assert shown.headers["content-type"] == "image/jpeg"
    answer = await taker.post(f"/v1/incidents/{proxy['id']}/message", json={"text": "เราคือใคร"})
    assert answer.status_code == 409, "not theirs yet"
    await accept(taker, ours["id"])
    await until(lambda: state_is(operator, ours["id"], "merged"))
    answer = await taker.post(f"/v1/incidents/{proxy['id']}/message", json={"text": "กำลังไป"})
    assert answer.status_code == 204, answer.text

    async def tracked() -> dict[str, Any]:
        return (await citizen.get(f"/v1/reports/{sent['id']}", headers=owner)).json()

    page = await tracked()
    assert (page["status"], [each["text"] for each in page["messages"]]) == ("received", ["กำลังไป"])
    assert page["reference"] == ours["reference"]
    await citizen.post(f"/v1/reports/{sent['id']}/message", json={"text": "เขามีมีด"}, headers=owner)
    await until(lambda: alarms(taker, "reporter"))
    (said,) = (await taker.get(f"/v1/incidents/{proxy['id']}/reports")).json()["items"]
    assert [each["text"] for each in said["messages"]] == ["กำลังไป", "เขามีมีด"]
    job = (await neighbour.officer.get("/v1/assignments/current")).json()["offer"]
    work = f"/v1/assignments/{job['assignment']['id']}"
    for step, status in (("accept", "assigned"), ("arrived", "arrived")):
        assert (await neighbour.officer.post(f"{work}/{step}", json={})).status_code == 200
        assert (await tracked())["status"] == status
    await neighbour.officer.post(f"{work}/clear", json={"disposition": "resolved"})
    page = await tracked()
    assert (page["status"], [each["kind"] for each in page["timeline"]]) == (
        "closed",
        ["received", "assigned", "arrived", "closed"],
    )


async def test_handed_on_the_citizen_still_hears(site: Site, neighbour: Neighbour) -> None:
    """Here back to where it came from: two steps, as for a third station."""
    (near,) = await officers(site, HERE)
    operator, taker, citizen = await site.sign_in("operator"), neighbour.operator, site.client()
    sent = report(kind="theft", description="กระเป๋าหาย")
    made = (await citizen.post("/v1/reports", json=sent)).json()
    owner = {"Authorization": f"Bearer {made['owner_token']}"}
    (first,) = await active(operator)
    await hand_over(operator, first["id"], taker)
    second = (await accept(taker, first["id"])).json()
    await until(lambda: state_is(operator, first["id"], "merged"))
    assert (await hand_over(taker, second["id"], operator)).status_code == 200
    third = (await accept(operator, second["id"])).json()
    await until(lambda: state_is(taker, second["id"], "merged"))
    assert third["received_at"] == first["received_at"]
    page = (await citizen.get(f"/v1/reports/{sent['id']}", headers=owner)).json()
    assert page["status"] == "received"
    (said,) = (await operator.get(f"/v1/incidents/{third['id']}/reports")).json()["items"]
    assert said["description"] == "กระเป๋าหาย"
    await citizen.post(f"/v1/reports/{sent['id']}/message", json={"text": "ครับ"}, headers=owner)
    assert [each["incident_id"] for each in await alarms(operator, "reporter")] == [third["id"]]
    job = (await near.get("/v1/assignments/current")).json()["offer"]
    assert (await near.post(f"/v1/assignments/{job['assignment']['id']}/accept", json={})).status_code == 200
    page = (await citizen.get(f"/v1/reports/{sent['id']}", headers=owner)).json()
    assert (page["status"], page["eta_minutes"] is not None) == ("assigned", True)


async def test_an_officers_emergency_stays_with_the_station(site: Site, neighbour: Neighbour) -> None:
    officer, operator = await site.officer(0), await site.sign_in("operator")
    pressed = await officer.post("/v1/officer-emergency", json={"id": str(uuid.uuid4())})
    made = (await active(operator))[0]
    assert pressed.status_code == 201
    refused = await hand_over(operator, made["id"], neighbour.operator)
    assert (refused.status_code, refused.json()["state"]) == (409, "no_word_of_safety")


async def test_a_case_about_the_police_stays_hidden_on_the_way(site: Site, neighbour: Neighbour) -> None:
    operator = await site.sign_in("operator")
    made = await opened(operator)
    await operator.post(f"/v1/incidents/{made['id']}/restrict", json={"reason": "x"})
    assert (await hand_over(operator, made["id"], neighbour.operator)).status_code == 200
    assert await active(neighbour.operator) == []
    assert (await accept(neighbour.operator, made["id"])).status_code == 404
    assert (await neighbour.operator.get(f"/v1/incidents/{made['id']}")).status_code == 404
    (proxy,) = await active(neighbour.commander)
    assert proxy["about_police"] is True


async def test_the_province_sees_what_nobody_answers(site: Site, neighbour: Neighbour) -> None:
    db = await open_database(site.cluster.url("sipha_app", site.database), "sipha_app", size=2)
    office = await founded(site, db)
    other = await founded(site, db, "two")
    await db.close()
    connection = await asyncpg.connect(site.cluster.url(database=site.database))
    await connection.execute("UPDATE station SET province_id = $1 WHERE area IS NOT NULL", uuid.UUID(office.id))
    await connection.close()
    operator = await site.sign_in("operator")
    made = await opened(operator, kind="violence")
    await hand_over(operator, made["id"], neighbour.operator)
    (waits,) = (await office.province.get("/v1/hand-overs")).json()["items"]
    assert (waits["reference"], waits["priority"], waits["to_name_en"]) == (made["reference"], 1, "Next door")
    assert (await other.province.get("/v1/hand-overs")).json()["items"] == []
    assert (await operator.get("/v1/hand-overs")).status_code == 403
    await accept(neighbour.operator, made["id"])
    assert (await office.province.get("/v1/hand-overs")).json()["items"] == []

"""An officer in danger: help is sought at once, once, never taken away, and ends with a word of safety."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.db.pool import open_database
from api.services.records import retention
from tests.integration.test_trackers import query, tracker
from tests.site import HERE, Site, incident, now, until

PATH = "/v1/officer-emergency"
NEAR = (HERE[0] + 0.004, HERE[1])
FAR = (HERE[0] + 0.012, HERE[1])


def press(**more: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "lat": HERE[0], "lon": HERE[1], **more}


async def called(officer: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await officer.post(PATH, json=press(**more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def case(client: httpx.AsyncClient, incident_id: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/incidents/{incident_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def calls_for_help(operator: httpx.AsyncClient, incident_id: str) -> list[dict[str, Any]]:
    alarms = (await case(operator, incident_id))["alarms"]
    return [alarm for alarm in alarms if alarm["reason"] == "officer_emergency"]


async def open_cases(operator: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await operator.get("/v1/incidents", params={"active": True})).json()["items"]


def units(found: dict[str, Any], *states: str) -> set[str]:
    return {each["unit_id"] for each in found["assignments"] if not states or each["state"] in states}


def unit(site: Site, number: int) -> str:
    return str(site.login("officer", number).unit_id)


async def offered(officer: httpx.AsyncClient) -> str:
    job = (await officer.get("/v1/assignments/current")).json()["offer"]
    assert job, "nothing is offered"
    return job["assignment"]["id"]


async def take(officer: httpx.AsyncClient, *steps: str) -> None:
    assignment_id = await offered(officer)
    for step in steps:
        body = {"disposition": "resolved"} if step == "clear" else {}
        answer = await officer.post(f"/v1/assignments/{assignment_id}/{step}", json=body)
        assert answer.status_code == 200, answer.text


async def test_two_units_go_the_others_are_told_and_the_radio_room_is_alarmed(site: Site) -> None:
    await site.start_jobs()
    operator = await site.sign_in("operator")
    own = await site.officer(0)
    await site.officer(1, NEAR)
    await site.officer(2, FAR)
    commander = await site.sign_in("commander")
    await site.ring_and_answer(commander, "commander")
    told = len(site.receiver.of("broadcast"))

    opened = await called(own)
    assert (opened["kind"], opened["priority"], opened["verified"]) == ("officer_emergency", 1, True)
    assert opened["units_wanted"] == 2
    found = await case(operator, opened["id"])
    assert units(found) == {unit(site, 1), unit(site, 2)}, "never its own unit"
    assert [alarm["reason"] for alarm in found["alarms"]] == ["officer_emergency"]
    assert found["emergency"]["officer"] and found["emergency"]["callsign"]
    assert (found["emergency"]["located"], found["emergency"]["safe_at"]) == ("given", None)
    await until(lambda: len(site.receiver.of("broadcast")) > told)
    assert [push.phone for push in site.receiver.of("broadcast")[told:]] == ["commander"]


async def test_a_late_copy_a_second_press_and_two_at_once_open_one_case(site: Site) -> None:
    operator, own = await site.sign_in("operator"), await site.officer(0, phone=False)
    body = press(at=(datetime.now(UTC) - timedelta(minutes=40)).isoformat())
    answers = await asyncio.gather(*(own.post(PATH, json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    again = await own.post(PATH, json=press())
    assert (again.status_code, again.json()["id"]) == (200, body["id"])
    assert len(await open_cases(operator)) == 1
    assert (await own.post(f"{PATH}/safe", json={"id": body["id"]})).status_code == 200
    for late in (body, {"id": body["id"]}):
        answer = await own.post(PATH, json=late)
        assert (answer.status_code, answer.json()["state"]) == (200, "closed")
    assert await open_cases(operator) == []


async def test_two_phones_of_one_officer_and_both_of_a_crew_at_once(site: Site) -> None:
    operator, own = await site.sign_in("operator"), await site.officer(0, phone=False)
    login = site.login("officer", 0)
    second = await site.sign_in_as(login.username, login.password)
    partner = await site.sign_in("officer", 1)
    body = {"unit_id": unit(site, 0)}
    assert (await partner.post("/v1/shift", json=body)).status_code == 200
    answers = await asyncio.gather(*(each.post(PATH, json=press()) for each in (own, second, partner)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    (found,) = await open_cases(operator)
    assert {answer.json()["id"] for answer in answers} == {found["id"]}
    words = await asyncio.gather(*(each.post(f"{PATH}/safe") for each in (own, second, partner)))
    assert {word.json()["emergency"]["safe_at"] for word in words} == {words[0].json()["emergency"]["safe_at"]}


async def test_what_was_said_with_the_word_is_forgotten_with_the_case(site: Site) -> None:
    own = await site.officer(0, phone=False)
    opened = await called(own)
    await own.post(f"{PATH}/safe", json={"note": "ปลอดภัยแล้ว"})
    async with site.as_station() as connection:
        await connection.execute("UPDATE incident SET ended_at = ended_at - interval '366 days'")
    db = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    try:
        assert (await retention.sweep(db, db.now()))["safety_notes"] == 1
    finally:
        await db.close()
    kept = (await case(own, opened["id"]))["emergency"]
    assert kept["safe_at"] and kept["safe_note"] is None


async def test_without_a_place_it_is_never_refused(site: Site) -> None:
    operator = await site.sign_in("operator")
    off_duty = await site.sign_in("officer", 2)
    nowhere = await called(off_duty, lat=None, lon=None)
    assert nowhere["emergency"]["located"] == "unknown"
    assert nowhere["emergency"]["fix_at"] is None
    assert "Position unknown" in nowhere["place"]
    assert (await case(operator, nowhere["id"]))["emergency"]["unit_id"] is None

    on_duty = await site.officer(0, NEAR, phone=False)
    placed = await called(on_duty, lat=None, lon=None)
    assert placed["emergency"]["located"] == "last_fix"
    assert placed["emergency"]["fix_at"]
    assert abs(placed["lat"] - NEAR[0]) < 1e-6


async def test_a_later_press_that_knows_the_place_corrects_it(site: Site) -> None:
    off_duty, operator = await site.sign_in("officer", 2), await site.sign_in("operator")
    first = await called(off_duty, lat=None, lon=None)
    (alarm,) = await calls_for_help(operator, first["id"])
    assert (await operator.post(f"/v1/alarms/{alarm['id']}/acknowledge")).status_code == 200
    moved = (await off_duty.post(PATH, json=press(lat=FAR[0], lon=FAR[1]))).json()
    assert (moved["id"], moved["emergency"]["located"]) == (first["id"], "given")
    assert abs(moved["lat"] - FAR[0]) < 1e-6
    assert "unknown" not in (moved["place"] or "")
    assert len(await calls_for_help(operator, first["id"])) == 1, "the same call, now with its place"
    assert (await off_duty.post(PATH, json=press())).status_code == 200
    assert len(await calls_for_help(operator, first["id"])) == 2, "the officer calls again"


async def test_silent_means_that_phone_stays_dark(site: Site) -> None:
    await site.start_jobs()
    operator = await site.sign_in("operator")
    own, helper = await site.officer(0), await site.officer(1, NEAR)
    await operator.post("/v1/incidents", json=incident(kind="nuisance"))
    await until(lambda: [push for push in site.receiver.of("offer") if push.phone == "officer0"])
    heard = len([push for push in site.receiver.received if push.phone == "officer0"])
    opened = await called(own, silent=True)
    await until(
        lambda: [p for p in site.receiver.received if p.phone == "officer1" and p.data["kind"] in {"offer", "backup"}]
    )
    await take(helper, "accept")
    await operator.post(f"/v1/incidents/{opened['id']}/messages", json={"id": str(uuid.uuid4()), "text": "มาแล้ว"})
    await until(lambda: [push for push in site.receiver.of("broadcast") if push.phone == "officer1"])
    assert len([push for push in site.receiver.received if push.phone == "officer0"]) == heard
    mine = (await own.get("/v1/assignments/current")).json()
    assert mine["offer"] is None, "what it was being asked went to somebody else"
    assert mine["emergency"]["id"] == opened["id"]
    assert [each["callsign"] for each in mine["emergency"]["assignments"] if each["state"] == "accepted"]


async def test_nobody_is_pulled_from_another_priority_1(site: Site) -> None:
    await site.start_jobs()
    operator = await site.sign_in("operator")
    own, busy = await site.officer(0), await site.officer(1, NEAR)
    one = (await operator.post("/v1/incidents", json=incident(kind="violence", lat=NEAR[0], units_wanted=2))).json()
    body = {"unit_id": unit(site, 2), "mode": "order"}
    await operator.post(f"/v1/incidents/{one['id']}/dispatch", json=body)
    body = {"unit_id": unit(site, 1), "mode": "order"}
    assert (await operator.post(f"/v1/incidents/{one['id']}/dispatch", json=body)).status_code == 200
    held = (await busy.get("/v1/assignments/current")).json()["held"]
    assert held["incident"]["id"] == one["id"], "second unit of another priority 1"
    opened = await called(own)
    found = await case(operator, opened["id"])
    assert unit(site, 1) not in units(found)
    assert "nobody_left" in [alarm["reason"] for alarm in found["alarms"]]


async def test_a_unit_on_a_lesser_job_is_asked(site: Site) -> None:
    await site.start_jobs()
    operator = await site.sign_in("operator")
    own, busy = await site.officer(0), await site.officer(1, NEAR)
    lesser = (await operator.post("/v1/incidents", json=incident(lat=FAR[0] + 0.01, dispatch=False))).json()
    body = {"unit_id": unit(site, 1), "mode": "order"}
    assert (await operator.post(f"/v1/incidents/{lesser['id']}/dispatch", json=body)).status_code == 200
    opened = await called(own)
    assert unit(site, 1) in units(await case(operator, opened["id"]))
    await take(busy, "accept")
    assert (await case(operator, lesser["id"]))["assignments"][-1]["withdrawn_because"] == "diverted"


async def test_its_unit_is_sent_nowhere_meanwhile(site: Site) -> None:
    await site.start_jobs()
    operator, own = await site.sign_in("operator"), await site.officer(0)
    await called(own)
    other = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    assert unit(site, 0) not in units(await case(operator, other["id"]))
    listed = (await operator.get(f"/v1/incidents/{other['id']}/candidates")).json()["items"]
    assert {each["unit_id"]: each.get("excluded_because") for each in listed}[unit(site, 0)] == "in_emergency"
    for mode in ("offer", "order"):
        body = {"unit_id": unit(site, 0), "mode": mode}
        answer = await operator.post(f"/v1/incidents/{other['id']}/dispatch", json=body)
        assert (answer.status_code, answer.json()["state"]) == (409, "in_emergency")
    assert (await own.post(f"{PATH}/safe")).status_code == 200
    body = {"unit_id": unit(site, 0), "mode": "order"}
    assert (await operator.post(f"/v1/incidents/{other['id']}/dispatch", json=body)).status_code == 200


async def test_it_is_not_over_when_the_helpers_leave(site: Site) -> None:
    await site.start_jobs()
    operator = await site.sign_in("operator")
    own, helper = await site.officer(0), await site.officer(1, NEAR)
    opened = await called(own)
    for alarm in (await case(operator, opened["id"]))["alarms"]:
        assert (await operator.post(f"/v1/alarms/{alarm['id']}/acknowledge")).status_code == 200
    await take(helper, "accept", "arrived", "clear")
    left = await case(operator, opened["id"])
    assert left["state"] == "open"
    waiting = [alarm for alarm in left["alarms"] if alarm["acknowledged_at"] is None]
    assert [alarm["reason"] for alarm in waiting] == ["officer_emergency"]
    async with site.as_station() as connection:
        query_text = "SELECT count(*) FROM officer_emergency WHERE over_at IS NULL"
        assert await connection.fetchval(query_text) == 1
    safe = (await own.post(f"{PATH}/safe", json={"note": "จับได้แล้ว"})).json()
    assert (safe["state"], safe["emergency"]["safe_word"]) == ("closed", "officer")
    assert safe["emergency"]["safe_note"] == "จับได้แล้ว"


async def test_the_desk_ends_it_only_on_a_word_or_for_a_reason(site: Site) -> None:
    operator, own = await site.sign_in("operator"), await site.officer(0, phone=False)
    opened = await called(own)
    path = f"/v1/incidents/{opened['id']}"
    refused = await operator.post(f"{path}/close", json={"disposition": "resolved"})
    assert (refused.status_code, refused.json()["state"]) == (409, "no_word_of_safety")
    other = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    merged = await operator.post(f"{path}/merge", json={"into": other["id"]})
    assert (merged.status_code, merged.json()["state"]) == (409, "no_word_of_safety")
    for change in ({"kind": "theft"}, {"priority": 3}):
        answer = await operator.patch(path, json=change)
        assert (answer.status_code, answer.json()["state"]) == (409, "no_word_of_safety")
    assert (await operator.patch(path, json={"note": "ตลาด"})).status_code == 200

    said = (await operator.post(f"{path}/safe", json={"note": "ทางวิทยุ"})).json()
    name = (await operator.get("/v1/me")).json()["user"]["display_name"]
    assert (said["emergency"]["safe_word"], said["emergency"]["safe_by"]) == ("radio_room", name)
    assert said["state"] == "closed"

    second = await called(own)
    ended = await operator.post(f"/v1/incidents/{second['id']}/cancel", json={"reason": "กดผิด พบตัวแล้ว"})
    assert (ended.json()["state"], ended.json()["emergency"]["safe_at"]) == ("cancelled", None)
    assert ended.json()["emergency"]["over_at"]
    assert (await own.get("/v1/assignments/current")).json().get("emergency") is None


async def test_a_helper_on_the_way_is_told_and_clears_by_itself(site: Site) -> None:
    await site.start_jobs()
    operator = await site.sign_in("operator")
    own, helper = await site.officer(0), await site.officer(1, NEAR)
    opened = await called(own)
    await take(helper, "accept")
    told = len(site.receiver.of("broadcast"))
    safe = (await own.post(f"{PATH}/safe")).json()
    assert safe["state"] == "assigned", "nobody is stood down by itself"
    await until(lambda: len(site.receiver.of("broadcast")) > told)
    assert (await own.post(f"{PATH}/safe")).json()["emergency"]["safe_at"] == safe["emergency"]["safe_at"]
    held = (await helper.get("/v1/assignments/current")).json()["held"]["assignment"]["id"]
    await helper.post(f"/v1/assignments/{held}/clear", json={"disposition": "resolved"})
    assert (await case(operator, opened["id"]))["state"] == "closed"


async def test_strangers_and_bad_input(site: Site) -> None:
    own, other = await site.officer(0, phone=False), await site.officer(1, phone=False)
    opened = await called(own)
    assert (await other.post(PATH, json=press(id=opened["id"]))).json()["code"] == "id_reused"
    assert (await other.post(f"{PATH}/safe", json={"id": opened["id"]})).status_code == 404
    assert (await other.post(f"{PATH}/safe")).status_code == 404
    assert (await other.get(f"/v1/incidents/{opened['id']}")).status_code == 404
    assert (await other.post(f"/v1/incidents/{opened['id']}/safe")).status_code == 403
    for role in ("operator", "commander", "auditor"):
        assert (await (await site.sign_in(role)).post(PATH, json=press())).status_code == 403
    for bad in ({"lat": 91.0, "lon": 0.0}, {"lat": 1.0, "lon": None}, {"at": "yesterday"}):
        assert (await other.post(PATH, json=press(**bad))).status_code == 422
    operator = await site.sign_in("operator")
    plain = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    assert (await operator.post(f"/v1/incidents/{plain['id']}/safe")).status_code == 404
    taken = await other.post(PATH, json=press(id=plain["id"]))
    assert (taken.status_code, taken.json()["code"]) == (409, "id_reused")


async def test_a_wrong_clock_neither_hides_nor_moves_it(site: Site) -> None:
    own = await site.officer(0, NEAR, phone=False)
    ahead = await called(own, at=(datetime.now(UTC) + timedelta(hours=5)).isoformat())
    assert ahead["emergency"]["located"] == "given"
    assert ahead["emergency"]["pressed_at"] <= now()
    await own.post(f"{PATH}/safe")
    late = await called(own, at=(datetime.now(UTC) - timedelta(hours=2)).isoformat())
    assert late["emergency"]["located"] == "last_fix", "our own fix is newer than that press"
    assert abs(late["lat"] - NEAR[0]) < 1e-6


async def test_a_trackers_alarm_opens_the_same_once(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = await tracker(site)
    own = await site.officer(0, phone=False)
    at = datetime.now(UTC)
    for seconds in (0, 0, 5):
        sent = await site.client().get(
            "/v1/ingest/osmand", params=query(made["token"], at + timedelta(seconds=seconds), alarm="sos")
        )
        assert sent.status_code == 200, sent.text
    found = await open_cases(operator)
    assert [(each["kind"], each["emergency"]["via"]) for each in found] == [("officer_emergency", "tracker")]
    assert found[0]["emergency"]["officer"], "a crew of one is known"
    pressed = await own.post(PATH, json=press())
    assert (pressed.status_code, pressed.json()["id"]) == (200, found[0]["id"])
    assert (await own.post(f"{PATH}/safe")).json()["state"] == "closed"
    again = query(made["token"], datetime.now(UTC) + timedelta(seconds=1), alarm="sos")
    await site.client().get("/v1/ingest/osmand", params=again)
    assert await open_cases(operator) == [], "it repeats itself"
    async with site.as_station() as connection:
        await connection.execute("UPDATE officer_emergency SET over_at = over_at - interval '2 minutes'")
    again = query(made["token"], datetime.now(UTC) + timedelta(seconds=2), alarm="sos")
    await site.client().get("/v1/ingest/osmand", params=again)
    assert len(await open_cases(operator)) == 1


@pytest.mark.parametrize("off_duty", [True, False])
async def test_traccar_9_and_an_alarm_without_a_place(site: Site, *, off_duty: bool) -> None:
    operator, made = await site.sign_in("operator"), await tracker(site)
    if not off_duty:
        await site.officer(0, phone=False)
    lost = await site.client().get("/v1/ingest/osmand", params={"id": made["token"], "alarm": "sos", "lat": "?"})
    assert lost.status_code == 200, lost.text
    body = {
        "device_id": made["token"],
        "location": {
            "timestamp": now(),
            "coords": {"latitude": FAR[0], "longitude": FAR[1]},
            "extras": {"alarm": "sos"},
        },
    }
    assert (await site.client().post("/v1/ingest/osmand", json=body)).status_code == 200
    found = await open_cases(operator)
    assert [each["emergency"]["located"] for each in found] == ["given"], "the second knew the place"
    assert abs(found[0]["lat"] - FAR[0]) < 1e-6

"""Diversions, swaps and proposals, over HTTP, with phones that decrypt what they are pushed."""

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.db.pool import open_database
from api.domain.permissions import SYSTEM_ID, Actor, Role
from api.services import dispatch
from tests.integration.test_ladder import FAR, case, sent
from tests.site import HERE, Site, incident, report, send_position, until

NEARBY = (13.7722, 100.5750)
"""About 120 m from HERE."""


async def sweep(site: Site) -> None:
    """The look at the whole station that `sipha jobs` takes every 30 s."""
    db = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    try:
        async with db.transaction(Actor(SYSTEM_ID, Role.SYSTEM, site.demo.station_id)) as connection:
            station = await dispatch.begin(connection, site.demo.station_id)
            await dispatch.sweep(connection, station, datetime.now(UTC))
    finally:
        await db.close()


async def delegate(site: Site, **changed: object) -> None:
    commander = await site.sign_in("commander")
    written = (await commander.get("/v1/delegation")).json()
    body = {key: written[key] for key in ("offers", "diversions", "swaps", "repositioning", "mutual_aid")}
    answer = await commander.put("/v1/delegation", json=body | changed)
    assert answer.status_code == 200, answer.text


async def driving(officer: httpx.AsyncClient, operator: httpx.AsyncClient, **more: object) -> dict[str, Any]:
    """A unit that has accepted something lesser, a kilometre and a half away, and drives there."""
    made = (await operator.post("/v1/incidents", json=incident(lat=FAR[0], lon=FAR[1], **more))).json()
    work = made["assignments"][0]["id"]
    for step in ("accept", "en-route"):
        assert (await officer.post(f"/v1/assignments/{work}/{step}", json={})).status_code == 200
    return made


async def test_a_priority_1_takes_the_unit_that_drives_to_something_lesser(site: Site) -> None:
    await site.start_jobs()
    near = await site.officer(0)
    operator = await site.sign_in("operator")
    lesser = await driving(near, operator, kind="nuisance")
    far = await site.officer(1, FAR)
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    (offered,) = made["assignments"]
    assert offered["unit_id"] == str(site.login("officer", 0).unit_id)
    assert (await case(operator, lesser["id"]))["state"] == "en_route", "nothing is left before it is accepted"
    now = (await near.get("/v1/assignments/current")).json()
    assert (now["held"]["incident"]["id"], now["offer"]["incident"]["id"]) == (lesser["id"], made["id"])
    await sent(site, "offer", "officer0")
    assert (await near.post(f"/v1/assignments/{offered['id']}/accept", json={})).status_code == 200
    bumped = await case(operator, lesser["id"])
    assert [(a["state"], a["withdrawn_because"]) for a in bumped["assignments"]] == [
        ("withdrawn", "diverted"),
        ("offered", None),
    ]
    assert bumped["assignments"][1]["unit_id"] == str(site.login("officer", 1).unit_id)
    assert (bumped["received_at"], bumped["due_at"], bumped["bumped"]) == (lesser["received_at"], lesser["due_at"], 1)
    assert (await case(operator, made["id"]))["state"] == "assigned"
    assert (await far.get("/v1/assignments/current")).json()["offer"]["incident"]["id"] == lesser["id"]
    decision = (await case(operator, made["id"]))["decisions"][0]
    assert decision["kind"] == "diversion"
    assert f"was driving to a priority 3 ({lesser['reference']})" in decision["explanation"]["en"]
    assert f"({lesser['reference']})" in decision["explanation"]["th"]
    assert decision["candidates"][0]["eta_seconds"] is not None
    assert (await near.get("/v1/assignments/current")).json()["held"]["incident"]["id"] == made["id"]


async def test_a_declined_diversion_leaves_the_lesser_job_where_it_was(site: Site) -> None:
    near = await site.officer(0, phone=False)
    await live(site, near)
    operator = await site.sign_in("operator")
    lesser = await driving(near, operator)
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    declined = await near.post(f"/v1/assignments/{made['assignments'][0]['id']}/decline", json={"reason": "busy"})
    assert declined.status_code == 200
    held = (await near.get("/v1/assignments/current")).json()["held"]
    assert (held["incident"]["id"], held["assignment"]["state"]) == (lesser["id"], "en_route")
    seen = await case(operator, made["id"])
    assert (seen["state"], [alarm["reason"] for alarm in seen["alarms"]]) == ("open", ["nobody_left"])


async def test_what_a_unit_was_only_asked_goes_to_the_next_at_once(site: Site) -> None:
    await officers(site, HERE, FAR)
    operator = await site.sign_in("operator")
    lesser = (await operator.post("/v1/incidents", json=incident())).json()
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    assert made["assignments"][0]["unit_id"] == lesser["assignments"][0]["unit_id"]
    again = await case(operator, lesser["id"])
    assert [(a["state"], a["withdrawn_because"]) for a in again["assignments"]] == [
        ("withdrawn", "diverted"),
        ("offered", None),
    ]


async def test_an_unverified_sos_diverts_nobody_until_the_radio_room_has_looked(site: Site) -> None:
    (near,) = await officers(site, HERE)
    operator = await site.sign_in("operator")
    lesser = await driving(near, operator)
    answer = await site.client().post("/v1/reports", json=report())
    assert answer.status_code == 201
    listed = (await operator.get("/v1/incidents?active=true")).json()["items"]
    sos = next(each for each in listed if each["kind"] == "sos")
    assert sos["assignments"] == []
    sent_by_hand = await operator.post(f"/v1/incidents/{sos['id']}/dispatch", json={})
    assert [a["unit_id"] for a in sent_by_hand.json()["assignments"]] == [lesser["assignments"][0]["unit_id"]]


async def test_an_incident_loses_its_unit_twice_and_no_more(site: Site) -> None:
    (near,) = await officers(site, HERE)
    operator = await site.sign_in("operator")
    lesser = await driving(near, operator)
    async with site.as_station() as connection:
        await connection.execute("UPDATE incident SET bumped = 2 WHERE id = $1", uuid.UUID(lesser["id"]))
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    assert made["assignments"] == []


async def test_a_swap_is_proposed_and_done_when_the_radio_room_agrees(site: Site) -> None:
    await site.start_jobs()
    slow = await site.officer(1, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    first = made["assignments"][0]
    assert (await slow.post(f"/v1/assignments/{first['id']}/accept", json={})).status_code == 200
    quick = await site.officer(0, NEARBY)
    await sweep(site)
    (proposal,) = (await operator.get("/v1/proposals")).json()["items"]
    assert (proposal["kind"], proposal["assignment_id"], proposal["incident_id"]) == ("swap", first["id"], made["id"])
    assert proposal["gain_seconds"] > 60
    assert "before" in proposal["explanation"]["en"]
    assert (await slow.get("/v1/proposals")).status_code == 403
    for _ in range(2):
        agreed = await operator.post(f"/v1/proposals/{proposal['id']}/accept", json={})
        assert (agreed.status_code, agreed.json()["state"]) == (200, "accepted")
    refused = await operator.post(f"/v1/proposals/{proposal['id']}/reject", json={"reason": "too late"})
    assert (refused.status_code, refused.json()["state"]) == (409, "accepted")
    offer = (await quick.get("/v1/assignments/current")).json()["offer"]["assignment"]
    assert offer["replaces"] == first["id"]
    assert (await case(operator, made["id"]))["assignments"][0]["state"] == "accepted"
    assert (await quick.post(f"/v1/assignments/{offer['id']}/accept", json={})).status_code == 200
    seen = await case(operator, made["id"])
    assert [(a["state"], a["withdrawn_because"]) for a in seen["assignments"]] == [
        ("withdrawn", "swapped"),
        ("accepted", None),
    ]
    assert (await sent(site, "withdrawn", "officer1")).data["assignment_id"] == first["id"]
    assert seen["decisions"][-1]["by"] is not None


async def test_who_has_arrived_is_not_relieved(site: Site) -> None:
    await site.start_jobs()
    slow = await site.officer(1, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    first = made["assignments"][0]["id"]
    await slow.post(f"/v1/assignments/{first}/accept", json={})
    quick = await site.officer(0, NEARBY)
    await delegate(site, swaps="automatic")
    await sweep(site)
    offer = (await quick.get("/v1/assignments/current")).json()["offer"]["assignment"]
    await slow.post(f"/v1/assignments/{first}/arrived", json={})
    assert (await quick.get("/v1/assignments/current")).json()["offer"] is None
    refused = await quick.post(f"/v1/assignments/{offer['id']}/accept", json={})
    assert (refused.status_code, refused.json()["state"]) == (409, "withdrawn")


async def test_a_proposal_that_no_longer_holds_is_gone(site: Site) -> None:
    (slow,) = await officers(site, FAR, first=1)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    await slow.post(f"/v1/assignments/{made['assignments'][0]['id']}/accept", json={})
    (quick,) = await officers(site, NEARBY)
    await sweep(site)
    (proposal,) = (await operator.get("/v1/proposals")).json()["items"]
    await quick.delete("/v1/shift")
    taken = await operator.post(f"/v1/proposals/{proposal['id']}/accept", json={})
    assert (taken.status_code, taken.json()["code"]) == (409, "taken")
    await sweep(site)
    assert (await operator.get("/v1/proposals")).json()["items"] == []


async def test_offers_wait_for_the_radio_room_where_the_station_says_so(site: Site) -> None:
    await delegate(site, offers="proposed")
    (near,) = await officers(site, HERE)
    operator = await site.sign_in("operator")
    answer = await site.client().post("/v1/reports", json=report())
    assert answer.status_code == 201
    assert (await near.get("/v1/assignments/current")).json()["offer"] is None
    (proposal,) = (await operator.get("/v1/proposals")).json()["items"]
    assert proposal["kind"] == "offer"
    assert (await operator.post(f"/v1/proposals/{proposal['id']}/accept", json={})).status_code == 200
    assert (await near.get("/v1/assignments/current")).json()["offer"] is not None


async def test_a_delegation_has_an_author_and_only_the_commander_writes_it(site: Site) -> None:
    commander, operator = await site.sign_in("commander"), await site.sign_in("operator")
    before = (await operator.get("/v1/delegation")).json()
    body = {
        "offers": "automatic",
        "diversions": "proposed",
        "swaps": "off",
        "repositioning": "off",
        "mutual_aid": "off",
        "needs": {"violence": {"units": 2, "crew": 1, "capabilities": []}},
    }
    assert (await operator.put("/v1/delegation", json=body)).status_code == 403
    written = (await commander.put("/v1/delegation", json=body)).json()
    assert written["delegated_by"] != before["delegated_by"]
    assert (await operator.get("/v1/delegation")).json() == written
    wrong = await commander.put("/v1/delegation", json=body | {"swaps": "sometimes"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "swaps")
    await officers(site, HERE, NEARBY)
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    assert (made["units_wanted"], len(made["assignments"])) == (2, 2)


async def test_a_crew_or_a_capability_that_is_missing_is_said(site: Site) -> None:
    await officers(site, HERE, NEARBY)
    async with site.as_station() as connection:
        await connection.execute(
            "UPDATE unit SET capabilities = '{english}' WHERE id = $1", site.login("officer", 1).unit_id
        )
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(capabilities=["english"]))).json()
    assert [a["unit_id"] for a in made["assignments"]] == [str(site.login("officer", 1).unit_id)]
    listed = (await operator.get(f"/v1/incidents/{made['id']}/candidates")).json()["items"]
    why = {each["unit_id"]: each["excluded_because"] for each in listed}
    assert why[str(site.login("officer", 0).unit_id)] == "wrong_kind"


async def test_two_calls_at_one_point_at_one_moment_get_two_units(site: Site) -> None:
    await officers(site, HERE, NEARBY)
    operator = await site.sign_in("operator")
    made = await asyncio.gather(*(operator.post("/v1/incidents", json=incident(kind="violence")) for _ in range(2)))
    units = [answer.json()["assignments"][0]["unit_id"] for answer in made]
    assert len(set(units)) == 2


async def test_an_override_is_kept_beside_what_the_order_was(site: Site) -> None:
    await officers(site, HERE, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    far = str(site.login("officer", 1).unit_id)
    seen = (await operator.post(f"/v1/incidents/{made['id']}/dispatch", json={"unit_id": far})).json()
    (decision,) = seen["decisions"]
    assert (decision["kind"], decision["unit_id"], decision["by"] is not None) == ("chosen", far, True)
    assert "first in the order was" in decision["explanation"]["en"]


@pytest.mark.parametrize("fix_age_s", [600])
async def test_when_every_position_is_old_the_radio_room_hears_of_it(site: Site, fix_age_s: int) -> None:
    await officers(site, HERE)
    async with site.as_station() as connection:
        await connection.execute("UPDATE unit_live SET fix_at = fix_at - make_interval(secs => $1)", fix_age_s)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    assert [alarm["reason"] for alarm in made["alarms"]] == ["nobody_left"]
    listed = (await operator.get(f"/v1/incidents/{made['id']}/candidates")).json()["items"]
    assert "stale_fix" in {each["excluded_because"] for each in listed}


async def officers(site: Site, *places: tuple[float, float], first: int = 0) -> list[httpx.AsyncClient]:
    """On duty, in place, and reachable by a live screen, without a phone."""
    on_duty = [await site.officer(first + n, place, phone=False) for n, place in enumerate(places)]
    for officer in on_duty:
        await live(site, officer)
    return on_duty


async def live(site: Site, officer: httpx.AsyncClient) -> None:
    """As if the officer's stream had been seen just now."""
    async with site.as_station() as connection:
        await connection.execute("UPDATE unit_live SET stream_seen_at = now() WHERE shift_started_at IS NOT NULL")


async def test_the_sweep_goes_on_while_something_is_going_on(site: Site) -> None:
    operator = await site.sign_in("operator")
    await operator.post("/v1/incidents", json=incident())

    async def due() -> bool:
        async with site.as_station() as connection:
            return bool(await connection.fetchval("SELECT count(*) FROM deadline WHERE kind = 'replan'"))

    assert await due()
    async with site.as_station() as connection:
        await connection.execute("UPDATE deadline SET due_at = now() WHERE kind = 'replan'")
    await site.start_jobs()

    async def moved_on() -> bool:
        async with site.as_station() as connection:
            return bool(
                await connection.fetchval("SELECT due_at > now() + interval '20 s' FROM deadline WHERE kind = 'replan'")
            )

    await until(moved_on)
    await send_position(await site.officer(0), *HERE)


async def test_the_citizen_of_a_bumped_case_sees_the_new_time(site: Site) -> None:
    near, _ = await officers(site, HERE, FAR)
    operator = await site.sign_in("operator")
    sent_in = (await site.client().post("/v1/reports", json=report(kind="theft"))).json()
    citizen = site.client(authorization=f"Bearer {sent_in['owner_token']}")
    listed = (await operator.get("/v1/incidents?active=true")).json()["items"]
    theft = next(each for each in listed if each["reference"] == sent_in["reference"])
    offered = (await operator.post(f"/v1/incidents/{theft['id']}/dispatch", json={})).json()["assignments"][0]
    assert (await near.post(f"/v1/assignments/{offered['id']}/accept", json={})).status_code == 200
    async with site.as_station() as connection:  # a slow road: not yet almost there
        await connection.execute("UPDATE assignment SET eta_seconds = 300")
    before = (await citizen.get(f"/v1/reports/{sent_in['id']}")).json()
    assert [step["kind"] for step in before["timeline"]] == ["received", "assigned"]
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    work = made["assignments"][0]
    assert work["unit_id"] == offered["unit_id"]
    assert (await near.post(f"/v1/assignments/{work['id']}/accept", json={})).status_code == 200
    after = (await citizen.get(f"/v1/reports/{sent_in['id']}")).json()
    assert [step["kind"] for step in after["timeline"]] == ["received"]
    assert after["eta_minutes"] is not None


async def test_the_forecast_says_why(site: Site) -> None:
    (near,) = await officers(site, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    assert made["forecast_reason"]["code"] == "nobody_has_it"
    work = made["assignments"][0]
    await near.post(f"/v1/assignments/{work['id']}/accept", json={})
    in_time = (await case(operator, made["id"]))["forecast_reason"]
    assert (in_time["code"], in_time["callsign"]) == ("arrives_in_time", work["callsign"])
    async with site.as_station() as connection:
        await connection.execute("UPDATE assignment SET eta_seconds = 1000")
    seen = await case(operator, made["id"])
    assert (seen["forecast"], seen["forecast_reason"]["code"]) == ("at_risk", "arrives_after_target")
    assert seen["forecast_reason"]["seconds"] == pytest.approx(100, abs=5)


async def test_a_unit_that_drives_away_is_noticed_at_its_next_position(site: Site) -> None:
    await site.start_jobs()
    near = await site.officer(0)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    work = made["assignments"][0]
    await near.post(f"/v1/assignments/{work['id']}/accept", json={})
    async with site.as_station() as connection:  # measured half a minute ago, next look far off, and a tight target
        await connection.execute("UPDATE assignment SET eta_at = eta_at - interval '30 s'")
        await connection.execute("UPDATE deadline SET due_at = now() + interval '1 hour' WHERE kind = 'forecast'")
        await connection.execute("UPDATE incident SET due_at = now() + interval '60 s'")
        await connection.execute("UPDATE unit_live SET fix_at = fix_at - interval '110 s'")
        await connection.execute("UPDATE track SET at = at - interval '110 s'")
    await send_position(near, *FAR)

    async def at_risk() -> bool:
        seen = await case(operator, made["id"])
        return seen["forecast"] == "at_risk" and "forecast_late" in {alarm["reason"] for alarm in seen["alarms"]}

    await until(at_risk, 10)


async def test_backup_is_proposed_when_a_violent_case_will_be_reached_late(site: Site) -> None:
    (slow,) = await officers(site, FAR, first=1)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    await slow.post(f"/v1/assignments/{made['assignments'][0]['id']}/accept", json={})
    async with site.as_station() as connection:
        await connection.execute("UPDATE incident SET due_at = now() + interval '100 s'")
    (quick,) = await officers(site, NEARBY)
    await sweep(site)
    (proposal,) = (await operator.get("/v1/proposals")).json()["items"]
    assert proposal["kind"] == "backup"
    assert "will be late" in proposal["explanation"]["en"]
    assert (await operator.post(f"/v1/proposals/{proposal['id']}/accept", json={})).status_code == 200
    offer = (await quick.get("/v1/assignments/current")).json()["offer"]["assignment"]
    assert (await quick.post(f"/v1/assignments/{offer['id']}/accept", json={})).status_code == 200
    seen = await case(operator, made["id"])
    assert [a["state"] for a in seen["assignments"]] == ["accepted", "accepted"]


async def test_an_idle_unit_is_proposed_where_calls_come_from(site: Site) -> None:
    await site.start_jobs()
    patrols = [await site.officer(0), await site.officer(1, NEARBY)]
    operator = await site.sign_in("operator")
    for place in [HERE] * 3 + [(HERE[0] + 0.05, HERE[1])] * 2:
        made = await operator.post("/v1/incidents", json=incident(lat=place[0], lon=place[1], dispatch=False))
        await operator.post(f"/v1/incidents/{made.json()['id']}/close", json={"disposition": "resolved"})
    await delegate(site, beat_floor=0)
    await sweep(site)
    (proposal,) = (await operator.get("/v1/proposals")).json()["items"]
    assert (proposal["kind"], proposal["incident_id"]) == ("repositioning", None)
    assert proposal["lat"] == pytest.approx(HERE[0] + 0.05, abs=0.01)
    assert (await operator.post(f"/v1/proposals/{proposal['id']}/accept", json={})).status_code == 200
    rung = await until(lambda: site.receiver.of("broadcast"))
    assert "New patrol area" in rung[0].content["notification"]["body"]
    assert len(patrols) == 2

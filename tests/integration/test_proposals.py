"""What Sipha proposes and the radio room decides, by the station's written delegation."""

from typing import Any

import pytest

from tests.integration.test_ladder import case, sent
from tests.patrols import FAR, NEARBY, delegate, officers, sweep
from tests.site import HERE, Site, incident, report, until


def codes(decided: dict[str, Any]) -> list[str]:
    """The clauses of a proposal's or a decision's explanation; a straight line says so."""
    return [clause["code"].removesuffix("_straight") for clause in decided["explanation"]["clauses"]]


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
    assert codes(proposal) == ["arrives", "sooner"]
    assert (await slow.get("/v1/proposals")).status_code == 403
    async with site.as_station() as connection:  # as after a minute in which nobody reviewed the station
        await connection.execute("UPDATE proposal SET expires_at = now()")
    await sweep(site)
    (again,) = (await operator.get("/v1/proposals")).json()["items"]
    assert (again["id"], again["expires_at"] > proposal["expires_at"]) == (proposal["id"], True), "it still holds"
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
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT swaps FROM incident") == 1, "it may lose its unit once more"


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


async def test_an_override_is_kept_beside_what_the_order_was(site: Site) -> None:
    await officers(site, HERE, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    far = str(site.login("officer", 1).unit_id)
    seen = (await operator.post(f"/v1/incidents/{made['id']}/dispatch", json={"unit_id": far})).json()
    (decision,) = seen["decisions"]
    assert (decision["kind"], decision["unit_id"], decision["by"] is not None) == ("chosen", far, True)
    assert "first_choice" in codes(decision)


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
    assert "sooner_than_late" in codes(proposal)
    assert (await operator.post(f"/v1/proposals/{proposal['id']}/accept", json={})).status_code == 200
    offer = (await quick.get("/v1/assignments/current")).json()["offer"]["assignment"]
    assert (await quick.post(f"/v1/assignments/{offer['id']}/accept", json={})).status_code == 200
    seen = await case(operator, made["id"])
    assert [a["state"] for a in seen["assignments"]] == ["accepted", "accepted"]


async def test_an_idle_unit_is_proposed_where_calls_come_from(site: Site) -> None:
    await site.start_jobs()
    patrols = [await site.officer(0), await site.officer(1, NEARBY)]
    operator = await site.sign_in("operator")
    north = (HERE[0] + 0.035, HERE[1])  # too far to be in time from here, near enough to count as the station's call
    for place in [HERE] * 3 + [north] * 2:
        made = await operator.post("/v1/incidents", json=incident(lat=place[0], lon=place[1], dispatch=False))
        await operator.post(f"/v1/incidents/{made.json()['id']}/close", json={"disposition": "resolved"})
    await delegate(site, beat_floor=0)
    await sweep(site)
    (proposal,) = (await operator.get("/v1/proposals")).json()["items"]
    assert (proposal["kind"], proposal["incident_id"]) == ("repositioning", None)
    assert proposal["lat"] == pytest.approx(north[0], abs=0.01)
    assert (await operator.post(f"/v1/proposals/{proposal['id']}/accept", json={})).status_code == 200
    rung = await until(lambda: site.receiver.of("broadcast"))
    assert "ย้ายจุดตรวจ" in rung[0].content["notification"]["body"]
    assert len(patrols) == 2


async def test_where_to_wait_is_measured_by_the_stations_own_target(site: Site) -> None:
    await officers(site, HERE, NEARBY)
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    near = (HERE[0] + 0.011, HERE[1])  # 1.2 km: some 200 s
    for place in (HERE, near):
        made = await operator.post("/v1/incidents", json=incident(lat=place[0], lon=place[1], dispatch=False))
        await operator.post(f"/v1/incidents/{made.json()['id']}/close", json={"disposition": "resolved"})
    await delegate(site, beat_floor=0)
    await sweep(site)
    assert (await operator.get("/v1/proposals")).json()["items"] == []
    policy = (await commander.get("/v1/policy")).json()
    shorter = policy | {"targets": policy["targets"] | {"1": 120}}
    assert (await commander.put("/v1/policy", json=shorter)).status_code == 200
    waiting = (await operator.post("/v1/incidents", json=incident(capabilities=["diver"]))).json()
    await sweep(site)
    assert (await operator.get("/v1/proposals")).json()["items"] == [], "not while a case still misses a unit"
    await operator.post(f"/v1/incidents/{waiting['id']}/cancel", json={"reason": "a mistake"})
    async with site.as_station() as connection:
        await connection.execute("UPDATE unit_live SET fix_at = fix_at - interval '10 minutes'")
    await sweep(site)
    assert (await operator.get("/v1/proposals")).json()["items"] == [], "nobody knows where they are"
    async with site.as_station() as connection:
        await connection.execute("UPDATE unit_live SET fix_at = now()")
    await sweep(site)
    (proposal,) = (await operator.get("/v1/proposals")).json()["items"]
    assert (proposal["kind"], proposal["lat"]) == ("repositioning", pytest.approx(near[0], abs=0.005))

"""Citizens' reports: nobody waits indefinitely, a flood is first one event, and every SOS is offered."""

import uuid
from typing import Any

import httpx

from tests.integration.test_enough_have_been_there import go_through, work_of
from tests.integration.test_ladder import case
from tests.patrols import FAR, NEARBY, officers
from tests.site import HERE, Site, report, until


async def listed(operator: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await operator.get("/v1/incidents?active=true")).json()["items"]


async def fall_due(site: Site, kind: str) -> None:
    async with site.as_station() as connection:
        done = await connection.execute("UPDATE deadline SET due_at = now() WHERE kind = $1", kind)
        assert done == "UPDATE 1", (kind, done)


async def over_the_limit(site: Site) -> None:
    """Five people behind one carrier's address have reported street noise before."""
    for number in range(5):
        place = {"lat": HERE[0] + 0.01 * number, "lon": HERE[1] + 0.01}
        answer = await site.client().post("/v1/reports", json=report(kind="nuisance", **place))
        assert answer.status_code == 201


async def test_an_sos_over_the_limit_rings_the_idle_unit_all_the_same(site: Site) -> None:
    (near,) = await officers(site, NEARBY)
    await over_the_limit(site)
    sixth = await site.client().post("/v1/reports", json=report())
    assert (sixth.status_code, sixth.json()["covered"]) == (201, True)
    work = await work_of(near)
    assert work is not None
    assert (work["incident"]["reference"], work["incident"]["over_limit"]) == (sixth.json()["reference"], True)
    assert (await site.client().post("/v1/reports", json=report(kind="nuisance"))).status_code == 429


async def test_it_gives_way_to_a_sender_within_the_limit(site: Site) -> None:
    (near,) = await officers(site, NEARBY)
    await over_the_limit(site)
    flood = (await site.client().post("/v1/reports", json=report())).json()
    operator = await site.sign_in("operator")
    stranger = {"sender": b"somebody else", "over": False}
    async with site.as_station() as connection:
        await connection.execute("DELETE FROM request_count")
        await connection.execute("UPDATE incident SET sender = $1 WHERE over_limit", stranger["sender"])
    real = (await site.client().post("/v1/reports", json=report(lat=FAR[0], lon=FAR[1]))).json()
    work = await work_of(near)
    assert work is not None
    assert work["incident"]["reference"] == real["reference"]
    waiting = next(each for each in await listed(operator) if each["reference"] == flood["reference"])
    assert [a["withdrawn_because"] for a in waiting["assignments"]] == ["diverted"]
    assert "nobody_left" in {alarm["reason"] for alarm in waiting["alarms"]}, "what waits raises the alarm"


async def test_one_senders_unverified_sos_hold_two_units_at_once(site: Site) -> None:
    await officers(site, NEARBY, HERE, FAR)
    operator = await site.sign_in("operator")
    for number in range(3):
        place = {"lat": HERE[0] + 0.008 * number, "lon": HERE[1]}
        assert (await site.client().post("/v1/reports", json=report(**place))).status_code == 201
    cases = sorted(await listed(operator), key=lambda each: each["received_at"])
    assert [len(each["assignments"]) for each in cases] == [1, 1, 0]
    assert "nobody_left" in {alarm["reason"] for alarm in cases[2]["alarms"]}
    sent = await operator.post(f"/v1/incidents/{cases[2]['id']}/dispatch", json={})
    assert len(sent.json()["assignments"]) == 1, "the radio room has looked, so nothing holds it back"


async def test_many_sos_from_one_address_in_one_place_are_one_event_first(site: Site) -> None:
    await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    for number in range(4):
        place = {"lat": HERE[0] + 0.001 * number, "lon": HERE[1]}
        assert (await site.client().post("/v1/reports", json=report(**place, contact=f"08{number}"))).status_code == 201
    (one,) = await listed(operator)
    senders = (await operator.get(f"/v1/incidents/{one['id']}/reports")).json()["items"]
    assert [each["contact"] for each in senders] == ["080", "081", "082", "083"]
    assert len({each["sender"] for each in senders}) == 1
    assert len(one["sightings"]) == 4


async def test_a_hoax_takes_in_nobody_whose_place_or_photo_differs_and_can_be_undone(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = []
    for number, more in enumerate([{}, {}, {"accuracy": 8.0}]):
        place = {"lat": HERE[0] + 0.01 * number, "lon": HERE[1]}
        made.append((await site.client().post("/v1/reports", json=report(kind="nuisance", **place, **more))).json())
    by_reference = {each["reference"]: each["id"] for each in await listed(operator)}
    ids = [by_reference[each["reference"]] for each in made]
    answer = await operator.post("/v1/incidents/hoaxes", json={"incident_ids": ids, "reason": "children"})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "closed": ids[:2],
        "left_open": [{"incident_id": ids[2], "because": "measured_position"}],
    }
    assert (await case(operator, ids[0]))["disposition"] == "hoax"
    again = await operator.post(f"/v1/incidents/{ids[0]}/undo", json={})
    assert (again.status_code, again.json()["state"], again.json()["disposition"]) == (200, "open", None)
    async with site.as_station() as connection:
        await connection.execute(
            "UPDATE incident SET ended_at = ended_at - interval '61 min' WHERE id = $1", uuid.UUID(ids[1])
        )
    late = await operator.post(f"/v1/incidents/{ids[1]}/undo", json={})
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")


async def test_a_joined_sender_with_a_place_of_their_own_is_not_judged_with_the_others(site: Site) -> None:
    operator = await site.sign_in("operator")
    await site.client().post("/v1/reports", json=report())
    await site.client().post("/v1/reports", json=report(lat=HERE[0] + 0.003, accuracy=10.0))
    (one,) = await listed(operator)
    refused = await operator.post(f"/v1/incidents/{one['id']}/close", json={"disposition": "hoax"})
    assert (refused.status_code, refused.json()["state"]) == (409, "other_senders")
    assert (
        await operator.post(f"/v1/incidents/{one['id']}/close", json={"disposition": "resolved"})
    ).status_code == 200


async def test_a_reported_stabbing_climbs_the_chain_and_is_offered_when_nobody_decides(site: Site) -> None:
    (near,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    sent = (await site.client().post("/v1/reports", json=report(kind="violence"))).json()
    (waiting,) = await listed(operator)
    assert (waiting["reference"], waiting["dispatching"], waiting["assignments"]) == (sent["reference"], False, [])
    assert waiting["offered_by_itself_at"] is not None
    await site.start_jobs()
    await fall_due(site, "report_unopened")

    async def called() -> bool:
        alarms = (await operator.get("/v1/alarms")).json()["items"]
        return [(a["reason"], a["level"]) for a in alarms] == [("report_unopened", "commander")]

    await until(called)
    await fall_due(site, "report_unheard")
    await until(lambda: work_of(near))
    seen = await case(operator, waiting["id"])
    assert (seen["dispatching"], seen["verified"], seen["offered_by_itself_at"]) == (True, False, None)
    await go_through(near, "accept")
    assert [a for a in (await case(operator, waiting["id"]))["alarms"] if a["acknowledged_at"] is None] == []


async def test_whoever_reads_the_words_stops_the_chain_but_not_the_offer(site: Site) -> None:
    operator = await site.sign_in("operator")
    await site.client().post("/v1/reports", json=report(kind="violence", description="he has a knife"))
    (waiting,) = await listed(operator)
    assert waiting["opened_at"] is None
    words = (await operator.get(f"/v1/incidents/{waiting['id']}/reports")).json()["items"]
    assert words[0]["description"] == "he has a knife"
    assert (await case(operator, waiting["id"]))["opened_at"] is not None
    async with site.as_station() as connection:
        kinds = {row["kind"] for row in await connection.fetch("SELECT kind FROM deadline")}
    assert "report_unopened" not in kinds
    assert "report_unheard" in kinds


async def test_a_delegation_may_forbid_that_it_is_offered_by_itself(site: Site) -> None:
    from tests.patrols import delegate

    await delegate(site, unheard_reports="off")
    operator = await site.sign_in("operator")
    await site.client().post("/v1/reports", json=report(kind="violence"))
    (waiting,) = await listed(operator)
    assert waiting["offered_by_itself_at"] is None
    async with site.as_station() as connection:
        kinds = {row["kind"] for row in await connection.fetch("SELECT kind FROM deadline")}
    assert "report_unopened" in kinds
    assert "report_unheard" not in kinds


async def test_somebody_injured_or_a_weapon_makes_it_urgent(site: Site) -> None:
    operator = await site.sign_in("operator")
    for more in ({"injured": True}, {"hazards": ["weapon"]}, {"hazards": ["dog"]}, {}):
        place = {"lat": HERE[0] + 0.01 * len(await listed(operator)), "lon": HERE[1]}
        assert (
            await site.client().post("/v1/reports", json=report(kind="traffic", **place, **more))
        ).status_code == 201
    cases = sorted(await listed(operator), key=lambda each: each["received_at"])
    assert [(each["priority"], each["target_seconds"]) for each in cases] == [(1, 300), (1, 300), (3, 900), (3, 900)]
    assert [each["hazards"] for each in cases] == [[], ["weapon"], ["dog"], []]

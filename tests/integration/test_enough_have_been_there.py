"""A unit that has been at the scene counts towards those wanted, and is never called back automatically."""

from typing import Any

import httpx

from tests.integration.test_ladder import case
from tests.patrols import FAR, NEARBY, officers, sweep
from tests.site import HERE, Site, incident, report


async def work_of(officer: httpx.AsyncClient) -> dict[str, Any] | None:
    current = (await officer.get("/v1/assignments/current")).json()
    return current["held"] or current["offer"]


async def go_through(officer: httpx.AsyncClient, *steps: str) -> None:
    work = await work_of(officer)
    assert work is not None
    for step in steps:
        body = {"disposition": "resolved"} if step == "clear" else {}
        answer = await officer.post(f"/v1/assignments/{work['assignment']['id']}/{step}", json=body)
        assert answer.status_code == 200, answer.text


async def test_a_unit_that_clears_is_not_called_back_to_the_same_case(site: Site) -> None:
    first, second = await officers(site, NEARBY, HERE)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence", units_wanted=2))).json()
    assert len(made["assignments"]) == 2
    await go_through(first, "accept", "arrived")
    await go_through(second, "accept", "arrived", "clear")
    await sweep(site)
    seen = await case(operator, made["id"])
    assert sorted(a["state"] for a in seen["assignments"]) == ["arrived", "cleared"]
    assert await work_of(second) is None


async def test_a_later_request_for_more_sends_somebody_who_was_not_there(site: Site) -> None:
    first, second, third = await officers(site, NEARBY, HERE, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence", units_wanted=2))).json()
    await go_through(first, "accept", "arrived")
    await go_through(second, "accept", "arrived", "clear")
    held = await work_of(first)
    assert held is not None
    assert (await first.post(f"/v1/assignments/{held['assignment']['id']}/backup", json={})).status_code == 202
    seen = await case(operator, made["id"])
    assert seen["units_wanted"] == 3
    (asked,) = [a for a in seen["assignments"] if a["state"] == "offered"]
    assert asked["unit_id"] == str(site.login("officer", 2).unit_id), "not the one that has just left, though nearer"
    listed = (await operator.get(f"/v1/incidents/{made['id']}/candidates")).json()["items"]
    assert {c["unit_id"]: c["excluded_because"] for c in listed}[str(site.login("officer", 1).unit_id)] == "been_there"
    await go_through(third, "accept")


async def test_the_radio_room_may_still_send_one_more_or_the_same_again(site: Site) -> None:
    first, second = await officers(site, NEARBY, HERE)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    there, other = (first, 1) if await work_of(first) else (second, 0)
    await go_through(there, "accept", "arrived")
    more = await operator.post(f"/v1/incidents/{made['id']}/dispatch", json={})
    assert more.status_code == 200
    assert more.json()["units_wanted"] == 2
    (asked,) = [a for a in more.json()["assignments"] if a["state"] == "offered"]
    assert asked["unit_id"] == str(site.login("officer", other).unit_id)


async def test_who_has_been_there_counts_when_another_accepts(site: Site) -> None:
    first, second, third = await officers(site, HERE, NEARBY, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence", units_wanted=2))).json()
    await go_through(first, "accept", "arrived")
    held = await work_of(first)
    assert held is not None
    back = await operator.post(f"/v1/assignments/{held['assignment']['id']}/withdraw", json={"reason": "needed"})
    assert back.status_code == 200, back.text
    by_hand = {"unit_id": str(site.login("officer", 2).unit_id)}
    assert (await operator.post(f"/v1/incidents/{made['id']}/dispatch", json=by_hand)).status_code == 200
    assert await work_of(third) is not None
    await go_through(second, "accept")
    assert await work_of(third) is None, "with the one that was there they are two"


async def test_nobody_accepts_once_those_who_have_been_there_are_enough(site: Site) -> None:
    first, second = await officers(site, HERE, NEARBY)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence", units_wanted=2))).json()
    await go_through(first, "accept", "arrived")
    held, asked = await work_of(first), await work_of(second)
    assert held is not None
    assert asked is not None
    await operator.post(f"/v1/assignments/{held['assignment']['id']}/withdraw", json={"reason": "needed"})
    fewer = {"version": (await case(operator, made["id"]))["version"], "units_wanted": 1}
    assert (await operator.patch(f"/v1/incidents/{made['id']}", json=fewer)).status_code == 200
    refused = await second.post(f"/v1/assignments/{asked['assignment']['id']}/accept", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "taken")


async def test_the_only_free_unit_goes_to_a_fresh_sos_and_not_as_second_to_an_older_case(site: Site) -> None:
    (first,) = await officers(site, FAR)
    operator = await site.sign_in("operator")
    older = (
        await operator.post("/v1/incidents", json=incident(kind="violence", units_wanted=2, lat=FAR[0], lon=FAR[1]))
    ).json()
    await go_through(first, "accept", "arrived")
    fresh = (await site.client().post("/v1/reports", json=report())).json()
    (free,) = await officers(site, HERE, first=1)
    await sweep(site)
    work = await work_of(free)
    assert work is not None
    assert work["incident"]["reference"] == fresh["reference"]
    assert len((await case(operator, older["id"]))["assignments"]) == 1


async def test_a_silent_overdue_unit_is_backed_up(site: Site) -> None:
    late, free = await officers(site, FAR, (13.90, 100.60))
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    await go_through(late, "accept", "en-route")
    async with site.as_station() as connection:
        await connection.execute("UPDATE assignment SET eta_at = now() - interval '20 min', eta_seconds = 480")
        await connection.execute(
            "UPDATE unit_live SET fix_at = now() - interval '18 min' WHERE unit_id = $1",
            site.login("officer", 0).unit_id,
        )
        await connection.execute(
            "UPDATE unit_live SET position = ST_SetSRID(ST_MakePoint($2, $3), 4326) WHERE unit_id = $1",
            site.login("officer", 1).unit_id,
            NEARBY[1],
            NEARBY[0],
        )
    await sweep(site)
    (proposed,) = (await operator.get("/v1/proposals")).json()["items"]
    assert (proposed["kind"], proposed["incident_id"]) == ("backup", made["id"])
    assert proposed["unit_id"] == str(site.login("officer", 1).unit_id)
    assert (await operator.post(f"/v1/proposals/{proposed['id']}/accept", json={})).status_code == 200
    await go_through(free, "accept", "arrived", "clear")
    await sweep(site)
    assert (await operator.get("/v1/proposals")).json()["items"] == []


async def test_a_priority_1_that_is_late_from_the_start_raises_the_alarm(site: Site) -> None:
    """Whatever computes a bad forecast raises it: here the acceptance, long before the next review."""
    far = (HERE[0] + 0.1, HERE[1])
    (officer,) = await officers(site, far)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    await go_through(officer, "accept")
    seen = await case(operator, made["id"])
    assert seen["forecast"] == "at_risk"
    (late,) = [alarm for alarm in seen["alarms"] if alarm["reason"] == "forecast_late"]
    assert (await operator.post(f"/v1/alarms/{late['id']}/acknowledge", json={})).status_code == 200
    await go_through(officer, "en-route")
    again = (await case(operator, made["id"]))["alarms"]
    assert [a["reason"] for a in again if a["acknowledged_at"] is None] == [], (
        "acknowledged once is enough while it lasts"
    )
    await go_through(officer, "arrived")
    assert {a["reason"] for a in (await case(operator, made["id"]))["alarms"] if a["acknowledged_at"] is None} == set()


async def test_an_arrival_is_taken_back_and_may_come_again(site: Site) -> None:
    (officer,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    await go_through(officer, "accept", "arrived")
    assert (await case(operator, made["id"]))["forecast"] == "met"
    await go_through(officer, "not-arrived", "not-arrived")
    seen = await case(operator, made["id"])
    assert (seen["state"], seen["first_arrived_at"], seen["forecast"]) == ("en_route", None, "on_time")
    assert "arrived" not in {point["kind"] for point in seen["timeline"]}
    await go_through(officer, "arrived")
    seen = await case(operator, made["id"])
    assert (seen["state"], seen["forecast"]) == ("on_scene", "met")
    assert [p["kind"] for p in seen["timeline"]].count("arrived") == 1
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM time_point WHERE kind = 'arrived'") == 3
    row = (await operator.get("/v1/stats/response?group=unit")).json()["items"][0]
    assert (row["incidents"], row["arrived"]) == (1, 1)

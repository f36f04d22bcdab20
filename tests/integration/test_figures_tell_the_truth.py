"""Figures: cancelled, outside the area, reached by neighbours, doubtful; and what the public may see."""

from typing import Any

import httpx

from tests.integration.test_enough_have_been_there import go_through
from tests.integration.test_reports_that_wait import listed
from tests.patrols import FAR, NEARBY, officers
from tests.site import Site, alert, incident, report

LONDON = {"lat": 51.5, "lon": -0.12}


async def figures(client: httpx.AsyncClient, group: str = "station") -> dict[str, Any]:
    rows = (await client.get(f"/v1/stats/response?group={group}")).json()["items"]
    return rows[0] if rows else {}


async def overdue(site: Site) -> None:
    async with site.as_station() as connection:
        await connection.execute("UPDATE incident SET due_at = now() - interval '1 s' WHERE state = 'open'")


async def test_cancelling_an_overdue_case_does_not_lift_the_share(site: Site) -> None:
    (officer,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    await operator.post("/v1/incidents", json=incident())
    await go_through(officer, "accept", "arrived", "clear")
    assert (await figures(operator))["on_time_share"] == 1.0
    early, late = [(await operator.post("/v1/incidents", json=incident(dispatch=False))).json() for _ in range(2)]
    await operator.post(f"/v1/incidents/{early['id']}/cancel", json={"reason": "mistake"})
    await overdue(site)
    await operator.post(f"/v1/incidents/{late['id']}/cancel", json={"reason": "mistake"})
    row = await figures(operator)
    assert (row["incidents"], row["cancelled"], row["cancelled_late"], row["on_time_share"]) == (1, 2, 1, 0.5)


async def test_a_report_from_london_is_nobodys_late_case(site: Site) -> None:
    operator = await site.sign_in("operator")
    assert (await site.client().post("/v1/reports", json=report(kind="nuisance", **LONDON))).status_code == 201
    await overdue(site)
    assert await figures(operator) == {}
    assert (await operator.get("/v1/heatmap?metric=incidents")).json()["features"] == []


async def test_a_neighbours_arrival_counts_and_is_named(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    async with site.as_station() as connection:
        await connection.execute(
            "INSERT INTO incident_aid (station_id, incident_id, to_station_id, aid_incident_id, to_name_th, "
            "to_name_en, asked_at, callsign, arrived_at) "
            "SELECT station_id, id, station_id, id, 'สน.ข้างเคียง', 'Next door', now(), '71', now() FROM incident"
        )
        await connection.execute("UPDATE incident SET first_arrived_at = now() WHERE id = $1", made["id"])
    row = await figures(operator, "unit")
    assert (row["group"], row["arrived"], row["without_arrival"]) == ("71 · สน.ข้างเคียง", 1, 0)


async def test_an_arrival_pressed_far_away_is_told_as_doubtful(site: Site) -> None:
    (officer,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    await operator.post("/v1/incidents", json=incident(lat=NEARBY[0] + 0.01))
    await go_through(officer, "accept", "arrived")
    assert (await figures(operator))["doubtful"] == 1


async def test_coverage_says_how_many_units_it_leaves_out(site: Site) -> None:
    await officers(site, NEARBY, FAR)
    operator = await site.sign_in("operator")
    async with site.as_station() as connection:
        await connection.execute(
            "UPDATE unit_live SET fix_at = now() - interval '1 hour' WHERE unit_id = $1",
            site.login("officer", 1).unit_id,
        )
    seen = (await operator.get("/v1/coverage?minutes=5")).json()
    assert (seen["units"], seen["units_unplaced"]) == (1, 1)


async def test_proposals_of_ended_cases_go(site: Site) -> None:
    await officers(site, NEARBY)
    from tests.patrols import delegate

    await delegate(site, offers="proposed")
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    (proposed,) = (await operator.get("/v1/proposals")).json()["items"]
    await operator.post(f"/v1/incidents/{made['id']}/cancel", json={"reason": "mistake"})
    assert (await operator.get("/v1/proposals")).json()["items"] == []
    late = await operator.post(f"/v1/proposals/{proposed['id']}/accept", json={})
    assert (late.status_code, late.json()["state"]) == (409, "expired")


async def test_a_sighting_has_the_time_at_which_the_camera_saw_it(site: Site) -> None:
    from datetime import UTC, datetime, timedelta

    seen_at = (datetime.now(UTC) - timedelta(minutes=3)).isoformat()
    await site.worker().post("/v1/alerts", json=alert(site, occurred_at=seen_at))
    operator = await site.sign_in("operator")
    (case,) = await listed(operator)
    assert datetime.fromisoformat(case["sightings"][0]["at"]) == datetime.fromisoformat(seen_at)


async def test_the_public_sees_figures_and_no_small_counts(site: Site) -> None:
    (officer,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    for number in range(5):
        await operator.post("/v1/incidents", json=incident())
        await go_through(officer, "accept", "arrived", "clear")
        seen = (await site.client().get("/v1/transparency")).json()
        assert seen["response"]["n"] == (None if number < 4 else 5)
        assert (seen["response"]["p50"] is None) == (number < 4)
    assert seen["response"]["on_time_share"] == 1.0
    assert seen["station"]["id"] == str(site.demo.station_id)
    assert set(seen["period"]) == {"from", "to"}
    counted = {"faces", "alerts", "true", "false", "undecided", "threshold", "watchlist_size", "periods"}
    assert set(seen["recognition"]) == counted
    nowhere = await site.client().get("/v1/transparency?station=00000000-0000-0000-0000-000000000000")
    assert nowhere.status_code == 404

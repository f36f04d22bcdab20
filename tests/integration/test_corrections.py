"""Predicted against actual rides: learned by the jobs, applied to later queries, shown in the figures."""

import uuid
from datetime import UTC, datetime, timedelta

from api.db.pool import open_database
from api.services.figures import corrections
from tests.patrols import officers
from tests.site import HERE, Site, incident


async def rode(site: Site, count: int, predicted: float, real: float, *, drill: bool = False) -> None:
    """Records this many rides of the first officer's unit, an hour ago."""
    unit_id, hour_ago = site.login("officer", 0).unit_id, datetime.now(UTC) - timedelta(hours=1)
    async with site.as_station() as connection:
        for _ in range(count):
            incident_id, assignment_id = uuid.uuid4(), uuid.uuid4()
            arrived_at = hour_ago + timedelta(seconds=real)
            await connection.execute(
                """INSERT INTO incident (id, station_id, reference, kind, priority, state, verified, position,
                                         received_at, target_seconds, due_at, h3, drill, first_arrived_at, ended_at)
                   VALUES ($1, $2, $6, 'theft', 2, 'closed', true, 'POINT(100.57 13.77)', $3, 900,
                           $3::timestamptz + interval '15 min', 0, $4, $5, $5)""",
                incident_id, site.demo.station_id, hour_ago, drill, arrived_at, incident_id.hex,
            )  # fmt: skip
            await connection.execute(
                """INSERT INTO assignment (id, station_id, incident_id, unit_id, state, mode, offered_at,
                                           predicted_seconds, eta_source)
                   VALUES ($1, $2, $3, $4, 'cleared', 'offer', $5, $6, 'road')""",
                assignment_id, site.demo.station_id, incident_id, unit_id, hour_ago, predicted,
            )  # fmt: skip
            for kind, at in (("accepted", hour_ago), ("arrived", arrived_at)):
                await connection.execute(
                    """INSERT INTO time_point (station_id, incident_id, assignment_id, kind, source, server_at)
                       VALUES ($1, $2, $3, $4, 'officer', $5)""",
                    site.demo.station_id, incident_id, assignment_id, kind, at,
                )  # fmt: skip


async def learned(site: Site) -> None:
    db = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    try:
        await corrections.learn_all(db, datetime.now(UTC))
    finally:
        await db.close()


async def test_what_the_road_taught_is_learned_and_shown(site: Site) -> None:
    operator = await site.sign_in("operator")
    await rode(site, 19, 100, 150)
    await learned(site)
    assert (await operator.get("/v1/stats/corrections")).json()["items"] == [], "one ride too few"
    await rode(site, 1, 100, 150)
    await rode(site, 30, 100, 900, drill=True)
    await learned(site)
    (factor,) = (await operator.get("/v1/stats/corrections")).json()["items"]
    assert (factor["factor"], factor["rides"]) == (1.5, 20)
    (row,) = (await operator.get("/v1/stats/response")).json()["items"]
    assert row["eta_error"] == {"p50": 50.0, "p90": 50.0, "rides": 20}


async def test_an_arrival_feeds_the_metrics(site: Site) -> None:
    (near,) = await officers(site, HERE)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    work = made["assignments"][0]["id"]
    async with site.as_station() as connection:
        await connection.execute("UPDATE assignment SET predicted_seconds = 100")
    for step in ("accept", "arrived"):
        assert (await near.post(f"/v1/assignments/{work}/{step}", json={})).status_code == 200
    shown = (await site.client().get("/metrics")).text
    assert 'sipha_eta_error_seconds_bucket{le="120.0"}' in shown

"""A closed bridge sends another unit, in every process within seconds, and opens again."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.db.pool import open_database
from api.domain.roads.travel import Goal, Start
from api.services.roads.in_service import RoadsInService
from tests import neighbour
from tests.site import Site, incident, until
from tests.streets import Map, place, put

KNOWN_SECONDS = 5


def canal(far_bridge: float = 1000) -> Map:
    """Banks 60 m apart; a bridge in the west, another in the east."""
    streets = Map(a=(0, 0), b=(far_bridge, 0), c=(0, 60), d=(far_bridge, 60), w=(-400, 60))
    streets.way("a b", name="ริมคลองใต้")
    streets.way("a c", bridge="yes", name="สะพานตะวันตก")
    streets.way("b d", bridge="yes")
    streets.way("w c d", name="ริมคลองเหนือ")
    return streets


@pytest.fixture
async def streets(site: Site, tmp_path: Path) -> Site:
    await put(site.cluster, site.database, canal().write(tmp_path / "canal.osm"))
    await until(lambda: site.roads.ready)
    return site


def line(*metres: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in (place(*point) for point in metres)]}


BRIDGE = line((0, 5), (0, 55))


def in_minutes(minutes: float) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


def closure(**more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "geometry": BRIDGE, "kind": "closed", "speed_factor": 0, "from": in_minutes(-1),
        "to": in_minutes(60), "reason": "สะพานชำรุด", **more,
    }  # fmt: skip


async def first_by_road(operator: httpx.AsyncClient, incident_id: str) -> str:
    found = (await operator.get(f"/v1/incidents/{incident_id}/candidates")).json()["items"]
    return min((each["eta_seconds"], each["callsign"]) for each in found if not each.get("excluded_because"))[1]


async def becomes(read: Callable[[], Any], expected: object, seconds: float = KNOWN_SECONDS) -> None:
    async def is_so() -> bool:
        return await read() == expected

    await until(is_so, seconds)


async def test_the_nearest_by_road_changes_with_the_bridge_and_back(streets: Site) -> None:
    await streets.start_jobs()
    across, farther = place(100, 0), place(-390, 60)
    await streets.officer(0, across)
    await streets.officer(1, farther)
    operator = await streets.sign_in("operator")
    lat, lon = place(30, 60)
    case = incident(lat=lat, lon=lon, dispatch=False)
    assert (await operator.post("/v1/incidents", json=case)).status_code == 201

    async def nearest() -> str:
        return await first_by_road(operator, str(case["id"]))

    units = {each["id"]: each["callsign"] for each in (await operator.get("/v1/units")).json()["items"]}
    near, far = (units[str(streets.login("officer", number).unit_id)] for number in (0, 1))
    assert await nearest() == near
    closed = closure()
    made = await operator.post("/v1/roads/closures", json=closed)
    assert made.status_code == 201, made.text
    assert made.json()["streets"] == ["สะพานตะวันตก"]
    await becomes(nearest, far)
    assert (await operator.delete(f"/v1/roads/closures/{closed['id']}")).status_code == 204
    await becomes(nearest, near)


async def test_other_processes_learn_of_it_and_it_ends_by_itself(streets: Site) -> None:
    operator = await streets.sign_in("operator")
    db = await open_database(streets.cluster.url("sipha_jobs", streets.database), "sipha_jobs", size=2)
    jobs = RoadsInService()
    following = asyncio.create_task(jobs.follow(db, streets.cluster.url("sipha_jobs", streets.database), "sipha_jobs"))
    unit, here = Start(uuid.uuid4(), "car", *place(100, 0)), Goal(uuid.uuid4(), *place(100, 60))

    async def detour() -> bool:
        return bool((await jobs.travel_times([here], [unit], 6.0)).seconds[0, 0] > 200)

    try:
        await until(lambda: jobs.ready)
        assert not await detour()
        ends = (datetime.now(UTC) + timedelta(seconds=8)).isoformat()
        assert (await operator.post("/v1/roads/closures", json=closure(to=ends))).status_code == 201
        await becomes(detour, True)
        assert (await operator.get("/v1/roads/closures")).json()["items"]
        await becomes(detour, False, 8 + KNOWN_SECONDS)
        assert (await operator.get("/v1/roads/closures")).json()["items"] == []
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await db.close()


async def test_it_survives_a_restart_and_new_streets(streets: Site, tmp_path: Path) -> None:
    operator = await streets.sign_in("operator")
    answer = await operator.post("/v1/roads/closures", json=closure())
    assert answer.status_code == 201
    unit, here = Start(uuid.uuid4(), "car", *place(100, 0)), Goal(uuid.uuid4(), *place(100, 60))

    async def seconds(roads: RoadsInService) -> float:
        return float((await roads.travel_times([here], [unit], 6.0)).seconds[0, 0])

    async def around() -> bool:
        return await seconds(streets.roads) > 200

    await becomes(around, True)
    process = streets.roads._living()
    assert process is not None
    await process.stop()
    await until(lambda: streets.roads._living() not in {None, process})
    assert await seconds(streets.roads) > 200, "a new process knows it before it answers"
    await put(streets.cluster, streets.database, canal(2000).write(tmp_path / "newer.osm"))

    async def farther_around() -> bool:
        return await seconds(streets.roads) > 500

    await becomes(farther_around, True, 30)


async def test_streets_are_closed_by_their_numbers(streets: Site) -> None:
    operator = await streets.sign_in("operator")
    async with streets.as_station() as connection:
        bridge = await connection.fetchval("SELECT id FROM road_edge WHERE name = 'สะพานตะวันตก'")
    body = closure(edge_ids=[bridge], kind="flood", speed_factor=0.2)
    del body["geometry"]
    made = (await operator.post("/v1/roads/closures", json=body)).json()
    assert made["geometry"]["type"] == "MultiLineString"
    assert made["streets"] == ["สะพานตะวันตก"]
    unknown = await operator.post(
        "/v1/roads/closures", json=body | {"id": str(uuid.uuid4()), "edge_ids": [bridge, 999]}
    )
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "edge_ids")
    assert "999" in unknown.json()["errors"][0]["message"]


async def test_the_same_again_changes_nothing_and_who_did_it_is_audited(streets: Site) -> None:
    operator, auditor = await streets.sign_in("operator"), await streets.sign_in("auditor")
    body = closure()
    first = await operator.post("/v1/roads/closures", json=body)
    again = await operator.post("/v1/roads/closures", json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    other = await operator.post("/v1/roads/closures", json=body | {"reason": "อย่างอื่น"})
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    for _ in range(2):
        assert (await operator.delete(f"/v1/roads/closures/{body['id']}")).status_code == 204
    late = await operator.post("/v1/roads/closures", json=body)
    assert late.status_code == 200
    assert late.json()["lifted_at"] is not None, "a late repeat closes nothing again"
    rows = (await auditor.get("/v1/audit", params={"subject": body["id"]})).json()["items"]
    assert [row["action"] for row in rows] == ["road.open", "road.close"]
    assert rows[1]["reason"] == body["reason"]


async def test_twice_at_once_is_one(streets: Site) -> None:
    operator, body = await streets.sign_in("operator"), closure()
    answers = await asyncio.gather(*(operator.post("/v1/roads/closures", json=body) for _ in range(6)))
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert [answer.status_code for answer in answers].count(201) == 1
    assert len((await operator.get("/v1/roads/closures")).json()["items"]) == 1


CROSSING = {
    "type": "Polygon",
    "coordinates": [line((-9, -9), (9, 70), (9, -9), (-9, 70), (-9, -9))["coordinates"]],
}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"geometry": CROSSING}, "geometry"),
        ({"geometry": line((0, 0), (0, 60), (30, 60), (-30, 20))}, "geometry"),
        ({"geometry": line((0, 0), (0, 0))}, "geometry"),
        ({"geometry": line((500, 300), (600, 300))}, "geometry"),
        ({"geometry": line((200_000, 0), (200_100, 0))}, "geometry"),
        ({"geometry": {"type": "Point", "coordinates": [200, 13]}}, "geometry.coordinates[0]"),
        ({"geometry": {"type": "Circle", "coordinates": [100, 13]}}, "geometry.type"),
        ({"geometry": None}, "geometry"),
        ({"edge_ids": [0]}, "geometry"),
        ({"to": in_minutes(-2)}, "to"),
        ({"from": in_minutes(90)}, "to"),
        ({"from": in_minutes(-90), "to": in_minutes(-30)}, "to"),
        ({"to": in_minutes(400 * 24 * 60)}, "to"),
        ({"speed_factor": 1.5}, "speed_factor"),
        ({"speed_factor": -0.1}, "speed_factor"),
        ({"speed_factor": 0.5}, "speed_factor"),
        ({"kind": "gone"}, "kind"),
        ({"reason": ""}, "reason"),
        ({"more": 1}, "data"),
    ],
)
async def test_what_is_no_closure_is_refused(streets: Site, wrong: dict[str, Any], field: str) -> None:
    operator = await streets.sign_in("operator")
    answer = await operator.post("/v1/roads/closures", json=closure(**wrong))
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert (await operator.get("/v1/roads/closures")).json()["items"] == []


async def test_without_streets_nothing_is_closed(site: Site) -> None:
    operator = await site.sign_in("operator")
    assert (await operator.post("/v1/roads/closures", json=closure())).status_code == 422


@pytest.mark.parametrize("role", ["officer", "admin", "auditor"])
async def test_only_the_radio_room_closes(site: Site, role: str) -> None:
    client = await site.sign_in(role)
    assert (await client.post("/v1/roads/closures", json=closure())).status_code == 403
    assert (await client.get("/v1/roads/closures")).status_code == 403
    assert (await client.delete(f"/v1/roads/closures/{uuid.uuid4()}")).status_code == 403


async def test_a_neighbour_knows_it_and_cannot_end_it(streets: Site) -> None:
    operator = await streets.sign_in("operator")
    body = closure()
    assert (await operator.post("/v1/roads/closures", json=body)).status_code == 201
    db = await open_database(streets.cluster.url("sipha_app", streets.database), "sipha_app", size=2)
    theirs = (await neighbour.found(streets, db)).operator
    await db.close()
    (seen,) = (await theirs.get("/v1/roads/closures")).json()["items"]
    assert (seen["own"], seen["by"], seen["reason"]) == (False, None, body["reason"])
    assert (await theirs.delete(f"/v1/roads/closures/{body['id']}")).status_code == 404
    taken = await theirs.post("/v1/roads/closures", json=body)
    assert (taken.status_code, taken.json()["code"]) == (409, "id_reused")


async def test_the_database_keeps_closures_and_their_stations(streets: Site) -> None:
    operator = await streets.sign_in("operator")
    await operator.post("/v1/roads/closures", json=closure())
    async with streets.as_station() as connection:
        await connection.execute("SELECT set_config('sipha.station_id', $1, false)", str(uuid.uuid4()))
        assert await connection.fetchval("SELECT count(*) FROM road_closure") == 1
        assert await connection.execute("UPDATE road_closure SET lifted_at = now()") == "UPDATE 0"
        for gone in ("DELETE FROM road_closure", "UPDATE road_closure SET reason = 'x'"):
            with pytest.raises(Exception, match="permission denied"):
                await connection.execute(gone)

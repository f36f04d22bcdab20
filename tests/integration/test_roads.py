"""Roads in service: distinguished from straight lines, replaced while a server answers, coverage, tiles, routes."""

import asyncio
import math
import os
import signal
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.db.pool import open_database
from api.domain.roads.travel import EtaSource, Goal, Start
from api.services.roads.tiles import Tiles
from tests.patience import patient
from tests.site import HERE, Site, incident, until
from tests.streets import grid, place, put


async def in_service(site: Site, source: str) -> None:
    """Loaded, not only seen."""

    def there() -> bool:
        network = site.roads.network
        return network is not None and network.source == source and site.roads.ready

    await until(there, 30)


@pytest.fixture
async def streets(site: Site, tmp_path: Path) -> Site:
    await put(site.cluster, site.database, grid().write(tmp_path / "grid.osm"), synthetic=True)
    await in_service(site, "grid.osm")
    return site


def start(x: float, y: float, kind: str = "motorcycle") -> Start:
    return Start(uuid.uuid4(), kind, *place(x, y))


def goal(x: float, y: float) -> Goal:
    return Goal(uuid.uuid4(), *place(x, y))


async def test_times_by_road_and_by_straight_line_are_told_apart(streets: Site) -> None:
    on, island = start(-600, 0), start(30_000, 0)
    here = goal(0, 0)
    known = await streets.roads.travel_times([here], [on, island], 6.0)
    by_road, beyond = known.eta(on.unit_id, here.id), known.eta(island.unit_id, here.id)
    assert by_road is not None
    assert beyond is not None
    assert (by_road.source, beyond.source) == (EtaSource.ROAD, EtaSource.STRAIGHT_LINE)
    assert beyond.seconds == pytest.approx(30_000 / 6, rel=0.01)
    assert (await streets.roads.travel_times([], [on], 6.0)).seconds.shape == (0, 1)
    assert (await streets.roads.travel_times([here], [], 6.0)).seconds.shape == (1, 0)


async def test_a_dead_process_is_a_straight_line_and_comes_back(streets: Site) -> None:
    unit, here = start(-600, 0), goal(0, 0)
    process = streets.roads._living()
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)

    async def source() -> str:
        eta = (await streets.roads.travel_times([here], [unit], 6.0)).eta(unit.unit_id, here.id)
        assert eta is not None
        return eta.source

    await until(lambda: is_true(source, EtaSource.STRAIGHT_LINE), 5)
    await until(lambda: is_true(source, EtaSource.ROAD), 30)


async def is_true(read: Callable[[], Any], expected: str) -> bool:
    return await read() == expected


async def test_a_hung_process_does_not_keep_a_decision_waiting(streets: Site) -> None:
    unit, here = start(-600, 0), goal(0, 0)
    process = streets.roads._living()
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    try:
        begun = asyncio.get_running_loop().time()
        known = await streets.roads.travel_times([here], [unit], 6.0)
        waited = asyncio.get_running_loop().time() - begun
        assert waited < patient(3)
        assert not known.by_road.any()
        begun = asyncio.get_running_loop().time()
        await streets.roads.travel_times([here], [unit], 6.0)
        assert asyncio.get_running_loop().time() - begun < waited / 2, "nobody waits for it a second time"
    finally:
        os.kill(process.pid, signal.SIGCONT)

    async def by_road() -> bool:
        return bool((await streets.roads.travel_times([here], [unit], 6.0)).by_road.all())

    await until(by_road, 5)


async def test_a_server_answers_while_its_network_is_replaced(streets: Site, tmp_path: Path) -> None:
    unit, here = start(-600, 0), goal(0, 0)
    sources: list[bool] = []
    done = asyncio.Event()

    async def ask() -> None:
        while not done.is_set():
            known = await streets.roads.travel_times([here], [unit], 6.0)
            sources.append(bool(known.by_road.all()))
            await asyncio.sleep(0.01)

    asking = asyncio.create_task(ask())
    await put(streets.cluster, streets.database, grid(14).write(tmp_path / "newer.osm"))
    await in_service(streets, "newer.osm")
    done.set()
    await asking
    assert len(sources) > 20
    assert all(sources)


async def test_coverage(streets: Site) -> None:
    commander = await streets.sign_in("commander")
    nobody = (await commander.get("/v1/coverage?minutes=1")).json()
    assert (nobody["units"], nobody["features"], nobody["share_of_area"]) == (0, [], 0)
    await streets.officer(0, phone=False)
    near, far = [(await commander.get(f"/v1/coverage?minutes={minutes}")).json() for minutes in (1, 30)]
    assert near["units"] == 1
    assert 0 < near["share_of_area"] < far["share_of_area"] <= 1
    assert all(0 <= each["properties"]["seconds"] <= 60 for each in near["features"])
    assert {each["properties"]["eta_source"] for each in near["features"]} == {EtaSource.ROAD}
    assert near["network"] == {**near["network"], "source": "grid.osm", "synthetic": True}
    assert len(near["features"][0]["geometry"]["coordinates"][0]) == 7
    officer = await streets.sign_in("officer", 1)
    assert (await officer.get("/v1/coverage?minutes=5")).status_code == 403
    assert (await commander.get("/v1/coverage?minutes=0")).status_code == 422


async def test_coverage_without_roads(site: Site) -> None:
    commander = await site.sign_in("commander")
    await site.officer(0, phone=False)
    found = (await commander.get("/v1/coverage?minutes=3")).json()
    assert found["network"] is None
    assert {each["properties"]["eta_source"] for each in found["features"]} == {EtaSource.STRAIGHT_LINE}


def tile_of(z: int, lat: float = HERE[0], lon: float = HERE[1]) -> tuple[int, int]:
    y = (1 - math.log(math.tan(math.radians(lat)) + 1 / math.cos(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * 2**z), int(y * 2**z)


async def fetch(site: Site, z: int, **headers: str) -> httpx.Response:
    x, y = tile_of(z)
    return await site.client().get(f"/v1/tiles/{z}/{x}/{y}.mvt", headers=headers)


async def test_tiles(streets: Site) -> None:
    all_streets, major = await fetch(streets, 14), await fetch(streets, 11)
    assert (all_streets.status_code, major.status_code) == (200, 200)
    assert all_streets.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert b"residential" in all_streets.content
    assert "ถนน 3".encode() in all_streets.content
    assert b"primary" in major.content
    assert b"residential" not in major.content
    tag = all_streets.headers["etag"]
    unchanged = await fetch(streets, 14, **{"if-none-match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    for column, row in ((1, 1), (tile_of(14)[0] + 1, tile_of(14)[1] + 1)):
        assert (await streets.client().get(f"/v1/tiles/14/{column}/{row}.mvt")).status_code == 204


async def test_a_full_cache_lets_the_oldest_tiles_go(streets: Site) -> None:
    db = await open_database(streets.cluster.url("sipha_app", streets.database), "sipha_app", size=2)
    x, y = tile_of(14)
    whole = await Tiles(db, streets.roads).get(14, x, y)
    assert whole is not None
    small = Tiles(db, streets.roads, room=len(whole.content) + 350)
    assert await small.get(14, x, y) == whole
    for z in (13, 14):
        assert (await small.get(z, *tile_of(z))) is not None
    assert small._held <= len(whole.content) + 350
    await db.close()


@pytest.mark.parametrize("path", ["14/99999/1.mvt", "14/1/99999.mvt", "23/1/1.mvt", "-1/0/0.mvt", "a/b/c.mvt",
                                  "14/1/1.png", "14/1/1", "14/1/-1.mvt", "14/1/999999999999999999999.mvt"])  # fmt: skip
async def test_what_is_no_tile(site: Site, path: str) -> None:
    answer = await site.client().get(f"/v1/tiles/{path}")
    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_where_the_tiles_are(streets: Site, tmp_path: Path) -> None:
    found = (await streets.client().get("/v1/tiles")).json()
    assert found["network"]["synthetic"] is True
    assert "OpenStreetMap" not in found["attribution"]
    x, y = tile_of(14)
    path = found["tiles"][0].replace("{z}", "14").replace("{x}", str(x)).replace("{y}", str(y))
    kept = await streets.client().get(path)
    assert (kept.status_code, "immutable" in kept.headers["cache-control"]) == (200, True)
    await put(streets.cluster, streets.database, grid(14).write(tmp_path / "real.osm"))
    await in_service(streets, "real.osm")
    renewed = (await streets.client().get("/v1/tiles")).json()
    assert "OpenStreetMap contributors" in renewed["attribution"]
    assert renewed["tiles"] != found["tiles"]
    again = await fetch(streets, 14, **{"if-none-match": kept.headers["etag"]})
    assert (again.status_code, again.content != kept.content) == (200, True)


async def test_without_a_network(site: Site) -> None:
    found = (await site.client().get("/v1/tiles")).json()
    assert (found["network"], found["tiles"]) == (None, [])
    assert (await fetch(site, 14)).status_code == 204
    assert not site.roads.ready


async def test_the_way_to_the_incident(streets: Site) -> None:
    await streets.start_jobs()
    officer, operator = await streets.officer(0, place(-500, -350)), await streets.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    path = f"/v1/assignments/{made['assignments'][0]['id']}/route"
    for client in (officer, operator):
        found = (await client.get(path)).json()
        facts = found["properties"]
        assert facts["eta_source"] == EtaSource.ROAD
        assert 850 < facts["metres"] < 1100
        assert facts["incident_id"] == made["id"]
        assert len(found["geometry"]["coordinates"]) > 5
        assert facts["seconds"] == pytest.approx(made["assignments"][0]["eta_seconds"], rel=0.05)
    other = await streets.officer(1, phone=False)
    assert (await other.get(path)).status_code == 404
    assert (await operator.get(f"/v1/assignments/{uuid.uuid4()}/route")).status_code == 404
    await operator.post(f"/v1/incidents/{made['id']}/close", json={"disposition": "resolved"})
    assert (await operator.get(path)).status_code == 409

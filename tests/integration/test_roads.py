"""Roads in the database and over HTTP: import, replacement while a server answers, coverage, tiles, ways."""

import asyncio
import math
import os
import re
import signal
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from api.db.pool import open_database
from api.demo.cluster import Cluster
from api.domain.travel import ROAD, STRAIGHT_LINE, Goal, Start
from api.roads.extract import Report
from api.services import roads
from api.services.road_import import ImportRunning, import_roads
from api.services.road_tiles import Tiles
from tests.site import HERE, Site, incident, until
from tests.streets import Map, place

SIPHA = Path(sys.executable).parent / "sipha"


def grid(streets: int = 12, spacing: float = 120.0) -> Map:
    """Blocks around the model station's first camera; the middle street is a main road."""
    names = {
        f"n{x}_{y}": ((x - streets / 2) * spacing, (y - streets / 2) * spacing)
        for x in range(streets)
        for y in range(streets)
    }
    made = Map(**names)
    for line in range(streets):
        kind = "primary" if line == streets // 2 else "residential"
        made.way(" ".join(f"n{x}_{line}" for x in range(streets)), kind, name=f"ถนน {line}")
        made.way(" ".join(f"n{line}_{y}" for y in range(streets)), kind, name=f"ซอย {line}")
    return made


async def put(cluster: Cluster, database: str, file: Path, *, synthetic: bool = False) -> Report:
    url = cluster.url("sipha_jobs", database)
    return await import_roads(url, file, lambda things, _: things, synthetic=synthetic, noticed_seconds=3)


async def in_service(site: Site, source: str) -> None:
    """Loaded, not only seen."""

    def there() -> bool:
        network = roads.network()
        return network is not None and network.source == source and roads.ready()

    await until(there, 30)


@pytest.fixture
async def streets(site: Site, tmp_path: Path) -> Site:
    await put(site.cluster, site.database, grid().write(tmp_path / "grid.osm"), synthetic=True)
    await in_service(site, "grid.osm")
    return site


async def rows(cluster: Cluster, database: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(cluster.url("sipha_app", database))
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


NETWORKS = "SELECT source, state FROM road_network ORDER BY id"


async def test_a_second_import_replaces_the_first_whole(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    await put(cluster, database_name, grid(6).write(tmp_path / "first.osm"))
    report = await put(cluster, database_name, grid(8).write(tmp_path / "second.osm"))
    assert await rows(cluster, database_name, NETWORKS) == [("second.osm", "current")]
    counted = await rows(cluster, database_name, "SELECT count(*), count(DISTINCT network_id) FROM road_edge")
    assert counted == [(report.stretches, 1)]


async def test_a_bad_file_changes_nothing(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    await put(cluster, database_name, grid(6).write(tmp_path / "good.osm"))
    bad = tmp_path / "bad.osm"
    bad.write_text(grid(8).write(tmp_path / "whole.osm").read_text()[:4000])
    before = await rows(cluster, database_name, "SELECT * FROM road_network")
    ended = await sipha(cluster, database_name, "roads", "import", str(bad))
    assert ended[0] == 1
    assert re.fullmatch(rf"sipha: {re.escape(str(bad))} cannot be read to its end: .*\n", ended[2])
    assert await rows(cluster, database_name, "SELECT * FROM road_network") == before


async def test_the_command_reports_in_lines(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    file = grid(6).write(tmp_path / "streets.osm")
    code, out, err = await sipha(cluster, database_name, "roads", "import", str(file), "--synthetic")
    assert (code, err) == (0, "")
    assert "60 stretches between 36 junctions" in out
    assert "turn restrictions: 0 honoured" in out
    found = await rows(cluster, database_name, "SELECT source, state, synthetic FROM road_network")
    assert found == [("streets.osm", "current", True)]


async def sipha(cluster: Cluster, database: str, *words: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        str(SIPHA), *words, env={**os.environ, "SIPHA_DATABASE_URL": cluster.url("sipha_jobs", database)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_two_imports_at_once(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    file = grid(6).write(tmp_path / "streets.osm")
    second: list[BaseException] = []

    async def meanwhile() -> None:
        with pytest.raises(ImportRunning) as caught:
            await put(cluster, database_name, file)
        second.append(caught.value)

    await put(cluster, database_name, file)
    first = asyncio.create_task(put(cluster, database_name, file))
    await asyncio.sleep(0.5)
    await meanwhile()
    await first
    assert "another import is running" in str(second[0])


async def test_a_killed_import_leaves_the_old_network_and_is_cleared(
    cluster: Cluster, database_name: str, tmp_path: Path
) -> None:
    await put(cluster, database_name, grid(6).write(tmp_path / "old.osm"))
    file = grid(170, 30.0).write(tmp_path / "large.osm")
    process = await asyncio.create_subprocess_exec(
        str(SIPHA), "roads", "import", str(file),
        env={**os.environ, "SIPHA_DATABASE_URL": cluster.url("sipha_jobs", database_name)},
    )  # fmt: skip

    async def writing() -> bool:
        return (await rows(cluster, database_name, "SELECT count(*) FROM road_edge"))[0][0] > 100

    await until(writing, 60)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert await rows(cluster, database_name, NETWORKS) == [("old.osm", "current"), ("large.osm", "loading")]
    await put(cluster, database_name, grid(8).write(tmp_path / "next.osm"))
    assert await rows(cluster, database_name, NETWORKS) == [("next.osm", "current")]
    assert (await rows(cluster, database_name, "SELECT count(DISTINCT network_id) FROM road_edge")) == [(1,)]


async def test_only_jobs_may_write_roads(cluster: Cluster, database_name: str) -> None:
    connection = await asyncpg.connect(cluster.url("sipha_app", database_name))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("UPDATE road_network SET state = 'retired'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM road_edge")
    finally:
        await connection.close()


def start(x: float, y: float, kind: str = "motorcycle") -> Start:
    return Start(uuid.uuid4(), kind, *place(x, y))


def goal(x: float, y: float) -> Goal:
    return Goal(uuid.uuid4(), *place(x, y))


async def test_times_by_road_and_by_straight_line_are_told_apart(streets: Site) -> None:
    on, island = start(-600, 0), start(30_000, 0)
    here = goal(0, 0)
    known = await roads.travel_times([here], [on, island], 6.0)
    by_road, beyond = known.eta(on.unit_id, here.id), known.eta(island.unit_id, here.id)
    assert by_road is not None
    assert beyond is not None
    assert (by_road.source, beyond.source) == (ROAD, STRAIGHT_LINE)
    assert beyond.seconds == pytest.approx(30_000 / 6, rel=0.01)
    assert (await roads.travel_times([], [on], 6.0)).seconds.shape == (0, 1)
    assert (await roads.travel_times([here], [], 6.0)).seconds.shape == (1, 0)


async def test_a_dead_process_is_a_straight_line_and_comes_back(streets: Site) -> None:
    unit, here = start(-600, 0), goal(0, 0)
    process = roads._process()
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)

    async def source() -> str:
        eta = (await roads.travel_times([here], [unit], 6.0)).eta(unit.unit_id, here.id)
        assert eta is not None
        return eta.source

    await until(lambda: is_true(source, STRAIGHT_LINE), 5)
    await until(lambda: is_true(source, ROAD), 30)


async def is_true(read: Callable[[], Any], expected: str) -> bool:
    return await read() == expected


async def test_a_hung_process_does_not_keep_a_decision_waiting(streets: Site) -> None:
    unit, here = start(-600, 0), goal(0, 0)
    process = roads._process()
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    try:
        begun = asyncio.get_running_loop().time()
        known = await roads.travel_times([here], [unit], 6.0)
        assert asyncio.get_running_loop().time() - begun < 3
        assert not known.by_road.any()
        begun = asyncio.get_running_loop().time()
        await roads.travel_times([here], [unit], 6.0)
        assert asyncio.get_running_loop().time() - begun < 0.2, "nobody waits for it a second time"
    finally:
        os.kill(process.pid, signal.SIGCONT)

    async def by_road() -> bool:
        return bool((await roads.travel_times([here], [unit], 6.0)).by_road.all())

    await until(by_road, 5)


async def test_a_server_answers_while_its_network_is_replaced(streets: Site, tmp_path: Path) -> None:
    unit, here = start(-600, 0), goal(0, 0)
    sources: list[bool] = []
    done = asyncio.Event()

    async def ask() -> None:
        while not done.is_set():
            known = await roads.travel_times([here], [unit], 6.0)
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
    assert {each["properties"]["eta_source"] for each in near["features"]} == {ROAD}
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
    assert {each["properties"]["eta_source"] for each in found["features"]} == {STRAIGHT_LINE}


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
    whole = await Tiles(db).get(14, x, y)
    assert whole is not None
    small = Tiles(db, room=len(whole.content) + 350)
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
    assert not roads.ready()


async def test_the_way_to_the_incident(streets: Site) -> None:
    await streets.start_jobs()
    officer, operator = await streets.officer(0, place(-500, -350)), await streets.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    path = f"/v1/assignments/{made['assignments'][0]['id']}/route"
    for client in (officer, operator):
        found = (await client.get(path)).json()
        facts = found["properties"]
        assert facts["eta_source"] == ROAD
        assert 850 < facts["metres"] < 1100
        assert facts["incident_id"] == made["id"]
        assert len(found["geometry"]["coordinates"]) > 5
        assert facts["seconds"] == pytest.approx(made["assignments"][0]["eta_seconds"], rel=0.05)
    other = await streets.officer(1, phone=False)
    assert (await other.get(path)).status_code == 404
    assert (await operator.get(f"/v1/assignments/{uuid.uuid4()}/route")).status_code == 404
    await operator.post(f"/v1/incidents/{made['id']}/close", json={"disposition": "resolved"})
    assert (await operator.get(path)).status_code == 409


async def test_loaded_as_it_was_built(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    """What comes out of the database is what an extract makes in memory."""
    import numpy as np

    from api.services.road_loading import load

    streets = grid(6)
    streets.restrict(100, "n3_3", 107, "no_left_turn")
    extract = streets.extract(tmp_path)
    await put(cluster, database_name, streets.write(tmp_path / "streets.osm"))
    (number,) = (await rows(cluster, database_name, "SELECT id FROM road_network"))[0]
    network = await load(cluster.url("sipha_app", database_name), "sipha_app", number)
    for name in ("source", "target", "length_m", "seconds", "left_out", "barred", "barred_for"):
        assert np.array_equal(getattr(network.stretches, name), getattr(extract.stretches, name)), name
    lines = extract.lines(0, len(extract.stretches.source))
    assert all(ours.equals_exact(theirs, 1e-6) for ours, theirs in zip(network.lines, lines, strict=True))

"""Travel times of 2,000 units to one incident, and their coverage, on real streets and in a made-up country.

The reference is pgRouting on the same rows in the same PostgreSQL, queried in the way that suits it best: one run of
`pgr_dijkstraCost` from the incident over reversed streets, and one of `pgr_drivingDistance` from all units.
SIPHA_BENCH_EDGES says how large the made-up country is (5,000,000 directed edges).
"""

import asyncio
import os
import shutil
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from api.db.migrate import upgrade
from api.db.pool import open_database
from api.demo.cluster import Cluster
from api.domain.roads.travel import Goal, Start
from api.services.roads.in_service import RoadsInService
from tests.benchmarks import made_up_country

UNITS = 2000
PLACES = 1000
COVERING = 20
"""For the reference: pgr_drivingDistance holds the network once per unit, over 20 GB for a country and 2,000 units."""
REPEATS = 20
COVERED_SECONDS = 600
EDGES = int(os.environ.get("SIPHA_BENCH_EDGES", "5000000"))
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "roads"
_EDGES = (
    "SELECT id, source, target, coalesce(motorcycle_{there}, -1)::float8 AS cost, "
    "coalesce(motorcycle_{back}, -1)::float8 AS reverse_cost FROM road_edge WHERE network_id = {network} "
    "AND (motorcycle_along IS NOT NULL OR motorcycle_against IS NOT NULL)"
)

Figures = dict[str, Any]


async def run() -> Figures:
    home = Path(tempfile.mkdtemp(prefix="sipha-bench-"))
    home.chmod(0o755)
    cluster = Cluster(home)
    await asyncio.to_thread(cluster.start)
    try:
        await asyncio.to_thread(upgrade, cluster.url("sipha_owner"))
        routing = await _pgrouting(cluster)
        found: Figures = {}
        largest = max(SHARED.glob("*.osm.*"), key=lambda file: file.stat().st_size, default=None)
        if largest is not None:
            found[largest.name] = await _measure(cluster, largest, routing=routing)
        country = home / "made-up-country.osm.pbf"
        await asyncio.to_thread(made_up_country.write, country, EDGES)
        found["made-up country"] = await _measure(cluster, country, routing=routing)
    finally:
        await asyncio.to_thread(cluster.stop)
        shutil.rmtree(home, ignore_errors=True)
    return found


async def _pgrouting(cluster: Cluster) -> bool:
    connection = await asyncpg.connect(cluster.url())
    try:
        await connection.execute("CREATE EXTENSION pgrouting")
    except asyncpg.PostgresError as error:
        print(f"travel_times: no pgRouting here ({error}), so there is no reference", flush=True)
        return False
    finally:
        await connection.close()
    return True


async def _measure(cluster: Cluster, file: Path, *, routing: bool) -> Figures:
    figures = await asyncio.to_thread(_import, cluster, file)
    db = await open_database(cluster.url("sipha_app"), "sipha_app", size=2)
    begun = time.perf_counter()
    roads = RoadsInService()
    following = asyncio.create_task(roads.follow(db, cluster.url("sipha_app"), "sipha_app"))
    try:
        while not roads.ready:
            await asyncio.sleep(0.01)
        figures["load_s"] = round(time.perf_counter() - begun, 1)
        process = roads._living()
        network = roads.network
        assert process is not None
        assert network is not None
        starts, nodes = await _units(cluster, network.id)
        figures |= {"directed_edges": await _directed(cluster, network.id), "units": UNITS}
        figures |= await _ours(roads, starts)
        figures["process_peak_mb"] = _peak_mb(process.pid)
        if routing:
            figures |= await _reference(roads, cluster, network.id, starts, nodes, figures)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await db.close()
    return figures


def _import(cluster: Cluster, file: Path) -> Figures:
    command = [str(Path(sys.executable).parent / "sipha"), "roads", "import", str(file)]
    environment = {**os.environ, "SIPHA_DATABASE_URL": cluster.url("sipha_jobs")}
    begun = time.perf_counter()
    pid = os.posix_spawn(
        command[0], command, environment, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise RuntimeError(f"{file} was not imported")
    return {"import_s": round(time.perf_counter() - begun, 1), "import_peak_mb": usage.ru_maxrss // 1024}


async def _units(cluster: Cluster, network: int) -> tuple[list[Start], list[int]]:
    """At junctions, so that both sides start from exactly the same places. The first is the incident's."""
    rows = await _fetch(
        cluster,
        "SELECT DISTINCT ON (source) source, ST_X(p) AS lon, ST_Y(p) AS lat FROM (SELECT source, "
        f"ST_Transform(ST_StartPoint(geometry), 4326) AS p FROM road_edge WHERE network_id = {network} "
        "AND motorcycle_along IS NOT NULL AND motorcycle_against IS NOT NULL AND left_out = 0) e ORDER BY source",
    )
    chosen = np.random.default_rng(15).choice(len(rows), UNITS + 1, replace=False)
    picked = [rows[int(place)] for place in chosen]
    starts = [Start(uuid.uuid4(), "motorcycle", row["lat"], row["lon"]) for row in picked]
    return starts, [row["source"] for row in picked]


async def _ours(roads: RoadsInService, starts: list[Start]) -> Figures:
    first = Goal(uuid.uuid4(), starts[0].lat, starts[0].lon)
    another = [Goal(uuid.uuid4(), each.lat, each.lon) for each in starts[1 : REPEATS + 1]]
    begun = time.perf_counter()
    known = await roads.travel_times([first], starts[1:], 6.0)
    figures: Figures = {"first_ms": _ms(begun), "by_road": round(float(known.by_road.mean()), 4)}
    begun = time.perf_counter()
    for _ in range(REPEATS):
        await roads.travel_times([first], starts[1:], 6.0)
    figures["same_incident_again_ms"] = round(_ms(begun) / REPEATS, 1)
    begun = time.perf_counter()
    for goal in another:
        await roads.travel_times([goal], starts[1:], 6.0)
    figures["another_incident_ms"] = round(_ms(begun) / REPEATS, 1)
    places = [Goal(uuid.uuid4(), each.lat, each.lon) for each in starts[1 : PLACES + 1]]
    await roads.soonest(starts[1:], places, COVERED_SECONDS, 6.0)
    begun = time.perf_counter()
    await roads.soonest(starts[1:], places, COVERED_SECONDS, 6.0)
    figures["coverage_ms"] = _ms(begun)
    begun = time.perf_counter()
    await roads.soonest(starts[1 : COVERING + 1], places, COVERED_SECONDS, 6.0)
    return figures | {"coverage_of_few_ms": _ms(begun)}


async def _reference(
    roads: RoadsInService, cluster: Cluster, network: int, starts: list[Start], nodes: list[int], figures: Figures
) -> Figures:
    along = _EDGES.format(network=network, there="along", back="against")
    reversed_ = _EDGES.format(network=network, there="against", back="along")
    begun = time.perf_counter()
    rows = await _fetch(
        cluster,
        "SELECT end_vid, agg_cost FROM pgr_dijkstraCost($1, $2::bigint, $3::bigint[], true)",
        reversed_, nodes[0], nodes[1:],
    )  # fmt: skip
    took = _ms(begun)
    theirs = {row["end_vid"]: row["agg_cost"] for row in rows}
    known = await roads.travel_times([Goal(uuid.uuid4(), starts[0].lat, starts[0].lon)], starts[1:], 6.0)
    differences = [
        abs(ours - theirs[node]) for ours, node in zip(known.seconds[0], nodes[1:], strict=True) if node in theirs
    ]
    begun = time.perf_counter()
    await _fetch(
        cluster,
        "SELECT count(*) FROM pgr_drivingDistance($1, $2::bigint[], $3, true, true)",
        along, nodes[1 : COVERING + 1], float(COVERED_SECONDS),
    )  # fmt: skip
    coverage = _ms(begun)
    return {
        "pgrouting_ms": took,
        "ratio_another_incident": round(took / figures["another_incident_ms"], 1),
        "ratio_same_incident": round(took / figures["same_incident_again_ms"], 1),
        "median_difference_s": round(float(np.median(differences)), 2),
        "pgrouting_coverage_ms": coverage,
        "ratio_coverage_of_few": round(coverage / figures["coverage_of_few_ms"], 1),
    }


async def _directed(cluster: Cluster, network: int) -> int:
    query = (
        f"SELECT count(motorcycle_along) + count(motorcycle_against) AS n FROM road_edge WHERE network_id = {network}"
    )
    return (await _fetch(cluster, query))[0]["n"]


async def _fetch(cluster: Cluster, query: str, *values: object) -> list[Any]:
    connection = await asyncpg.connect(cluster.url(), command_timeout=600)
    try:
        return await connection.fetch(query, *values)
    finally:
        await connection.close()


def _peak_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024


def _ms(begun: float) -> float:
    return round(1000 * (time.perf_counter() - begun), 1)

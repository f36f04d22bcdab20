"""Street tiles a second, uncached and cached, against a plain answer from the same server."""

import asyncio
import math
import os
import shutil
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import httpx

from api.db.migrate import upgrade
from api.demo.cluster import Cluster
from api.services.roads.extract_import import import_roads
from tests.benchmarks import made_up_country, travel_times
from tests.site import free_port

ZOOM = 14
CLIENTS = 4
ROUNDS = 5


async def run() -> dict[str, float | str]:
    home = Path(tempfile.mkdtemp(prefix="sipha-bench-"))
    home.chmod(0o755)
    cluster = Cluster(home)
    await asyncio.to_thread(cluster.start)
    try:
        await asyncio.to_thread(upgrade, cluster.url("sipha_owner"))
        file = max(travel_times.SHARED.glob("*.osm.*"), key=lambda each: each.stat().st_size, default=None)
        if file is None:
            file = home / "made-up-town.osm.pbf"
            made_up_country.write(file, 30_000)
        await import_roads(cluster.url("sipha_jobs"), file, lambda things, _: things, synthetic=False)
        return {"streets": file.name} | await _served(cluster, home)
    finally:
        await asyncio.to_thread(cluster.stop)
        shutil.rmtree(home, ignore_errors=True)


async def _served(cluster: Cluster, home: Path) -> dict[str, float | str]:
    port = free_port()
    environment = {
        **os.environ, "SIPHA_DATABASE_URL": cluster.url("sipha_app"), "SIPHA_HOME": str(home), "PORT": str(port),
        "SIPHA_LOG_LEVEL": "error",
    }  # fmt: skip
    server = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "sipha"), "serve", env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
            paths = await _paths(http)
            cold, sizes = await _fetch_all(http, paths)
            warm, _ = await _fetch_all(http, paths * ROUNDS)
            plain, _ = await _fetch_all(http, ["/healthz"] * len(paths) * ROUNDS)
    finally:
        server.terminate()
        await server.wait()
    return {
        "tiles": len(paths),
        "largest_kb": round(max(sizes) / 1024, 1),
        "cold_per_s": round(cold),
        "warm_per_s": round(warm),
        "plain_per_s": round(plain),
        "ratio_warm": round(plain / warm, 2),
        "ratio_cold": round(plain / cold, 2),
    }


async def _paths(http: httpx.AsyncClient) -> list[str]:
    for _ in range(300):
        try:
            streets = (await http.get("/v1/tiles")).json()
            if streets["tiles"]:
                break
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.1)
    else:
        raise RuntimeError("the server has no streets")
    west, south, east, north = streets["bounds"]
    (left, bottom), (right, top) = _tile(west, south), _tile(east, north)
    columns, rows = range(left, min(right, left + 20) + 1), range(top, min(bottom, top + 20) + 1)
    template = streets["tiles"][0].replace("{z}", str(ZOOM))
    return [template.replace("{x}", str(x)).replace("{y}", str(y)) for x, y in product(columns, rows)]


def _tile(lon: float, lat: float) -> tuple[int, int]:
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * 2**ZOOM), int(y * 2**ZOOM)


async def _fetch_all(http: httpx.AsyncClient, paths: list[str]) -> tuple[float, list[int]]:
    """How many a second, and their sizes in bytes."""
    waiting, sizes = list(paths), []

    async def client() -> None:
        while waiting:
            answer = await http.get(waiting.pop())
            answer.raise_for_status()
            sizes.append(len(answer.content))

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return len(paths) / (time.perf_counter() - begun), sizes

"""An SOS is posted; how long until its push reaches the push service, with 2,000 units of one station on duty?

The floor, measured in the same run with the same client, database and push service: one HTTP call that commits one
row, one claim of it by another process, one encrypted push (`bare_push`).
"""

import asyncio
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime

import asyncpg
import httpx
from aiohttp import web

from tests.benchmarks import bare_push
from tests.benchmarks.crowd import Crowd, crowd, running, until_ready
from tests.push_receiver import PushReceiver
from tests.site import free_port

UNITS = 2000
RATES = (10, 20)
"""Alerts a second, each in a separate run: below and above what two slow cores can keep up with."""
SECONDS = 15


class TimedReceiver(PushReceiver):
    """Records when each assignment's first push arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: dict[str, float] = {}

    async def _receive(self, request: web.Request) -> web.Response:
        at = time.monotonic()
        self.arrived.setdefault(request.headers["Topic"], at)
        await request.read()
        return web.Response(status=201)


async def run() -> dict[str, dict[str, float]]:
    return {f"{rate}_per_second": await _at(rate) for rate in RATES}


async def _at(rate: int) -> dict[str, float]:
    receiver = TimedReceiver()
    async with crowd(UNITS, receiver) as town:
        floored = await floor(town, rate)
        async with running(town, "serve", "jobs") as url:
            headers = {"authorization": f"Bearer {town.demo.worker_token}"}
            async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as http:
                loaded = await post_alerts(http, town, rate)
    return (
        loaded
        | floored
        | {
            "ratio_p50": round(loaded["p50_ms"] / floored["floor_p50_ms"], 1),
            "ratio_p99": round(loaded["p99_ms"] / floored["floor_p99_ms"], 1),
        }
    )


async def floor(town: Crowd, rate: int, seconds: int = SECONDS) -> dict[str, float]:
    """The same client at the same rate, see `bare_push`."""
    receiver, port, url = town.receiver, free_port(), town.cluster.url("sipha_owner")
    assert isinstance(receiver, TimedReceiver)
    subscription = receiver.phone("all").subscription()
    keys = subscription["keys"]
    assert isinstance(keys, dict)
    await bare_push.prepare(url)
    commands = (("serve", url, str(port)), ("jobs", url, str(subscription["endpoint"]), keys["p256dh"], keys["auth"]))
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.benchmarks.bare_push", *command)
        for command in commands
    ]
    begun: dict[str, float] = {}
    try:
        await until_ready(f"http://127.0.0.1:{port}")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:

            async def post() -> None:
                key = uuid.uuid4()
                begun[key.hex] = time.monotonic()
                (await http.post("/alert", json={"id": str(key)})).raise_for_status()

            await at_rate(post, rate, seconds)
    finally:
        for process in processes:
            process.terminate()
            await process.wait()
    took = [1000 * (receiver.arrived[key] - at) for key, at in begun.items()]
    return {"floor_p50_ms": round(statistics.median(took), 2), "floor_p99_ms": round(p99(took), 2)}


async def at_rate(post: Callable[[], Coroutine[None, None, None]], rate: int, seconds: int) -> None:
    tasks = []
    for _ in range(rate * seconds):
        tasks.append(asyncio.create_task(post()))
        await asyncio.sleep(1 / rate)
    await asyncio.gather(*tasks)
    await asyncio.sleep(3)


async def _add_cameras(town: Crowd, count: int) -> list[str]:
    """One per alert, far apart: alerts from one place would join one incident."""
    connection = await asyncpg.connect(town.cluster.url())
    first = await connection.fetchval("SELECT count(*) FROM camera WHERE name = 'y'")
    ids = [uuid.uuid4() for _ in range(count)]
    await connection.executemany(
        "INSERT INTO camera (id, station_id, name, position) VALUES ($1, $2, 'y', ST_MakePoint($3, $4)::geography)",
        [
            (each, town.demo.station_id, 100.5 + (index % 20) * 0.004, 13.7 + (index // 20) * 0.004)
            for index, each in enumerate(ids, first)
        ],
    )
    await connection.execute("UPDATE machine_token SET camera_ids = NULL WHERE role = 'worker'")
    await connection.close()
    return [str(each) for each in ids]


async def post_alerts(http: httpx.AsyncClient, town: Crowd, rate: int, seconds: int = SECONDS) -> dict[str, float]:
    """Raises RuntimeError unless every alert was taken and pushed."""
    posted: dict[str, float] = {}
    cameras = iter(await _add_cameras(town, rate * seconds))

    async def post() -> None:
        begun = time.monotonic()
        body = {
            "id": str(uuid.uuid4()), "camera_id": next(cameras), "kind": "sos",
            "occurred_at": datetime.now(UTC).isoformat(),
        }  # fmt: skip
        answer = await http.post("/v1/alerts", json=body)
        posted[answer.json()["incident_id"]] = begun

    await at_rate(post, rate, seconds)
    return {"alerts": len(posted)} | await pushed_after(town, posted, rate * seconds)


async def pushed_after(town: Crowd, posted: dict[str, float], alerts: int) -> dict[str, float]:
    """`posted`: when, by incident. Raises RuntimeError unless each of so many alerts has its own, and was pushed."""
    receiver = town.receiver
    assert isinstance(receiver, TimedReceiver)
    connection = await asyncpg.connect(town.cluster.url())
    offers = await connection.fetch(
        "SELECT DISTINCT ON (incident_id) id, incident_id FROM assignment WHERE incident_id = ANY ($1::uuid[]) "
        "ORDER BY incident_id, offered_at",
        list(posted),
    )
    await connection.close()
    took = [
        1000 * (receiver.arrived[row["id"].hex] - posted[str(row["incident_id"])])
        for row in offers
        if row["id"].hex in receiver.arrived
    ]
    if len(took) != alerts:
        raise RuntimeError(f"{alerts - len(took)} of {alerts} alerts were never pushed")
    return {"p50_ms": round(statistics.median(took), 1), "p99_ms": round(p99(took), 1)}


def p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]

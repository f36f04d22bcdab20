"""An SOS is posted; how long until its push reaches the push service, with 2,000 units of one station on duty?

The floor, measured in the same run against the same database and push service: one committed row, one encrypted push.
"""

import asyncio
import statistics
import time
import uuid
from datetime import UTC, datetime

import aiohttp
import asyncpg
import httpx
from aiohttp import web

from api.db.notifying.outgoing import OutgoingPush, PushAddress, PushMessage
from api.db.pool import Database
from api.domain.access.permissions import Actor, Role
from api.domain.incidents.incident import IncidentKind
from api.domain.notifying.push import Content, PushKind
from api.jobs.push import PushHandler
from api.services.access import keys
from api.services.stations.demo_file import DemoFile
from api.settings import Settings
from tests.benchmarks.crowd import Crowd, crowd, running
from tests.push_receiver import PushReceiver

UNITS = 2000
RATES = (10, 20)
"""Alerts a second, each in a separate run: below and above what two slow cores can keep up with."""
SECONDS = 15
FLOOR = 300


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
        floor = await _floor(town.db, town.settings, town.demo, receiver)
        async with running(town, "serve", "jobs") as url:
            headers = {"authorization": f"Bearer {town.demo.worker_token}"}
            async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as http:
                loaded = await post_alerts(http, town, rate)
    return (
        loaded
        | floor
        | {
            "ratio_p50": round(loaded["p50_ms"] / floor["floor_p50_ms"], 1),
            "ratio_p99": round(loaded["p99_ms"] / floor["floor_p99_ms"], 1),
        }
    )


async def _floor(db: Database, settings: Settings, demo: DemoFile, receiver: TimedReceiver) -> dict[str, float]:
    push = PushHandler(db, settings, await keys.vapid(db))
    subscription = receiver.phone("all").subscription()
    took = []
    async with aiohttp.ClientSession() as session:
        for _ in range(FLOOR):
            begun = time.perf_counter()
            async with db.transaction(Actor(uuid.uuid4(), Role.SYSTEM, demo.station_id)) as connection:
                await connection.execute("UPDATE incident_number SET last = last + 1")
                await connection.execute(
                    "INSERT INTO camera (station_id, name, position) VALUES ($1, 'x', 'POINT(1 1)')", demo.station_id
                )
            address = PushAddress(subscription["endpoint"], **subscription["keys"])  # type: ignore[arg-type]
            body, headers = push.encrypt(_offer(demo.station_id, address), address, datetime.now(UTC))
            async with session.post(address.endpoint, data=body, headers=headers):
                took.append(1000 * (time.perf_counter() - begun))
    return {"floor_p50_ms": round(statistics.median(took), 2), "floor_p99_ms": round(_p99(took), 2)}


def _offer(station_id: uuid.UUID, address: PushAddress) -> OutgoingPush:
    now = datetime.now(UTC)
    told = PushMessage(
        PushKind.OFFER, "token", content=Content(1, IncidentKind.CRASH, 4, "ถนนตัวอย่าง"),
        assignment_id=uuid.uuid4(), incident_id=uuid.uuid4(),
    )  # fmt: skip
    return OutgoingPush(uuid.uuid4(), station_id, "push", 1, now, None, now, message=told, address=address)


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
    receiver = town.receiver
    assert isinstance(receiver, TimedReceiver)
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

    tasks = []
    for _ in range(rate * seconds):
        tasks.append(asyncio.create_task(post()))
        await asyncio.sleep(1 / rate)
    await asyncio.gather(*tasks)
    await asyncio.sleep(3)
    connection = await asyncpg.connect(town.cluster.url())
    rows = await connection.fetch(
        "SELECT DISTINCT ON (incident_id) id, incident_id FROM assignment WHERE incident_id = ANY ($1::uuid[]) "
        "ORDER BY incident_id, offered_at",
        list(posted),
    )
    await connection.close()
    took = [
        1000 * (receiver.arrived[row["id"].hex] - posted[str(row["incident_id"])])
        for row in rows
        if row["id"].hex in receiver.arrived
    ]
    if len(took) != len(posted):
        raise RuntimeError(f"{len(posted) - len(took)} of {len(posted)} alerts were never pushed")
    return {"alerts": len(took), "p50_ms": round(statistics.median(took), 1), "p99_ms": round(_p99(took), 1)}


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]

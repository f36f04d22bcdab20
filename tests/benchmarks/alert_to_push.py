"""An SOS is posted; how long until its push reaches the push service, with 2,000 units of one station on duty?

The floor, measured in the same run against the same database and push service: one committed row, one encrypted push.
"""

import asyncio
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import asyncpg
import httpx
from aiohttp import web

from api.db.migrate import upgrade
from api.db.notifying.outgoing import OutgoingPush, PushAddress, PushMessage
from api.db.pool import Database, open_database
from api.demo import station
from api.demo.cluster import Cluster
from api.domain.access.permissions import Actor, Role
from api.domain.incidents.incident import IncidentKind
from api.domain.notifying.push import Content, PushKind
from api.jobs.push import PushHandler
from api.services.access import keys
from api.services.stations.demo_file import DemoFile
from api.settings import Settings
from tests.push_receiver import PushReceiver
from tests.site import free_port

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
    home = Path(tempfile.mkdtemp(prefix="sipha-bench-"))
    home.chmod(0o755)
    cluster, receiver = Cluster(home), TimedReceiver()
    await asyncio.to_thread(cluster.start)
    await receiver.start()
    try:
        await asyncio.to_thread(upgrade, cluster.url("sipha_owner"))
        db = await open_database(cluster.url("sipha_app"), "sipha_app", size=4)
        model = await station.prepare("http://127.0.0.1")
        await station.write(db, model, None, datetime.now(UTC))
        await station.mark_demo(cluster.url())
        demo = model.demo
        await _crowd(cluster, demo, receiver)
        settings = Settings(cluster.url("sipha_app"), home, push_hosts=(receiver.host,), demo=True)
        floor = await _floor(db, settings, demo, receiver)
        loaded = await _load(cluster, settings, demo, receiver, rate)
        await db.close()
    finally:
        await receiver.stop()
        await asyncio.to_thread(cluster.stop)
        shutil.rmtree(home, ignore_errors=True)
    return (
        loaded
        | floor
        | {
            "ratio_p50": round(loaded["p50_ms"] / floor["floor_p50_ms"], 1),
            "ratio_p99": round(loaded["p99_ms"] / floor["floor_p99_ms"], 1),
        }
    )


async def _crowd(cluster: Cluster, demo: DemoFile, receiver: PushReceiver) -> None:
    """Units all over the area, on duty, fresh, each with an officer and a phone that has answered."""
    chance, keys_of = random.Random(15), receiver.phone("all").subscription()["keys"]
    connection = await asyncpg.connect(cluster.url("sipha_app"))
    await connection.execute("SELECT set_config('sipha.station_id', $1, false)", str(demo.station_id))
    for index in range(UNITS):
        unit, account = uuid.uuid4(), uuid.uuid4()
        lat, lon = 13.779 + chance.uniform(-0.02, 0.02), 100.579 + chance.uniform(-0.02, 0.02)
        async with connection.transaction():
            await connection.execute(
                """WITH unit AS (INSERT INTO unit (id, station_id, callsign, kind) VALUES ($1, $2, $3, 'car')),
                   live AS (INSERT INTO unit_live (unit_id, station_id, status, position, fix_at, shift_started_at,
                              push_seen_at)
                            VALUES ($1, $2, 'available', ST_MakePoint($5, $4)::geography, now() + interval '1 minute',
                                    now(), now())),
                   crew AS (INSERT INTO account (id, station_id, role, username, display_name, password_hash)
                            VALUES ($6, $2, 'officer', $3, 'x', 'x')),
                   duty AS (INSERT INTO shift (station_id, unit_id, account_id, started_at) VALUES ($2, $1, $6, now()))
                   INSERT INTO push_subscription (station_id, account_id, endpoint, p256dh, auth)
                   VALUES ($2, $6, $7, $8, $9)""",
                unit, demo.station_id, f"u{index}", lat, lon, account,
                f"http://{receiver.host}/push/{index}", keys_of["p256dh"], keys_of["auth"],
            )  # fmt: skip
    await connection.close()
    administrator = await asyncpg.connect(cluster.url())
    await administrator.execute("ANALYZE")  # as autovacuum does within a minute; the app's role may not
    await administrator.close()


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


async def _load(
    cluster: Cluster, settings: Settings, demo: DemoFile, receiver: TimedReceiver, rate: int
) -> dict[str, float]:
    port, sipha = free_port(), str(Path(sys.executable).parent / "sipha")
    environment = {
        **os.environ, "SIPHA_DEMO": "1", "SIPHA_PUSH_HOSTS": receiver.host, "SIPHA_HOME": str(settings.home),
        "PORT": str(port), "SIPHA_LOG_LEVEL": "error",
    }  # fmt: skip
    running = [
        await asyncio.create_subprocess_exec(
            sipha, name, env=environment | {"SIPHA_DATABASE_URL": cluster.url(f"sipha_{role}")},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )
        for name, role in (("serve", "app"), ("jobs", "jobs"))
    ]  # fmt: skip
    try:
        headers = {"authorization": f"Bearer {demo.worker_token}"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as http:
            await _until_ready(http)
            return await _post_alerts(http, cluster, demo, receiver, rate)
    finally:
        for process in running:
            process.terminate()
            await process.wait()


async def _until_ready(http: httpx.AsyncClient) -> None:
    for _ in range(200):
        try:
            if (await http.get("/readyz")).status_code == 200:
                await asyncio.sleep(3)
                return
        except httpx.HTTPError:
            await asyncio.sleep(0.1)
    raise RuntimeError("the server did not start")


async def _add_cameras(cluster: Cluster, demo: DemoFile, count: int) -> list[str]:
    """One per alert, far apart: alerts from one place would join one incident."""
    connection = await asyncpg.connect(cluster.url())
    ids = [uuid.uuid4() for _ in range(count)]
    await connection.executemany(
        "INSERT INTO camera (id, station_id, name, position) VALUES ($1, $2, 'x', ST_MakePoint($3, $4)::geography)",
        [
            (each, demo.station_id, 100.5 + (index % 20) * 0.004, 13.7 + (index // 20) * 0.004)
            for index, each in enumerate(ids)
        ],
    )
    await connection.execute("UPDATE machine_token SET camera_ids = NULL WHERE role = 'worker'")
    await connection.close()
    return [str(each) for each in ids]


async def _post_alerts(
    http: httpx.AsyncClient, cluster: Cluster, demo: DemoFile, receiver: TimedReceiver, rate: int
) -> dict[str, float]:
    posted: dict[str, float] = {}
    cameras = iter(await _add_cameras(cluster, demo, rate * SECONDS))

    async def post() -> None:
        begun = time.monotonic()
        body = {
            "id": str(uuid.uuid4()), "camera_id": next(cameras), "kind": "sos",
            "occurred_at": datetime.now(UTC).isoformat(),
        }  # fmt: skip
        answer = await http.post("/v1/alerts", json=body)
        posted[answer.json()["incident_id"]] = begun

    tasks = []
    for _ in range(rate * SECONDS):
        tasks.append(asyncio.create_task(post()))
        await asyncio.sleep(1 / rate)
    await asyncio.gather(*tasks)
    await asyncio.sleep(3)
    connection = await asyncpg.connect(cluster.url())
    rows = await connection.fetch(
        "SELECT DISTINCT ON (incident_id) id, incident_id FROM assignment ORDER BY incident_id, offered_at"
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

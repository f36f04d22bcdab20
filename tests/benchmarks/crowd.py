"""A model station with many units, and the processes that serve it, for benchmarks that need them."""

import asyncio
import hashlib
import os
import random
import shutil
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import msgspec

from api.db.migrate import upgrade
from api.db.pool import Database, open_database
from api.demo import station
from api.demo.cluster import Cluster
from api.services.stations.demo_file import DemoFile
from api.settings import Settings
from tests.push_receiver import PushReceiver
from tests.site import free_port

SIPHA = str(Path(sys.executable).parent / "sipha")


class Crowd(msgspec.Struct):
    """`tokens`: the session of each unit's officer. `processes`: ids of those running."""

    cluster: Cluster
    demo: DemoFile
    settings: Settings
    receiver: PushReceiver
    db: Database
    tokens: list[str]
    processes: dict[str, int] = {}


@asynccontextmanager
async def crowd(units: int, receiver: PushReceiver) -> AsyncIterator[Crowd]:
    home = Path(tempfile.mkdtemp(prefix="sipha-bench-"))
    home.chmod(0o755)
    cluster = Cluster(home)
    await asyncio.to_thread(cluster.start)
    await receiver.start()
    try:
        await asyncio.to_thread(upgrade, cluster.url("sipha_owner"))
        db = await open_database(cluster.url("sipha_app"), "sipha_app", size=4)
        model = await station.prepare("http://127.0.0.1")
        await station.write(db, model, None, datetime.now(UTC))
        await station.mark_demo(cluster.url())
        tokens = [f"crowd-{index}" for index in range(units)]
        await _fill(cluster, model.demo, receiver, tokens)
        settings = Settings(cluster.url("sipha_app"), home, push_hosts=(receiver.host,), demo=True)
        yield Crowd(cluster, model.demo, settings, receiver, db, tokens)
        await db.close()
    finally:
        await receiver.stop()
        await asyncio.to_thread(cluster.stop)
        shutil.rmtree(home, ignore_errors=True)


async def _fill(cluster: Cluster, demo: DemoFile, receiver: PushReceiver, tokens: list[str]) -> None:
    """Units all over the area, on duty, fresh, each with an officer and a phone that has answered."""
    chance, keys_of = random.Random(15), receiver.phone("all").subscription()["keys"]
    connection = await asyncpg.connect(cluster.url("sipha_app"))
    await connection.execute("SELECT set_config('sipha.station_id', $1, false)", str(demo.station_id))
    for index, token in enumerate(tokens):
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
                   duty AS (INSERT INTO shift (station_id, unit_id, account_id, started_at) VALUES ($2, $1, $6, now())),
                   signed_in AS (INSERT INTO session (id, station_id, account_id, token_hash, created_at, expires_at)
                                 VALUES (gen_random_uuid(), $2, $6, $10, now(), now() + interval '1 hour'))
                   INSERT INTO push_subscription (station_id, account_id, endpoint, p256dh, auth)
                   VALUES ($2, $6, $7, $8, $9)""",
                unit, demo.station_id, f"u{index}", lat, lon, account,
                f"http://{receiver.host}/push/{index}", keys_of["p256dh"], keys_of["auth"],
                hashlib.sha256(token.encode()).digest(),
            )  # fmt: skip
    await connection.close()
    administrator = await asyncpg.connect(cluster.url())
    await administrator.execute("ANALYZE")  # as autovacuum does within a minute; the app's role may not
    await administrator.close()


@asynccontextmanager
async def running(town: Crowd, *names: str) -> AsyncIterator[str]:
    """`sipha serve`, `sipha jobs`; yields the server's URL."""
    port = free_port()
    environment = {
        **os.environ, "SIPHA_DEMO": "1", "SIPHA_PUSH_HOSTS": town.receiver.host, "SIPHA_HOME": str(town.settings.home),
        "PORT": str(port), "SIPHA_LOG_LEVEL": "error",
    }  # fmt: skip
    roles = {"serve": "app", "jobs": "jobs"}
    processes = [
        await asyncio.create_subprocess_exec(
            SIPHA, name, env=environment | {"SIPHA_DATABASE_URL": town.cluster.url(f"sipha_{roles[name]}")},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )
        for name in names
    ]  # fmt: skip
    town.processes = {name: process.pid for name, process in zip(names, processes, strict=True)}
    url = f"http://127.0.0.1:{port}"
    try:
        await until_ready(url)
        yield url
    finally:
        for process in processes:
            process.terminate()
            await process.wait()


async def until_ready(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        for _ in range(200):
            try:
                if (await http.get("/readyz")).status_code == 200:
                    await asyncio.sleep(3)
                    return
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
    raise RuntimeError("the server did not start")


async def clear(town: Crowd) -> None:
    """No case is open and every unit free, as at the beginning; while neither server nor jobs are running."""
    connection = await asyncpg.connect(town.cluster.url())
    for statement in (
        "UPDATE assignment SET state = 'withdrawn', ended_at = now() WHERE ended_at IS NULL",
        "UPDATE incident SET state = 'closed', ended_at = now(), disposition = 'resolved'",
        "UPDATE unit_live SET status = 'available' WHERE shift_started_at IS NOT NULL",
        "DELETE FROM deadline",
        "DELETE FROM outgoing",
    ):
        await connection.execute(statement)
    await connection.close()

"""A private, migrated PostgreSQL with the model station: created once per run, copied by each process that needs one.

Its databases: `sipha`, migrated and empty; `template_sipha`, the same, and `template_station` exist to be cloned.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import msgspec
import pytest
from argon2 import PasswordHasher

from api.db.migrate import upgrade
from api.db.pool import open_database
from api.demo import station
from api.demo.cluster import Cluster
from api.services.access.passwords import passwords
from api.services.stations.demo_file import DemoFile
from tests.homes import home
from tests.site import free_port

_PLACE = "SIPHA_TEST_CLUSTER"
_STATION = "station.json"


def make_room(config: pytest.Config) -> None:
    """Tell this run's processes the place, and remove it at the end. Nothing is created before it is needed."""
    room = contextlib.ExitStack()
    os.environ[_PLACE] = str(room.enter_context(home("made")))
    config.add_cleanup(room.close)


def copied_to(folder: Path) -> Cluster:
    """Not yet started."""
    origin = Cluster(_made())
    shutil.copy(origin.home / "cluster.json", folder)
    copy = Cluster(folder, throwaway=True)
    copy.data.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", origin.data, copy.data], check=True)
    return copy


def model_station() -> DemoFile:
    """Of `template_station`."""
    return msgspec.json.decode((_made() / _STATION).read_bytes(), type=DemoFile)


def administer(cluster: Cluster, *statements: str) -> None:
    """In a thread, because the caller may have a running event loop."""

    async def run() -> None:
        connection = await asyncpg.connect(cluster.url(database="postgres"))
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


def clone(cluster: Cluster, template: str, name: str) -> None:
    administer(cluster, f'CREATE DATABASE "{name}" TEMPLATE {template} STRATEGY FILE_COPY OWNER sipha_owner')


def _made() -> Path:
    """The first process creates it while the others wait."""
    folder = Path(os.environ[_PLACE])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / _STATION).exists():
            _make(folder)
    return folder


def _make(folder: Path) -> None:
    cluster = Cluster(folder, throwaway=True)
    cluster.start(free_port())
    try:
        upgrade(cluster.url("sipha_owner"))
        for name in ("template_sipha", "template_station"):
            clone(cluster, "sipha", name)
        with ThreadPoolExecutor(1) as thread:
            demo = thread.submit(asyncio.run, _found(cluster)).result()
    finally:
        cluster.stop_server()
    (folder / _STATION).write_bytes(msgspec.json.encode(demo))


@contextlib.contextmanager
def cheap_passwords() -> Iterator[None]:
    """Passwords hashed meanwhile are cheap, also at sign-in: a hash carries its own parameters. Nothing else lowers the
    cost; `test_passwords_are_hashed_at_full_cost` checks that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


async def _found(cluster: Cluster) -> DemoFile:
    with cheap_passwords():
        model = await station.prepare("http://127.0.0.1")
    db = await open_database(cluster.url("sipha_app", "template_station"), "sipha_app", size=2)
    await station.write(db, model, None, datetime.now(UTC))
    await db.close()
    await station.mark_demo(cluster.url(database="template_station"))
    return model.demo

"""One private PostgreSQL for the whole run; every test that asks for a database gets one of its own, cloned from a
migrated template. `site` is the real server on a port of its own, over a database that holds the model station."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from api.db import bootstrap
from api.db.migrate import upgrade
from api.db.pool import open_database
from api.demo import station
from api.demo.cluster import Cluster
from api.services.demo_file import DemoFile
from api.services.passwords import passwords
from tests import slow_work
from tests.homes import home
from tests.patience import patient
from tests.push_receiver import PushReceiver
from tests.site import Site, free_port
from tests.workload import Workload

_numbers = itertools.count(1)
_TIMEOUT = 180


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("timeout") is None:
        config.option.timeout = patient(_TIMEOUT)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Workload:
    return Workload(config, log)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with home("test") as folder:
        running = Cluster(folder, throwaway=True)
        running.start(free_port())
        try:
            asyncio.run(bootstrap.prepare(running.url(database="postgres"), "template_sipha", {}))
            upgrade(running.url("sipha_owner", "template_sipha"))
            yield running
        finally:
            running.stop()


@pytest.fixture(autouse=True)
def nothing_slow_inside_a_transaction() -> Iterator[None]:
    with slow_work.watched():
        yield


@pytest.fixture
def database_name(cluster: Cluster) -> Iterator[str]:
    """An empty, migrated database."""
    yield from _cloned(cluster, "template_sipha")


@pytest.fixture(scope="session")
def model_station(cluster: Cluster) -> DemoFile:
    """The template that holds the model station; its tests share ids, never rows.

    Its passwords are hashed cheaply, since every test signs in (a hash carries its own parameters). Nothing but this
    fixture lowers them; `test_passwords_are_hashed_at_full_cost` says so.
    """
    _administer(
        cluster, "CREATE DATABASE template_station TEMPLATE template_sipha STRATEGY FILE_COPY OWNER sipha_owner"
    )

    async def fill() -> DemoFile:
        db = await open_database(cluster.url("sipha_app", "template_station"), "sipha_app", size=2)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
            model = await station.prepare("http://127.0.0.1")
        await station.write(db, model, None, datetime.now(UTC))
        await db.close()
        await station.mark_demo(cluster.url(database="template_station"))
        return model.demo

    return asyncio.run(fill())


@pytest.fixture
def station_database(cluster: Cluster, model_station: DemoFile) -> Iterator[str]:
    yield from _cloned(cluster, "template_station")


@pytest.fixture
async def push_receiver() -> AsyncIterator[PushReceiver]:
    receiver = PushReceiver()
    await receiver.start()
    yield receiver
    await receiver.stop()


@pytest.fixture
async def site(
    cluster: Cluster, model_station: DemoFile, station_database: str, push_receiver: PushReceiver, tmp_path: Path
) -> AsyncIterator[Site]:
    demo = msgspec.convert(msgspec.to_builtins(model_station), DemoFile)
    running = Site(cluster, station_database, demo, push_receiver, tmp_path)
    await running.start()
    yield running
    await running.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_site(
    cluster: Cluster, model_station: DemoFile, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """One server for the tests of a module that leave nothing behind; they run in the module's event loop."""
    receiver = PushReceiver()
    await receiver.start()
    with contextlib.contextmanager(_cloned)(cluster, "template_station") as database:
        demo = msgspec.convert(msgspec.to_builtins(model_station), DemoFile)
        running = Site(cluster, database, demo, receiver, tmp_path_factory.mktemp("shared-site"))
        await running.start()
        yield running
        await running.stop()
    await receiver.stop()


def _cloned(cluster: Cluster, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _administer(cluster, f'CREATE DATABASE "{name}" TEMPLATE {template} STRATEGY FILE_COPY OWNER sipha_owner')
    yield name
    _administer(cluster, f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(cluster: Cluster, statement: str) -> None:
    """In a thread: whoever asks may have an event loop that runs."""

    async def run() -> None:
        connection = await asyncpg.connect(cluster.url(database="postgres"))
        await connection.execute(statement)
        await connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()

"""One private PostgreSQL for the whole run; every test that asks for `database_url` gets a database of its own,
cloned from a migrated template."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from api.db import bootstrap
from api.db.migrate import upgrade
from api.demo.cluster import Cluster

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    home = Path(tempfile.mkdtemp(prefix="sipha-test-"))
    home.chmod(0o755)
    running = Cluster(home, throwaway=True)
    running.start()
    try:
        asyncio.run(bootstrap.prepare(running.url(database="postgres"), "template_sipha", {}))
        upgrade(running.url("sipha_owner", "template_sipha"))
        yield running
    finally:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def database_name(cluster: Cluster) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _administer(cluster, f'CREATE DATABASE "{name}" TEMPLATE template_sipha OWNER sipha_owner')
    yield name
    _administer(cluster, f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(cluster: Cluster, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(cluster.url(database="postgres"))
        await connection.execute(statement)
        await connection.close()

    asyncio.run(run())

"""A database whose locale knows no Thai letters says so when a server starts, and serves all the same."""

from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from structlog.testing import CapturingLogger

from api.demo.cluster import Cluster
from api.services.recovery import starting
from api.settings import Settings
from tests import clusters


@pytest.fixture
def plain_database(cluster: Cluster) -> Iterator[str]:
    clusters.administer(
        cluster, "CREATE DATABASE plain TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' OWNER sipha_owner"
    )
    yield "plain"
    clusters.administer(cluster, "DROP DATABASE plain WITH (FORCE)")


async def said_at(cluster: Cluster, database: str) -> list[str]:
    settings = Settings(database_url=cluster.url("sipha_app", database), demo=True, home=Path())
    log = CapturingLogger()  # `capture_logs` misses a logger that an earlier test has used
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(starting, "_log", log)
        await starting.look(settings, "sipha_app")
    return [call.args[0] for call in log.calls if "Thai" in call.args[0]]


async def test_a_locale_that_knows_thai_is_not_worth_a_word(cluster: Cluster, station_database: str) -> None:
    assert await said_at(cluster, station_database) == []


async def test_locale_c_is_named_with_what_to_do(cluster: Cluster, plain_database: str) -> None:
    connection = await asyncpg.connect(cluster.url(database=plain_database))
    await connection.execute("CREATE TABLE deployment (demo boolean); INSERT INTO deployment VALUES (true)")
    await connection.execute("GRANT SELECT ON deployment TO sipha_app")
    assert await said_at(cluster, plain_database) == [], "before the migration there is nothing to search"
    await connection.execute("CREATE EXTENSION pg_trgm")
    (line,) = await said_at(cluster, plain_database)
    assert "LOCALE 'C.UTF-8'" in line
    await connection.close()

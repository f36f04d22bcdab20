"""Runs the Alembic migrations as the schema's owner."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

_MIGRATION_LOCK = 15_001
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def configuration(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database to the newest schema; `url` is the owner's, or a login that may become the owner."""
    command.upgrade(configuration(url), revision)


def connect(url: str) -> Connection:
    """A synchronous connection that acts as the owner."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    connection = engine.connect()
    connection.execute(text("SET ROLE sipha_owner"))
    connection.execute(text("SET client_connection_check_interval = '5s'"))  # or a killed one would keep building
    connection.commit()
    return connection


@contextmanager
def only_migration(connection: Connection) -> Iterator[None]:
    """Waits while another migration runs on this database. A session lock, so it ends with a killed process."""
    waiting = False
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _MIGRATION_LOCK}):
        connection.commit()  # waiting inside the query would hold up concurrent index builds
        if not waiting:
            sys.stderr.write("sipha migrate: another one is running on this database, waiting for it\n")
        waiting = True
        time.sleep(0.5)
    connection.commit()
    yield

"""Runs the Alembic migrations as the schema's owner."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def configuration(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Bring the database to the newest schema; `url` is the owner's, or a login that may become the owner."""
    command.upgrade(configuration(url), "head")


def connect(url: str) -> Connection:
    """A synchronous connection that acts as the owner."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    connection = engine.connect()
    connection.execute(text("SET ROLE sipha_owner"))
    connection.commit()
    return connection

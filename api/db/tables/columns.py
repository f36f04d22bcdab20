"""Recurring kinds of columns, so that each table lists only what is its own."""

from enum import StrEnum

from geoalchemy2 import Geography
from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    MetaData,
    Uuid,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identity() -> Column[object]:
    return Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()"))


def station() -> Column[object]:
    """Every row belongs to a station: row-level security reads this column."""
    return Column("station_id", Uuid, ForeignKey("station.id"), nullable=False)


def refers(name: str, target: str, *, null: bool = False) -> Column[object]:
    return Column(name, Uuid, ForeignKey(f"{target}.id"), nullable=null)


def moment(name: str, *, null: bool = False, default: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=null, server_default=text("now()") if default else None)


def point(name: str = "position", *, null: bool = False) -> Column[object]:
    """WGS 84, on the spheroid: nearest-neighbour search on degrees picks the wrong unit. Indexed where searched."""
    return Column(name, Geography("POINT", srid=4326, spatial_index=False), nullable=null)


def one_of(column: str, values: type[StrEnum], *, name: str | None = None) -> CheckConstraint:
    """States are text with a CHECK: comparing enums under row-level security does not use the index."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_known")

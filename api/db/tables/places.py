from geoalchemy2 import Geography
from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION
from sqlalchemy.sql import text

from api.db.tables.columns import metadata, point, station
from api.domain.places.place import OWN, PlaceKind

_OWN = ", ".join(f"'{kind}'" for kind in PlaceKind if kind in OWN)


def _number(name: str) -> Column[object]:
    return Column(name, Integer, nullable=False, autoincrement=False)


def _position() -> Column[object]:
    return Column("position", Geography("POINT", srid=4326, spatial_index=False), nullable=False)


place = Table(
    "place",
    metadata,
    _number("network_id"),
    _number("id"),
    Column("kind", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text),
    _position(),
    Column("line", ARRAY(DOUBLE_PRECISION)),
    Column("remarkable", Boolean, nullable=False),
    PrimaryKeyConstraint("network_id", "id"),
    Index("ix_place_remarkable", "position", postgresql_using="gist", postgresql_where=text("remarkable")),
    Index("ix_place_area", "position", postgresql_using="gist", postgresql_where=text("kind = 'area'")),
    comment="A place that anybody may know, of the same import as the streets: no station, no row-level security. "
    "`line`: points of a street from its mouth to its end, latitude before longitude; `remarkable`: others are told to "
    "be near it.",
)

key = Table(
    "place_key",
    metadata,
    _number("network_id"),
    _number("id"),
    Column("script", String, nullable=False),
    Column("letters", Text, nullable=False),
    PrimaryKeyConstraint("network_id", "id"),
    Index("ix_place_key_exact", "network_id", "script", "letters"),
    Index("ix_place_key_letters", "letters", postgresql_using="gin", postgresql_ops={"letters": "gin_trgm_ops"}),
    comment="Letters that places are found by, each once: `written` in Thai, or `spoken` in folded Latin.",
)

name = Table(
    "place_name",
    metadata,
    _number("network_id"),
    _number("place_id"),
    _number("key_id"),
    Column("number", String, nullable=False),
    _position(),
    PrimaryKeyConstraint("network_id", "place_id", "key_id", "number"),
    Index("ix_place_name_key", "network_id", "key_id", "number", "position", postgresql_using="gist"),
    comment="Which places have a key, with a number (of a soi; after # of a house, after @ of a kilometre).",
)

crossing = Table(
    "place_crossing",
    metadata,
    _number("network_id"),
    _number("one"),
    _number("other"),
    _position(),
    PrimaryKeyConstraint("network_id", "one", "other"),
    comment="Where two streets meet; the lower number first.",
)

own = Table(
    "station_place",
    metadata,
    Column("id", Uuid, primary_key=True),
    station(),
    Column("kind", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text),
    point(),
    CheckConstraint(f"kind IN ({_OWN})", name="kind_known"),
    Index("ix_station_place_station_id", "station_id"),
    comment="A place that only this station knows by this name.",
)

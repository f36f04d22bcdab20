from geoalchemy2 import Geometry
from sqlalchemy import (
    REAL,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql import text

from api.db.tables.columns import metadata, moment, one_of, refers, station
from api.domain.roads.closure import ClosureKind

network = Table(
    "road_network",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("source", Text, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("state", String, nullable=False, server_default=text("'loading'")),
    moment("imported_at"),
    Column("bounds", ARRAY(Double), nullable=False),
    Column("nodes", Integer, nullable=False),
    Column("edges", Integer, nullable=False),
    Column("report", JSONB, nullable=False),
    Column("places", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("state IN ('loading', 'current', 'retired')", name="state_known"),
    Index("uq_road_network_current", "state", unique=True, postgresql_where=text("state = 'current'")),
    comment="Roads are public: no station, no row-level security. `bounds`: west, south, east, north in degrees.",
)

edge = Table(
    "road_edge",
    metadata,
    Column("network_id", Integer, nullable=False),
    Column("id", Integer, nullable=False, autoincrement=False),
    Column("source", Integer, nullable=False),
    Column("target", Integer, nullable=False),
    Column("class", String, nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("name", Text),
    Column("name_en", Text),
    Column("length_m", REAL, nullable=False),
    Column("motorcycle_along", REAL),
    Column("motorcycle_against", REAL),
    Column("car_along", REAL),
    Column("car_against", REAL),
    Column("foot_along", REAL),
    Column("foot_against", REAL),
    Column("left_out", SmallInteger, nullable=False),
    Column("geometry", Geometry("LINESTRING", srid=3857, spatial_index=False), nullable=False),
    PrimaryKeyConstraint("network_id", "id"),
    Index("ix_road_edge_geometry", "geometry", postgresql_using="gist"),
    Index("ix_road_edge_major", "geometry", postgresql_using="gist", postgresql_where=text("rank <= 4")),
    comment="A stretch between two junctions; ids and nodes are numbered without gaps within a network. Seconds per "
    "profile along the line and against it, null where that is not allowed; `left_out`: a bit for each profile whose "
    "main part excludes it. No foreign key: an import writes millions of rows.",
)

restriction = Table(
    "road_restriction",
    metadata,
    Column("network_id", Integer, nullable=False),
    Column("comes_by", Integer, nullable=False),
    Column("leaves_by", Integer, nullable=False),
    Column("profiles", SmallInteger, nullable=False),
    PrimaryKeyConstraint("network_id", "comes_by", "leaves_by"),
    comment="A barred turn from one directed edge (2 * id, + 1 against the line) into another; `profiles`: a bit for "
    "each it applies to.",
)

closure = Table(
    "road_closure",
    metadata,
    Column("id", Uuid, primary_key=True),
    station(),
    Column("station_th", Text, nullable=False),
    Column("station_en", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("speed_factor", Double, nullable=False),
    Column("geometry", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
    Column("streets", ARRAY(Text), nullable=False),
    moment("begins_at"),
    moment("ends_at"),
    Column("reason", Text, nullable=False),
    refers("by", "account"),
    moment("at"),
    moment("lifted_at", null=True),
    refers("lifted_by", "account", null=True),
    one_of("kind", ClosureKind),
    CheckConstraint("speed_factor >= 0 AND speed_factor < 1", name="factor"),
    CheckConstraint("begins_at < ends_at", name="ends_later"),
    Index("ix_road_closure_ends_at", "ends_at", postgresql_where=text("lifted_at IS NULL")),
    Index("ix_road_closure_station_id", "station_id"),
    comment="Streets closed (factor 0) or slow, by their shape, because an import numbers edges anew; several lines "
    "are copies of streets. Every station reads all: traffic does not stop at a border. `streets`: their names then.",
)

from geoalchemy2 import Geography
from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql import text

from api.db.tables.columns import identity, metadata, moment, point, refers, station

deployment = Table(
    "deployment",
    metadata,
    Column("single", Boolean, primary_key=True, server_default=text("true")),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    Column("generation", Uuid, nullable=False, server_default=text("gen_random_uuid()")),
    Column("tx_offset", BigInteger, nullable=False, server_default=text("0")),
    moment("restored_at", null=True),
    CheckConstraint("single", name="one_row"),
    comment="What this database is. `generation` tells event cursors from before a restore; `tx_offset` is added to "
    "this cluster's transaction ids, so that they continue where the restored ones end; while `restored_at` is set, "
    "nothing is dispatched.",
)

secret = Table(
    "secret",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    moment("created_at", default=True),
    comment="Keys generated at the first start and kept: VAPID, the tokens of citizens' links.",
)

station_table = Table(
    "station",
    metadata,
    identity(),
    Column("name_th", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("phone", Text),
    refers("province_id", "station", null=True),
    Column("area", Geography("POLYGON", srid=4326, spatial_index=False)),
    point("centre"),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Index("ix_station_area", "area", postgresql_using="gist"),
    Index("ix_station_province_id", "province_id"),
    comment="The area is the station's own polygon, never derived from a district's name. Without an area: the office "
    "of a province, which serves no place; `province_id` is the office of a station.",
)

station_day = Table(
    "station_day",
    metadata,
    station(),
    Column("day", Date, nullable=False),
    Column("priority", Integer, nullable=False),
    *(
        Column(name, Integer, nullable=False)
        for name in ("incidents", "arrived", "on_time", "cancelled", "cancelled_late")
    ),
    Column("response_seconds", ARRAY(REAL), nullable=False),
    moment("counted_at"),
    PrimaryKeyConstraint("station_id", "day", "priority"),
    comment="A station's day in figures, counted again by `sipha jobs` while its cases may still change. "
    "`response_seconds`: of every case that was reached, so that percentiles over any days are exact.",
)

policy = Table(
    "station_policy",
    metadata,
    refers("station_id", "station"),
    Column("target_seconds", JSONB, nullable=False, server_default=text("'{}'")),
    Column("offer_seconds", Integer, nullable=False, server_default=text("30")),
    Column("delivery_seconds", Integer, nullable=False, server_default=text("10")),
    Column("fix_limit_seconds", Integer, nullable=False, server_default=text("120")),
    Column("decision_seconds", Integer, nullable=False, server_default=text("600")),
    Column("automatic_alerts", ARRAY(Text), nullable=False, server_default=text("'{sos}'")),
    Column("automatic_reports", ARRAY(Text), nullable=False, server_default=text("'{sos}'")),
    Column("speed_m_per_s", Double, nullable=False, server_default=text("6.0")),
    Column("delegation", JSONB, nullable=False, server_default=text("'{}'")),
    Column("needs", JSONB, nullable=False, server_default=text("'{}'")),
    Column("lends_units", Boolean, nullable=False, server_default=text("false")),
    Column("face_words", Integer, nullable=False, server_default=text("2")),
    Column("beat_floor", Integer, nullable=False, server_default=text("1")),
    refers("shift_supervisor", "account", null=True),
    Column("alarm_seconds", Integer, nullable=False, server_default=text("30")),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("delegated_by", Text, nullable=False),
    moment("delegated_at", default=True),
    PrimaryKeyConstraint("station_id"),
    CheckConstraint("offer_seconds BETWEEN 5 AND 300", name="offer_seconds_range"),
    CheckConstraint("delivery_seconds BETWEEN 2 AND 120", name="delivery_seconds_range"),
    CheckConstraint("alarm_seconds BETWEEN 2 AND 600", name="alarm_seconds_range"),
    CheckConstraint("face_words IN (1, 2)", name="face_words_known"),
    CheckConstraint("beat_floor BETWEEN 0 AND 20", name="beat_floor_range"),
    comment="The station's written delegation: what may happen automatically, with an author and a date. `needs`: by "
    "kind of incident, how many units, what crew and which capabilities.",
)
policy_change = Table(
    "policy_change",
    metadata,
    station(),
    Column("version", Integer, nullable=False),
    Column("policy", JSONB, nullable=False),
    refers("changed_by", "account"),
    moment("changed_at"),
    PrimaryKeyConstraint("station_id", "version"),
    comment="Each version of a station's policy and delegation, as written by a person. Insert-only.",
)

station_state = Table(
    "station_state",
    metadata,
    refers("station_id", "station"),
    *(
        Column(name, Integer, nullable=False)
        for name in ("units", "on_duty", "active", "overdue", "cameras", "cameras_live")
    ),
    moment("counted_at"),
    PrimaryKeyConstraint("station_id"),
    comment="How a station stands, in numbers, counted by `sipha jobs` every half minute: its province reads this and "
    "no case.",
)

correction = Table(
    "travel_correction",
    metadata,
    station(),
    Column("kind", String, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("factor", Double, nullable=False),
    Column("rides", Integer, nullable=False),
    moment("learned_at"),
    PrimaryKeyConstraint("station_id", "kind", "hour"),
    CheckConstraint("hour BETWEEN 0 AND 23", name="hour_range"),
    comment="Relearned by `sipha jobs` from the last 60 days.",
)

camera = Table(
    "camera",
    metadata,
    identity(),
    station(),
    Column("name", Text, nullable=False),
    point(),
    Column("state", String, nullable=False, server_default=text("'unknown'")),
    moment("state_at", null=True),
    moment("seen_at", null=True),
    Column("detail", Text),
    Column("direction", Integer),
    moment("retired_at", null=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    CheckConstraint("direction BETWEEN 0 AND 359", name="direction_in_circle"),
    CheckConstraint(
        "state IN ('unknown', 'live', 'overloaded', 'not_matching', 'stalled', 'unreachable', 'off')",
        name="state_known",
    ),
    Index("ix_camera_station_id", "station_id"),
    comment="`direction`: where it looks, in degrees from north. No alert is taken from a retired camera; its history "
    "stays.",
)

incident_number = Table(
    "incident_number",
    metadata,
    refers("station_id", "station"),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("station_id", "year"),
)

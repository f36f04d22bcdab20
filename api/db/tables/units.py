from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import text

from api.db.tables.columns import (
    identity,
    metadata,
    moment,
    one_of,
    point,
    refers,
    station,
)
from api.domain.units.fix import SUSPICIOUS, FixProblem
from api.domain.units.unit import UnitStatus

_SUSPICIOUS = ", ".join(f"'{problem}'" for problem in FixProblem if problem in SUSPICIOUS)

unit = Table(
    "unit",
    metadata,
    identity(),
    station(),
    Column("callsign", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("beat", Text),
    Column("capabilities", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("plate", Text),
    moment("retired_at", null=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    CheckConstraint("kind IN ('motorcycle', 'car', 'foot')", name="kind_known"),
    UniqueConstraint("station_id", "callsign"),
    comment="A retired unit (`retired_at`) goes on duty no more; its history stays.",
)

unit_live = Table(
    "unit_live",
    metadata,
    refers("unit_id", "unit"),
    station(),
    Column("status", String, nullable=False, server_default=text("'off_duty'")),
    point(null=True),
    moment("fix_at", null=True),
    Column("accuracy", Double),
    Column("speed", Double),
    Column("heading", Double),
    Column("simulated", Boolean, nullable=False, server_default=text("false")),
    moment("moved_at", null=True),
    moment("shift_started_at", null=True),
    moment("push_seen_at", null=True),
    moment("stream_seen_at", null=True),
    Column("doubtful_reason", String),
    moment("doubtful_since", null=True),
    moment("doubtful_seen_at", null=True),
    PrimaryKeyConstraint("unit_id"),
    one_of("status", UnitStatus),
    CheckConstraint(f"doubtful_reason IN ({_SUSPICIOUS})", name="doubtful_reason_known"),
    CheckConstraint(
        "num_nulls(doubtful_reason, doubtful_since, doubtful_seen_at) IN (0, 3)", name="doubtful_all_or_nothing"
    ),
    Index(
        "ix_unit_live_station_id_position",
        "station_id",
        "position",
        postgresql_using="gist",
        postgresql_where=text("status = 'available'"),
    ),
    Index("ix_unit_live_station_id", "station_id"),
    postgresql_with={"fillfactor": "70", "autovacuum_vacuum_scale_factor": "0.05"},
    comment="What keeps changing. The index holds only units that may be sent, so that a position report stays cheap. "
    "`position` is the newest trusted fix, whatever doubtful ones came later.",
)

shift = Table(
    "shift",
    metadata,
    identity(),
    station(),
    refers("unit_id", "unit"),
    refers("account_id", "account"),
    moment("started_at"),
    moment("ended_at", null=True),
    Index("ix_shift_account_id_started_at", "account_id", "started_at"),
    Index("uq_shift_open", "account_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    Index("ix_shift_open_unit", "unit_id", postgresql_where=text("ended_at IS NULL")),
    Index("ix_shift_open_station_id_unit_id", "station_id", "unit_id", postgresql_where=text("ended_at IS NULL")),
)

position_batch = Table(
    "position_batch",
    metadata,
    refers("account_id", "account"),
    Column("id", Uuid, nullable=False),
    station(),
    Column("content_hash", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    moment("at", default=True),
    PrimaryKeyConstraint("account_id", "id"),
    Index("ix_position_batch_at", "at"),
)

track = Table(
    "track",
    metadata,
    refers("unit_id", "unit"),
    station(),
    moment("at"),
    point(),
    Column("accuracy", Double),
    Column("speed", Double),
    Column("problem", String),
    moment("received_at", default=True),
    PrimaryKeyConstraint("unit_id", "at", "position"),
    one_of("problem", FixProblem),
    postgresql_partition_by="RANGE (at)",
    comment="Officers are tracked on duty only; detail is kept for 30 days by dropping partitions and rows. A fix "
    "with a `problem` is not trusted and moves nothing.",
)

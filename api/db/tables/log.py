from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.sql import text
from sqlalchemy.types import UserDefinedType

from api.db.tables.columns import metadata, moment, station


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id, which orders events by when they became visible."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


ischema_names["xid8"] = TransactionId

event = Table(
    "event",
    metadata,
    Column("tx", TransactionId(), nullable=False, server_default=text("tx_now()")),
    Column("id", BigInteger, Identity(always=True), nullable=False),
    station(),
    Column("kind", String, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("payload", JSONB, nullable=False),
    moment("at", default=True),
    PrimaryKeyConstraint("at", "id"),
    Index("ix_event_station_id_tx_id", "station_id", "tx", "id"),
    postgresql_partition_by="RANGE (at)",
    comment="Feeds the live screens. Holds ids and states, never contacts, positions or pictures.",
)

audit = Table(
    "audit",
    metadata,
    Column("tx", TransactionId(), nullable=False, server_default=text("tx_now()")),
    Column("id", BigInteger, Identity(always=True), nullable=False),
    station(),
    Column("actor_id", Uuid, nullable=False),
    Column("role", String, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Uuid),
    Column("reason", Text),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
    Column("request_id", Text),
    moment("at", default=True),
    PrimaryKeyConstraint("at", "id"),
    Index("ix_audit_station_id_at", "station_id", "at"),
    Index("ix_audit_station_id_tx_id", "station_id", "tx", "id"),
    postgresql_partition_by="RANGE (at)",
    comment="Who viewed, searched, decided or changed what. Insert and read only, kept at least a year.",
)

audit_leaf = Table(
    "audit_leaf",
    metadata,
    station(),
    Column("position", BigInteger, nullable=False),
    PrimaryKeyConstraint("station_id", "position"),
    Column("tx", TransactionId(), nullable=False),
    Column("audit_id", BigInteger, nullable=False),
    moment("at"),
    Column("hash", LargeBinary, nullable=False),
    comment="The leaves of a station's Merkle tree (RFC 6962), numbered from 0: one per audit row, kept after the row "
    "is deleted.",
)

audit_head = Table(
    "audit_head",
    metadata,
    station(),
    Column("size", BigInteger, nullable=False),
    PrimaryKeyConstraint("station_id", "size"),
    Column("tx", TransactionId(), nullable=False),
    Column("audit_id", BigInteger, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    moment("at"),
    comment="Signed heads of the tree; `note` is what is anchored elsewhere. `tx`, `audit_id`: the row of the last "
    "leaf; `peaks`: the roots of the complete subtrees, 32 bytes each.",
)

audit_timestamp = Table(
    "audit_timestamp",
    metadata,
    station(),
    Column("size", BigInteger, nullable=False),
    PrimaryKeyConstraint("station_id", "size"),
    Column("token", LargeBinary, nullable=False),
    moment("at"),
    comment="RFC 3161 time-stamps over a head's note.",
)

audit_seal = Table(
    "audit_seal",
    metadata,
    station(),
    Column("number", BigInteger, nullable=False),
    PrimaryKeyConstraint("station_id", "number"),
    Column("upto_tx", TransactionId(), nullable=False),
    Column("upto_id", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    moment("at"),
    comment="The hash chain of the releases before the Merkle tree; the next release drops it.",
)

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    Identity,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import text

from api.db.tables.columns import identity, metadata, moment, one_of, refers, station
from api.domain.incidents.deadline import DeadlineKind
from api.domain.notifying.outgoing import DeliveryState, OutgoingKind
from api.domain.notifying.push import PushKind

subscription = Table(
    "push_subscription",
    metadata,
    identity(),
    station(),
    refers("account_id", "account"),
    Column("endpoint", Text, nullable=False, unique=True),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    Column("device", Text),
    moment("created_at", default=True),
    Index("ix_push_subscription_account_id", "account_id"),
)

delivery = Table(
    "push_delivery",
    metadata,
    identity(),
    station(),
    refers("account_id", "account"),
    refers("unit_id", "unit", null=True),
    refers("assignment_id", "assignment", null=True),
    refers("incident_id", "incident", null=True),
    Column("kind", String, nullable=False),
    Column("receipt_token", Text, nullable=False),
    moment("created_at", default=True),
    moment("delivered_at", null=True),
    moment("shown_at", null=True),
    moment("opened_at", null=True),
    one_of("kind", PushKind),
    # The previous release's queue, until the next one drops it: what is `due` here is taken over into `outgoing`.
    Column("subscription_id", Uuid),
    Column("content", JSONB),
    Column("state", String, server_default=text("'due'")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    moment("due_at", null=True),
    moment("expires_at", null=True),
    moment("sent_at", null=True),
    Column("last_error", Text),
    Column("request_id", Text),
    one_of("state", DeliveryState),
    Index("ix_push_delivery_due", "due_at", postgresql_where=text("state = 'due'")),
    Index("ix_push_delivery_assignment_id", "assignment_id"),
    Index("ix_push_delivery_station_id_created_at", "station_id", "created_at"),
    comment="What a phone has reported about a push: received, shown, opened. The push itself is the row of "
    "`outgoing` with the same id.",
)

outgoing = Table(
    "outgoing",
    metadata,
    identity(),
    station(),
    Column("kind", String, nullable=False),
    Column("target", Text, nullable=False),
    Column("address_id", Uuid),
    Column("message", JSONB, nullable=False),
    Column("state", String, nullable=False, server_default=text("'due'")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    moment("created_at"),
    moment("due_at"),
    moment("expires_at"),
    Column("last_error", Text),
    Column("request_id", Text),
    one_of("kind", OutgoingKind),
    one_of("state", DeliveryState),
    Index("ix_outgoing_due", "kind", "due_at", postgresql_where=text("state = 'due'")),
    Index("ix_outgoing_address_id", "address_id", "created_at", postgresql_where=text("kind = 'fallback'")),
    Index("ix_outgoing_station_id_created_at", "station_id", "created_at"),
    comment="Messages to be sent out, committed with the change that causes them: codes and parameters, worded on "
    "sending. `due_at` doubles as the lease of the sender that claimed the row; limits apply per `target`.",
)

deadline = Table(
    "deadline",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    station(),
    Column("kind", String, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    moment("due_at"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("request_id", Text),
    one_of("kind", DeadlineKind),
    UniqueConstraint("kind", "subject_id"),
    Index("ix_deadline_due_at", "due_at"),
    comment="A row is deleted in the transaction that carries it out.",
)

heartbeat = Table(
    "jobs_heartbeat",
    metadata,
    Column("name", Text, primary_key=True),
    moment("at"),
    Column("clock_error_seconds", Double, nullable=False, server_default=text("0")),
    Column("findings", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("name <> ''", name="named"),
)

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text
from sqlalchemy.sql import text

from api.db.tables.columns import identity, metadata, moment, one_of, refers, station
from api.domain.incidents.alarm import AlarmReason, Level
from api.domain.notifying.outgoing import DeliveryState

alarm = Table(
    "alarm",
    metadata,
    identity(),
    station(),
    refers("incident_id", "incident"),
    Column("reason", String, nullable=False),
    moment("raised_at"),
    moment("acknowledged_at", null=True),
    refers("acknowledged_by", "account", null=True),
    Column("level", String, nullable=False, server_default=text("'operator'")),
    moment("passed_on_at", null=True),
    moment("over_at", null=True),
    one_of("reason", AlarmReason),
    one_of("level", Level),
    Index("uq_alarm_open", "incident_id", "reason", unique=True, postgresql_where=text("acknowledged_at IS NULL")),
    Index("ix_alarm_open", "station_id", postgresql_where=text("acknowledged_at IS NULL")),
    Index("ix_alarm_incident_id", "incident_id"),
    comment="`level`: how far up the chain it has been passed, unacknowledged. `over_at`: when what it was about "
    "ended.",
)

fallback_channel = Table(
    "fallback_channel",
    metadata,
    identity(),
    station(),
    Column("label", Text, nullable=False),
    Column("url", Text, nullable=False),
    refers("created_by", "account"),
    moment("created_at"),
    moment("removed_at", null=True),
    Column("for_callers", Boolean, nullable=False, server_default=text("false")),
    Index("ix_fallback_channel_station_id", "station_id", postgresql_where=text("removed_at IS NULL")),
    comment="Ways to reach people when their phones do not answer. `url` holds secrets: the server only writes it, "
    "only `sipha jobs` reads it.",
)

fallback_delivery = Table(
    "fallback_delivery",
    metadata,
    identity(),
    station(),
    refers("channel_id", "fallback_channel"),
    refers("alarm_id", "alarm", null=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String, nullable=False, server_default=text("'due'")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    moment("created_at"),
    moment("due_at"),
    moment("expires_at"),
    moment("sent_at", null=True),
    Column("last_error", Text),
    one_of("state", DeliveryState),
    Index("ix_fallback_delivery_due", "due_at", postgresql_where=text("state = 'due'")),
    Index("ix_fallback_delivery_channel_id", "channel_id", "created_at"),
    comment="The previous release's queue: what is still in it is taken over. The next release drops it.",
)

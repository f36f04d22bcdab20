from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Double,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.sql import text

from api.db.tables.columns import identity, metadata, moment, refers, station

entry = Table(
    "watchlist_entry",
    metadata,
    identity(),
    station(),
    Column("label", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("warrant_number", Text),
    Column("court", Text),
    Column("picture_source", Text, nullable=False),
    Column("born", Date),
    Column("plate", Text),
    Column("priority", Integer, nullable=False, server_default=text("2")),
    moment("expires_at"),
    moment("review_at", null=True),
    moment("created_at", default=True),
    refers("requested_by", "account"),
    refers("approved_by", "account", null=True),
    moment("approved_at", null=True),
    Column("approved_hash", LargeBinary),
    refers("withdrawn_by", "account", null=True),
    moment("withdrawn_at", null=True),
    Column("withdraw_reason", Text),
    Column("content_hash", LargeBinary, nullable=False),
    CheckConstraint("approved_by <> requested_by", name="two_people"),
    CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approval_whole"),
    CheckConstraint("priority IN (1, 2)", name="priority_known"),
    Index("ix_watchlist_entry_station_id", "station_id"),
)

minor_permit = Table(
    "watchlist_minor_permit",
    metadata,
    Column("entry_id", Uuid, nullable=False),
    station(),
    PrimaryKeyConstraint("station_id", "entry_id"),
    refers("permitted_by", "account"),
    Column("reason", Text, nullable=False),
    moment("at", default=True),
)

picture = Table(
    "watchlist_picture",
    metadata,
    identity(),
    station(),
    refers("entry_id", "watchlist_entry"),
    Column("jpeg", LargeBinary, nullable=False),
    moment("created_at", default=True),
    Index("ix_watchlist_picture_entry_id", "entry_id"),
)

template = Table(
    "watchlist_template",
    metadata,
    refers("picture_id", "watchlist_picture"),
    station(),
    Column("model", Text, nullable=False),
    Column("quality", Double),
    Column("template", LargeBinary),
    Column("problem", Text),
    moment("created_at", default=True),
    PrimaryKeyConstraint("picture_id", "model"),
    CheckConstraint("(template IS NULL) <> (problem IS NULL)", name="template_or_problem"),
)

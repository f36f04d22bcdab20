"""Where emergency callers are."""

from sqlalchemy import Column, Double, Index, LargeBinary, PrimaryKeyConstraint, String, Table, Text
from sqlalchemy.sql import text

from api.db.tables.columns import identity, metadata, moment, one_of, refers, station
from api.domain.citizens.caller_location import LocationSource

location = Table(
    "caller_location",
    metadata,
    identity(),
    station(),
    refers("incident_id", "incident", null=True),
    refers("report_id", "report", null=True),
    Column("number", Text),
    Column("source", String, nullable=False),
    Column("method", String),
    Column("lat", Double, nullable=False),
    Column("lon", Double, nullable=False),
    Column("accuracy", Double),
    Column("floor", Text),
    Column("phone", LargeBinary),
    moment("located_at", null=True),
    moment("received_at"),
    one_of("source", LocationSource),
    Index("ix_caller_location_incident_id", "incident_id"),
    Index("ix_caller_location_unmatched", "station_id", "number", postgresql_where=text("incident_id IS NULL")),
    comment="Where a caller's phone said it was. `handset`: sent by the phone itself during an emergency call, "
    "matched by `number`; `link`: by the page that the caller opened, on the `phone` with this hash. Suggestions: "
    "they move no case.",
)

link = Table(
    "caller_link",
    metadata,
    refers("report_id", "report"),
    station(),
    refers("incident_id", "incident"),
    Column("code", Text, nullable=False),
    Column("sent_to", Text),
    refers("made_by", "account"),
    moment("made_at"),
    moment("expires_at"),
    moment("code_used_at", null=True),
    moment("opened_at", null=True),
    PrimaryKeyConstraint("report_id"),
    Index("ix_caller_link_incident_id", "incident_id"),
    Index("ix_caller_link_code", "code", postgresql_where=text("code_used_at IS NULL")),
    comment="A page for the caller's phone: position, photos, typing. `code`: read aloud, good once; until "
    "`expires_at`, or the end of the case.",
)

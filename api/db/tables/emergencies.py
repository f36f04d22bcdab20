from sqlalchemy import Boolean, Column, ForeignKey, Index, PrimaryKeyConstraint, String, Table, Text, Uuid
from sqlalchemy.sql import text

from api.db.tables.columns import identity, metadata, moment, one_of, refers, station
from api.domain.incidents.emergency import Located, Via, Word

_OPEN = text("over_at IS NULL")

officer_emergency = Table(
    "officer_emergency",
    metadata,
    refers("incident_id", "incident"),
    station(),
    refers("account_id", "account", null=True),
    refers("unit_id", "unit", null=True),
    Column("via", String, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("located", String, nullable=False),
    moment("fix_at", null=True),
    moment("pressed_at"),
    moment("raised_at"),
    moment("safe_at", null=True),
    Column("safe_word", String),
    refers("safe_by", "account", null=True),
    Column("safe_note", Text),
    moment("over_at", null=True),
    PrimaryKeyConstraint("incident_id"),
    one_of("via", Via),
    one_of("located", Located),
    one_of("safe_word", Word),
    Index("uq_officer_emergency_account_id", "account_id", unique=True, postgresql_where=_OPEN),
    Index("ix_officer_emergency_open", "station_id", "unit_id", postgresql_where=_OPEN),
    comment="An officer in danger. `account_id` null: a tracker's alarm, of a unit with another crew than one. "
    "`fix_at`: when the officer was at the case's place; `over_at`: the word of safety, or the case ended without.",
)

emergency_press = Table(
    "emergency_press",
    metadata,
    Column("id", Uuid, primary_key=True),
    station(),
    Column("incident_id", Uuid, ForeignKey("officer_emergency.incident_id"), nullable=False),
    moment("at"),
    Index("ix_emergency_press_incident_id", "incident_id"),
    comment="Every call for help of one emergency, by its client-made id: none opens a second.",
)

welfare_check = Table(
    "welfare_check",
    metadata,
    identity(),
    station(),
    refers("incident_id", "incident"),
    refers("assignment_id", "assignment"),
    moment("asked_at"),
    moment("asked_again_at", null=True),
    moment("silent_at", null=True),
    moment("answered_at", null=True),
    refers("answered_by", "account", null=True),
    moment("over_at", null=True),
    Index("uq_welfare_check_open", "assignment_id", unique=True, postgresql_where=_OPEN),
    Index("ix_welfare_check_assignment_id", "assignment_id", "asked_at"),
    Index("ix_welfare_check_incident_id", "incident_id"),
    comment="A question to a unit at a scene: is all well? `silent_at`: nobody answered, and others were alarmed; "
    "`over_at`: answered, or the unit left the scene.",
)

"""Cases about the police and declared conflicts: who may see a case, who must not, who looked."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Identity,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Uuid,
)

from api.db.tables.columns import metadata, moment, one_of, point, refers, station
from api.domain.incidents.conflict import DeclarationKind, LookReason

reader = Table(
    "incident_reader",
    metadata,
    station(),
    refers("incident_id", "incident"),
    refers("account_id", "account"),
    moment("at"),
    refers("by", "account", null=True),
    PrimaryKeyConstraint("incident_id", "account_id"),
    comment="Who may see a case about the police; everybody else does not know that it exists. Its crews too.",
)

declaration = Table(
    "conflict_declaration",
    metadata,
    Column("id", Uuid, primary_key=True),
    station(),
    refers("account_id", "account"),
    Column("kind", String, nullable=False),
    Column("words", Text, nullable=False),
    point(null=True),
    Column("phone", Text),
    Column("household", Boolean, nullable=False),
    moment("declared_at"),
    moment("ended_at", null=True),
    one_of("kind", DeclarationKind),
    Index("ix_conflict_declaration_station_id", "station_id"),
    comment="A person or address that a member of staff must not handle, as they declare it themselves. `phone`: "
    "digits only; `household`: their own.",
)

recusal = Table(
    "incident_recusal",
    metadata,
    station(),
    refers("incident_id", "incident"),
    refers("account_id", "account"),
    refers("declaration_id", "conflict_declaration", null=True),
    Column("household", Boolean, nullable=False),
    moment("at"),
    PrimaryKeyConstraint("incident_id", "account_id"),
    comment="Who must not handle a case: named in it, or by their own declaration. Their unit is never offered it.",
)

oversight = Table(
    "oversight",
    metadata,
    refers("incident_id", "incident"),
    station(),
    refers("to_station_id", "station", null=True),
    Column("reference", Text, nullable=False),
    Column("station_name_th", Text, nullable=False),
    Column("station_name_en", Text, nullable=False),
    moment("told_at"),
    moment("lifted_at", null=True),
    PrimaryKeyConstraint("incident_id"),
    Index("ix_oversight_to_station_id", "to_station_id"),
    comment="A province or another station that was told of a case about the police, and sees who looks at it.",
)

look = Table(
    "incident_look",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    station(),
    refers("to_station_id", "station", null=True),
    refers("incident_id", "incident"),
    refers("account_id", "account"),
    Column("reference", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String, nullable=False),
    Column("because", String, nullable=False),
    moment("at"),
    CheckConstraint(f"because IN ({', '.join(repr(str(each)) for each in LookReason)})", name="because_known"),
    Index("ix_incident_look_incident_id", "incident_id"),
    Index("ix_incident_look_station_id_at", "station_id", "at"),
    Index("ix_incident_look_to_station_id_at", "to_station_id", "at"),
    comment="Who looked at a case about the police, or at one that they must not handle. Insert-only.",
)

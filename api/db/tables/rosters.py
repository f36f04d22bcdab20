from geoalchemy2 import Geography
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.sql import func, literal_column, text

from api.db.tables.columns import metadata, moment, refers, station

beat = Table(
    "beat",
    metadata,
    Column("id", Uuid, primary_key=True),
    station(),
    Column("name", Text, nullable=False),
    Column("area", Geography("POLYGON", srid=4326, spatial_index=False), nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
    UniqueConstraint("station_id", "name", name="uq_beat_station_id_name"),
    comment="A part of the station's area, which a unit patrols; units name theirs.",
)

_during = func.tstzrange(literal_column("starts_at"), literal_column("ends_at"))

planned_shift = Table(
    "planned_shift",
    metadata,
    Column("id", Uuid, primary_key=True),
    station(),
    refers("unit_id", "unit"),
    moment("starts_at"),
    moment("ends_at"),
    Column("version", Integer, nullable=False, server_default=text("1")),
    CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    Index("ix_planned_shift_station_id_starts_at", "station_id", "starts_at"),
    ExcludeConstraint(("unit_id", "="), (_during, "&&"), name="ex_planned_shift_unit"),
    comment="The roster: a unit's shift, ahead. Who really was on duty stands in `shift`.",
)

planned_crew = Table(
    "planned_crew",
    metadata,
    station(),
    Column("planned_shift_id", Uuid, ForeignKey("planned_shift.id", ondelete="CASCADE"), nullable=False),
    refers("account_id", "account"),
    moment("starts_at"),
    moment("ends_at"),
    PrimaryKeyConstraint("planned_shift_id", "account_id"),
    ExcludeConstraint(("account_id", "="), (_during, "&&"), name="ex_planned_crew_account"),
    comment="Who is to be in the unit; with the shift's times, so that nobody is planned twice at once.",
)

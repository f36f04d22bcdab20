"""Premises warnings."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table, Text, Uuid

from api.db.tables.columns import metadata, moment, one_of, point, refers, station
from api.domain.places.premises import WarningKind, WarningSource

warning = Table(
    "premises_warning",
    metadata,
    Column("id", Uuid, primary_key=True),
    station(),
    point(),
    Column("radius_m", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("source", String, nullable=False),
    Column("fact", Text, nullable=False),
    refers("made_by", "account"),
    moment("made_at"),
    refers("approved_by", "account", null=True),
    moment("approved_at", null=True),
    moment("review_at", null=True),
    refers("ended_by", "account", null=True),
    moment("ended_at", null=True),
    one_of("kind", WarningKind),
    one_of("source", WarningSource),
    CheckConstraint("radius_m BETWEEN 10 AND 150", name="radius_m_range"),
    CheckConstraint("approved_by <> made_by", name="another_approves"),
    CheckConstraint("review_at <= approved_at + interval '184 days'", name="reviewed_in_time"),
    Index("ix_premises_warning_station_id", "station_id"),
    comment="A fact about a place that endangers whoever goes there; never a person's history. Shown once somebody "
    "other than `made_by` has approved it, until `review_at`.",
)

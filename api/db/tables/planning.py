from sqlalchemy import Column, Double, Index, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import text

from api.db.tables.columns import identity, metadata, moment, one_of, point, refers, station
from api.domain.dispatching.proposal import DecisionKind, ProposalKind, ProposalState

dispatch_decision = Table(
    "dispatch_decision",
    metadata,
    identity(),
    station(),
    refers("incident_id", "incident"),
    refers("assignment_id", "assignment", null=True),
    moment("at"),
    Column("kind", String, nullable=False, server_default=text("'offer'")),
    refers("unit_id", "unit", null=True),
    refers("by", "account", null=True),
    Column("explanation", JSONB),
    Column("candidates", JSONB, nullable=False),
    one_of("kind", DecisionKind),
    Index("ix_dispatch_decision_incident_id", "incident_id"),
    comment="What was known when the decision was made: candidates, times, ages of fixes, who was left out and why.",
)

proposal = Table(
    "proposal",
    metadata,
    identity(),
    station(),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False, server_default=text("'open'")),
    refers("incident_id", "incident", null=True),
    refers("unit_id", "unit"),
    refers("assignment_id", "assignment", null=True),
    refers("to_station_id", "station", null=True),
    point(null=True),
    Column("gain_seconds", Double),
    Column("explanation", JSONB, nullable=False),
    Column("candidates", JSONB, nullable=False, server_default=text("'[]'")),
    moment("made_at"),
    moment("expires_at"),
    moment("decided_at", null=True),
    refers("decided_by", "account", null=True),
    Column("reason", Text),
    one_of("kind", ProposalKind),
    one_of("state", ProposalState),
    Index("uq_proposal_open_incident", "incident_id", "kind", unique=True, postgresql_where=text("state = 'open'")),
    Index("uq_proposal_open_unit", "unit_id", unique=True, postgresql_where=text("state = 'open'")),
    Index("ix_proposal_open", "station_id", postgresql_where=text("state = 'open'")),
    comment="What Sipha would do if the radio room agrees. `assignment_id`: the job that the unit would leave, or the "
    "one it would relieve.",
)

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query
from api.domain.dispatching.dispatch import Candidate
from api.domain.dispatching.explanation import Explanation
from api.domain.dispatching.proposal import DecisionKind, ProposalKind, ProposalState
from api.domain.dispatching.situation import Call
from api.domain.units.unit import Unit


class RefusalRow(msgspec.Struct, frozen=True):
    incident_id: UUID
    unit_id: UUID
    declined: bool
    silent_at: datetime | None
    been_there: bool


class DecisionRow(msgspec.Struct, frozen=True):
    """`by`: who decided, None where the station's delegation did."""

    id: UUID
    incident_id: UUID
    assignment_id: UUID | None
    unit_id: UUID | None
    callsign: str | None
    kind: DecisionKind
    at: datetime
    by: str | None
    explanation: Explanation | None
    candidates: list[Candidate]


class ProposalRow(msgspec.Struct, frozen=True):
    """`lat`, `lon`: where a unit would wait, for a repositioning."""

    id: UUID
    kind: ProposalKind
    state: ProposalState
    incident_id: UUID | None
    reference: str | None
    priority: int | None
    unit_id: UUID
    callsign: str
    assignment_id: UUID | None
    to_station_id: UUID | None
    lat: float | None
    lon: float | None
    gain_seconds: float | None
    explanation: Explanation
    made_at: datetime
    expires_at: datetime


class ProposalLock(msgspec.Struct, frozen=True):
    id: UUID
    kind: ProposalKind
    state: ProposalState
    incident_id: UUID | None
    unit_id: UUID
    assignment_id: UUID | None
    to_station_id: UUID | None
    lat: float | None
    lon: float | None
    expires_at: datetime
    candidates: list[Candidate]
    explanation: Explanation


calls = Query("calls_of_station", Call)
nearest_free = Query("nearest_free", Unit)
units_named = Query("units_named", Unit)
units_and_jobs = Query("units_and_jobs", Unit)
refusals = Query("refusals_of", RefusalRow)
keep_decision = Command("keep_decision")
decisions_of = Query("decisions_of", DecisionRow)
add_proposal = Command("add_proposal")
renew_proposal = Command("renew_proposal")
list_proposals = Query("list_proposals", ProposalRow)
lock_proposal = Query("lock_proposal", ProposalLock)
end_proposal = Command("end_proposal")
end_proposals_of = Command("end_proposals_of")

from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
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
    conflicted: bool


class DecisionRow(msgspec.Struct, frozen=True):
    """`by`: who decided; None if the station's delegation did."""

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


calls = bindings.CallsOfStation(Call)
nearest_free = bindings.NearestFree(Unit)
units_named = bindings.UnitsNamed(Unit)
units_and_jobs = bindings.UnitsAndJobs(Unit)
refusals = bindings.RefusalsOf(RefusalRow)
keep_decision = bindings.KeepDecision()
decisions_of = bindings.DecisionsOf(DecisionRow)
add_proposal = bindings.AddProposal()
renew_proposal = bindings.RenewProposal()
list_proposals = bindings.ListProposals(ProposalRow)
lock_proposal = bindings.LockProposal(ProposalLock)
end_proposal = bindings.EndProposal()
end_proposals_of = bindings.EndProposalsOf()

from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.incidents.assignment import AssignmentState, Mode, Withdrawal
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import EtaSource


class AssignmentKey(msgspec.Struct, frozen=True):
    id: UUID
    incident_id: UUID
    unit_id: UUID
    state: AssignmentState


class AssignmentRow(msgspec.Struct, frozen=True):
    """`eta_seconds` was measured at `eta_at`."""

    id: UUID
    incident_id: UUID
    unit_id: UUID
    callsign: str
    state: AssignmentState
    mode: Mode
    lead: bool
    offered_at: datetime
    offer_ends_at: datetime | None
    eta_seconds: float | None
    eta_source: EtaSource | None
    eta_at: datetime | None
    distance_m: float | None
    replaces: UUID | None = None


class AssignmentOnPhones(AssignmentRow, frozen=True, kw_only=True):
    """With the unit's phone receipts: the earliest of each kind."""

    withdrawn_because: Withdrawal | None

    sent_at: datetime | None
    delivered_at: datetime | None
    shown_at: datetime | None
    opened_at: datetime | None


class MissedOffer(msgspec.Struct, frozen=True):
    """An offer that expired unanswered."""

    assignment_id: UUID
    incident_id: UUID
    reference: str
    kind: IncidentKind
    priority: int
    offered_at: datetime
    ended_at: datetime


missed_of = bindings.MissedByUnit(MissedOffer)
find = bindings.FindAssignment(AssignmentKey)
lock = bindings.LockAssignment(AssignmentRow)
of_incidents = bindings.AssignmentsOf(AssignmentOnPhones)
live_of = bindings.LiveAssignmentsOf(AssignmentRow)
all_of = bindings.AllAssignmentsOf(AssignmentRow)
current_of_unit = bindings.CurrentOfUnit(AssignmentRow)
unit_had_incident = bindings.UnitHadIncident()
add = bindings.AddAssignment()
save_state = bindings.SaveAssignmentState()
set_offer_end = bindings.SetOfferEnd()
count_been = bindings.CountBeen()
is_second = bindings.IsSecond()
set_eta = bindings.SetAssignmentEta()

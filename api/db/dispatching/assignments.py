from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query, Value
from api.domain.incidents.assignment import AssignmentState, Mode, Withdrawal
from api.domain.incidents.incident import IncidentKind


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
    eta_source: str | None
    eta_at: datetime | None
    distance_m: float | None
    replaces: UUID | None = None


class AssignmentOnPhones(AssignmentRow, frozen=True, kw_only=True):
    """With what the unit's phones said: the earliest of each receipt."""

    withdrawn_because: Withdrawal | None

    sent_at: datetime | None
    delivered_at: datetime | None
    shown_at: datetime | None
    opened_at: datetime | None


class StateRow(msgspec.Struct, frozen=True):
    state: AssignmentState
    lead: bool


class Missed(msgspec.Struct, frozen=True):
    """An offer that passed unanswered."""

    assignment_id: UUID
    incident_id: UUID
    reference: str
    kind: IncidentKind
    priority: int
    offered_at: datetime
    ended_at: datetime


missed_of = Query("missed_by_unit", Missed)
find = Query("find_assignment", AssignmentKey)
lock = Query("lock_assignment", AssignmentRow)
of_incidents = Query("assignments_of", AssignmentOnPhones)
live_of = Query("live_assignments_of", AssignmentRow)
states_of = Query("assignment_states_of", StateRow)
current_of_unit = Query("current_of_unit", AssignmentRow)
unit_had_incident = Value("unit_had_incident", bool)
add = Command("add_assignment")
save_state = Command("save_assignment_state")
set_offer_end = Command("set_offer_end")
count_been = Value("count_been", int)
is_second = Value("is_second", bool)
set_eta = Command("set_assignment_eta")

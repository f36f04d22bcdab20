"""What a camera or a box in the street says it saw, and what may follow from it without a person."""

from datetime import datetime, timedelta
from enum import StrEnum

from api.domain.errors import ClockAhead, WrongState
from api.domain.incident import Kind as IncidentKind

CLOCK_TOLERANCE = timedelta(seconds=60)
"""A sender's clock may be this far ahead of ours."""

FRESH = timedelta(minutes=5)
"""Older news dispatches nothing by itself: the scene has changed."""

VISIT = timedelta(minutes=10)
"""One alert per entry, camera and visit; a visit ends after this long unseen."""


class Kind(StrEnum):
    WATCHLIST_FACE = "watchlist_face"
    WATCHLIST_PLATE = "watchlist_plate"
    SOS = "sos"
    INTRUSION = "intrusion"
    TAMPER = "tamper"
    CROWD = "crowd"
    OTHER = "other"


class State(StrEnum):
    PENDING = "pending"
    DISPATCHED = "dispatched"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    EXPIRED = "expired"


WATCHLIST = frozenset({Kind.WATCHLIST_FACE, Kind.WATCHLIST_PLATE})


def check_clock(occurred_at: datetime, now: datetime) -> None:
    """Any past time is taken; the future is a clock that is wrong."""
    if occurred_at > now + CLOCK_TOLERANCE:
        raise ClockAhead(seconds=round((occurred_at - now).total_seconds()))


def first_state(
    kind: Kind, occurred_at: datetime, now: datetime, *, entry_valid: bool, automatic: frozenset[str]
) -> State:
    """Where an alert starts. `automatic`: the kinds that the station's delegation lets dispatch by themselves.

    A watchlist match never dispatches by itself, whatever the station says: a match is a lead, not a fact.
    """
    if kind in WATCHLIST:
        return State.PENDING if entry_valid else State.EXPIRED
    if (kind == Kind.SOS or kind in automatic) and now - occurred_at <= FRESH:
        return State.DISPATCHED
    return State.PENDING


def decide(state: State, decision: State) -> bool:
    """Whether the decision changes anything; a repeat of the same one does not, any other is refused."""
    if state == decision:
        return False
    if state != State.PENDING:
        raise WrongState(state=state)
    return True


def incident_kind(kind: Kind) -> IncidentKind:
    """An alert's kind is an incident's kind of the same name."""
    return IncidentKind(kind.value)

"""What a camera or a box in the street says it saw, and what may follow from it without a person."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

import msgspec

from api.domain.errors import ClockAhead, Invalid, WrongState
from api.domain.incidents.incident import IncidentKind

CLOCK_TOLERANCE = timedelta(seconds=60)
"""A sender's clock may be this far ahead of ours."""

FRESH = timedelta(minutes=5)
"""Older news dispatches nothing by itself: the scene has changed."""

VISIT = timedelta(minutes=10)
"""One alert per entry, camera and visit; a visit ends after this long unseen."""


class AlertKind(StrEnum):
    WATCHLIST_FACE = "watchlist_face"
    WATCHLIST_PLATE = "watchlist_plate"
    SOS = "sos"
    INTRUSION = "intrusion"
    TAMPER = "tamper"
    CROWD = "crowd"
    OTHER = "other"


class AlertState(StrEnum):
    PENDING = "pending"
    DISPATCHED = "dispatched"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    EXPIRED = "expired"


LOOKED_UP_WITHIN = timedelta(minutes=15)
"""A warrant looked up longer ago says nothing about now."""

WATCHLIST = frozenset({AlertKind.WATCHLIST_FACE, AlertKind.WATCHLIST_PLATE})


class WarrantCheck(msgspec.Struct, frozen=True):
    """What the police's own system said of the warrant, and when the operator looked it up there."""

    at: datetime
    result: Literal["valid", "ended", "not_found"]


def check_warrant(check: WarrantCheck | None, now: datetime) -> None:
    """A match is confirmed on a warrant that has just been looked up and holds."""
    if check is None:
        raise Invalid("warrant_check", "is needed: look the warrant up in the police's own system")
    if check.result != "valid":
        raise Invalid("warrant_check.result", "nobody is sent unless the warrant holds: reject the match")
    if check.at > now + CLOCK_TOLERANCE:
        raise Invalid("warrant_check.at", "lies in the future")
    if check.at < now - LOOKED_UP_WITHIN:
        raise Invalid("warrant_check.at", "is too long ago: look the warrant up again")


def words_needed(kind: AlertKind, face_words: int) -> int:
    """How many people must say so; two for a face unless the station's policy says otherwise in writing."""
    return face_words if kind == AlertKind.WATCHLIST_FACE else 1


def check_clock(occurred_at: datetime, now: datetime) -> None:
    """Any past time is taken; the future is a clock that is wrong."""
    if occurred_at > now + CLOCK_TOLERANCE:
        raise ClockAhead(seconds=round((occurred_at - now).total_seconds()))


def first_state(
    kind: AlertKind, occurred_at: datetime, now: datetime, *, entry_valid: bool, automatic: frozenset[str]
) -> AlertState:
    """Where an alert starts. `automatic`: the kinds that the station's delegation lets dispatch by themselves.

    A watchlist match never dispatches by itself, whatever the station says: a match is a lead, not a fact.
    """
    if kind in WATCHLIST:
        return AlertState.PENDING if entry_valid else AlertState.EXPIRED
    if (kind == AlertKind.SOS or kind in automatic) and now - occurred_at <= FRESH:
        return AlertState.DISPATCHED
    return AlertState.PENDING


def decide(state: AlertState, decision: AlertState) -> bool:
    """Whether the decision changes anything; a repeat of the same one does not, any other is refused."""
    if state == decision:
        return False
    if state != AlertState.PENDING:
        raise WrongState(state=state)
    return True


def incident_kind(kind: AlertKind) -> IncidentKind:
    """An alert's kind is an incident's kind of the same name."""
    return IncidentKind(kind.value)

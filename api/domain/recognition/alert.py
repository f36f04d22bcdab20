"""Alerts from cameras and street boxes, and what may follow automatically."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from api.domain.errors import ClockAhead, Invalid, WrongState
from api.domain.incidents.incident import IncidentKind

CLOCK_TOLERANCE = timedelta(seconds=60)
"""A sender's clock may be this far ahead of ours."""

FRESH = timedelta(minutes=5)
"""Older alerts dispatch nothing automatically: the scene has changed."""

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
"""A warrant lookup older than this is out of date."""

WATCHLIST = frozenset({AlertKind.WATCHLIST_FACE, AlertKind.WATCHLIST_PLATE})


class WarrantCheck(msgspec.Struct, frozen=True):
    """What the police's own system said about the warrant, and when the operator looked it up."""

    at: datetime
    result: Literal["valid", "ended", "not_found"]


def check_warrant(check: WarrantCheck | None, now: datetime) -> None:
    """A match may be confirmed only with a warrant that has just been looked up and is valid."""
    if check is None:
        raise Invalid("warrant_check", "is needed: look up the warrant in the police's own system")
    if check.result != "valid":
        raise Invalid("warrant_check.result", "nobody is sent unless the warrant is valid: reject the match")
    if check.at > now + CLOCK_TOLERANCE:
        raise Invalid("warrant_check.at", "lies in the future")
    if check.at < now - LOOKED_UP_WITHIN:
        raise Invalid("warrant_check.at", "is too long ago: look up the warrant again")


def words_needed(kind: AlertKind, face_words: int) -> int:
    """How many people must confirm: two for a face, unless the station's written policy says otherwise."""
    return face_words if kind == AlertKind.WATCHLIST_FACE else 1


def is_first_word(needed: int, first_by: UUID | None, by: UUID) -> bool:
    """Whether the alert waits for another person after this one's word. `first_by`: who has confirmed it already."""
    return needed > 1 and first_by in {None, by}


def check_clock(occurred_at: datetime, now: datetime) -> None:
    """Any past time is accepted; a future time means a wrong clock."""
    if occurred_at > now + CLOCK_TOLERANCE:
        raise ClockAhead(seconds=round((occurred_at - now).total_seconds()))


def first_state(
    kind: AlertKind, occurred_at: datetime, now: datetime, *, entry_valid: bool, automatic: frozenset[str]
) -> AlertState:
    """An alert's initial state. `automatic`: the kinds that the station's delegation lets dispatch automatically.

    A watchlist match never dispatches automatically, whatever the station says: a match is a lead, not a fact.
    """
    if kind in WATCHLIST:
        return AlertState.PENDING if entry_valid else AlertState.EXPIRED
    if (kind == AlertKind.SOS or kind in automatic) and now - occurred_at <= FRESH:
        return AlertState.DISPATCHED
    return AlertState.PENDING


def decide(state: AlertState, decision: AlertState) -> bool:
    """Whether the decision changes anything; repeating the same one does not, any other is refused."""
    if state == decision:
        return False
    if state != AlertState.PENDING:
        raise WrongState(state=state)
    return True


def incident_kind(kind: AlertKind) -> IncidentKind:
    """Each alert kind is also an incident kind of the same name."""
    return IncidentKind(kind.value)

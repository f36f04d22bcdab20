"""Events for the screens: ids and states, never contacts, positions or pictures."""

from enum import StrEnum
from uuid import UUID

import msgspec


class EventKind(StrEnum):
    ALERT = "alert"
    INCIDENT = "incident"
    ASSIGNMENT = "assignment"
    UNIT = "unit"
    ALARM = "alarm"
    REPORT = "report"
    WATCHLIST = "watchlist"
    CAMERA = "camera"
    PROPOSAL = "proposal"
    STATION = "station"
    MESSAGE = "message"
    CLOSURE = "closure"
    OVERSIGHT = "oversight"
    """A case about the police, or a look at one; for those who watch over them."""
    CALLER_LOCATION = "caller_location"
    """A caller's phone has said where it is, or has opened its link; for the radio room."""
    SIGNED_OUT = "signed_out"


class Event(msgspec.Struct, frozen=True):
    """`subject` is the id of what changed; `unit_id` says whose phone may receive it."""

    kind: EventKind
    subject: UUID
    incident_id: UUID | None = None
    unit_id: UUID | None = None
    state: str | None = None

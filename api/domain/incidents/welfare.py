"""Whether officers at a scene are well: asked after a while, asked again, and then somebody else is."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from api.domain.incidents.incident import VIOLENT, IncidentKind

ANSWER_WITHIN = timedelta(seconds=60)
"""To each of the two questions."""
_VIOLENT_MINUTES = 5
_MINUTES = {1: 10, 2: 20, 3: 30}
"""By priority, since the arrival and since each answer."""


class Next(StrEnum):
    ASK = "ask"
    ASK_AGAIN = "ask_again"
    ALARM = "alarm"


class Round(msgspec.Struct, frozen=True):
    """One question that nobody has answered yet, and how far it has come."""

    asked_at: datetime
    asked_again_at: datetime | None
    silent_at: datetime | None


def ask_after(kind: IncidentKind, priority: int, written_minutes: int | None) -> timedelta:
    """`written_minutes`: what the station has set for the kind."""
    usual = _VIOLENT_MINUTES if kind in VIOLENT else _MINUTES[priority]
    return timedelta(minutes=written_minutes or usual)


def following(unanswered: Round | None) -> Next:
    """What the deadline asks for. After an alarm the questions begin anew."""
    if unanswered is None or unanswered.silent_at is not None:
        return Next.ASK
    return Next.ASK_AGAIN if unanswered.asked_again_at is None else Next.ALARM

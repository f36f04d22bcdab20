"""What a push says, as codes and parameters: general words, minutes and a street; never a person, a number or a plate.

The words are in `api/locales`.
"""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.incident import Hazard, IncidentKind


class PushKind(StrEnum):
    OFFER = "offer"
    REMINDER = "reminder"
    WITHDRAWN = "withdrawn"
    BACKUP = "backup"
    BROADCAST = "broadcast"
    TEST = "test"


class Stage(StrEnum):
    DELIVERED = "delivered"
    SHOWN = "shown"
    OPENED = "opened"


class Instruction(StrEnum):
    """What the radio room asks of a unit, other than to take a case, or why it should look at its screen."""

    NEW_AREA = "new_area"
    ALL_WELL = "all_well"
    MESSAGE = "message"
    CHANGED = "changed"


TEST_LIFETIME = timedelta(minutes=2)
NOTICE_LIFETIME = timedelta(minutes=10)


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a notification is about. `alarm`: why somebody above the radio room is called."""

    priority: int | None = None
    incident_kind: IncidentKind | None = None
    minutes: int | None = None
    place: str | None = None
    drill: bool = False
    hazards: tuple[Hazard, ...] = ()
    alarm: AlarmReason | None = None
    instruction: Instruction | None = None


def topic(subject: UUID) -> str:
    """At most 32 base64url characters: the hexadecimal id fits exactly."""
    return subject.hex

"""The queue of outgoing messages: how an attempt ends, and when the next one is due."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

import msgspec


class OutgoingKind(StrEnum):
    """Each has one handler in `api.jobs`."""

    PUSH = "push"
    FALLBACK = "fallback"


class DeliveryState(StrEnum):
    DUE = "due"
    SENT = "sent"
    GONE = "gone"
    """The address no longer exists: the phone unsubscribed, the channel was removed."""
    FAILED = "failed"
    EXPIRED = "expired"


class Sent(msgspec.Struct, frozen=True):
    """The service took it. That does not mean that anybody has it."""


class Failed(msgspec.Struct, frozen=True):
    """It may work later. `retry_after`: seconds that the service asked us to wait."""

    why: str
    retry_after: int | None = None


class Refused(msgspec.Struct, frozen=True):
    """It will never be taken as it is."""

    why: str


class Gone(msgspec.Struct, frozen=True):
    """Its address no longer exists."""

    why: str


Outcome = Sent | Failed | Refused | Gone


class Settlement(msgspec.Struct, frozen=True):
    """What an attempt leaves in the queue."""

    state: DeliveryState
    due_at: datetime
    last_error: str | None = None


def settle(outcome: Outcome, attempts: int, expires_at: datetime, now: datetime) -> Settlement:
    """`attempts`: how many there have been. A failed one is repeated as long as the message is worth sending."""
    match outcome:
        case Sent():
            return Settlement(DeliveryState.SENT, now)
        case Refused(why):
            return Settlement(DeliveryState.FAILED, now, why)
        case Gone(why):
            return Settlement(DeliveryState.GONE, now, why)
        case Failed(why, pause):
            again = retry_at(now, attempts) if pause is None else now + timedelta(seconds=pause)
            if again >= expires_at:
                return Settlement(DeliveryState.EXPIRED, now, why)
            return Settlement(DeliveryState.DUE, again, why)
        case _:
            assert_never(outcome)


_BACK_OFF_SECONDS = (1, 2, 4, 8, 15, 30)


def retry_at(now: datetime, attempts: int) -> datetime:
    """Delay before the retry after the `attempts`-th failure: short at first, because an offer lives 30 s."""
    return now + timedelta(seconds=_BACK_OFF_SECONDS[min(attempts, len(_BACK_OFF_SECONDS)) - 1])


_LONGEST_PAUSE_S = 3600


def retry_after(header: str) -> int | None:
    """Seconds that a service asks us to wait, at most an hour; None if it does not say, or not in seconds."""
    if not (header.isascii() and header.isdigit()):
        return None
    return min(int(header[:9]), _LONGEST_PAUSE_S) if len(header) < 10 else _LONGEST_PAUSE_S

"""Streets that a radio room has closed or found slow, and until when."""

from datetime import datetime, timedelta
from enum import StrEnum

from api.domain.errors import Invalid

LONGEST = timedelta(days=366)
FARTHEST_M = 5_000.0
"""From the area of the station that closes it."""
SHOWN_WITHIN_M = 20_000.0
"""Other stations' closures that this near to the own area are shown."""


class ClosureKind(StrEnum):
    """`closed` lets nobody through."""

    CLOSED = "closed"
    FLOOD = "flood"
    CRASH = "crash"
    ROADWORKS = "roadworks"
    EVENT = "event"
    CONGESTION = "congestion"
    OTHER = "other"


_ON_FOOT = frozenset({ClosureKind.CLOSED, ClosureKind.FLOOD})


def hinders_walkers(kind: ClosureKind) -> bool:
    """People on foot pass a crash, works, a crowd or a queue of cars."""
    return kind in _ON_FOOT


def check_factor(kind: ClosureKind, speed_factor: float) -> None:
    """`speed_factor`: of the usual speed; 0 lets no vehicle through. Raises Invalid."""
    if not 0 <= speed_factor < 1:
        raise Invalid("speed_factor", "0 closes the street; slower is more than 0 and less than 1")
    if kind == ClosureKind.CLOSED and speed_factor > 0:
        raise Invalid("speed_factor", "a closed street has 0; for a slow one choose another kind")


def check_times(begins: datetime, ends: datetime, now: datetime) -> None:
    """Raises Invalid."""
    if ends <= begins:
        raise Invalid("to", "before its beginning")
    if ends <= now:
        raise Invalid("to", "in the past")
    if ends - begins > LONGEST:
        raise Invalid("to", f"more than {LONGEST.days} days after its beginning")

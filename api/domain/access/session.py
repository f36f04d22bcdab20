"""How long a session lasts, and when its user has to prove again who they are."""

from datetime import datetime, timedelta

from api.domain.access.permissions import RADIO_ROOM, Role

LIFETIME = timedelta(hours=13)
"""One twelve-hour shift and the walk to the changing room."""
NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last use of a session is known."""
STEPPED_UP = timedelta(minutes=15)
SHOWS_LOCKED = timedelta(days=3)
"""For so long a radio room's screen goes on showing after its user's shift, until the next one takes it over."""

_IDLE: dict[Role, timedelta] = dict.fromkeys((Role.ADMIN, Role.AUDITOR, Role.PROVINCE), timedelta(minutes=30))
"""Nobody is signed out in the middle of a case: officers' phones and the radio room's screens last the whole shift."""


def is_idle(role: Role, seen_at: datetime, now: datetime) -> bool:
    """Whether a session has gone unused for so long that it is over."""
    limit = _IDLE.get(role)
    return limit is not None and now - seen_at >= limit


def lasts_for(role: Role) -> timedelta:
    """A session of the radio room is locked at the end of its lifetime, every other one is over."""
    return LIFETIME + SHOWS_LOCKED if role in RADIO_ROOM else LIFETIME


def locks_at(role: Role, opened_at: datetime, locked_at: datetime | None) -> datetime | None:
    """From when on a session only shows and does nothing; None: never."""
    if role not in RADIO_ROOM:
        return None
    return min(locked_at or opened_at + LIFETIME, opened_at + LIFETIME)


def use_is_news(seen_at: datetime, now: datetime) -> bool:
    return now - seen_at >= NOTED_EVERY


def has_stepped_up(at: datetime, now: datetime) -> bool:
    """`at`: when the user last gave their password or code, at sign-in for the first time."""
    return now - at < STEPPED_UP

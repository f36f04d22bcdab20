"""One alert per entry, camera and visit. Pure: times are arguments."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

UNSEEN = timedelta(minutes=10)
"""A visit ends after this long unseen."""


class Visit(NamedTuple):
    entry_id: UUID
    camera_id: UUID


def begins(last_seen: datetime | None, now: datetime, unseen: timedelta = UNSEEN) -> bool:
    """Whether a sighting at `now` is a new visit. A clock set back does not make one."""
    return last_seen is None or now - last_seen > unseen

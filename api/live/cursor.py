"""A reader's place in the events, as the opaque id that a browser sends back when it reconnects."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

OLDEST = timedelta(hours=1)
"""A reader that was away longer reloads everything instead of catching up."""


class Cursor(msgspec.Struct, frozen=True):
    """`(tx, id)` orders events by when they became visible; `at` says how old the cursor is, in epoch seconds."""

    tx: int
    id: int
    at: int = msgspec.field(default=0)

    def is_past(self, other: "Cursor") -> bool:
        return (self.tx, self.id) > (other.tx, other.id)


def write(generation: UUID, cursor: Cursor) -> str:
    return f"{generation.hex[:8]}-{cursor.tx}-{cursor.id}-{cursor.at}"


def read(generation: UUID, text: str | None, now: datetime) -> Cursor | None:
    """None if there is nothing to resume from: no cursor, another cluster's, an old one, or an invalid one."""
    parts = (text or "").split("-")
    if len(parts) != 4 or parts[0] != generation.hex[:8] or not all(part.isdigit() for part in parts[1:]):
        return None
    tx, number, at = (int(part) for part in parts[1:])
    if max(tx, number) >= 2**63 or not _recent(at, now):
        return None
    return Cursor(tx, number, at)


def _recent(at: int, now: datetime) -> bool:
    return at < 2**33 and now - OLDEST < datetime.fromtimestamp(at, UTC) <= now + OLDEST

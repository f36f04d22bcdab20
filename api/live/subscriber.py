"""One open stream: what it may hear, and what waits to be sent to it."""

import asyncio
from enum import Enum, auto
from uuid import UUID

import msgspec

from api.db.records.log import EventRow
from api.domain.access.permissions import Actor, Role
from api.live.messages import Live

_QUEUE = 1000


class StreamSignal(Enum):
    """What a stream is told besides events."""

    RELOAD = auto()
    """The stream missed events that it should have received."""
    ENDED = auto()


class Subscriber:
    """One open stream. `actor.unit_id` follows the officer's shift while the stream is open."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.queue: asyncio.Queue[Live | StreamSignal] = asyncio.Queue(_QUEUE)
        self.overflowed = False

    def may_hear(self, row: EventRow) -> bool:
        """An officer receives events of their own unit; the radio room everything at its station but what is hidden."""
        if self.actor.role != Role.OFFICER:
            return row.payload.readers is None or self.actor.id in row.payload.readers
        return row.payload.unit_id is not None and row.payload.unit_id == self.actor.unit_id

    def follow(self, unit_id: UUID | None) -> bool:
        """True if that is another unit than before."""
        if unit_id == self.actor.unit_id:
            return False
        self.actor = msgspec.structs.replace(self.actor, unit_id=unit_id)
        self.put(StreamSignal.RELOAD)  # the new unit's events were filtered out until now
        return True

    def put(self, item: Live | StreamSignal) -> None:
        """Never waits: a reader that has fallen this far behind is cut off, and reloads when it comes back."""
        try:
            self.queue.put_nowait(item)
        except asyncio.QueueFull:
            self.overflowed = True

"""`GET /v1/stream`: committed events as Server-Sent Events, resumable after the phone loses the network."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import HeaderParameter, QueryParameter
from litestar.response import Stream

from api.domain.access.permissions import Actor, Operation
from api.live import cursor as cursors
from api.live import messages
from api.live.cursor import Cursor
from api.live.fanout import MOST, Fanout
from api.live.messages import Live
from api.live.subscriber import StreamSignal, Subscriber

_HEARTBEAT_SECONDS = 5.0


class Heartbeat(msgspec.Struct):
    """`jobs_silent`: offers, deadlines and pushes are stalled. `clock_error_seconds`: how far the clock of the server
    or of `sipha jobs` is off, if more than two seconds; nothing relies on it, but somebody must correct it.
    """

    now: datetime
    jobs_silent: bool
    clock_error_seconds: float | None
    findings: int
    """Contradictions in the records: decisions may be wrong until somebody has looked (`sipha doctor`)."""
    doctor_silent: bool
    """Nobody examines the records any more."""
    restored: bool
    """Restored from a backup: nothing is dispatched until `sipha resume`."""


@get("/v1/stream", summary="Live events", opt={"operation": Operation.SEE_STREAM}, tags=["Push and live"])
async def stream(
    fanout: Fanout,
    actor: Actor,
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID")] = None,
    last_event_id_again: Annotated[str | None, QueryParameter(name="last_event_id")] = None,
) -> Stream:
    fanout.demand_room(actor)
    since = last_event_id or last_event_id_again
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(_events(fanout, actor, since), media_type="text/event-stream", headers=headers)


async def _events(fanout: Fanout, actor: Actor, since: str | None) -> AsyncGenerator[bytes, None]:
    """An id goes out only with, or after, everything it covers, because a stream may be cut between any two
    messages."""
    subscriber, start = await fanout.subscribe(actor)
    head = cursors.write(fanout.generation, start)
    try:
        yield _heartbeat(fanout, None if since else head)
        position = cursors.read(fanout.generation, since, fanout.now())
        missed = [] if position is None else await fanout.missed(subscriber.actor, position)
        if (since and position is None) or len(missed) >= MOST:
            position = None
            yield _resync(fanout, head)
        else:
            for row in missed:
                position = Cursor(row.tx, row.id)
                if subscriber.may_hear(row):
                    yield messages.event(fanout.generation, row).data
        async for message in _live(fanout, subscriber, position):
            yield message
    finally:
        fanout.unsubscribe(subscriber)


async def _live(fanout: Fanout, subscriber: Subscriber, position: Cursor | None) -> AsyncGenerator[bytes, None]:
    while True:
        try:
            async with asyncio.timeout(_HEARTBEAT_SECONDS):
                item = await subscriber.queue.get()
        except TimeoutError:
            yield _heartbeat(fanout, None)
            continue
        if subscriber.overflowed:
            yield _resync(fanout, None)  # the place to resume from is unchanged
            return
        if item is StreamSignal.ENDED:
            yield messages.message("signed_out", _now(fanout))
            return
        if item is StreamSignal.RELOAD:
            yield _resync(fanout, None)
        elif isinstance(item, Live) and (item.cursor is None or position is None or item.cursor.is_past(position)):
            yield item.data


def _heartbeat(fanout: Fanout, where: str | None) -> bytes:
    return messages.message("heartbeat", _now(fanout), where)


def _resync(fanout: Fanout, where: str | None) -> bytes:
    return messages.message("resync", _now(fanout), where)


def _now(fanout: Fanout) -> Heartbeat:
    return Heartbeat(
        fanout.now(),
        fanout.jobs_silent,
        fanout.clock_error_seconds,
        fanout.findings,
        fanout.doctor_silent,
        fanout.restored,
    )

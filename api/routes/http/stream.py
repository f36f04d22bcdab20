"""`GET /v1/stream`: committed events as Server-Sent Events, resumable after the phone loses the network."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import HeaderParameter, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from api.db.records.log import EventRow
from api.domain.access.permissions import Actor, Operation
from api.live import cursor as cursors
from api.live.cursor import Cursor
from api.live.fanout import MOST, Fanout, StreamSignal, Subscriber

_HEARTBEAT_SECONDS = 5.0


class Notice(msgspec.Struct):
    """What changed; the screen fetches what it needs."""

    kind: str
    subject: UUID
    incident_id: UUID | None
    unit_id: UUID | None
    state: str | None
    at: datetime


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
) -> ServerSentEvent:
    since = last_event_id or last_event_id_again
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return ServerSentEvent(_events(fanout, actor, since), headers=headers)


async def _events(fanout: Fanout, actor: Actor, since: str | None) -> AsyncGenerator[ServerSentEventMessage, None]:
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
                    yield _event(fanout, row)
        async for message in _live(fanout, subscriber, position):
            yield message
    finally:
        fanout.unsubscribe(subscriber)


async def _live(
    fanout: Fanout, subscriber: Subscriber, position: Cursor | None
) -> AsyncGenerator[ServerSentEventMessage, None]:
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
            yield _message("signed_out", _now(fanout))
            return
        if item is StreamSignal.RELOAD:
            yield _resync(fanout, None)
        elif isinstance(item, EventRow) and (position is None or Cursor(item.tx, item.id) > position):
            yield _event(fanout, item)


def _event(fanout: Fanout, row: EventRow) -> ServerSentEventMessage:
    notice = Notice(row.kind, row.subject, row.payload.incident_id, row.payload.unit_id, row.payload.state, row.at)
    where = cursors.write(fanout.generation, Cursor(row.tx, row.id, int(row.at.timestamp())))
    return _message(row.kind, notice, where)


def _heartbeat(fanout: Fanout, where: str | None) -> ServerSentEventMessage:
    return _message("heartbeat", _now(fanout), where)


def _resync(fanout: Fanout, where: str | None) -> ServerSentEventMessage:
    return _message("resync", _now(fanout), where)


def _now(fanout: Fanout) -> Heartbeat:
    return Heartbeat(
        fanout.now(),
        fanout.jobs_silent,
        fanout.clock_error_seconds,
        fanout.findings,
        fanout.doctor_silent,
        fanout.restored,
    )


def _message(event: str, data: msgspec.Struct, where: str | None = None) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=msgspec.json.encode(data).decode(), event=event, id=where)

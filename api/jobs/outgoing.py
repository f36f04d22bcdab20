"""Sends due messages of one kind: many at a time, each row by itself, with a limit per target."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import msgspec
import structlog

from api.db.bindings import ClaimOutgoing
from api.db.notifying.outgoing import OutgoingRow
from api.db.pool import Database
from api.domain.notifying.outgoing import Failed, Outcome, OutgoingKind, Sent
from api.jobs.crew import Crew, seconds_until
from api.services.context import Context
from api.services.notifying import outgoing

Claimed = TypeVar("Claimed", bound=OutgoingRow)

_log = structlog.get_logger()
_ADOPT_SECONDS = 1.0


class Limits(msgspec.Struct, frozen=True):
    """`per_target`: so that one that hangs leaves capacity for the others. `lease`: how long an attempt may take before
    its row is given to another sender. `lull`: seconds to wait after a commit, so that many commits cost one check.
    """

    at_once: int
    per_target: int
    lease: timedelta
    lull: float = 0.0


class Handler(Protocol[Claimed]):
    """What is particular about a kind of message."""

    @property
    def kind(self) -> OutgoingKind: ...

    @property
    def queue(self) -> ClaimOutgoing[Claimed]: ...

    @property
    def limits(self) -> Limits: ...

    def opened(self) -> AbstractAsyncContextManager[Callable[[Claimed], Awaitable[Outcome]]]:
        """Whatever sending needs for as long as the loop runs, and how one message is sent."""
        ...

    def about(self, row: Claimed) -> str:
        """For the log."""
        ...

    async def record(self, context: Context, row: Claimed, outcome: Outcome) -> None:
        """What else changes in the commit that records the outcome."""
        ...


async def run(db: Database, handler: Handler[Claimed]) -> None:
    limits = handler.limits
    crew: Crew[str] = Crew(handler.kind, limits.at_once, limits.per_target, limits.lull)
    try:
        async with handler.opened() as send, db.woken() as woken:
            while True:
                woken.clear()
                claimed = await _claim(db, handler, crew)
                for row in claimed:
                    crew.begin(row.target, _attempt(db, handler, send, row))
                if not claimed:
                    due = await outgoing.next_due(db, handler.kind, crew.busy) if crew.free > 0 else None
                    await crew.rest(woken, seconds_until(db, due))
    finally:
        await crew.stop()


async def adopt(db: Database) -> None:
    """Until no server of the previous release is left: its queues, once a second."""
    while True:
        await outgoing.adopt(db)
        await asyncio.sleep(_ADOPT_SECONDS)


async def _claim(db: Database, handler: Handler[Claimed], crew: Crew[str]) -> list[Claimed]:
    """As many due rows as there is capacity for."""
    if crew.free <= 0:
        return []
    return await outgoing.claim(db, handler.queue, handler.kind, handler.limits.lease, crew.free, crew.busy)


async def _attempt(
    db: Database, handler: Handler[Claimed], send: Callable[[Claimed], Awaitable[Outcome]], row: Claimed
) -> None:
    outcome = Failed("expired before it could be sent") if row.expires_at <= db.now() else await send(row)
    now = db.now()
    await outgoing.record(db, row, outcome, now, lambda context: handler.record(context, row, outcome))
    _tell(handler, row, outcome, now)


def _tell(handler: Handler[Claimed], row: Claimed, outcome: Outcome, now: datetime) -> None:
    facts = {"request_id": row.request_id, "delivery_id": str(row.id), "about": handler.about(row)}
    log = _log.bind(outgoing=handler.kind, attempt=row.attempts, **facts)
    if isinstance(outcome, Sent):
        log.info("sent", milliseconds=round((now - row.created_at).total_seconds() * 1000))
    else:
        log.warning("not sent", outcome=type(outcome).__name__.lower(), why=outcome.why)

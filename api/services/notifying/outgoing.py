"""The queue of outgoing messages, without the network: claiming what is due, and recording how an attempt ended."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from api.db.bindings import ClaimOutgoing
from api.db.notifying import outgoing
from api.db.notifying.outgoing import OutgoingRow
from api.db.pool import Database
from api.domain.access.permissions import system_at
from api.domain.notifying.outgoing import Outcome, OutgoingKind, settle
from api.services.context import Context, entering

Claimed = TypeVar("Claimed", bound=OutgoingRow)


async def claim(
    db: Database, queue: ClaimOutgoing[Claimed], kind: OutgoingKind, lease: timedelta, most: int, busy: list[str]
) -> list[Claimed]:
    """`busy`: targets already at their limit. `lease`: a sender that was killed gives its rows back after it."""
    now = db.now()
    async with db.statement() as connection:
        return await queue.all(connection, kind=kind, now=now, leased_until=now + lease, most=most, busy=busy)


async def record(
    db: Database, row: OutgoingRow, outcome: Outcome, now: datetime, also: Callable[[Context], Awaitable[None]]
) -> None:
    """`also`: what else this kind of message records, in the same commit."""
    settled = settle(outcome, row.attempts, row.expires_at, now)
    async with entering(db, system_at(row.station_id), now) as context:
        await outgoing.save.run(
            context.connection,
            id=row.id,
            state=settled.state,
            due_at=settled.due_at,
            last_error=settled.last_error,
        )
        await also(context)


async def next_due(db: Database, kind: OutgoingKind, busy: list[str]) -> datetime | None:
    async with db.statement() as connection:
        return await outgoing.next_due.get(connection, kind=kind, busy=busy)


async def adopt(db: Database) -> None:
    """Take over what servers of the previous release are still queueing in their own tables."""
    async with db.stationless() as connection:
        now = db.now()
        await outgoing.adopt_pushes.run(connection, now=now)
        await outgoing.adopt_fallbacks.run(connection, now=now)

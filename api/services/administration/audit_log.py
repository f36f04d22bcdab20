"""The audit, read by the auditor. Each reading is in it, too, with its filters."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import msgspec

from api.db import audit
from api.db.audit import AuditEntry, HeadRow
from api.db.pool import Connection, Database
from api.domain.access.permissions import Actor, Operation, demand
from api.services.context import entering
from api.services.records import journal

_PAGE = 1000


class Filter(msgspec.Struct, frozen=True):
    """None does not limit. `action`: the whole word, or its beginning up to a dot (`account`)."""

    since: datetime
    until: datetime
    actor_id: UUID | None = None
    action: str | None = None
    subject: UUID | None = None


class Before(msgspec.Struct, frozen=True):
    """A place in the list, newest first: what comes after it."""

    at: datetime
    id: int


async def entries(
    db: Database, actor: Actor, wanted: Filter, before: Before | None, most: int, now: datetime
) -> list[AuditEntry]:
    demand(actor, Operation.READ_AUDIT)
    async with entering(db, actor, now, quiet=True) as context:
        found = await _page(context.connection, actor, wanted, before, most)
        if before is None:
            await journal.audit(context, "audit.read", None, filter=wanted)
    return found


async def export(db: Database, actor: Actor, wanted: Filter, now: datetime) -> AsyncIterator[list[AuditEntry]]:
    """All of it, in pages, each read in a transaction of its own."""
    demand(actor, Operation.READ_AUDIT)
    async with entering(db, actor, now, quiet=True) as context:
        await journal.audit(context, "audit.export", None, filter=wanted)
    return _pages(db, actor, wanted)


async def _pages(db: Database, actor: Actor, wanted: Filter) -> AsyncIterator[list[AuditEntry]]:
    before: Before | None = None
    while True:
        async with db.looking(actor) as connection:
            found = await _page(connection, actor, wanted, before, _PAGE)
        if found:
            yield found
        if len(found) < _PAGE:
            return
        before = Before(found[-1].at, found[-1].id)


async def head(db: Database, actor: Actor) -> HeadRow | None:
    """The newest signed head of the station's tree; None before the first."""
    demand(actor, Operation.READ_AUDIT)
    async with db.looking(actor) as connection:
        return await audit.last_head.one(connection, station_id=actor.station_id)


async def _page(
    connection: Connection, actor: Actor, wanted: Filter, before: Before | None, most: int
) -> list[AuditEntry]:
    return await audit.read.all(
        connection,
        station_id=actor.station_id,
        actor_id=wanted.actor_id,
        action=wanted.action,
        subject=wanted.subject,
        since=wanted.since,
        until=wanted.until,
        before_at=None if before is None else before.at,
        before_id=None if before is None else before.id,
        most=most,
    )

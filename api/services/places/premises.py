"""Premises warnings: one person writes a fact about a place, another approves it, and somebody looks again within half
a year."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db import premises
from api.db.pool import Database
from api.db.premises import PremisesWarningRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import IdReused, NotFound, WrongState
from api.domain.places.premises import REVIEWED_WITHIN, WarningKind, WarningSource
from api.services.context import Context, entering
from api.services.records import journal


class NewWarning(msgspec.Struct, frozen=True, kw_only=True):
    """`radius_m`: cases this near are about it."""

    id: UUID
    lat: float
    lon: float
    radius_m: int
    place: str
    kind: WarningKind
    source: WarningSource
    fact: str


async def listed(db: Database, actor: Actor) -> list[PremisesWarningRow]:
    """Those that wait for an approval or a review first."""
    demand(actor, Operation.RUN_PREMISES)
    async with db.looking(actor) as connection:
        return await premises.listed.all(connection, station_id=actor.station_id, id=None)


async def add(db: Database, actor: Actor, wanted: NewWarning, now: datetime) -> None:
    demand(actor, Operation.RUN_PREMISES)
    async with entering(db, actor, now, duplicate=IdReused(id=wanted.id)) as context:
        if await premises.add.run(
            context.connection,
            **msgspec.structs.asdict(wanted),
            station_id=context.station_id,
            by=actor.id,
            now=now,
        ):
            await journal.audit(context, "premises_warning.add", wanted.id, kind=wanted.kind)
            return
        kept = await _one(context, wanted.id)
        if any(
            getattr(kept, name) != getattr(wanted, name) for name in ("place", "kind", "source", "fact", "radius_m")
        ):
            raise IdReused(id=wanted.id)


async def approve(db: Database, actor: Actor, warning_id: UUID, now: datetime) -> None:
    """Show it, or show it again after a review. Never the author's own."""
    demand(actor, Operation.RUN_PREMISES)
    async with entering(db, actor, now) as context:
        kept = await _one(context, warning_id)
        if kept.made_by == actor.id:
            raise WrongState(state="own", warning_id=warning_id)
        if not await premises.approve.run(
            context.connection, id=warning_id, by=actor.id, now=now, review_at=now + REVIEWED_WITHIN
        ):
            raise WrongState(state="ended", warning_id=warning_id)
        await journal.audit(context, "premises_warning.approve", warning_id)


async def end(db: Database, actor: Actor, warning_id: UUID, reason: str, now: datetime) -> None:
    """Ending it again changes nothing."""
    demand(actor, Operation.RUN_PREMISES)
    async with entering(db, actor, now) as context:
        await _one(context, warning_id)
        if await premises.end.run(context.connection, id=warning_id, by=actor.id, now=now):
            await journal.audit(context, "premises_warning.end", warning_id, reason=reason)


async def _one(context: Context, warning_id: UUID) -> PremisesWarningRow:
    found = await premises.listed.all(context.connection, station_id=context.station_id, id=warning_id)
    if not found:
        raise NotFound(warning_id=warning_id)
    return found[0]

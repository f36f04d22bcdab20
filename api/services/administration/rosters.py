"""The roster: which crew has which unit, ahead. Whoever goes on duty is shown their own unit first."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from api.db.pool import Database
from api.db.units import rosters, units
from api.db.units.rosters import OfficerRow, PlannedShift
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import IdReused, Invalid, NotFound, Taken
from api.services.administration.versions import amended
from api.services.context import Context, entering
from api.services.records import journal

_LONGEST, _AHEAD = timedelta(hours=24), timedelta(days=366)


class ShiftFacts(msgspec.Struct, frozen=True):
    """`account_ids`: the officers of the crew."""

    unit_id: UUID
    starts_at: datetime
    ends_at: datetime
    account_ids: frozenset[UUID]


async def listed(db: Database, actor: Actor, since: datetime, until: datetime) -> list[PlannedShift]:
    """Every shift that touches the period, in order."""
    demand(actor, Operation.SEE_ROSTERS)
    async with db.looking(actor) as connection:
        return await rosters.planned.all(connection, station_id=actor.station_id, id=None, since=since, until=until)


async def officers(db: Database, actor: Actor) -> list[OfficerRow]:
    """Whom a shift may name."""
    demand(actor, Operation.SEE_ROSTERS)
    async with db.looking(actor) as connection:
        return await rosters.officers.all(connection, station_id=actor.station_id)


async def add(db: Database, actor: Actor, shift_id: UUID, new: ShiftFacts, now: datetime) -> PlannedShift:
    """The same shift again changes nothing. Raises Taken if the unit or one of its crew has another shift at that time,
    Invalid, naming the field, for what cannot be planned."""
    demand(actor, Operation.RUN_ROSTERS)
    try:
        async with entering(db, actor, now) as context:
            present = await _find(context, shift_id)
            if present is not None:
                if _facts(present) != new:
                    raise IdReused(id=shift_id)
                return present
            await _check(context, new, now)
            await rosters.add_planned.run(
                context.connection,
                id=shift_id,
                station_id=context.station_id,
                unit_id=new.unit_id,
                starts_at=new.starts_at,
                ends_at=new.ends_at,
            )
            await _add_crew(context, shift_id, new)
            await journal.audit(context, "roster.add", shift_id, after=new)
            return await _planned(context, shift_id)
    except asyncpg.ExclusionViolationError as error:
        raise _taken(error) from None


async def change(
    db: Database, actor: Actor, shift_id: UUID, changes: Mapping[str, object], version: int, now: datetime
) -> PlannedShift:
    """`changes`: the facts to replace. Raises as `add` does, and Changed, with the present shift, if `version` is no
    longer current."""
    demand(actor, Operation.RUN_ROSTERS)
    try:
        async with entering(db, actor, now) as context:
            present = await _planned(context, shift_id)
            before = _facts(present)
            wanted = amended(present, before, changes, version)
            await _check(context, wanted, now)
            await rosters.change_planned.run(
                context.connection,
                id=shift_id,
                unit_id=wanted.unit_id,
                starts_at=wanted.starts_at,
                ends_at=wanted.ends_at,
            )
            await _add_crew(context, shift_id, wanted)
            await journal.audit(context, "roster.change", shift_id, before=before, after=wanted)
            return await _planned(context, shift_id)
    except asyncpg.ExclusionViolationError as error:
        raise _taken(error) from None


async def remove(db: Database, actor: Actor, shift_id: UUID, now: datetime) -> None:
    """Nobody's present shift ends by it."""
    demand(actor, Operation.RUN_ROSTERS)
    async with entering(db, actor, now) as context:
        before = _facts(await _planned(context, shift_id))
        await rosters.remove_planned.run(context.connection, id=shift_id)
        await journal.audit(context, "roster.remove", shift_id, before=before)


async def _check(context: Context, wanted: ShiftFacts, now: datetime) -> None:
    if not timedelta(0) < wanted.ends_at - wanted.starts_at <= _LONGEST:
        raise Invalid("ends_at", f"after the start, by at most {_LONGEST.total_seconds() / 3600:.0f} hours")
    if wanted.ends_at <= now or wanted.starts_at > now + _AHEAD:
        raise Invalid("starts_at", f"not over yet, and at most {_AHEAD.days} days ahead")
    if await units.read.one(context.connection, id=wanted.unit_id) is None:
        raise Invalid("unit_id", "no such unit")


async def _add_crew(context: Context, shift_id: UUID, wanted: ShiftFacts) -> None:
    """Raises Invalid if one of them is not an officer of this station."""
    added = await rosters.add_crew.run(
        context.connection, station_id=context.station_id, shift_id=shift_id, account_ids=sorted(wanted.account_ids)
    )
    if added != len(wanted.account_ids):
        raise Invalid("account_ids", "name officers of this station who may sign in")


async def _find(context: Context, shift_id: UUID) -> PlannedShift | None:
    found = await rosters.planned.all(
        context.connection, station_id=context.station_id, id=shift_id, since=None, until=None
    )
    return found[0] if found else None


async def _planned(context: Context, shift_id: UUID) -> PlannedShift:
    found = await _find(context, shift_id)
    if found is None:
        raise NotFound(shift_id=shift_id)
    return found


def _facts(shift: PlannedShift) -> ShiftFacts:
    crew = frozenset(person.account_id for person in shift.people)
    return ShiftFacts(shift.unit_id, shift.starts_at, shift.ends_at, crew)


def _taken(error: asyncpg.ExclusionViolationError) -> Taken:
    return Taken(what="unit" if error.constraint_name == "ex_planned_shift_unit" else "officer")

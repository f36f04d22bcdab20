"""A station's units, as its administration runs them: added, changed, retired."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from api.db.dispatching import assignments
from api.db.pool import Database
from api.db.units import units
from api.db.units.units import EquippedUnit
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import IdReused, NotFound, Taken, WrongState
from api.domain.incidents.assignment import HELD
from api.domain.records.events import Event, EventKind
from api.domain.roads.travel import UnitKind
from api.services.administration.versions import amended
from api.services.context import Context, Deciding, Runtime, deciding, entering
from api.services.dispatching import shifts
from api.services.records import journal


class UnitFacts(msgspec.Struct, frozen=True):
    """`capabilities`: what it can do that others cannot, as cases ask for it."""

    callsign: str
    kind: UnitKind
    plate: str | None
    beat: str | None
    capabilities: list[str]


async def listed(db: Database, actor: Actor) -> list[EquippedUnit]:
    """Retired ones last."""
    demand(actor, Operation.RUN_UNITS)
    async with db.looking(actor) as connection:
        return await units.equipment.all(connection, station_id=actor.station_id, id=None)


async def add(db: Database, actor: Actor, unit_id: UUID, new: UnitFacts, now: datetime) -> EquippedUnit:
    """The same unit again changes nothing. Raises Taken if another has the call sign, IdReused if the id has other
    facts."""
    demand(actor, Operation.RUN_UNITS)
    async with entering(db, actor, now, duplicate=Taken(callsign=new.callsign)) as context:
        present = await _find(context, unit_id)
        if present is not None:
            if _facts(present) != new:
                raise IdReused(id=unit_id)
            return present
        await units.add.run(context.connection, id=unit_id, station_id=actor.station_id, **msgspec.structs.asdict(new))
        await units.add_live.run(context.connection, unit_id=unit_id, station_id=actor.station_id)
        await journal.audit(context, "unit.add", unit_id, after=new)
        return await _tell(context, unit_id)


async def change(
    runtime: Runtime, actor: Actor, unit_id: UUID, changes: Mapping[str, object], version: int, now: datetime
) -> EquippedUnit:
    """`changes`: the facts to replace. Raises Changed, with the present unit, if `version` is no longer current. Under
    the station's lock, since decisions go by kind and capabilities."""
    demand(actor, Operation.RUN_UNITS)
    async with deciding(runtime, actor, now, duplicate=Taken(callsign=changes.get("callsign"))) as context:
        before = await _in_use(context, unit_id)
        wanted = amended(before, _facts(before), changes, version)
        if _facts(before) == wanted:
            return before
        await units.change.run(context.connection, id=unit_id, **msgspec.structs.asdict(wanted))
        await journal.audit(context, "unit.change", unit_id, before=_facts(before), after=wanted)
        return await _tell(context, unit_id)


async def retire(runtime: Runtime, actor: Actor, unit_id: UUID, now: datetime) -> None:
    """It goes on duty no more: its shifts end, open offers go to the next unit, its trackers' tokens are revoked; its
    history stays. Raises WrongState while it holds a case."""
    demand(actor, Operation.RUN_UNITS)
    async with deciding(runtime, actor, now) as context:
        await _in_use(context, unit_id)
        work = await assignments.current_of_unit.all(context.connection, unit_id=unit_id)
        if any(row.state in HELD for row in work):
            raise WrongState(state="holds_assignment")
        for officer in await units.officers_on.all(context.connection, unit_id=unit_id):
            await shifts.end(context, officer.id)
        await units.retire.run(context.connection, id=unit_id, now=now)
        await journal.audit(context, "unit.retire", unit_id)
        journal.event(context, Event(EventKind.UNIT, unit_id, unit_id=unit_id))


async def _find(context: Context, unit_id: UUID) -> EquippedUnit | None:
    found = await units.equipment.all(context.connection, station_id=context.station_id, id=unit_id)
    return found[0] if found else None


async def _in_use(context: Deciding, unit_id: UUID) -> EquippedUnit:
    found = await _find(context, unit_id)
    if found is None or found.retired_at is not None:
        raise NotFound(unit_id=unit_id)
    return found


async def _tell(context: Context, unit_id: UUID) -> EquippedUnit:
    journal.event(context, Event(EventKind.UNIT, unit_id, unit_id=unit_id))
    found = await _find(context, unit_id)
    if found is None:
        raise NotFound(unit_id=unit_id)
    return found


def _facts(unit: EquippedUnit) -> UnitFacts:
    return UnitFacts(unit.callsign, unit.kind, unit.plate, unit.beat, unit.capabilities)

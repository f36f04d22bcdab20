"""Units on the street: shifts, and what the radio room sees of them."""

from datetime import datetime
from uuid import UUID, uuid4

from api.db.dispatching import assignments
from api.db.incidents import incidents, oversight
from api.db.pool import Database
from api.db.units import units
from api.db.units.units import ShiftRow, ShiftUnitRow, UnitRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import NotFound, Taken, WrongState
from api.domain.incidents.assignment import HELD, Withdrawal
from api.domain.incidents.deadline import QUIET_EVERY, DeadlineKind
from api.services.context import Deciding, Runtime, deciding
from api.services.dispatching import dispatch, offers, progress
from api.services.records import journal


async def begin_shift(runtime: Runtime, actor: Actor, unit_id: UUID, now: datetime) -> ShiftRow:
    """Go on duty with a unit. Repeating it with the same unit changes nothing; to change units, end the first shift."""
    demand(actor, Operation.OWN_SHIFT)
    async with deciding(runtime, actor, now, duplicate=Taken(unit_id=unit_id)) as context:
        current = await units.open_shift.one(context.connection, account_id=actor.id)
        if current is not None:
            if current.unit_id == unit_id:
                return current
            raise WrongState(state="on_duty", unit_id=current.unit_id)
        if await units.read.one(context.connection, id=unit_id) is None:
            raise NotFound(unit_id=unit_id)
        await units.lock.one(context.connection, unit_id=unit_id)
        if await oversight.conflict_on_unit.get(context.connection, unit_id=unit_id, account_id=actor.id):
            raise WrongState(state="conflict", unit_id=unit_id)
        await units.begin_shift.run(
            context.connection, id=uuid4(), station_id=actor.station_id, unit_id=unit_id, account_id=actor.id, now=now
        )
        await units.begin_unit_shift.run(context.connection, unit_id=unit_id, now=now)
        for case in await oversight.hidden_cases_of_unit.all(context.connection, unit_id=unit_id):
            await oversight.add_crew.run(
                context.connection, station_id=actor.station_id, incident_id=case.id, unit_id=unit_id, now=now
            )
        await progress.settle_unit(context, unit_id)
        journal.deadline_by(context, DeadlineKind.REPLAN, context.station_id, now + QUIET_EVERY)
        await journal.audit(context, "shift.begin", unit_id)
        begun = await units.open_shift.one(context.connection, account_id=actor.id)
        if begun is None:
            raise NotFound(unit_id=unit_id)
        return begun


async def end_shift(runtime: Runtime, actor: Actor, now: datetime) -> None:
    """Go off duty. The last to leave hands back an unanswered offer; a job in hand must be cleared first."""
    demand(actor, Operation.OWN_SHIFT)
    async with deciding(runtime, actor, now) as context:
        await end(context, actor.id)


async def end(context: Deciding, account_id: UUID) -> None:
    """`end_shift`, whoever asks for it."""
    current = await units.open_shift.one(context.connection, account_id=account_id)
    if current is None:
        return
    officers = await units.officers_on.all(context.connection, unit_id=current.unit_id)
    work = await assignments.current_of_unit.all(context.connection, unit_id=current.unit_id)
    last_out = len(officers) == 1
    if last_out and any(row.state in HELD for row in work):
        raise WrongState(state="holds_assignment")
    await units.end_shift.run(context.connection, account_id=account_id, now=context.now)
    if last_out:
        for row in work:
            incident = await incidents.lock.one(context.connection, id=row.incident_id, reader=None)
            if incident is not None:
                await offers.withdraw(context, incident, row, Withdrawal.SHIFT_ENDED)
                await dispatch.fill(context, incident)
        await units.end_unit_shift.run(context.connection, unit_id=current.unit_id)
        await progress.settle_unit(context, current.unit_id)
    await journal.audit(context, "shift.end", current.unit_id)


async def current_shift(db: Database, actor: Actor) -> ShiftRow | None:
    async with db.looking(actor) as connection:
        return await units.open_shift.one(connection, account_id=actor.id)


async def for_shift(db: Database, actor: Actor) -> list[ShiftUnitRow]:
    demand(actor, Operation.OWN_SHIFT)
    async with db.looking(actor) as connection:
        return await units.list_for_shift.all(
            connection, station_id=actor.station_id, account_id=actor.id, now=db.now()
        )


async def listed(db: Database, actor: Actor) -> list[UnitRow]:
    demand(actor, Operation.SEE_POSITIONS)
    async with db.looking(actor) as connection:
        return await units.list_all.all(connection, station_id=actor.station_id)

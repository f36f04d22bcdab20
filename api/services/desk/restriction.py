"""Cases about the police: hidden from everybody but named persons, never handled by those who are named in them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from api.db.dispatching import assignments
from api.db.incidents import oversight as rows
from api.db.incidents.incidents import IncidentLock
from api.db.incidents.oversight import HandlerRow, LookRow
from api.db.pool import Database
from api.domain.access.permissions import RADIO_ROOM, Actor, Operation, demand
from api.domain.errors import Invalid, NotFound
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import Withdrawal
from api.domain.incidents.conflict import may_be_named
from api.domain.incidents.incident import ENDED
from api.domain.records.events import Event, EventKind
from api.services.context import Context, Deciding, Runtime, deciding, reading
from api.services.dispatching import dispatch, offers, progress
from api.services.incidents import alarms, oversight
from api.services.incidents.opening import lock
from api.services.records import journal


class Restriction(msgspec.Struct, frozen=True):
    """The station's people, as far as this case concerns them, and who has looked at it."""

    about_police: bool
    people: list[HandlerRow]
    looks: list[LookRow]


async def restrict(
    runtime: Runtime,
    actor: Actor,
    incident_id: UUID,
    reason: str,
    named: Collection[UUID],
    readers: Collection[UUID],
    now: datetime,
) -> None:
    """Hide a case, or add to who is `named` in it and who may read it. Whoever does so stays a reader, and so do the
    commanders who are not named. A unit with somebody named on board loses the case at once."""
    demand(actor, Operation.RESTRICT_CASE)
    if actor.id in named:
        raise Invalid("named", "you cannot name yourself: ask somebody else to take this case over")
    if not may_be_named(readers, named):
        raise Invalid("readers", "nobody reads a case in which they are named")
    async with deciding(runtime, actor, now) as context:
        incident = await lock(context, incident_id)
        await _demand_people(context, named, readers)
        await rows.recuse.run(
            context.connection,
            station_id=context.station_id,
            incident_id=incident_id,
            account_ids=list(named),
            now=now,
        )
        await rows.remove_readers.run(context.connection, incident_id=incident_id, account_ids=list(named))
        marked = await rows.mark.run(context.connection, id=incident_id)
        await rows.add_readers.run(
            context.connection,
            station_id=context.station_id,
            incident_id=incident_id,
            account_ids=[actor.id, *readers],
            commanders=bool(marked),
            by=actor.id,
            now=now,
        )
        facts = {"named": list(named), "readers": list(readers)}
        await journal.audit(context, "incident.restrict", incident_id, reason=reason, **facts)
        journal.event(context, Event(EventKind.INCIDENT, incident_id, incident_id, state=incident.state))
        # Without the case's id it reaches those who lose sight of it too: their screens must let go of it.
        journal.event(context, Event(EventKind.INCIDENT, incident_id))
        if marked:
            await oversight.tell(context, incident)
            await alarms.raise_alarm(context, incident_id, AlarmReason.ABOUT_POLICE)
        if incident.state not in ENDED:
            await _take_from_the_named(context, msgspec.structs.replace(incident, about_police=True, recused=True))


async def _demand_people(context: Context, named: Collection[UUID], readers: Collection[UUID]) -> None:
    asked = {*named, *readers}
    found = await rows.people_of.all(context.connection, station_id=context.station_id, account_ids=list(asked))
    roles = {row.id: row.role for row in found}
    if missing := asked - roles.keys():
        raise NotFound(account_id=min(missing))
    if any(roles[each] not in RADIO_ROOM for each in readers):
        raise Invalid("readers", "only operators and commanders read cases")


async def _take_from_the_named(context: Deciding, incident: IncidentLock) -> None:
    barred = {row.unit_id for row in await rows.units_in_conflict.all(context.connection, incident_id=incident.id)}
    live = await assignments.live_of.all(context.connection, incident_id=incident.id)
    for row in live:
        if row.unit_id in barred:
            await offers.withdraw(context, incident, row, Withdrawal.BY_HAND, by=context.actor)
        else:
            await rows.add_crew.run(
                context.connection,
                station_id=context.station_id,
                incident_id=incident.id,
                unit_id=row.unit_id,
                now=context.now,
            )
    if incident.dispatching:
        await dispatch.fill(context, incident)
    else:
        await progress.settle_incident(context, incident)


async def lift(runtime: Runtime, actor: Actor, incident_id: UUID, reason: str, now: datetime) -> None:
    """Show the case to the station's radio room again. Who was named stays barred from handling it."""
    demand(actor, Operation.LIFT_RESTRICTION)
    async with deciding(runtime, actor, now) as context:
        incident = await lock(context, incident_id)
        if not await rows.unmark.run(context.connection, id=incident_id):
            return
        await rows.remove_readers.run(context.connection, incident_id=incident_id, account_ids=None)
        await rows.lift.run(context.connection, incident_id=incident_id, now=now)
        await alarms.settle(context, incident_id, (AlarmReason.ABOUT_POLICE,))
        await journal.audit(context, "incident.lift_restriction", incident_id, reason=reason)
        journal.event(context, Event(EventKind.INCIDENT, incident_id, incident_id, state=incident.state))


async def read(db: Database, actor: Actor, incident_id: UUID, now: datetime) -> Restriction:
    demand(actor, Operation.RESTRICT_CASE)
    async with reading(db, actor, now) as context:
        incident = await rows.seen.one(context.connection, id=incident_id)
        if incident is None:
            raise NotFound(incident_id=incident_id)
        people = await rows.handlers_of.all(context.connection, station_id=context.station_id, incident_id=incident_id)
        looks = await rows.looks_at.all(context.connection, incident_id=incident_id)
    return Restriction(incident.about_police, people, looks)

"""Words between the radio room and the units of a case, each with when the other side had it on a screen."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.dispatching import assignments
from api.db.incidents import incidents, messages
from api.db.incidents.incidents import IncidentLock
from api.db.incidents.messages import IncidentMessageRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.errors import IdReused, NotFound, WrongState
from api.domain.incidents import incident as rules
from api.domain.incidents.assignment import HELD
from api.domain.notifying.push import NOTICE_LIFETIME, Instruction, PushKind
from api.domain.records.events import Event, EventKind
from api.services.context import Context, entering
from api.services.dispatching import offers
from api.services.incidents.opening import lock
from api.services.notifying.notifications import PushNotice, notify_unit
from api.services.records import journal


class NewMessage(msgspec.Struct, frozen=True):
    id: UUID
    text: str


async def listed(db: Database, actor: Actor, incident_id: UUID, now: datetime) -> list[IncidentMessageRow]:
    """All of a case, in order. Reading them is what the writer sees as `read_at`."""
    demand(actor, Operation.MESSAGE_UNIT)
    async with entering(db, actor, now, quiet=True) as context:
        await _case(context, incident_id)
        by_unit = actor.role == Role.OFFICER
        read = await messages.mark_read.run(context.connection, incident_id=incident_id, by_unit=by_unit, now=now)
        if read:
            await _tell_screens(context, incident_id, incident_id)
        return await messages.of_incident.all(context.connection, incident_id=incident_id)


async def send(
    db: Database, actor: Actor, incident_id: UUID, new: NewMessage, now: datetime
) -> list[IncidentMessageRow]:
    """From the radio room to every unit that has the case, whose phones ring, or from one of them to the radio room.
    Raises WrongState `no_unit` if nobody would hear it."""
    demand(actor, Operation.MESSAGE_UNIT)
    async with entering(db, actor, now) as context:
        incident = await _case(context, incident_id)
        before = await messages.sent.one(context.connection, id=new.id)
        if before is None:
            await _add(context, incident, new)
        elif (before.incident_id, before.by, before.text) != (incident_id, actor.id, new.text):
            raise IdReused(id=new.id)
        return await messages.of_incident.all(context.connection, incident_id=incident_id)


async def _add(context: Context, incident: IncidentLock, new: NewMessage) -> None:
    rules.demand_active(incident.state)
    from_unit = context.actor.unit_id if context.actor.role == Role.OFFICER else None
    live = await assignments.live_of.all(context.connection, incident_id=incident.id)
    has_it = [row for row in live if row.state in HELD]
    if not has_it:
        raise WrongState(state="no_unit", incident_id=incident.id)
    await messages.add.run(
        context.connection,
        id=new.id,
        station_id=context.station_id,
        incident_id=incident.id,
        by=context.actor.id,
        unit_id=from_unit,
        text=new.text,
        now=context.now,
    )
    await _tell_screens(context, new.id, incident.id)
    if from_unit is not None:
        return
    content = msgspec.structs.replace(offers.content_of(incident, None), instruction=Instruction.MESSAGE)
    for row in has_it:
        notice = PushNotice(PushKind.BROADCAST, content, context.now + NOTICE_LIFETIME, row.id, incident.id)
        await notify_unit(context, row.unit_id, notice)


async def _case(context: Context, incident_id: UUID) -> IncidentLock:
    """The radio room: any case that it may see. An officer: one that their unit holds."""
    if context.actor.role != Role.OFFICER:
        return await lock(context, incident_id)
    work = (
        []
        if context.actor.unit_id is None
        else await assignments.current_of_unit.all(context.connection, unit_id=context.actor.unit_id)
    )
    if not any(row.incident_id == incident_id and row.state in HELD for row in work):
        raise NotFound(incident_id=incident_id)
    incident = await incidents.lock.one(context.connection, id=incident_id, reader=None)
    if incident is None:
        raise NotFound(incident_id=incident_id)
    return incident


async def _tell_screens(context: Context, subject: UUID, incident_id: UUID) -> None:
    """The radio room's, and those of every unit on the case."""
    live = await assignments.live_of.all(context.connection, incident_id=incident_id)
    for unit_id in {row.unit_id for row in live if row.state in HELD} or {None}:
        journal.event(context, Event(EventKind.MESSAGE, subject, incident_id, unit_id))

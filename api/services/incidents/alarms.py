"""Alarms: raised once, acknowledged by somebody, or escalated until they are."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from api.db.incidents import alarms, incidents, oversight
from api.db.incidents.alarms import AlarmLock, AlarmRow
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import NotFound
from api.domain.incidents.alarm import CHAINED, LOOKED_AFTER, STANDING, AlarmReason, Level, above
from api.domain.incidents.deadline import DeadlineKind
from api.domain.notifying.push import NOTICE_LIFETIME, Content, PushKind
from api.domain.records.events import Event, EventKind
from api.services.context import Context, StationContext, entering
from api.services.notifying import fallback
from api.services.notifying.notifications import PushNotice, notify_account
from api.services.records import journal


async def raise_alarm(context: StationContext, incident_id: UUID, reason: AlarmReason) -> None:
    """Raise it once: an open alarm for the same reason remains, and so does an acknowledged one while its state
    lasts."""
    alarm_id = uuid4()
    raised = await alarms.raise_alarm.run(
        context.connection,
        id=alarm_id,
        station_id=context.station_id,
        incident_id=incident_id,
        reason=reason,
        standing=reason in STANDING,
        now=context.now,
    )
    if not raised:
        return
    journal.event(context, Event(EventKind.ALARM, alarm_id, incident_id, state=reason))
    if reason in CHAINED:
        await _expect(context, alarm_id, at_once=reason == AlarmReason.ABOUT_POLICE)


async def settle(context: Context, incident_id: UUID, reasons: Iterable[AlarmReason] = LOOKED_AFTER) -> None:
    """Somebody has the incident, or it is over: its open alarms no longer need attention."""
    await alarms.settle.run(
        context.connection, incident_id=incident_id, now=context.now, reasons=[str(reason) for reason in reasons]
    )


async def listed(db: Database, actor: Actor) -> list[AlarmRow]:
    demand(actor, Operation.SEE_ALARMS)
    async with db.looking(actor) as connection:
        return await alarms.list_all.all(connection, station_id=actor.station_id, incident_ids=None)


async def acknowledge(db: Database, actor: Actor, alarm_id: UUID, now: datetime) -> AlarmRow:
    demand(actor, Operation.SEE_ALARMS)
    async with entering(db, actor, now) as context:
        if await alarms.read.one(context.connection, id=alarm_id, reader=context.reader) is None:
            raise NotFound(alarm_id=alarm_id)
        changed = await alarms.acknowledge.run(context.connection, id=alarm_id, now=now, by=actor.id)
        row = await alarms.read.one(context.connection, id=alarm_id, reader=context.reader)
        if row is None:
            raise NotFound(alarm_id=alarm_id)
        if changed:
            await journal.lift(context, alarm_id, (DeadlineKind.ALARM_CHAIN,))
            happened = Event(EventKind.ALARM, alarm_id, row.incident_id, state="acknowledged")
            journal.event(context, happened)
            await journal.audit(context, "alarm.acknowledge", alarm_id)
        return row


async def pass_on(context: StationContext, alarm_id: UUID) -> None:
    """Nobody acknowledged it in time: ring the next level. A level that rings no phone is skipped at once."""
    alarm = await alarms.lock.one(context.connection, id=alarm_id)
    if alarm is None or alarm.acknowledged_at is not None:
        return
    incident = await incidents.lock.one(context.connection, id=alarm.incident_id, reader=None)
    level = above(alarm.level)
    while incident is not None and level is not None:
        phones = await _notify(context, alarm, incident, level)
        await alarms.pass_on.run(context.connection, id=alarm.id, level=level, now=context.now)
        if phones and above(level) is not None:
            await _expect(context, alarm.id)
            break
        level = above(level) if not phones else None
    passed = Event(EventKind.ALARM, alarm.id, alarm.incident_id, state=alarm.reason)
    journal.event(context, passed)


async def _expect(context: StationContext, alarm_id: UUID, *, at_once: bool = False) -> None:
    due_at = context.now + timedelta(seconds=0 if at_once else context.station.alarm_seconds)
    journal.deadline(context, DeadlineKind.ALARM_CHAIN, alarm_id, due_at)


async def _notify(
    context: StationContext,
    alarm: AlarmLock,
    incident: IncidentLock,
    level: Level,
) -> int:
    """Returns how many phones ring. The fall-back channels are used together with the commanders' phones."""
    if level == Level.SHIFT_SUPERVISOR:
        supervisor = await alarms.shift_supervisor.one(context.connection, station_id=context.station_id)
        called = [] if supervisor is None else [supervisor]
    else:
        called = await alarms.supervisors.all(context.connection, station_id=context.station_id)
        await fallback.queue(context, alarm, incident)
    if incident.about_police:
        handlers = await oversight.handlers_of.all(
            context.connection, station_id=context.station_id, incident_id=incident.id
        )
        readers = {row.account_id for row in handlers if row.at is not None}
        called = [person for person in called if person.id in readers]
    phones = 0
    for person in called:
        content = Content(
            incident.priority, incident.kind, place=incident.place, drill=incident.drill, alarm=alarm.reason
        )
        notice = PushNotice(PushKind.BROADCAST, content, context.now + NOTICE_LIFETIME, incident_id=incident.id)
        phones += await notify_account(context, person.id, notice)
    return phones

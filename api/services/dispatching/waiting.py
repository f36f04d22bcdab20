"""Reports that wait for a person: nobody waits without a limit. Each limit is a deadline, and outlives any restart."""

from uuid import UUID

from api.db.incidents import alarms as alarm_rows
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.domain.dispatching.delegation import Delegated
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.deadline import DeadlineKind
from api.domain.records.events import Event, EventKind
from api.services.context import Context, Deciding
from api.services.dispatching import dispatch
from api.services.incidents import alarms
from api.services.records import journal


async def expect_somebody(context: Deciding, incident: IncidentLock) -> None:
    """An urgent one is looked at within seconds and soon offered by itself; others within the station's patience."""
    offered_unheard = context.station.delegation.unheard_reports == Delegated.AUTOMATIC
    due = context.station.ladder.waits_for_a_person(
        context.now, urgent=incident.priority == 1, offered_unheard=offered_unheard
    )
    await journal.deadlines(context, incident.id, due)


async def somebody_looked(context: Context, incident_id: UUID) -> None:
    """The radio room has read what the citizen said. An urgent one is still offered by itself if nobody decides."""
    if await incidents.open_words.run(context.connection, id=incident_id, now=context.now):
        await journal.event(context, Event(EventKind.INCIDENT, incident_id, incident_id))
    await alarms.settle(context, incident_id, (AlarmReason.REPORT_UNOPENED,))
    await journal.lift(context, incident_id, (DeadlineKind.REPORT_UNOPENED,))


async def nobody_looked(context: Deciding, incident: IncidentLock) -> None:
    """Whoever sits in the radio room did not look: the next in the chain is called at once."""
    if incident.opened_at is not None or incident.dispatching:
        return
    await alarms.raise_alarm(context, incident.id, AlarmReason.REPORT_UNOPENED)
    for alarm in await alarm_rows.list_all.all(
        context.connection, station_id=context.station_id, incident_ids=[incident.id]
    ):
        if alarm.reason == AlarmReason.REPORT_UNOPENED and alarm.acknowledged_at is None:
            await alarms.pass_on(context, alarm.id)


async def nobody_decided(context: Deciding, incident: IncidentLock) -> None:
    """As for an SOS: to an idle unit, and nobody is diverted for what no person has looked at."""
    if not incident.dispatching:
        await dispatch.fill(context, incident)

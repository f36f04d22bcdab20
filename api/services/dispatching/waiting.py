"""Reports that wait for a person: nobody waits without a limit. Each limit is a deadline and survives any restart."""

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
    """An urgent report must be opened within seconds and is soon offered automatically; others have the station's
    decision time."""
    offered_unheard = context.station.delegation.unheard_reports == Delegated.AUTOMATIC
    due = context.station.ladder.waits_for_a_person(
        context.now, urgent=incident.priority == 1, offered_unheard=offered_unheard
    )
    journal.deadlines(context, incident.id, due)


async def somebody_looked(context: Context, incident_id: UUID) -> None:
    """The radio room has read the report. An urgent one is still offered automatically if nobody decides."""
    if await incidents.open_words.run(context.connection, id=incident_id, now=context.now):
        journal.event(context, Event(EventKind.INCIDENT, incident_id, incident_id))
    await alarms.settle(context, incident_id, (AlarmReason.REPORT_UNOPENED,))
    await journal.lift(context, incident_id, (DeadlineKind.REPORT_UNOPENED,))


async def nobody_looked(context: Deciding, incident: IncidentLock) -> None:
    """Nobody in the radio room looked: call the next level at once."""
    if incident.opened_at is not None or incident.dispatching:
        return
    await alarms.raise_alarm(context, incident.id, AlarmReason.REPORT_UNOPENED)
    for alarm in await alarm_rows.list_all.all(
        context.connection, station_id=context.station_id, incident_ids=[incident.id]
    ):
        if alarm.reason == AlarmReason.REPORT_UNOPENED and alarm.acknowledged_at is None:
            await alarms.pass_on(context, alarm.id)


async def nobody_decided(context: Deciding, incident: IncidentLock) -> None:
    """As for an SOS: offered to an idle unit; nobody is diverted for a report that no person has seen."""
    if not incident.dispatching:
        await dispatch.fill(context, incident)

"""Reports that wait for a person: nobody waits without a limit. Each limit is a deadline, and outlives any restart."""

from datetime import datetime, timedelta
from uuid import UUID

from api.db.incidents import alarms as alarm_rows
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection
from api.db.stations import StationRow
from api.domain.dispatching.delegation import Delegated
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.deadline import REPORT_DECIDED_WITHIN, REPORT_OPENED_WITHIN, DeadlineKind
from api.domain.records.events import Event, EventKind
from api.services.dispatching import dispatch
from api.services.incidents import alarms
from api.services.records import journal


async def expect_somebody(connection: Connection, station: StationRow, incident: IncidentLock, now: datetime) -> None:
    """An urgent one is looked at within seconds and soon offered by itself; others within the station's patience."""
    urgent = incident.priority == 1
    within = REPORT_OPENED_WITHIN if urgent else timedelta(seconds=station.decision_seconds)
    await journal.deadline(connection, station.id, DeadlineKind.REPORT_UNOPENED, incident.id, now + within)
    if urgent and station.delegation.unheard_reports == Delegated.AUTOMATIC:
        due_at = now + REPORT_DECIDED_WITHIN
        await journal.deadline(connection, station.id, DeadlineKind.REPORT_UNHEARD, incident.id, due_at)


async def somebody_looked(connection: Connection, station_id: UUID, incident_id: UUID, now: datetime) -> None:
    """The radio room has read what the citizen said. An urgent one is still offered by itself if nobody decides."""
    if await incidents.open_words.run(connection, id=incident_id, now=now):
        await journal.event(connection, station_id, Event(EventKind.INCIDENT, incident_id, incident_id), now)
    await alarms.settle(connection, incident_id, now, (AlarmReason.REPORT_UNOPENED,))
    await journal.lift(connection, incident_id, (DeadlineKind.REPORT_UNOPENED,))


async def nobody_looked(connection: Connection, station: StationRow, incident: IncidentLock, now: datetime) -> None:
    """Whoever sits in the radio room did not look: the next in the chain is called at once."""
    if incident.opened_at is not None or incident.dispatching:
        return
    await alarms.raise_alarm(connection, station, incident.id, AlarmReason.REPORT_UNOPENED, now)
    for alarm in await alarm_rows.list_all.all(connection, station_id=station.id, incident_ids=[incident.id]):
        if alarm.reason == AlarmReason.REPORT_UNOPENED and alarm.acknowledged_at is None:
            await alarms.pass_on(connection, station, alarm.id, now)


async def nobody_decided(connection: Connection, station: StationRow, incident: IncidentLock, now: datetime) -> None:
    """As for an SOS: to an idle unit, and nobody is diverted for what no person has looked at."""
    if not incident.dispatching:
        await dispatch.fill(connection, station, incident, now)

"""Where an incident and its units stand after something changed: derived from the assignments, saved, announced."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from api.db.dispatching import assignments, planning
from api.db.dispatching.aid import AidRow
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection
from api.db.stations import StationRow
from api.db.units import units
from api.domain.incidents import incident as incident_rules
from api.domain.incidents import sla
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import HELD, AssignmentState
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.sla import Forecast
from api.domain.records.events import Event, EventKind
from api.domain.units.unit import UnitStatus
from api.services.dispatching import aid_reports
from api.services.incidents import alarms
from api.services.records import journal


async def settle_unit(connection: Connection, station_id: UUID, unit_id: UUID, now: datetime) -> UnitStatus:
    """Bring the unit's status in line with its shift and its work. Locks the unit."""
    locked = await units.lock.one(connection, unit_id=unit_id)
    work = await units.status_from_work.one(connection, unit_id=unit_id)
    if locked is None or work is None:
        return UnitStatus.OFF_DUTY
    status = _status(work)
    if status != locked.status:
        await units.set_status.run(connection, unit_id=unit_id, status=status)
        changed = Event(EventKind.UNIT, unit_id, unit_id=unit_id, state=status)
        await journal.event(connection, station_id, changed, now)
        if status == UnitStatus.AVAILABLE:  # incidents that nobody could be offered are tried again now
            await units.hasten.run(connection, station_id=station_id, kind=DeadlineKind.TRY_AGAIN, now=now)
    return status


async def settle_incident(
    connection: Connection,
    station: StationRow,
    incident: IncidentLock,
    now: datetime,
    *,
    arrived_at: datetime | None = None,
    disposition: str | None = None,
    note: str | None = None,
) -> incident_rules.IncidentState:
    """Save the state that the assignments add up to, with the forecast, and tell every screen."""
    states = [row.state for row in await assignments.states_of.all(connection, incident_id=incident.id)]
    state = incident_rules.state_from(states)
    ended = state in incident_rules.ENDED
    first_arrived_at = incident.first_arrived_at or arrived_at
    live = await assignments.live_of.all(connection, incident_id=incident.id)
    helpers = await aid_reports.of_incident(connection, incident.id)
    await aid_reports.tell_asker(connection, incident, live, first_arrived_at, now if ended else None, now)
    if ended:
        await planning.end_proposals_of.run(connection, incident_id=incident.id, now=now)
        await aid_reports.no_longer_needed(connection, incident.id, now)
    forecast = forecast_of(incident, live, first_arrived_at, now, helpers, ended=ended)
    await incidents.save_state.run(
        connection,
        id=incident.id,
        state=state,
        forecast=forecast,
        ended_at=now if ended else None,
        first_arrived_at=first_arrived_at,
        disposition=disposition,
        note=note,
        merged_into=None,
    )
    await alarm_by_forecast(connection, station, incident.id, forecast, now)
    await journal.event(connection, station.id, Event(EventKind.INCIDENT, incident.id, incident.id, state=state), now)
    return state


async def alarm_by_forecast(
    connection: Connection, station: StationRow, incident_id: UUID, forecast: Forecast, now: datetime
) -> None:
    """A bad forecast has an alarm, or somebody who acknowledged it, for as long as it is bad; whoever computed it."""
    if forecast in sla.BAD:
        await alarms.raise_alarm(connection, station, incident_id, AlarmReason.FORECAST_LATE, now)
    else:
        await alarms.settle(connection, incident_id, now, (AlarmReason.FORECAST_LATE,))


def forecast_of(
    incident: IncidentLock,
    live: list[AssignmentRow],
    first_arrived_at: datetime | None,
    now: datetime,
    helpers: Sequence[AidRow] = (),
    *,
    ended: bool = False,
) -> Forecast:
    """`helpers`: neighbours' units, which count as one's own as soon as they have accepted."""
    held = [row for row in live if row.state in HELD]
    expected = [
        at for row in held if row.eta_at is not None and (at := sla.expected_arrival(row.eta_at, row.eta_seconds))
    ]
    expected += [row.arrives_at for row in helpers if row.arrives_at is not None]
    return sla.forecast(
        now,
        incident.due_at,
        held=bool(held) or any(row.accepted_at and not row.ended_at for row in helpers),
        arrived_at=first_arrived_at,
        arrival_expected_at=min(expected, default=None),
        ended=ended,
    )


def _status(work: units.WorkRow) -> UnitStatus:
    if work.held is not None:
        return UnitStatus(work.held)
    if work.offered:
        return UnitStatus.OFFERED
    return UnitStatus.AVAILABLE if work.on_duty else UnitStatus.OFF_DUTY


def announce(row: AssignmentRow, state: AssignmentState) -> Event:
    return Event(EventKind.ASSIGNMENT, row.id, incident_id=row.incident_id, unit_id=row.unit_id, state=state)

"""The state of an incident and its units after a change: derived from the assignments, saved, announced."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from api.db.dispatching import assignments, planning
from api.db.dispatching.aid import AidRow
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import emergencies, incidents
from api.db.incidents.incidents import IncidentLock
from api.db.units import units
from api.domain.incidents import incident as incident_rules
from api.domain.incidents import sla
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import HELD, LIVE, AssignmentState
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.sla import Coming, Forecast
from api.domain.records.events import Event, EventKind
from api.domain.units.unit import UnitStatus, status_of
from api.services.context import Context, Deciding
from api.services.dispatching import aid_reports
from api.services.incidents import alarms
from api.services.records import journal

_LOOKS = (DeadlineKind.TRY_AGAIN, DeadlineKind.NO_TAKER, DeadlineKind.FORECAST)


async def settle_unit(context: Context, unit_id: UUID) -> UnitStatus:
    """Bring the unit's status in line with its shift and its jobs. Locks the unit."""
    locked = await units.lock.one(context.connection, unit_id=unit_id)
    work = await units.status_from_work.one(context.connection, unit_id=unit_id)
    if locked is None or work is None:
        return UnitStatus.OFF_DUTY
    status = status_of(work.held, offered=work.offered, on_duty=work.on_duty)
    if status != locked.status:
        await units.set_status.run(context.connection, unit_id=unit_id, status=status)
        journal.event(context, Event(EventKind.UNIT, unit_id, unit_id=unit_id, state=status))
        if status == UnitStatus.AVAILABLE:  # incidents that nobody could be offered are tried again now
            await units.hasten.run(
                context.connection, station_id=context.station_id, kind=DeadlineKind.TRY_AGAIN, now=context.now
            )
    return status


async def take_idle(context: Context, unit_id: UUID) -> bool:
    """Take a unit that is free for an offer, in one step; False if it is not free any more. Locks the unit."""
    if not await units.take_idle.run(context.connection, unit_id=unit_id):
        return False
    journal.event(context, Event(EventKind.UNIT, unit_id, unit_id=unit_id, state=UnitStatus.OFFERED))
    return True


async def settle_incident(
    context: Deciding,
    incident: IncidentLock,
    *,
    arrived_at: datetime | None = None,
    disposition: str | None = None,
    note: str | None = None,
    new: bool = False,
) -> None:
    """Save the state derived from the assignments, with the forecast, and tell every screen. `new`: it was opened just
    now, so no neighbour's unit is on its way yet, and there is no alarm to settle."""
    rows = await assignments.all_of.all(context.connection, incident_id=incident.id)
    state = incident_rules.state_from([row.state for row in rows], awaits_safety=incident.awaits_safety)
    first_arrived_at = incident.first_arrived_at or arrived_at
    if state in incident_rules.ENDED:
        incident = msgspec.structs.replace(incident, first_arrived_at=first_arrived_at)
        await end_incident(context, incident, state, disposition=disposition, note=note)
        return
    live = [row for row in rows if row.state in LIVE]
    helpers = [] if new else await aid_reports.of_incident(context.connection, incident.id)
    await aid_reports.tell_asker(context, incident, live, first_arrived_at, None)
    forecast = forecast_of(incident, live, first_arrived_at, context.now, helpers)
    await _save_state(context, incident.id, state, forecast, first_arrived_at, disposition=disposition, note=note)
    if not new or forecast in sla.BAD:
        await alarm_by_forecast(context, incident.id, forecast)


async def end_incident(
    context: Context,
    incident: IncidentLock,
    state: incident_rules.IncidentState,
    *,
    disposition: str | None = None,
    note: str | None = None,
    merged_into: UUID | None = None,
) -> None:
    """The one way an incident ends: pending deadlines, proposals and alarms are lifted, and mutual aid is called off.
    The caller has released its units."""
    await journal.lift(context, incident.id, _LOOKS)
    if incident.awaits_safety:
        await emergencies.end.run(context.connection, incident_id=incident.id, now=context.now)
    await planning.end_proposals_of.run(context.connection, incident_id=incident.id, now=context.now)
    await alarms.settle(context, incident.id, AlarmReason)
    await aid_reports.over(context, incident)
    forecast = forecast_of(incident, [], incident.first_arrived_at, context.now, ended=True)
    await _save_state(
        context,
        incident.id,
        state,
        forecast,
        incident.first_arrived_at,
        ended_at=context.now,
        disposition=disposition,
        note=note,
        merged_into=merged_into,
    )


async def _save_state(
    context: Context,
    incident_id: UUID,
    state: incident_rules.IncidentState,
    forecast: Forecast,
    first_arrived_at: datetime | None,
    *,
    ended_at: datetime | None = None,
    disposition: str | None = None,
    note: str | None = None,
    merged_into: UUID | None = None,
) -> None:
    await incidents.save_state.run(
        context.connection,
        id=incident_id,
        state=state,
        forecast=forecast,
        ended_at=ended_at,
        first_arrived_at=first_arrived_at,
        disposition=disposition,
        note=note,
        merged_into=merged_into,
    )
    journal.event(context, Event(EventKind.INCIDENT, incident_id, incident_id, state=state))


async def alarm_by_forecast(context: Deciding, incident_id: UUID, forecast: Forecast) -> None:
    """As long as a forecast is bad there is an alarm, or somebody has acknowledged it."""
    if forecast in sla.BAD:
        await alarms.raise_alarm(context, incident_id, AlarmReason.FORECAST_LATE)
    else:
        await alarms.settle(context, incident_id, (AlarmReason.FORECAST_LATE,))


def forecast_of(
    incident: IncidentLock,
    live: list[AssignmentRow],
    first_arrived_at: datetime | None,
    now: datetime,
    helpers: Sequence[AidRow] = (),
    *,
    ended: bool = False,
) -> Forecast:
    """`helpers`: as in `coming`."""
    first = sla.soonest(coming(live, helpers))
    return sla.forecast(now, incident.due_at, first, arrived_at=first_arrived_at, ended=ended)


def coming(rows: Sequence[AssignmentRow], helpers: Sequence[AidRow]) -> list[Coming]:
    """`helpers`: neighbours' units, which count as our own from when they accept."""
    own = [
        Coming(row.callsign, None if row.eta_at is None else sla.expected_arrival(row.eta_at, row.eta_seconds))
        for row in rows
        if row.state in HELD
    ]
    helping = [row for row in helpers if row.accepted_at is not None and row.ended_at is None]
    return own + [Coming(row.callsign or row.to_name_en, row.arrives_at) for row in helping]


def announce(row: AssignmentRow, state: AssignmentState) -> Event:
    return Event(EventKind.ASSIGNMENT, row.id, incident_id=row.incident_id, unit_id=row.unit_id, state=state)

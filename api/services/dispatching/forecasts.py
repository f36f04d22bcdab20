"""Whether the target will be met: travel times are recomputed, and the consequences drawn."""

from api.db.dispatching import assignments, planning
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.domain.incidents.assignment import ON_ITS_WAY
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.sla import next_look
from api.domain.records.events import Event, EventKind
from api.domain.roads.travel import Goal, metres_between
from api.services.context import Deciding
from api.services.dispatching import aid_reports, progress
from api.services.dispatching.situation import times
from api.services.records import journal


async def look(context: Deciding, incident: IncidentLock, live: list[AssignmentRow]) -> None:
    if incident.first_arrived_at is not None:
        return
    helpers = await aid_reports.of_incident(context.connection, incident.id)
    there = min((row.arrived_at for row in helpers if row.arrived_at is not None), default=None)
    if there is not None:
        await progress.settle_incident(context, incident, arrived_at=there)
        return
    await measure(context, incident, live)
    if incident.aids is not None:
        await progress.settle_incident(context, incident)
    fresh = await assignments.live_of.all(context.connection, incident_id=incident.id)
    forecast = progress.forecast_of(incident, fresh, None, context.now, helpers)
    await progress.alarm_by_forecast(context, incident.id, forecast)
    if forecast != incident.forecast:
        await incidents.set_forecast.run(context.connection, id=incident.id, forecast=forecast)
        changed = Event(EventKind.INCIDENT, incident.id, incident.id, state=incident.state)
        journal.event(context, changed)
    journal.deadline(context, DeadlineKind.FORECAST, incident.id, next_look(context.now, incident.due_at))


async def measure(context: Deciding, incident: IncidentLock, live: list[AssignmentRow]) -> None:
    """Recompute travel times from the units' newest fixes; a fix that is too old changes nothing."""
    riding = {row.unit_id: row for row in live if row.state in ON_ITS_WAY}
    seen = await planning.units_named.all(context.connection, unit_ids=list(riding))
    fresh = [
        unit
        for unit in seen
        if unit.fix_at is not None and context.now - unit.fix_at <= context.station.rules.fix_limit
    ]
    etas = await times(context, [Goal(incident.id, incident.lat, incident.lon)], fresh)
    for unit in fresh:
        eta = etas.eta(unit.unit_id, incident.id)
        if eta is None or unit.lat is None or unit.lon is None:
            continue
        distance_m = metres_between(incident.lat, incident.lon, unit.lat, unit.lon)
        await assignments.set_eta.run(
            context.connection,
            id=riding[unit.unit_id].id,
            eta_seconds=eta.seconds,
            eta_source=eta.source,
            distance_m=distance_m,
            now=context.now,
        )

"""What two stations tell each other during mutual aid: how far the unit is, and when it is no longer needed."""

from datetime import datetime
from uuid import UUID

from api.db.dispatching import aid
from api.db.dispatching.aid import AidRow
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection
from api.domain.incidents import sla
from api.domain.incidents.assignment import HELD, AssignmentState
from api.domain.incidents.deadline import DeadlineKind
from api.services.context import Context, at_station
from api.services.records import journal


async def tell_asker(
    context: Context,
    incident: IncidentLock,
    live: list[AssignmentRow],
    arrived_at: datetime | None,
    ended_at: datetime | None,
) -> None:
    """Report a change of the neighbour's incident to the incident it helps, whose forecast is then recomputed."""
    if incident.aids is None:
        return
    lead = next((row for row in live if row.lead and row.state in HELD), None)
    arrives_at = None
    if lead is not None and lead.eta_at is not None and lead.state != AssignmentState.ARRIVED:
        arrives_at = sla.expected_arrival(lead.eta_at, lead.eta_seconds)
    aided = await aid.report.one(
        context.connection,
        aid_incident_id=incident.id,
        callsign=None if lead is None else lead.callsign,
        accepted_at=None if lead is None else context.now,
        arrives_at=arrives_at,
        arrived_at=arrived_at,
        ended_at=ended_at,
    )
    if aided is not None:
        async with at_station(context, aided.station_id) as theirs:
            journal.deadline(theirs, DeadlineKind.FORECAST, aided.incident_id, context.now)


async def no_longer_needed(context: Context, incident_id: UUID) -> None:
    """Our incident is over: set a deadline at the neighbour's, which ends their part."""
    for row in await of_incident(context.connection, incident_id):
        if row.ended_at is None:
            async with at_station(context, row.to_station_id) as theirs:
                journal.deadline(theirs, DeadlineKind.AID_OVER, row.aid_incident_id, context.now)


async def of_incident(connection: Connection, incident_id: UUID) -> list[AidRow]:
    return await aid.of_incidents.all(connection, incident_ids=[incident_id])

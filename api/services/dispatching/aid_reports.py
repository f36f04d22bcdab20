"""What two stations tell each other during mutual aid: how far the unit is, and when it is no longer needed."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.dispatching import aid
from api.db.dispatching.aid import AidRow, AskerRow
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection
from api.domain.errors import WrongState
from api.domain.incidents import sla
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import HELD, AssignmentState
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.hand_over import HandOverAnswer
from api.domain.records.events import Event, EventKind
from api.services.context import Context, at_station
from api.services.records import journal


class _Progress(msgspec.Struct, frozen=True):
    callsign: str | None
    accepted_at: datetime | None
    arrives_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None


async def tell_asker(
    context: Context,
    incident: IncidentLock,
    live: list[AssignmentRow],
    arrived_at: datetime | None,
    ended_at: datetime | None,
) -> None:
    """Report a change of our incident to the one at another station that it stands for."""
    if incident.aids is None:
        return
    lead = next((row for row in live if row.lead and row.state in HELD), None)
    arrives_at = None
    if lead is not None and lead.eta_at is not None and lead.state != AssignmentState.ARRIVED:
        arrives_at = sla.expected_arrival(lead.eta_at, lead.eta_seconds)
    progress = _Progress(
        callsign=None if lead is None else lead.callsign,
        accepted_at=None if lead is None else context.now,
        arrives_at=arrives_at,
        arrived_at=arrived_at,
        ended_at=ended_at,
    )
    await _report(context, incident.id, progress)


async def _report(context: Context, incident_id: UUID, progress: _Progress) -> None:
    """The asker's forecast is recomputed; a case handed on and on is reported back to where it came in."""
    aided = await aid.report.one(context.connection, aid_incident_id=incident_id, **msgspec.structs.asdict(progress))
    if aided is None:
        return
    async with at_station(context, aided.station_id) as theirs:
        journal.deadline(theirs, DeadlineKind.FORECAST, aided.incident_id, context.now)
        journal.event(theirs, Event(EventKind.INCIDENT, aided.incident_id, aided.incident_id))
        if aided.handed_over:
            await _report(theirs, aided.incident_id, progress)


async def over(context: Context, incident: IncidentLock) -> None:
    """Our incident is over: whoever helped is told by a deadline, and whom we helped, unless it goes on at a station
    that has taken it over."""
    asked = await of_incident(context.connection, incident.id)
    for row in asked:
        if row.ended_at is None:
            async with at_station(context, row.to_station_id) as theirs:
                journal.deadline(theirs, DeadlineKind.AID_OVER, row.aid_incident_id, context.now)
    if not any(row.answer == HandOverAnswer.ACCEPTED for row in asked):
        await tell_asker(context, incident, [], incident.first_arrived_at, context.now)


async def of_incident(connection: Connection, incident_id: UUID) -> list[AidRow]:
    return await aid.of_incidents.all(connection, incident_ids=[incident_id])


async def asker_of(connection: Connection, incident: IncidentLock) -> AskerRow | None:
    """Whose case it stands for, if it is not our own."""
    if incident.aids is None:
        return None
    return next(iter(await aid.askers_of.all(connection, incident_ids=[incident.id])), None)


async def demand_ours(connection: Connection, incident: IncidentLock) -> None:
    """Raises WrongState while another station only asks us to take it over: first accept or refuse."""
    asker = await asker_of(connection, incident)
    if asker is not None and asker.waits:
        raise WrongState(state=AlarmReason.HAND_OVER_ASKED, incident_id=incident.id)

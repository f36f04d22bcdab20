"""How an incident ends or changes shape: closed, cancelled, merged into another, split in two."""

from datetime import datetime
from uuid import UUID, uuid4

from api.db import assignments, incidents
from api.db.incidents import IncidentLock
from api.db.pool import Connection, Database
from api.domain import incident as rules
from api.domain.alarm import AlarmReason
from api.domain.assignment import Withdrawal
from api.domain.errors import Invalid
from api.domain.events import Event, EventKind
from api.domain.permissions import Actor, Operation, demand
from api.domain.timepoint import Point, Source
from api.services import alarms, dispatch, offers, progress, records
from api.services import assignments as steps
from api.services.incidents import NewIncident, lock, open_incident


async def end(
    db: Database,
    actor: Actor,
    incident_id: UUID,
    state: rules.State,
    now: datetime,
    *,
    disposition: str | None,
    note: str | None,
    merged_into: UUID | None = None,
) -> None:
    """Close, cancel or merge: whoever is on the way is told. Ending it the same way again changes nothing."""
    demand(actor, Operation.RUN_INCIDENT)
    async with db.transaction(actor) as connection:
        station = await dispatch.begin(connection, actor.station_id)
        ids = sorted({incident_id, merged_into or incident_id})
        locked = {each: await lock(connection, each) for each in ids}
        incident = locked[incident_id]
        if incident.state == state and incident.merged_into == merged_into:
            return
        rules.demand_active(incident.state)
        if merged_into is not None:
            await _hand_over(connection, locked, incident_id, merged_into)
        for row in await assignments.live_of.all(connection, incident_id=incident_id):
            await offers.withdraw(connection, station, incident, row, Withdrawal.ENDED, now)
        await steps.end_deadlines(connection, incident_id)
        await _save_end(connection, actor, incident, state, now, disposition, note, merged_into)


async def _hand_over(connection: Connection, locked: dict[UUID, IncidentLock], from_id: UUID, to_id: UUID) -> None:
    if from_id == to_id:
        raise Invalid("into", "an incident cannot be merged into itself")
    rules.demand_active(locked[to_id].state)
    await incidents.move_sightings.run(connection, from_id=from_id, to_id=to_id, sighting_ids=None)
    await incidents.move_alerts.run(connection, to_id=to_id)
    await incidents.move_reports.run(connection, to_id=to_id)


async def _save_end(
    connection: Connection,
    actor: Actor,
    incident: IncidentLock,
    state: rules.State,
    now: datetime,
    disposition: str | None,
    note: str | None,
    merged_into: UUID | None,
) -> None:
    forecast = progress.forecast_of(incident, [], incident.first_arrived_at, now, ended=True)
    await incidents.save_state.run(
        connection,
        id=incident.id,
        state=state,
        forecast=forecast,
        ended_at=now,
        first_arrived_at=None,
        disposition=disposition,
        note=note,
        merged_into=merged_into,
    )
    await alarms.settle(connection, incident.id, now, AlarmReason)
    mark = records.Mark(incident.id, Point(state), Source.OPERATOR, by=actor.id)
    await records.time_point(connection, actor.station_id, mark, now)
    await records.event(
        connection, actor.station_id, Event(EventKind.INCIDENT, incident.id, incident.id, state=state), now
    )
    await records.audit(connection, actor, f"incident.{state}", incident.id, now, reason=disposition, into=merged_into)


async def split(
    db: Database, actor: Actor, incident_id: UUID, sighting_ids: list[UUID], default_target: int, now: datetime
) -> UUID:
    """Move some sightings into an incident of their own, with the time of the first of them."""
    demand(actor, Operation.RUN_INCIDENT)
    async with db.transaction(actor) as connection:
        station = await dispatch.begin(connection, actor.station_id)
        incident = await lock(connection, incident_id)
        rules.demand_active(incident.state)
        all_of_it = await incidents.sightings_of.all(connection, incident_ids=[incident_id])
        moved = [sighting for sighting in all_of_it if sighting.id in sighting_ids]
        if len(moved) != len(set(sighting_ids)) or not moved or len(moved) == len(all_of_it):
            raise Invalid("sighting_ids", "name some, but not all, of this incident's sightings")
        first = moved[0]
        new = NewIncident(
            id=uuid4(),
            kind=incident.kind,
            priority=incident.priority,
            lat=first.lat,
            lon=first.lon,
            received_at=first.at,
            verified=True,
            source="operator",
            sighted=False,
            place=incident.place,
        )
        await open_incident(connection, station, default_target, new, now)
        await incidents.move_sightings.run(connection, from_id=incident_id, to_id=new.id, sighting_ids=sighting_ids)
        await incidents.move_alerts.run(connection, to_id=new.id)
        await incidents.move_reports.run(connection, to_id=new.id)
        await records.audit(connection, actor, "incident.split", incident_id, now, new=new.id)
        return new.id

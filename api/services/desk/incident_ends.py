"""How an incident ends or changes shape: closed, cancelled, merged into another, split in two."""

from datetime import datetime
from uuid import UUID, uuid4

from api.db.dispatching import assignments, planning
from api.db.incidents import changes, incidents
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection, Database
from api.db.stations import StationRow
from api.domain.access.permissions import Actor, Operation, Role, demand, system_at
from api.domain.errors import Invalid, WrongState
from api.domain.incidents import incident as rules
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import Withdrawal
from api.domain.incidents.joining import ChangeKind
from api.domain.incidents.timepoint import Point, Source
from api.domain.records.events import Event, EventKind
from api.services.desk import hoaxes
from api.services.desk.hoaxes import HOAX
from api.services.dispatching import aid_reports, dispatch, offers, progress
from api.services.dispatching import assignments as steps
from api.services.incidents import alarms
from api.services.incidents.opening import NewIncident, expect_taker, lock, open_incident
from api.services.records import journal


async def end(
    db: Database,
    actor: Actor,
    incident_id: UUID,
    state: rules.IncidentState,
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
            await _hand_over(connection, actor, locked, incident_id, merged_into, now)
        if disposition == HOAX:
            await hoaxes.demand_one_sender(connection, incident_id)
        for row in await assignments.live_of.all(connection, incident_id=incident_id):
            await offers.withdraw(connection, station, incident, row, Withdrawal.ENDED, now)
        await steps.end_deadlines(connection, incident_id)
        await _save_end(connection, actor, incident, state, now, disposition, note, merged_into)


async def end_by_itself(connection: Connection, station: StationRow, incident_id: UUID, now: datetime) -> None:
    """A neighbour no longer needs what it asked for. Who has arrived stays until they clear."""
    incident = await incidents.lock.one(connection, id=incident_id)
    if incident is None or incident.state in rules.ENDED or incident.first_arrived_at is not None:
        return
    for row in await assignments.live_of.all(connection, incident_id=incident_id):
        await offers.withdraw(connection, station, incident, row, Withdrawal.ENDED, now)
    await steps.end_deadlines(connection, incident_id)
    system = system_at(station.id)
    await _save_end(connection, system, incident, rules.IncidentState.CANCELLED, now, None, None, None)


async def _hand_over(
    connection: Connection, actor: Actor, locked: dict[UUID, IncidentLock], from_id: UUID, to_id: UUID, now: datetime
) -> None:
    if from_id == to_id:
        raise Invalid("into", "an incident cannot be merged into itself")
    rules.demand_active(locked[to_id].state)
    if locked[from_id].drill != locked[to_id].drill:
        raise Invalid("into", "a drill and a real incident cannot be merged")
    moved = [sighting.id for sighting in await incidents.sightings_of.all(connection, incident_ids=[from_id])]
    await move_sightings(connection, from_id, to_id, moved)
    await changes.add.run(
        connection,
        station_id=actor.station_id,
        incident_id=from_id,
        other_id=to_id,
        kind=ChangeKind.MERGE,
        sighting_ids=moved,
        at=now,
        by=actor.id,
    )


async def move_sightings(connection: Connection, from_id: UUID, to_id: UUID, sighting_ids: list[UUID]) -> None:
    """With the alerts and reports that they came from."""
    await incidents.move_sightings.run(connection, from_id=from_id, to_id=to_id, sighting_ids=sighting_ids)
    await incidents.move_alerts.run(connection, to_id=to_id)
    await incidents.move_reports.run(connection, to_id=to_id)


async def _save_end(
    connection: Connection,
    actor: Actor,
    incident: IncidentLock,
    state: rules.IncidentState,
    now: datetime,
    disposition: str | None,
    note: str | None,
    merged_into: UUID | None,
) -> None:
    forecast = progress.forecast_of(incident, [], incident.first_arrived_at, now, ended=True)
    await aid_reports.tell_asker(connection, incident, [], incident.first_arrived_at, now, now)
    await aid_reports.no_longer_needed(connection, incident.id, now)
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
    await planning.end_proposals_of.run(connection, incident_id=incident.id, now=now)
    by_itself = actor.role == Role.SYSTEM
    source, by = (Source.SYSTEM, None) if by_itself else (Source.OPERATOR, actor.id)
    mark = journal.Mark(incident.id, Point(state), source, by=by)
    await journal.time_point(connection, actor.station_id, mark, now)
    await journal.event(
        connection, actor.station_id, Event(EventKind.INCIDENT, incident.id, incident.id, state=state), now
    )
    await journal.audit(connection, actor, f"incident.{state}", incident.id, now, reason=disposition, into=merged_into)


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
            drill=incident.drill,
        )
        await open_incident(connection, station, default_target, new, now)
        await move_sightings(connection, incident_id, new.id, sighting_ids)
        await changes.add.run(
            connection,
            station_id=station.id,
            incident_id=incident_id,
            other_id=new.id,
            kind=ChangeKind.SPLIT,
            sighting_ids=sighting_ids,
            at=now,
            by=actor.id,
        )
        await journal.audit(connection, actor, "incident.split", incident_id, now, new=new.id)
        return new.id


async def undo(db: Database, actor: Actor, incident_id: UUID, now: datetime) -> UUID:
    """Take back, for an hour, that it was a hoax, or else its last merge or split; answers with the incident that is
    active again, or still."""
    demand(actor, Operation.RUN_INCIDENT)
    async with db.transaction(actor) as connection:
        station = await dispatch.begin(connection, actor.station_id)
        if await _undo_hoax(connection, actor, station, incident_id, now):
            return incident_id
        change = await changes.last_of.one(connection, incident_id=incident_id)
        if change is None or change.other_id is None:
            raise WrongState(state="nothing_to_undo")
        locked = {each: await lock(connection, each) for each in sorted({change.incident_id, change.other_id})}
        rules.demand_active(locked[change.other_id].state)
        await changes.undo.run(connection, id=change.id, by=actor.id, now=now)
        await journal.audit(connection, actor, f"incident.undo_{change.kind}", incident_id, now, change=change.id)
        await move_sightings(connection, change.other_id, change.incident_id, change.sighting_ids)
        if change.kind == ChangeKind.MERGE:
            await _reopen(connection, station, change.incident_id, now)
            return change.incident_id
        for row in await assignments.live_of.all(connection, incident_id=change.other_id):
            await offers.withdraw(connection, station, locked[change.other_id], row, Withdrawal.ENDED, now)
        await steps.end_deadlines(connection, change.other_id)
        into = change.incident_id
        await _save_end(connection, actor, locked[change.other_id], rules.IncidentState.MERGED, now, None, None, into)
        return into


async def _undo_hoax(
    connection: Connection, actor: Actor, station: StationRow, incident_id: UUID, now: datetime
) -> bool:
    incident = await lock(connection, incident_id)
    if incident.state != rules.IncidentState.CLOSED or incident.disposition != HOAX or incident.ended_at is None:
        return False
    if now - incident.ended_at > hoaxes.UNDO_WITHIN:
        raise WrongState(state=incident.state)
    await _reopen(connection, station, incident_id, now)
    await journal.audit(connection, actor, "incident.undo_hoax", incident_id, now)
    return True


async def _reopen(connection: Connection, station: StationRow, incident_id: UUID, now: datetime) -> None:
    """As if it had never ended: units are sought again where they were sought."""
    await changes.reopen.run(connection, id=incident_id)
    again = await lock(connection, incident_id)
    await expect_taker(connection, station, again, now)
    if again.dispatching:
        await dispatch.fill(connection, station, again, now)
    else:
        await progress.settle_incident(connection, station, again, now)

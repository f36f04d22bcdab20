"""How an incident ends or changes shape: closed, cancelled, merged, split."""

from datetime import datetime
from uuid import UUID, uuid4

from api.db.dispatching import assignments
from api.db.incidents import changes, incidents, oversight
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.citizens.hoax import UNDO_WITHIN
from api.domain.errors import Invalid, WrongState
from api.domain.incidents import emergency
from api.domain.incidents import incident as rules
from api.domain.incidents.assignment import Withdrawal
from api.domain.incidents.hand_over import HandOverAnswer
from api.domain.incidents.joining import ChangeKind
from api.domain.incidents.timepoint import Point, Source
from api.services.context import Context, Deciding, Runtime, deciding
from api.services.desk import hoaxes
from api.services.desk.hoaxes import HOAX
from api.services.dispatching import dispatch, offers, progress
from api.services.dispatching.aid_reports import asker_of, demand_ours
from api.services.incidents.opening import NewIncident, expect_taker, lock, open_incident
from api.services.records import journal


async def end(
    runtime: Runtime,
    actor: Actor,
    incident_id: UUID,
    state: rules.IncidentState,
    now: datetime,
    *,
    disposition: str | None,
    note: str | None,
    merged_into: UUID | None = None,
) -> None:
    """Close, cancel or merge; units on their way are told. Ending it the same way again changes nothing."""
    demand(actor, Operation.RUN_INCIDENT)
    async with deciding(runtime, actor, now) as context:
        ids = sorted({incident_id, merged_into or incident_id})
        locked = {each: await lock(context, each) for each in ids}
        incident = locked[incident_id]
        for each in locked.values():
            await demand_ours(context.connection, each)
        if incident.state == state and incident.merged_into == merged_into:
            return
        rules.demand_active(incident.state)
        emergency.demand_word(awaits_safety=incident.awaits_safety, reason=note)
        if merged_into is not None and incident.about_police and not locked[merged_into].about_police:
            raise WrongState(state="about_police", incident_id=merged_into)
        if merged_into is not None:
            await _hand_over(context, locked, incident_id, merged_into)
        if disposition == HOAX:
            await hoaxes.demand_one_sender(context.connection, incident_id)
        await _end(context, incident, state, disposition=disposition, note=note, merged_into=merged_into)


async def end_by_itself(context: Deciding, incident_id: UUID) -> None:
    """Another station no longer needs what it asked for. A unit that has arrived stays until it clears; a case that we
    have taken over is ours."""
    incident = await incidents.lock.one(context.connection, id=incident_id, reader=None)
    if incident is None or incident.state in rules.ENDED or incident.first_arrived_at is not None:
        return
    asker = await asker_of(context.connection, incident)
    if asker is None or not asker.hand_over:
        await _end(context, incident, rules.IncidentState.CANCELLED)
    elif asker.answer != HandOverAnswer.ACCEPTED:
        await _end(context, incident, rules.IncidentState.MERGED, merged_into=asker.asked_for_id)


async def _hand_over(context: Context, locked: dict[UUID, IncidentLock], from_id: UUID, to_id: UUID) -> None:
    if from_id == to_id:
        raise Invalid("into", "an incident cannot be merged into itself")
    rules.demand_active(locked[to_id].state)
    if locked[from_id].drill != locked[to_id].drill:
        raise Invalid("into", "a drill and a real incident cannot be merged")
    moved = [sighting.id for sighting in await incidents.sightings_of.all(context.connection, incident_ids=[from_id])]
    await move_sightings(context.connection, from_id, to_id, moved)
    await changes.add.run(
        context.connection,
        station_id=context.station_id,
        incident_id=from_id,
        other_id=to_id,
        kind=ChangeKind.MERGE,
        sighting_ids=moved,
        at=context.now,
        by=context.actor.id,
    )


async def move_sightings(connection: Connection, from_id: UUID, to_id: UUID, sighting_ids: list[UUID]) -> None:
    """With the alerts and reports that they came from."""
    await incidents.move_sightings.run(connection, from_id=from_id, to_id=to_id, sighting_ids=sighting_ids)
    await incidents.move_alerts.run(connection, to_id=to_id)
    await incidents.move_reports.run(connection, to_id=to_id)


async def _end(
    context: Deciding,
    incident: IncidentLock,
    state: rules.IncidentState,
    *,
    disposition: str | None = None,
    note: str | None = None,
    merged_into: UUID | None = None,
) -> None:
    """Release its units, end it, and record who ended it."""
    for row in await assignments.live_of.all(context.connection, incident_id=incident.id):
        await offers.withdraw(context, incident, row, Withdrawal.ENDED)
    await progress.end_incident(context, incident, state, disposition=disposition, note=note, merged_into=merged_into)
    source, by = (Source.SYSTEM, None) if context.person is None else (Source.OPERATOR, context.person.id)
    await journal.time_point(context, journal.TimePoint(incident.id, Point(state), source, by=by))
    await journal.audit(context, f"incident.{state}", incident.id, reason=disposition, into=merged_into)


async def split(runtime: Runtime, actor: Actor, incident_id: UUID, sighting_ids: list[UUID], now: datetime) -> UUID:
    """Move some sightings into an incident of their own, received when the first of them was."""
    demand(actor, Operation.RUN_INCIDENT)
    async with deciding(runtime, actor, now) as context:
        incident = await lock(context, incident_id)
        rules.demand_active(incident.state)
        all_of_it = await incidents.sightings_of.all(context.connection, incident_ids=[incident_id])
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
            place=None if incident.place_by_position else incident.place,
            drill=incident.drill,
            about_police=incident.about_police,
        )
        await open_incident(context, new)
        await oversight.inherit.run(context.connection, from_id=incident_id, to_id=new.id)
        await move_sightings(context.connection, incident_id, new.id, sighting_ids)
        await changes.add.run(
            context.connection,
            station_id=context.station_id,
            incident_id=incident_id,
            other_id=new.id,
            kind=ChangeKind.SPLIT,
            sighting_ids=sighting_ids,
            at=now,
            by=actor.id,
        )
        await journal.audit(context, "incident.split", incident_id, new=new.id)
        return new.id


async def undo(runtime: Runtime, actor: Actor, incident_id: UUID, now: datetime) -> UUID:
    """Undo, within an hour, a hoax, else the last merge or split; returns the incident that is active again, or
    still."""
    demand(actor, Operation.RUN_INCIDENT)
    async with deciding(runtime, actor, now) as context:
        if await _undo_hoax(context, incident_id):
            return incident_id
        change = await changes.last_of.one(context.connection, incident_id=incident_id)
        if change is None or change.other_id is None:
            raise WrongState(state="nothing_to_undo")
        locked = {each: await lock(context, each) for each in sorted({change.incident_id, change.other_id})}
        rules.demand_active(locked[change.other_id].state)
        await changes.undo.run(context.connection, id=change.id, by=actor.id, now=now)
        await journal.audit(context, f"incident.undo_{change.kind}", incident_id, change=change.id)
        await move_sightings(context.connection, change.other_id, change.incident_id, change.sighting_ids)
        if change.kind == ChangeKind.MERGE:
            await _reopen(context, change.incident_id)
            return change.incident_id
        into = change.incident_id
        await _end(context, locked[change.other_id], rules.IncidentState.MERGED, merged_into=into)
        return into


async def _undo_hoax(context: Deciding, incident_id: UUID) -> bool:
    incident = await lock(context, incident_id)
    if incident.state != rules.IncidentState.CLOSED or incident.disposition != HOAX or incident.ended_at is None:
        return False
    if context.now - incident.ended_at > UNDO_WITHIN:
        raise WrongState(state=incident.state)
    await _reopen(context, incident_id)
    await journal.audit(context, "incident.undo_hoax", incident_id)
    return True


async def _reopen(context: Deciding, incident_id: UUID) -> None:
    """As if it had never ended: if units were sought, they are sought again."""
    await changes.reopen.run(context.connection, id=incident_id)
    again = await lock(context, incident_id)
    await expect_taker(context, again)
    if again.dispatching:
        await dispatch.fill(context, again)
    else:
        await progress.settle_incident(context, again)

"""What officers, and the radio room on their behalf, do with an offer; and what a phone's receipt means for it."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from api.db.dispatching import assignments
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Connection, Database
from api.db.stations import StationRow
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.errors import NotFound, Taken
from api.domain.incidents import assignment as rules
from api.domain.incidents.assignment import HELD, Action, Assignment, AssignmentState, Withdrawal
from api.domain.incidents.deadline import FORECAST_EVERY, DeadlineKind
from api.domain.incidents.incident import VIOLENT
from api.services.dispatching import dispatch, offers, progress
from api.services.dispatching.offers import Word
from api.services.figures import corrections
from api.services.incidents import alarms
from api.services.records import journal


class Lesser(msgspec.Struct, frozen=True):
    """What the unit already has in hand while it is being asked for something greater."""

    incident: IncidentLock
    row: AssignmentRow


class Scene(msgspec.Struct, frozen=True):
    """A locked case: station policy, incident, and the assignment that somebody acts on."""

    station: StationRow
    incident: IncidentLock
    row: AssignmentRow
    lesser: Lesser | None = None


async def act(
    db: Database, actor: Actor, assignment_id: UUID, action: Action, now: datetime, word: Word
) -> AssignmentRow:
    """Carry out one step. A repeat of a step that is already done changes nothing and answers the same."""
    demand(actor, Operation.ACT_ON_ASSIGNMENT)
    async with db.transaction(actor, duplicate=Taken(assignment_id=assignment_id)) as connection:
        scene = await enter_as(connection, actor, assignment_id)
        return await step(connection, scene, action, now, word, actor)


async def step(
    connection: Connection, scene: Scene, action: Action, now: datetime, word: Word, actor: Actor | None
) -> AssignmentRow:
    """`actor` None: the clock acts. The caller holds the locks."""
    before = scene.row
    after = rules.advance(Assignment(before.id, before.incident_id, before.unit_id, before.state), action)
    if after is None:
        return before
    live = await assignments.live_of.all(connection, incident_id=scene.incident.id)
    others = [row for row in live if row.id != before.id]
    lead = before.lead
    if action == Action.ACCEPT:
        others = await _make_room(connection, scene, others, now)
        lead = not any(row.lead for row in others if row.state in HELD)
    row = msgspec.structs.replace(before, state=after.state, lead=lead)
    await offers.save(connection, scene.station, row, now, word, actor)
    await _follow_up(connection, scene, others, action, now, word)
    return row


async def _make_room(
    connection: Connection, scene: Scene, others: list[AssignmentRow], now: datetime
) -> list[AssignmentRow]:
    """What this acceptance releases, in the same commit: whom it relieves, and the lesser job that the unit leaves."""
    relieved = next((row for row in others if row.id == scene.row.replaces and row.state in HELD), None)
    if relieved is not None and relieved.state != AssignmentState.ARRIVED:
        await offers.withdraw(connection, scene.station, scene.incident, relieved, Withdrawal.SWAPPED, now)
        await incidents.count_swap.run(connection, id=scene.incident.id)
        others = [row for row in others if row.id != relieved.id]
    been = await assignments.count_been.get(connection, incident_id=scene.incident.id) or 0
    if sum(row.state in HELD for row in others) + been >= scene.incident.units_wanted:
        raise Taken(incident_id=scene.incident.id)
    if scene.lesser is not None:
        await _leave(connection, scene, scene.lesser, now)
    return others


async def _leave(connection: Connection, scene: Scene, lesser: Lesser, now: datetime) -> None:
    """The bumped incident goes back at once with its original call time: it is sought for before anything else."""
    incident, row = lesser.incident, lesser.row
    if not incident.drill and not await _may_be_left(connection, scene, lesser):
        raise Taken(unit_id=row.unit_id)
    await offers.withdraw(connection, scene.station, incident, row, Withdrawal.DIVERTED, now)
    await incidents.count_bump.run(connection, id=incident.id)


async def _may_be_left(connection: Connection, scene: Scene, lesser: Lesser) -> bool:
    """What the plan may have diverted from; looked at again, for the first unit may have given up since."""
    incident, row = lesser.incident, lesser.row
    if row.state not in {AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE} or incident.kind in VIOLENT:
        return False
    if incident.over_limit and not incident.verified:
        return True
    second = bool(await assignments.is_second.get(connection, id=row.id))
    return incident.priority + second > scene.incident.priority


async def enter_as(connection: Connection, actor: Actor, assignment_id: UUID) -> Scene:
    """Find first, then lock in the one order: station, incident, units."""
    key = await assignments.find.one(connection, id=assignment_id)
    if key is None or (actor.role == Role.OFFICER and actor.unit_id != key.unit_id):
        raise NotFound(assignment_id=assignment_id)
    return await enter(connection, actor.station_id, assignment_id, key.incident_id)


async def enter(connection: Connection, station_id: UUID, assignment_id: UUID, incident_id: UUID) -> Scene:
    station = await dispatch.begin(connection, station_id)
    key = await assignments.find.one(connection, id=assignment_id)
    work = [] if key is None else await assignments.current_of_unit.all(connection, unit_id=key.unit_id)
    held = next((row for row in work if row.state in HELD and row.incident_id != incident_id), None)
    locked: dict[UUID, IncidentLock] = {}
    for each in sorted({incident_id, held.incident_id if held else incident_id}):
        found = await incidents.lock.one(connection, id=each)
        if found is not None:
            locked[each] = found
    row = await assignments.lock.one(connection, id=assignment_id)
    if incident_id not in locked or row is None:
        raise NotFound(assignment_id=assignment_id)
    lesser = Lesser(locked[held.incident_id], held) if held and held.incident_id in locked else None
    return Scene(station, locked[incident_id], row, lesser)


async def _follow_up(
    connection: Connection,
    scene: Scene,
    others: list[AssignmentRow],
    action: Action,
    now: datetime,
    word: Word,
) -> None:
    station, incident = scene.station, scene.incident
    if action == Action.ACCEPT:
        await _taken(connection, scene, others, now)
    if action in {Action.DECLINE, Action.EXPIRE}:
        await dispatch.fill(connection, station, incident, now)
        return
    if action == Action.ARRIVE:
        await _too_late(connection, scene, others, now)
        await corrections.note_arrival(connection, scene.row.id, now)
    if action == Action.CLEAR and not others:
        await end_deadlines(connection, incident.id)
    await progress.settle_incident(
        connection,
        station,
        incident,
        now,
        arrived_at=now if action == Action.ARRIVE else None,
        disposition=word.reason if action == Action.CLEAR else None,
        note=word.note if action == Action.CLEAR else None,
    )
    if action == Action.ACCEPT and scene.lesser is not None:
        await dispatch.fill(connection, station, scene.lesser.incident, now)


async def _taken(connection: Connection, scene: Scene, others: list[AssignmentRow], now: datetime) -> None:
    """Once enough units hold the job, the offers that are still out are taken back and the alarms settle."""
    incident = scene.incident
    been = await assignments.count_been.get(connection, incident_id=incident.id) or 0
    held = 1 + sum(other.state in HELD for other in others)
    if held + been >= incident.units_wanted:
        for other in others:
            if other.state == AssignmentState.OFFERED:
                await offers.withdraw(connection, scene.station, incident, other, Withdrawal.TAKEN, now)
        await journal.lift(connection, incident.id, (DeadlineKind.TRY_AGAIN, DeadlineKind.NO_TAKER))
    await alarms.settle(connection, incident.id, now)
    await journal.deadline(
        connection, scene.station.id, DeadlineKind.FORECAST, incident.id, min(now + FORECAST_EVERY, _due(incident, now))
    )


async def _too_late(connection: Connection, scene: Scene, others: list[AssignmentRow], now: datetime) -> None:
    """Who was asked to relieve the unit that has just arrived need not come."""
    for other in others:
        if other.state == AssignmentState.OFFERED and other.replaces == scene.row.id:
            await offers.withdraw(connection, scene.station, scene.incident, other, Withdrawal.TAKEN, now)


def _due(incident: IncidentLock, now: datetime) -> datetime:
    """The moment just past the target, as long as it lies ahead: the forecast is looked at then, whatever happens."""
    past = incident.due_at + timedelta(milliseconds=100)
    return past if past > now else now + FORECAST_EVERY


async def end_deadlines(connection: Connection, incident_id: UUID) -> None:
    kinds = (DeadlineKind.TRY_AGAIN, DeadlineKind.NO_TAKER, DeadlineKind.FORECAST)
    await journal.lift(connection, incident_id, kinds)


async def phone_has_it(
    connection: Connection, station: StationRow, incident_id: UUID, assignment_id: UUID, now: datetime
) -> None:
    """A phone proved that it has the offer: from now runs the window in which the officer answers."""
    incident = await incidents.lock.one(connection, id=incident_id)
    row = await assignments.lock.one(connection, id=assignment_id)
    if incident is None or row is None or row.state != AssignmentState.OFFERED:
        return
    ends_at = station.window.ends_at(row.offered_at, now)
    await assignments.set_offer_end.run(connection, id=row.id, offer_ends_at=ends_at)
    await journal.lift(connection, row.id, (DeadlineKind.OFFER_DELIVERY,))
    half = now + station.window.answer / 2
    await journal.deadline(connection, station.id, DeadlineKind.OFFER_REMINDER, row.id, half)
    await journal.deadline(connection, station.id, DeadlineKind.OFFER_EXPIRY, row.id, ends_at)
    await journal.event(connection, station.id, progress.announce(row, row.state), now)

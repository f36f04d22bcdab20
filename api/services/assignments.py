"""What officers, and the radio room on their behalf, do with an offer; and what a phone's receipt means for it."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from api.db import assignments, incidents
from api.db.assignments import AssignmentRow
from api.db.incidents import IncidentLock
from api.db.pool import Connection, Database
from api.db.stations import StationRow
from api.domain import assignment as rules
from api.domain.alarm import AlarmReason
from api.domain.assignment import HELD, Action, Assignment, State
from api.domain.deadline import FORECAST_EVERY, DeadlineKind
from api.domain.errors import NotFound, Taken
from api.domain.permissions import Actor, Operation, Role, demand
from api.domain.push import NOTICE_LIFETIME, PushKind
from api.domain.timepoint import Point, Source
from api.services import dispatch, progress, records
from api.services.notifications import Ring, ring_unit

_OFFER_DEADLINES = (DeadlineKind.OFFER_DELIVERY, DeadlineKind.OFFER_REMINDER, DeadlineKind.OFFER_EXPIRY)
_LOOKED_AFTER = (AlarmReason.NO_TAKER, AlarmReason.NOBODY_LEFT, AlarmReason.FIRST_SILENCE)


class Word(msgspec.Struct, frozen=True):
    """What came with the tap: the phone's own clock, a reason or disposition, a note."""

    at: datetime | None = None
    reason: str | None = None
    note: str | None = None


class Scene(msgspec.Struct, frozen=True):
    """A locked case: station policy, incident, and the assignment that somebody acts on."""

    station: StationRow
    incident: IncidentLock
    row: AssignmentRow


async def act(
    db: Database, actor: Actor, assignment_id: UUID, action: Action, now: datetime, word: Word
) -> AssignmentRow:
    """Carry out one step. A repeat of a step that is already done changes nothing and answers the same."""
    demand(actor, Operation.ACT_ON_ASSIGNMENT)
    try:
        async with db.transaction(actor) as connection:
            scene = await _enter(connection, actor, assignment_id)
            return await step(connection, scene, action, now, word, actor)
    except asyncpg.UniqueViolationError:  # the net below every rule: a unit holds one job, an incident has one lead
        raise Taken(assignment_id=assignment_id) from None


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
        held = [row for row in others if row.state in HELD]
        if len(held) >= scene.incident.units_wanted:
            raise Taken(incident_id=scene.incident.id)
        lead = not any(row.lead for row in held)
    row = msgspec.structs.replace(before, state=after.state, lead=lead)
    await _save(connection, scene, row, now, word, actor)
    await _follow_up(connection, scene, others, action, now, word)
    return row


async def _enter(connection: Connection, actor: Actor, assignment_id: UUID) -> Scene:
    """Find first, then lock in the one order: station, incident, units."""
    key = await assignments.find.one(connection, id=assignment_id)
    if key is None or (actor.role == Role.OFFICER and actor.unit_id != key.unit_id):
        raise NotFound(assignment_id=assignment_id)
    return await enter(connection, actor.station_id, assignment_id, key.incident_id)


async def enter(connection: Connection, station_id: UUID, assignment_id: UUID, incident_id: UUID) -> Scene:
    station = await dispatch.begin(connection, station_id)
    incident = await incidents.lock.one(connection, id=incident_id)
    row = await assignments.lock.one(connection, id=assignment_id)
    if incident is None or row is None:
        raise NotFound(assignment_id=assignment_id)
    return Scene(station, incident, row)


async def _save(
    connection: Connection, scene: Scene, row: AssignmentRow, now: datetime, word: Word, actor: Actor | None
) -> None:
    over = row.state not in rules.LIVE
    disposition = word.reason if row.state in {State.CLEARED, State.DECLINED} else None
    await assignments.save_state.run(
        connection,
        id=row.id,
        state=row.state,
        lead=row.lead,
        ended_at=now if over else None,
        disposition=disposition,
        note=word.note,
    )
    mark = records.Mark(
        scene.incident.id, Point(row.state), _source(actor), row.id, phone_at=word.at, by=actor.id if actor else None
    )
    await records.time_point(connection, scene.station.id, mark, now)
    await records.lift(connection, row.id, _OFFER_DEADLINES)
    await progress.settle_unit(connection, scene.station.id, row.unit_id, now)
    await records.event(connection, scene.station.id, progress.announce(row, row.state), now)
    if actor is not None and actor.role != Role.OFFICER:
        await records.audit(connection, actor, f"assignment.{row.state}", row.id, now, on_behalf_of=row.unit_id)


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
    if action == Action.CLEAR and not others:
        await end_deadlines(connection, incident.id)
    await progress.settle_incident(
        connection,
        station.id,
        incident,
        now,
        arrived_at=now if action == Action.ARRIVE else None,
        disposition=word.reason if action == Action.CLEAR else None,
        note=word.note if action == Action.CLEAR else None,
    )


async def _taken(connection: Connection, scene: Scene, others: list[AssignmentRow], now: datetime) -> None:
    """Once enough units hold the job, the offers that are still out are taken back and the alarms settle."""
    incident = scene.incident
    held = 1 + sum(other.state in HELD for other in others)
    if held >= incident.units_wanted:
        for other in others:
            if other.state == State.OFFERED:
                await withdraw(connection, scene.station, incident, other, now)
        await records.lift(connection, incident.id, (DeadlineKind.TRY_AGAIN, DeadlineKind.NO_TAKER))
    await settle_alarms(connection, incident.id, now)
    await records.deadline(
        connection, scene.station.id, DeadlineKind.FORECAST, incident.id, min(now + FORECAST_EVERY, _due(incident, now))
    )


def _due(incident: IncidentLock, now: datetime) -> datetime:
    """The moment just past the target, as long as it lies ahead: the forecast is looked at then, whatever happens."""
    past = incident.due_at + timedelta(milliseconds=100)
    return past if past > now else now + FORECAST_EVERY


async def settle_alarms(connection: Connection, incident_id: UUID, now: datetime) -> None:
    reasons = [str(reason) for reason in _LOOKED_AFTER]
    await incidents.settle_alarms.run(connection, incident_id=incident_id, now=now, reasons=reasons)


async def end_deadlines(connection: Connection, incident_id: UUID) -> None:
    kinds = (DeadlineKind.TRY_AGAIN, DeadlineKind.NO_TAKER, DeadlineKind.FORECAST)
    await records.lift(connection, incident_id, kinds)


async def withdraw(
    connection: Connection, station: StationRow, incident: IncidentLock, row: AssignmentRow, now: datetime
) -> None:
    """Take an offer or a held job back, and say so on the phones that have it."""
    gone = msgspec.structs.replace(row, state=State.WITHDRAWN)
    await _save(connection, Scene(station, incident, row), gone, now, Word(), None)
    content = dispatch.content_of(incident, None)
    ring = Ring(PushKind.WITHDRAWN, content, now + NOTICE_LIFETIME, row.id, incident.id)
    await ring_unit(connection, station.id, row.unit_id, ring, now)


async def phone_has_it(
    connection: Connection, station: StationRow, incident_id: UUID, assignment_id: UUID, now: datetime
) -> None:
    """A phone proved that it has the offer: from now runs the window in which the officer answers."""
    incident = await incidents.lock.one(connection, id=incident_id)
    row = await assignments.lock.one(connection, id=assignment_id)
    if incident is None or row is None or row.state != State.OFFERED:
        return
    ends_at = station.window.ends_at(row.offered_at, now)
    await assignments.set_offer_end.run(connection, id=row.id, offer_ends_at=ends_at)
    await records.lift(connection, row.id, (DeadlineKind.OFFER_DELIVERY,))
    half = now + station.window.answer / 2
    await records.deadline(connection, station.id, DeadlineKind.OFFER_REMINDER, row.id, half)
    await records.deadline(connection, station.id, DeadlineKind.OFFER_EXPIRY, row.id, ends_at)
    await records.event(connection, station.id, progress.announce(row, row.state), now)


def _source(actor: Actor | None) -> Source:
    if actor is None:
        return Source.SYSTEM
    return Source.OFFICER if actor.role == Role.OFFICER else Source.OPERATOR

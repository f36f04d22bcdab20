"""What officers, or the radio room on their behalf, do with an offer, and what a phone's receipt changes."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.dispatching import assignments
from api.db.dispatching.assignments import AssignmentKey, AssignmentRow
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.dispatching.delegation import needs_of
from api.domain.dispatching.dispatch import may_be_left
from api.domain.errors import NotFound, Taken
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import (
    HELD,
    ON_ITS_WAY,
    Action,
    Assignment,
    AssignmentState,
    Withdrawal,
    advance,
    enough,
    leads,
)
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.sla import next_look
from api.domain.incidents.welfare import ask_after
from api.domain.units.unit import Job
from api.services.context import Deciding, Runtime, StationContext, deciding
from api.services.dispatching import dispatch, offers, progress
from api.services.dispatching.offers import StepDetails
from api.services.figures import corrections
from api.services.incidents import alarms
from api.services.records import journal


class LesserJob(msgspec.Struct, frozen=True):
    """The lower-priority job a unit already holds while it is offered a more urgent one."""

    incident: IncidentLock
    row: AssignmentRow


class LockedAssignment(msgspec.Struct, frozen=True):
    """A locked incident and the assignment being acted on."""

    incident: IncidentLock
    row: AssignmentRow
    lesser: LesserJob | None = None


async def act(
    runtime: Runtime, actor: Actor, assignment_id: UUID, action: Action, now: datetime, details: StepDetails
) -> AssignmentRow:
    """Carry out one step. Repeating a step that is already done changes nothing and returns the same."""
    demand(actor, Operation.ACT_ON_ASSIGNMENT)
    async with deciding(runtime, actor, now, duplicate=Taken(assignment_id=assignment_id)) as context:
        locked = await enter_as(context, assignment_id)
        return await step(context, locked, action, details)


async def step(context: Deciding, locked: LockedAssignment, action: Action, details: StepDetails) -> AssignmentRow:
    """One step by the context's actor. The caller holds the locks."""
    before = locked.row
    after = advance(Assignment(before.id, before.incident_id, before.unit_id, before.state), action)
    if after is None:
        return before
    live = await assignments.live_of.all(context.connection, incident_id=locked.incident.id)
    others = [row for row in live if row.id != before.id]
    lead = before.lead
    if action == Action.ACCEPT:
        others = await _make_room(context, locked, others)
        lead = leads((row.state, row.lead) for row in others)
    row = msgspec.structs.replace(before, state=after.state, lead=lead)
    await offers.save(context, row, details, by=context.person)
    await _follow_up(context, locked, others, action, details)
    return row


async def _make_room(context: Deciding, locked: LockedAssignment, others: list[AssignmentRow]) -> list[AssignmentRow]:
    """What this acceptance releases, in the same commit: the unit it relieves, and the lesser job its own unit
    leaves."""
    relieved = next((row for row in others if row.id == locked.row.replaces and row.state in ON_ITS_WAY), None)
    if relieved is not None:
        await offers.withdraw(context, locked.incident, relieved, Withdrawal.SWAPPED)
        await incidents.count_swap.run(context.connection, id=locked.incident.id)
        others = [row for row in others if row.id != relieved.id]
    been = await assignments.count_been.get(context.connection, incident_id=locked.incident.id) or 0
    if enough([row.state for row in others], been, locked.incident.units_wanted):
        raise Taken(incident_id=locked.incident.id)
    if locked.lesser is not None:
        await _leave(context, locked, locked.lesser)
    return others


async def _leave(context: Deciding, locked: LockedAssignment, lesser: LesserJob) -> None:
    """The bumped incident is sought for at once, with its original call time."""
    incident, row = lesser.incident, lesser.row
    if not may_be_left(await _job(context, lesser), locked.incident.priority, context.station.rules):
        raise Taken(unit_id=row.unit_id)
    await offers.withdraw(context, incident, row, Withdrawal.DIVERTED)
    await incidents.count_bump.run(context.connection, id=incident.id)


async def _job(context: Deciding, lesser: LesserJob) -> Job:
    incident, row = lesser.incident, lesser.row
    return Job(
        row.id,
        incident.id,
        incident.reference,
        row.state,
        incident.priority,
        incident.kind,
        None,
        incident.bumped,
        drill=incident.drill,
        second=bool(await assignments.is_second.get(context.connection, id=row.id)),
        yields=incident.over_limit and not incident.verified,
    )


async def enter_as(context: Deciding, assignment_id: UUID) -> LockedAssignment:
    """Lock an assignment for the context's actor; an officer may only enter their own unit's."""
    key = await assignments.find.one(context.connection, id=assignment_id)
    if key is None or (context.actor.role == Role.OFFICER and context.actor.unit_id != key.unit_id):
        raise NotFound(assignment_id=assignment_id)
    return await enter(context, key, context.reader)


async def enter(context: Deciding, key: AssignmentKey, reader: UUID | None = None) -> LockedAssignment:
    """Incidents first, in the order of their ids, then the assignment. `reader`: for whom, if for the radio room."""
    work = await assignments.current_of_unit.all(context.connection, unit_id=key.unit_id)
    held = next((row for row in work if row.state in HELD and row.incident_id != key.incident_id), None)
    locked: dict[UUID, IncidentLock] = {}
    for each in sorted({key.incident_id, held.incident_id if held else key.incident_id}):
        incident = await incidents.lock.one(
            context.connection, id=each, reader=reader if each == key.incident_id else None
        )
        if incident is not None:
            locked[each] = incident
    row = await assignments.lock.one(context.connection, id=key.id)
    if key.incident_id not in locked or row is None:
        raise NotFound(assignment_id=key.id)
    lesser = LesserJob(locked[held.incident_id], held) if held and held.incident_id in locked else None
    return LockedAssignment(locked[key.incident_id], row, lesser)


async def _follow_up(
    context: Deciding,
    locked: LockedAssignment,
    others: list[AssignmentRow],
    action: Action,
    details: StepDetails,
) -> None:
    incident = locked.incident
    if action == Action.ACCEPT:
        await _taken(context, locked, others)
    if action in {Action.DECLINE, Action.EXPIRE}:
        await dispatch.fill(context, incident)
        return
    if action == Action.ARRIVE:
        await _too_late(context, locked, others)
        await corrections.note_arrival(context, locked.row.id)
        expect_well(context, incident, locked.row.id)
    if action == Action.CLEAR and incident.awaits_safety and not any(row.state in HELD for row in others):
        await alarms.raise_alarm(context, incident.id, AlarmReason.OFFICER_EMERGENCY)
    await progress.settle_incident(
        context,
        incident,
        arrived_at=context.now if action == Action.ARRIVE else None,
        disposition=details.reason if action == Action.CLEAR else None,
        note=details.note if action == Action.CLEAR else None,
    )
    if action == Action.ACCEPT and locked.lesser is not None:
        await dispatch.fill(context, locked.lesser.incident)


def expect_well(context: Deciding, incident: IncidentLock, assignment_id: UUID) -> None:
    """At the scene: from now on the unit is asked now and then."""
    written = needs_of(incident.kind, context.station.needs).welfare_minutes
    minutes = None if written is msgspec.UNSET else written
    due_at = context.now + ask_after(incident.kind, incident.priority, minutes)
    journal.deadline(context, DeadlineKind.WELFARE, assignment_id, due_at)


async def _taken(context: Deciding, locked: LockedAssignment, others: list[AssignmentRow]) -> None:
    """Once enough units hold the job, withdraw the remaining offers and settle the alarms."""
    incident = locked.incident
    been = await assignments.count_been.get(context.connection, incident_id=incident.id) or 0
    if enough([AssignmentState.ACCEPTED, *(other.state for other in others)], been, incident.units_wanted):
        for other in others:
            if other.state == AssignmentState.OFFERED:
                await offers.withdraw(context, incident, other, Withdrawal.TAKEN)
        await journal.lift(context, incident.id, (DeadlineKind.TRY_AGAIN, DeadlineKind.NO_TAKER))
    await alarms.settle(context, incident.id)
    journal.deadline(context, DeadlineKind.FORECAST, incident.id, next_look(context.now, incident.due_at))


async def _too_late(context: Deciding, locked: LockedAssignment, others: list[AssignmentRow]) -> None:
    """A unit asked to relieve the one that has just arrived is no longer needed."""
    for other in others:
        if other.state == AssignmentState.OFFERED and other.replaces == locked.row.id:
            await offers.withdraw(context, locked.incident, other, Withdrawal.TAKEN)


async def phone_has_it(context: StationContext, incident_id: UUID, assignment_id: UUID) -> None:
    """A phone has proved that it has the offer: the answer window starts."""
    incident = await incidents.lock.one(context.connection, id=incident_id, reader=None)
    row = await assignments.lock.one(context.connection, id=assignment_id)
    if incident is None or row is None or row.state != AssignmentState.OFFERED:
        return
    due = context.station.ladder.delivered(context.now)
    ends_at = due[DeadlineKind.OFFER_EXPIRY]
    await assignments.set_offer_end.run(context.connection, id=row.id, offer_ends_at=ends_at)
    await journal.lift(context, row.id, (DeadlineKind.OFFER_DELIVERY,))
    journal.deadlines(context, row.id, due)
    journal.event(context, progress.announce(row, row.state))

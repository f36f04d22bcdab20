"""Units at a scene are asked whether all is well; silence is an alarm. Every wait is a deadline."""

from datetime import datetime
from typing import assert_never
from uuid import UUID

from api.db.dispatching import assignments
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import incidents, welfare
from api.db.incidents.incidents import IncidentLock
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.errors import WrongState
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.welfare import ANSWER_WITHIN, Next, following
from api.domain.notifying.push import Content, Instruction, PushKind
from api.services.context import Deciding, Runtime, deciding
from api.services.dispatching import assignments as steps
from api.services.dispatching import progress
from api.services.incidents import alarms
from api.services.notifying.notifications import PushNotice, notify_unit
from api.services.records import journal


async def due(context: Deciding, assignment_id: UUID) -> None:
    """The next question, or the alarm. A crew that calls for help is not asked: its own alarm is out."""
    key = await assignments.find.one(context.connection, id=assignment_id)
    if key is None or key.state != AssignmentState.ARRIVED:
        return
    incident = await incidents.lock.one(context.connection, id=key.incident_id, reader=None)
    row = await assignments.lock.one(context.connection, id=assignment_id)
    if incident is None or row is None or row.state != AssignmentState.ARRIVED:
        return
    if await welfare.in_emergency.get(context.connection, unit_id=row.unit_id):
        steps.expect_well(context, incident, assignment_id)
        return
    await _carry_out(context, incident, row)


async def _carry_out(context: Deciding, incident: IncidentLock, row: AssignmentRow) -> None:
    step = following(await welfare.open_round.one(context.connection, assignment_id=row.id))
    match step:
        case Next.ASK:
            await welfare.ask.run(
                context.connection,
                station_id=context.station_id,
                incident_id=incident.id,
                assignment_id=row.id,
                now=context.now,
            )
        case Next.ASK_AGAIN:
            await welfare.ask_again.run(context.connection, assignment_id=row.id, now=context.now)
        case Next.ALARM:
            await welfare.note_silence.run(context.connection, assignment_id=row.id, now=context.now)
            await alarms.raise_alarm(context, incident.id, AlarmReason.OFFICER_SILENT)
        case _:
            assert_never(step)
    journal.event(context, progress.announce(row, row.state))
    if step == Next.ALARM:
        steps.expect_well(context, incident, row.id)
        return
    await _ring(context, incident, row)
    journal.deadline(context, DeadlineKind.WELFARE, row.id, context.now + ANSWER_WITHIN)


async def _ring(context: Deciding, incident: IncidentLock, row: AssignmentRow) -> None:
    content = Content(incident.priority, incident.kind, instruction=Instruction.ALL_WELL, drill=incident.drill)
    ends_at = context.now + ANSWER_WITHIN
    await notify_unit(context, row.unit_id, PushNotice(PushKind.BROADCAST, content, ends_at, row.id, incident.id))


async def all_well(runtime: Runtime, actor: Actor, assignment_id: UUID, now: datetime) -> AssignmentRow:
    """The officer's word, or the radio room's for them; also without having been asked."""
    demand(actor, Operation.ACT_ON_ASSIGNMENT)
    async with deciding(runtime, actor, now) as context:
        locked = await steps.enter_as(context, assignment_id)
        row, incident = locked.row, locked.incident
        if row.state != AssignmentState.ARRIVED:
            raise WrongState(state=row.state)
        await welfare.answer.run(context.connection, assignment_id=row.id, now=now, by=actor.id)
        if not await welfare.anyone_silent.get(context.connection, incident_id=incident.id):
            await alarms.settle(context, incident.id, (AlarmReason.OFFICER_SILENT,))
        if actor.role != Role.OFFICER:
            await journal.audit(context, "assignment.all_well", row.id, on_behalf_of=row.unit_id)
        journal.event(context, progress.announce(row, row.state))
        steps.expect_well(context, incident, row.id)
        return row

"""What happens when a deadline falls due: the ladder moves on, alarms are raised, forecasts recomputed."""

from datetime import datetime
from typing import assert_never

from api.db.dispatching import assignments
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.db.notifying import push
from api.db.notifying.push import DeadlineRow, TakenDeadline
from api.domain.access.permissions import system_at
from api.domain.incidents.assignment import HELD, Action, AssignmentState
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.incident import ENDED
from api.domain.incidents.ladder import Step, response
from api.domain.notifying.push import PushKind
from api.services.context import Deciding, Runtime, deciding
from api.services.desk import hand_overs, incident_ends
from api.services.dispatching import assignments as steps
from api.services.dispatching import dispatch, forecasts, offers, review, waiting, welfare
from api.services.dispatching.review import Outlook
from api.services.incidents import alarms
from api.services.notifying.notifications import PushNotice, notify_unit
from api.services.recognition import alert_decisions
from api.services.records import journal


async def carry_out(runtime: Runtime, row: DeadlineRow, now: datetime) -> bool:
    """Take one due deadline and act on it, in one commit; False if another process has it."""
    actor = system_at(row.station_id)
    outlook = await review.look(runtime, actor, now) if row.kind == DeadlineKind.REPLAN else None
    async with deciding(runtime, actor, now) as context:
        taken = await push.take_deadline.one(context.connection, id=row.id, now=now)
        if taken is None:
            return False
        await _do(context, taken, outlook)
        return True


async def _do(context: Deciding, taken: TakenDeadline, outlook: Outlook | None) -> None:
    match taken.kind:
        case DeadlineKind.OFFER_DELIVERY | DeadlineKind.OFFER_REMINDER | DeadlineKind.OFFER_EXPIRY:
            await _offer(context, taken)
        case (
            DeadlineKind.TRY_AGAIN
            | DeadlineKind.NO_TAKER
            | DeadlineKind.FORECAST
            | DeadlineKind.REPORT_UNOPENED
            | DeadlineKind.REPORT_UNHEARD
            | DeadlineKind.HAND_OVER_UNANSWERED
            | DeadlineKind.HANDED_OVER
        ):
            incident = await incidents.lock.one(context.connection, id=taken.subject_id, reader=None)
            if incident is not None and incident.state not in ENDED:
                await _incident(context, incident, taken.kind)
        case DeadlineKind.REPLAN:
            again = await review.carry_out(context, outlook)
            if again is not None:
                journal.deadline(context, DeadlineKind.REPLAN, context.station_id, again)
        case DeadlineKind.ALARM_CHAIN:
            await alarms.pass_on(context, taken.subject_id)
        case DeadlineKind.AID_OVER:
            await incident_ends.end_by_itself(context, taken.subject_id)
        case DeadlineKind.WELFARE:
            await welfare.due(context, taken.subject_id)
        case DeadlineKind.ALERT_DECISION:
            await alert_decisions.expire(context, taken.subject_id)
        case _:
            assert_never(taken.kind)


async def _offer(context: Deciding, taken: TakenDeadline) -> None:
    key = await assignments.find.one(context.connection, id=taken.subject_id)
    if key is None or key.state != AssignmentState.OFFERED:
        return
    locked = await steps.enter(context, key)
    if locked.row.state != AssignmentState.OFFERED:
        return
    answer = response(taken.kind, priority=locked.incident.priority, held=False)
    if answer.step == Step.OFFER_NEXT_AS_WELL:
        await dispatch.fill(context, locked.incident, also=True)
    elif answer.step == Step.REMIND:
        await _remind(context, locked.incident, locked.row)
    elif answer.step == Step.EXPIRE:
        await steps.step(context, locked, Action.EXPIRE, steps.StepDetails())
    if answer.alarm is not None:
        await alarms.raise_alarm(context, locked.incident.id, answer.alarm)


async def _remind(context: Deciding, incident: IncidentLock, row: AssignmentRow) -> None:
    ends_at = row.offer_ends_at or context.now + context.station.ladder.answer
    notice = PushNotice(PushKind.REMINDER, offers.content_of(incident, row), ends_at, row.id, incident.id)
    await notify_unit(context, row.unit_id, notice)


async def _incident(context: Deciding, incident: IncidentLock, kind: DeadlineKind) -> None:
    live = await assignments.live_of.all(context.connection, incident_id=incident.id)
    if kind in {DeadlineKind.TRY_AGAIN, DeadlineKind.NO_TAKER}:
        held = any(row.state in HELD for row in live)
        answer = response(kind, priority=incident.priority, held=held)
        if answer.step == Step.SEEK:
            await dispatch.fill(context, incident)
        if answer.alarm is not None:
            await alarms.raise_alarm(context, incident.id, answer.alarm)
    elif kind == DeadlineKind.REPORT_UNOPENED:
        await waiting.nobody_looked(context, incident)
    elif kind == DeadlineKind.REPORT_UNHEARD:
        await waiting.nobody_decided(context, incident)
    elif kind == DeadlineKind.HAND_OVER_UNANSWERED:
        await hand_overs.nobody_answers(context, incident)
    elif kind == DeadlineKind.HANDED_OVER:
        await hand_overs.let_go(context, incident)
    else:
        await forecasts.look(context, incident, live)

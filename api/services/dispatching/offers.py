"""Writes offers, orders and withdrawals: the rows, and the phones that ring for them.

Every function runs inside a caller's transaction that holds the station's lock and the incident's.
"""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from api.db.dispatching import assignments
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import oversight, welfare
from api.db.incidents.incidents import IncidentLock
from api.domain.access.permissions import Actor, Role
from api.domain.dispatching.dispatch import Candidate
from api.domain.dispatching.explanation import Explanation
from api.domain.dispatching.proposal import DecisionKind
from api.domain.incidents.assignment import LIVE, AssignmentState, Mode, Withdrawal
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.timepoint import Point, Source
from api.domain.notifying.push import NOTICE_LIFETIME, Content, PushKind
from api.domain.roads.travel import EtaSource
from api.services.context import Deciding
from api.services.dispatching import progress
from api.services.notifying.notifications import PushNotice, notify_unit
from api.services.records import journal

_OWN_DEADLINES = (
    DeadlineKind.OFFER_DELIVERY,
    DeadlineKind.OFFER_REMINDER,
    DeadlineKind.OFFER_EXPIRY,
    DeadlineKind.WELFARE,
)
_AWAY = frozenset({AssignmentState.EN_ROUTE, AssignmentState.CLEARED, AssignmentState.WITHDRAWN})
"""States to which a unit at the scene may change."""


class Decision(msgspec.Struct, frozen=True):
    """Which unit, and why; kept with the assignment. `by`: the operator, or None if the delegation decided."""

    kind: DecisionKind
    chosen: Candidate
    candidates: list[Candidate]
    explanation: Explanation
    replaces: UUID | None = None
    by: UUID | None = None


class StepDetails(msgspec.Struct, frozen=True):
    """What came with a step: the phone's own clock, a reason or disposition, a note."""

    at: datetime | None = None
    reason: str | None = None
    note: str | None = None
    because: Withdrawal | None = None


async def offer(context: Deciding, incident: IncidentLock, decision: Decision, *, taken: bool = False) -> AssignmentRow:
    """Offer the job to the unit, and start the times for delivery and answer. `taken`: by `progress.take_idle`."""
    due = context.station.ladder.offered(context.now)
    ends_at = due[DeadlineKind.OFFER_EXPIRY]
    row = await _add(context, incident, decision, AssignmentState.OFFERED, ends_at=ends_at)
    if not taken:
        await progress.settle_unit(context, row.unit_id)
    journal.event(context, progress.announce(row, row.state))
    offered = journal.TimePoint(incident.id, Point.OFFERED, Source.SYSTEM, row.id)
    journal.time_point_at_end(context, offered)
    journal.deadlines(context, row.id, due)
    kind = PushKind.OFFER if incident.units_wanted == 1 else PushKind.BACKUP
    notice = PushNotice(kind, content_of(incident, decision.chosen), ends_at, row.id, incident.id)
    await notify_unit(context, row.unit_id, notice)
    return row


async def order(
    context: Deciding,
    incident: IncidentLock,
    decision: Decision,
    *,
    lead: bool,
) -> AssignmentRow:
    """Given by radio, and accepted on the operator's word."""
    row = await _add(context, incident, decision, AssignmentState.ACCEPTED, lead=lead)
    await progress.settle_unit(context, row.unit_id)
    journal.event(context, progress.announce(row, row.state))
    for kind in (Point.OFFERED, Point.ACCEPTED):
        point = journal.TimePoint(incident.id, kind, Source.OPERATOR, row.id, by=decision.by)
        await journal.time_point(context, point)
    content = content_of(incident, decision.chosen)
    notice = PushNotice(PushKind.BROADCAST, content, context.now + NOTICE_LIFETIME, row.id, incident.id)
    await notify_unit(context, row.unit_id, notice)
    return row


async def withdraw(
    context: Deciding,
    incident: IncidentLock,
    row: AssignmentRow,
    because: Withdrawal,
    *,
    by: Actor | None = None,
) -> None:
    """Withdraw an offer or a held job, and notify the phones that have it."""
    gone = msgspec.structs.replace(row, state=AssignmentState.WITHDRAWN)
    await save(context, gone, StepDetails(because=because), by=by)
    notice = PushNotice(
        PushKind.WITHDRAWN, content_of(incident, None), context.now + NOTICE_LIFETIME, row.id, incident.id
    )
    await notify_unit(context, row.unit_id, notice)


async def save(context: Deciding, row: AssignmentRow, details: StepDetails, *, by: Actor | None) -> None:
    """Save the assignment's new state with its time point; the unit's status follows. `by`: the person who acted, if
    anybody."""
    await assignments.save_state.run(
        context.connection,
        id=row.id,
        state=row.state,
        lead=row.lead,
        ended_at=None if row.state in LIVE else context.now,
        disposition=details.reason if row.state in {AssignmentState.CLEARED, AssignmentState.DECLINED} else None,
        note=details.note,
        withdrawn_because=details.because,
    )
    point = journal.TimePoint(
        row.incident_id, Point(row.state), _source(by), row.id, phone_at=details.at, by=by.id if by else None
    )
    await journal.time_point(context, point)
    await journal.lift(context, row.id, _OWN_DEADLINES)
    if row.state in _AWAY:
        await welfare.end.run(context.connection, assignment_id=row.id, now=context.now)
    await progress.settle_unit(context, row.unit_id)
    journal.event(context, progress.announce(row, row.state))
    if by is not None and by.role != Role.OFFICER:
        await journal.audit(context, f"assignment.{row.state}", row.id, on_behalf_of=row.unit_id)


async def _add(
    context: Deciding,
    incident: IncidentLock,
    decision: Decision,
    state: AssignmentState,
    *,
    ends_at: datetime | None = None,
    lead: bool = True,
) -> AssignmentRow:
    unit = decision.chosen
    row = AssignmentRow(
        id=uuid4(),
        incident_id=incident.id,
        unit_id=unit.unit_id,
        callsign=unit.callsign,
        state=state,
        mode=Mode.ORDER if decision.kind == DecisionKind.ORDER else Mode.OFFER,
        lead=lead,
        offered_at=context.now,
        offer_ends_at=ends_at,
        eta_seconds=unit.eta_seconds,
        eta_source=unit.eta_source,
        eta_at=context.now,
        distance_m=unit.distance_m,
        replaces=decision.replaces,
    )
    if incident.about_police:
        await oversight.add_crew.run(
            context.connection,
            station_id=context.station_id,
            incident_id=incident.id,
            unit_id=unit.unit_id,
            now=context.now,
        )
    values = msgspec.structs.asdict(row)
    del values["callsign"], values["eta_at"]
    by_road = unit.eta_seconds is not None and unit.eta_source == EtaSource.ROAD
    await assignments.add.run(
        context.connection,
        station_id=context.station_id,
        predicted_seconds=unit.eta_seconds / unit.correction if by_road and unit.eta_seconds is not None else None,
        correction=unit.correction,
        decision=decision.kind,
        by=decision.by,
        explanation=decision.explanation,
        candidates=decision.candidates,
        **values,
    )
    return row


def content_of(incident: IncidentLock, unit: Candidate | AssignmentRow | None) -> Content:
    minutes = None if unit is None or unit.eta_seconds is None else max(1, round(unit.eta_seconds / 60))
    return Content(
        incident.priority,
        incident.kind,
        minutes,
        incident.place,
        drill=incident.drill,
        hazards=tuple(incident.hazards),
    )


def _source(by: Actor | None) -> Source:
    if by is None:
        return Source.SYSTEM
    return Source.OFFICER if by.role == Role.OFFICER else Source.OPERATOR

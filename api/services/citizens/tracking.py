"""What citizens may know about their case, and what they may add to it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from api.db.citizens import reports
from api.db.citizens.reports import MessageRow, ReportRow
from api.db.dispatching import aid
from api.db.dispatching import assignments as assignment_rows
from api.db.dispatching.aid import AidRow
from api.db.incidents import incidents
from api.db.pool import Database
from api.domain.access.permissions import Actor
from api.domain.citizens.report import EtaMinutes, Ride, Status, promise, status
from api.domain.errors import Invalid, NotFound
from api.domain.incidents import sla
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.hand_over import HandOverAnswer
from api.domain.incidents.incident import IncidentState
from api.domain.incidents.timepoint import Point
from api.domain.records.events import Event, EventKind
from api.services.citizens.link_tokens import Tokens, admit, incident_of, read_report
from api.services.context import Context, at_station, entering
from api.services.incidents import alarms
from api.services.records import journal
from api.services.units.arrivals import arrival_checks, doubted

_PHOTOS = 6
_SHARED_FOR = timedelta(hours=24)
"""After the case has ended; then the shared link is as unknown as a made-up one."""

_STEPS = {
    Point.RECEIVED: "received",
    Point.ACCEPTED: "assigned",
    Point.EN_ROUTE: "on_the_way",
    Point.ARRIVED: "arrived",
    Point.CLOSED: "closed",
}


class Step(msgspec.Struct, frozen=True):
    kind: str
    at: datetime


class Tracking(msgspec.Struct, frozen=True):
    """What a citizen may know: plain status, coarse time, never the officer's name or position."""

    report: ReportRow
    as_owner: bool
    reference: str
    status: Status
    due_at: datetime
    timeline: list[Step]
    eta_minutes: EtaMinutes | None
    messages: list[MessageRow]
    arrival_doubtful: bool


async def track(db: Database, tokens: Tokens, report_id: UUID, token: str | None, now: datetime) -> Tracking:
    actor, owner = await admit(db, tokens, report_id, token)
    async with entering(db, actor, now) as context:
        report = await read_report(context.connection, report_id)
        incident = await incident_of(context.connection, report)
        if not owner and incident.ended_at is not None and now >= incident.ended_at + _SHARED_FOR:
            raise NotFound(report_id=report_id)
        points = await incidents.timelines_of.all(context.connection, incident_ids=[incident.id])
        rows = await assignment_rows.of_incidents.all(context.connection, incident_ids=[incident.id])
        messages = await reports.messages_of.all(context.connection, report_ids=[report_id])
        helpers = await aid.of_incidents.all(context.connection, incident_ids=[incident.id])
        doubtful = incident.first_arrived_at is not None and doubted(
            await arrival_checks(context.connection, [incident.id], now)
        )
    given_up = {row.id for row in rows if row.state == AssignmentState.WITHDRAWN}
    first: dict[str, datetime] = {}
    for point in points:
        if point.kind in _STEPS and point.assignment_id not in given_up:
            first.setdefault(_STEPS[Point(point.kind)], point.server_at)
    elsewhere = [row for row in helpers if row.accepted_at is not None or row.answer == HandOverAnswer.ACCEPTED]
    for row in elsewhere:
        for kind, at in _their_steps(row):
            first[kind] = min(at, first.get(kind, at))
    called_off = report.cancelled_at is not None and incident.ended_at is None
    return Tracking(
        report=report,
        as_owner=owner,
        reference=incident.reference,
        status=status(_state(incident.state, elsewhere), called_off=called_off),
        due_at=max(incident.due_at, report.created_at + timedelta(seconds=incident.target_seconds)),
        timeline=_seen_by(report, first),
        eta_minutes=promise([_ride(row) for row in rows] + [_their_ride(row) for row in elsewhere], now),
        messages=messages,
        arrival_doubtful=doubtful,
    )


def _seen_by(report: ReportRow, first: dict[str, datetime]) -> list[Step]:
    """Nothing happened before the report itself: an earlier time would say that somebody else had reported."""
    steps = [Step(kind, max(at, report.created_at)) for kind, at in first.items()]
    return sorted(steps, key=lambda step: step.at)


def _ride(row: assignment_rows.AssignmentOnPhones) -> Ride:
    arrives_at = None if row.eta_at is None else sla.expected_arrival(row.eta_at, row.eta_seconds)
    return Ride(row.state, row.withdrawn_because, arrives_at)


def _their_steps(row: AidRow) -> list[tuple[str, datetime]]:
    """What another station's unit has done; its end is ours only if that station has taken the case over."""
    over = row.ended_at if row.answer == HandOverAnswer.ACCEPTED else None
    steps = (("assigned", row.accepted_at), ("arrived", row.arrived_at), ("closed", over))
    return [(kind, at) for kind, at in steps if at is not None]


def _their_ride(row: AidRow) -> Ride:
    """`report_aid` has no arrival time while the unit is not on its way, or is there."""
    state = AssignmentState.ARRIVED if row.arrived_at is not None else AssignmentState.ACCEPTED
    return Ride(AssignmentState.CLEARED if row.ended_at is not None else state, None, row.arrives_at)


def _state(own: IncidentState, elsewhere: list[AidRow]) -> IncidentState:
    """The case as far as any station has got with it."""
    states = [own] if own != IncidentState.MERGED else [IncidentState.OPEN]
    for row in elsewhere:
        if row.ended_at is not None and row.answer == HandOverAnswer.ACCEPTED:
            return IncidentState.CLOSED
        if row.ended_at is None and row.accepted_at is not None:
            states.append(IncidentState.ON_SCENE if row.arrived_at is not None else IncidentState.ASSIGNED)
    return max(states, key=list(IncidentState).index)


async def add_word(
    db: Database, actor: Actor, report_id: UUID, now: datetime, *, kind: str, text: str | None = None
) -> None:
    """`kind`: `message`, `safe` or `cancel`. The operator is told; a patrol is never stopped by it."""
    async with entering(db, actor, now) as context:
        report = await read_report(context.connection, report_id)
        if kind == "safe":
            await reports.mark_safe.run(context.connection, id=report_id, now=now)
        elif kind == "cancel":
            await reports.mark_cancelled.run(context.connection, id=report_id, now=now)
        if text:
            await reports.add_message.run(
                context.connection,
                station_id=actor.station_id,
                report_id=report_id,
                sender="reporter",
                text=text,
                now=now,
            )
        await _tell_operator(context, report)


async def move(
    db: Database, actor: Actor, report_id: UUID, lat: float, lon: float, accuracy: float | None, now: datetime
) -> None:
    """The reporter has moved. The report follows; whether the incident does is the operator's decision."""
    async with entering(db, actor, now) as context:
        report = await read_report(context.connection, report_id)
        await reports.move.run(context.connection, id=report_id, lat=lat, lon=lon, accuracy=accuracy)
        await _tell_operator(context, report)


async def add_photo(db: Database, actor: Actor, report_id: UUID, jpeg: bytes, now: datetime) -> UUID:
    photo_id = uuid4()
    async with entering(db, actor, now) as context:
        report = await read_report(context.connection, report_id)
        if (await reports.count_photos.get(context.connection, report_id=report_id) or 0) >= _PHOTOS:
            raise Invalid("photo", f"a report takes at most {_PHOTOS} photos")
        await reports.add_photo.run(
            context.connection, id=photo_id, station_id=actor.station_id, report_id=report_id, jpeg=jpeg, now=now
        )
        journal.event(context, Event(EventKind.REPORT, report_id, report.incident_id))
    return photo_id


async def _tell_operator(context: Context, report: ReportRow) -> None:
    journal.event(context, Event(EventKind.REPORT, report.id, report.incident_id))
    incident = await incident_of(context.connection, report)
    if incident.ended_at is None:
        await alarms.raise_alarm(await context.with_policy(), incident.id, AlarmReason.REPORTER)
    await _tell_taker(context, report, incident.id)


async def _tell_taker(context: Context, report: ReportRow, incident_id: UUID) -> bool:
    """The station that has taken the case over, or that to which it was handed on; False if we still have it."""
    asked = await aid.of_incidents.all(context.connection, incident_ids=[incident_id])
    taken = next((row for row in asked if row.answer == HandOverAnswer.ACCEPTED), None)
    if taken is None:
        return False
    async with at_station(context, taken.to_station_id) as theirs:
        if not await _tell_taker(theirs, report, taken.aid_incident_id) and taken.ended_at is None:
            await alarms.raise_alarm(await theirs.with_policy(), taken.aid_incident_id, AlarmReason.REPORTER)
            journal.event(theirs, Event(EventKind.REPORT, report.id, taken.aid_incident_id))
    return True

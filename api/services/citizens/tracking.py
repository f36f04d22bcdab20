"""What citizens may know about their case, and what they may add to it."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from api.db.citizens import reports
from api.db.citizens.reports import MessageRow, ReportRow
from api.db.dispatching import assignments as assignment_rows
from api.db.incidents import incidents
from api.db.pool import Database
from api.domain.access.permissions import Actor
from api.domain.citizens.report import EtaMinutes, Ride, Status, promise, status
from api.domain.errors import Invalid, NotFound
from api.domain.incidents import sla
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.timepoint import Point
from api.domain.records.events import Event, EventKind
from api.services.citizens.link_tokens import Tokens, admit, incident_of, read_report
from api.services.context import Context, entering
from api.services.incidents import alarms
from api.services.records import journal
from api.services.units.arrivals import arrival_checks, doubted

_PHOTOS = 6
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
        points = await incidents.timelines_of.all(context.connection, incident_ids=[incident.id])
        rows = await assignment_rows.of_incidents.all(context.connection, incident_ids=[incident.id])
        messages = await reports.messages_of.all(context.connection, report_ids=[report_id])
        doubtful = incident.first_arrived_at is not None and doubted(
            await arrival_checks(context.connection, [incident.id], now)
        )
    given_up = {row.id for row in rows if row.state == AssignmentState.WITHDRAWN}
    first: dict[str, datetime] = {}
    for point in points:
        if point.kind in _STEPS and point.assignment_id not in given_up:
            first.setdefault(_STEPS[Point(point.kind)], point.server_at)
    called_off = report.cancelled_at is not None and incident.ended_at is None
    return Tracking(
        report=report,
        as_owner=owner,
        reference=incident.reference,
        status=status(incident.state, called_off=called_off),
        due_at=incident.due_at,
        timeline=[Step(kind, at) for kind, at in first.items()],
        eta_minutes=promise([_ride(row) for row in rows], now),
        messages=messages,
        arrival_doubtful=doubtful,
    )


def _ride(row: assignment_rows.AssignmentOnPhones) -> Ride:
    arrives_at = None if row.eta_at is None else sla.expected_arrival(row.eta_at, row.eta_seconds)
    return Ride(row.state, row.withdrawn_because, arrives_at)


async def add_word(
    db: Database,
    tokens: Tokens,
    report_id: UUID,
    token: str | None,
    now: datetime,
    *,
    kind: str,
    text: str | None = None,
) -> None:
    """`kind`: `message`, `safe` or `cancel`. The operator is told; a patrol is never stopped by it."""
    actor = await _owner(db, tokens, report_id, token)
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
    db: Database,
    tokens: Tokens,
    report_id: UUID,
    token: str | None,
    lat: float,
    lon: float,
    accuracy: float | None,
    now: datetime,
) -> None:
    """The reporter has moved. The report follows; whether the incident does is the operator's decision."""
    actor = await _owner(db, tokens, report_id, token)
    async with entering(db, actor, now) as context:
        report = await read_report(context.connection, report_id)
        await reports.move.run(context.connection, id=report_id, lat=lat, lon=lon, accuracy=accuracy)
        await _tell_operator(context, report)


async def add_photo(
    db: Database, tokens: Tokens, report_id: UUID, token: str | None, jpeg: bytes, now: datetime
) -> UUID:
    actor = await _owner(db, tokens, report_id, token)
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


async def _owner(db: Database, tokens: Tokens, report_id: UUID, token: str | None) -> Actor:
    """The owner's link only; the shared link cannot change anything."""
    actor, owner = await admit(db, tokens, report_id, token)
    if not owner:
        raise NotFound(report_id=report_id)
    return actor


async def _tell_operator(context: Context, report: ReportRow) -> None:
    journal.event(context, Event(EventKind.REPORT, report.id, report.incident_id))
    incident = await incident_of(context.connection, report)
    if incident.ended_at is None:
        await alarms.raise_alarm(await context.with_policy(), incident.id, AlarmReason.REPORTER)

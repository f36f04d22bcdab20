"""Arrivals: the geofence and the button, two sources for one event, and where they disagree."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from api.db.pool import Connection, Database
from api.db.units import positions
from api.db.units.positions import ArrivalRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.incidents.timepoint import Point, Source
from api.domain.records.events import Event, EventKind
from api.domain.roads.travel import metres_between
from api.domain.units.arrival import (
    FRESH,
    Arrival,
    ArrivalProblem,
    SceneFix,
    difference_s,
    may_be_inside,
    problem_of,
    rests_on_doubt,
    stayed_since,
)
from api.domain.units.fix import RecordedFix
from api.services.context import Context, reading
from api.services.records import journal

_LOOK_BACK = timedelta(seconds=120)


class ArrivalCheck(msgspec.Struct, frozen=True):
    """`difference_s`: how much later than the geofence the button was pressed, by the phone's clock."""

    assignment_id: UUID
    incident_id: UUID
    reference: str
    unit_id: UUID
    callsign: str
    button_at: datetime | None
    geofence_at: datetime | None
    difference_s: float | None
    problem: ArrivalProblem | None
    checked: bool
    """Whether any position says where the unit was then: none does without a fresh fix, nor once tracks are deleted."""


class CheckedArrivals(msgspec.Struct, frozen=True):
    """Incidents whose first arrival a position confirms or contradicts, and those it contradicts."""

    checked: list[UUID]
    doubtful: list[UUID]


async def mark_arrivals(context: Context, newest: dict[UUID, RecordedFix]) -> None:
    """What the units' trusted fixes say, whether or not the button was pressed before. `newest`: of each unit."""
    if not newest:
        return
    for awaited in await positions.awaited.all(context.connection, unit_ids=list(newest)):
        unit_id, last = awaited.unit_id, newest[awaited.unit_id]
        if not may_be_inside(metres_between(last.lat, last.lon, awaited.lat, awaited.lon)):
            continue
        since = max(awaited.offered_at, context.now - _LOOK_BACK)
        track = await positions.recent_track.all(
            context.connection, unit_id=unit_id, lat=awaited.lat, lon=awaited.lon, since=since
        )
        arrived = stayed_since(track) if track else None
        if arrived is not None:
            incident_id = awaited.incident_id
            point = journal.TimePoint(
                incident_id, Point.ARRIVED, Source.GEOFENCE, awaited.assignment_id, phone_at=arrived
            )
            await journal.time_point(context, point)
            journal.event(context, Event(EventKind.INCIDENT, incident_id, incident_id))


async def arrival_checks(connection: Connection, incident_ids: list[UUID], now: datetime) -> list[ArrivalCheck]:
    """One for every assignment of these incidents that has arrived, by either source."""
    rows = await positions.arrivals_of.all(connection, incident_ids=incident_ids, fresh=FRESH)
    return [_check(row, now) for row in rows]


async def discrepancies(
    db: Database, actor: Actor, since: datetime, until: datetime, now: datetime
) -> list[ArrivalCheck]:
    """Arrival checks with a problem, for incidents received in a period."""
    demand(actor, Operation.SEE_STATISTICS)
    async with reading(db, actor, now) as context:
        rows = await positions.incidents_of_period.all(
            context.connection, station_id=actor.station_id, since=since, until=until
        )
        checks = await arrival_checks(context.connection, [row.id for row in rows], now)
    return [check for check in checks if check.problem is not None]


async def check_arrivals(
    connection: Connection, station_id: UUID, since: datetime, until: datetime, now: datetime
) -> CheckedArrivals:
    """A period's arrivals compared with the units' positions."""
    rows = await positions.incidents_of_period.all(connection, station_id=station_id, since=since, until=until)
    of_incident: dict[UUID, list[ArrivalCheck]] = defaultdict(list)
    for check in await arrival_checks(connection, [row.id for row in rows], now):
        of_incident[check.incident_id].append(check)
    doubtful = [incident_id for incident_id, checks in of_incident.items() if doubted(checks)]
    return CheckedArrivals(
        [incident_id for incident_id, checks in of_incident.items() if _first_is_checked(checks)], doubtful
    )


def _first_is_checked(checks: list[ArrivalCheck]) -> bool:
    first = min((each for each in checks if each.button_at), key=lambda each: str(each.button_at), default=None)
    return first is not None and first.checked


def doubted(checks: list[ArrivalCheck]) -> bool:
    """`checks`: those of one incident."""
    return rests_on_doubt((each.button_at, each.problem) for each in checks)


def doubtful_assignments(checks: list[ArrivalCheck]) -> list[UUID]:
    return [each.assignment_id for each in checks if each.problem == ArrivalProblem.BUTTON_WITHOUT_GEOFENCE]


def _check(row: ArrivalRow, now: datetime) -> ArrivalCheck:
    pressed = None
    if row.fix_at is not None and row.distance_m is not None:
        pressed = SceneFix(row.fix_at, row.distance_m, row.accuracy, row.speed)
    arrival = Arrival(row.button_at, row.geofence_at, pressed)
    return ArrivalCheck(
        assignment_id=row.assignment_id,
        incident_id=row.incident_id,
        reference=row.reference,
        unit_id=row.unit_id,
        callsign=row.callsign,
        button_at=row.button_at,
        geofence_at=row.geofence_at,
        difference_s=difference_s(arrival),
        problem=problem_of(arrival, row.ended_at or now),
        checked=pressed is not None or row.geofence_at is not None,
    )

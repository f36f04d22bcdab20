"""A month of made-up incidents, so that the commander's screens have something to show. Marked as demo data.

The daily rhythm, the mix of kinds and the clustering are merely plausible.
"""

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import h3.api.basic_int as h3
import msgspec

from api.db.pool import Connection
from api.domain.incidents import sla
from api.domain.incidents.incident import PRIORITY, IncidentKind, IncidentState, reference
from api.domain.incidents.timepoint import Point, Source
from api.services.clock import STATION_ZONE
from api.services.incidents.opening import H3_RESOLUTION
from api.services.stations.demo_file import DemoUnit

_DAYS = 30
_PER_DAY = 42
_SPOTS = [(13.7712, 100.5746, 3.0), (13.7869, 100.5801, 2.0), (13.7781, 100.5731, 2.5), (13.7745, 100.5880, 1.5)]
_SPREAD_DEGREES = 0.0035
_SEEN = 0.96
_HOURS = [3, 2, 2, 1, 1, 1, 2, 4, 5, 4, 4, 4, 5, 5, 4, 4, 5, 7, 8, 8, 8, 7, 6, 5]
_KINDS = {
    IncidentKind.TRAFFIC: 30,
    IncidentKind.NUISANCE: 24,
    IncidentKind.THEFT: 16,
    IncidentKind.SUSPICIOUS: 12,
    IncidentKind.VIOLENCE: 9,
    IncidentKind.SOS: 5,
}
_KINDS |= {IncidentKind.INTRUSION: 2, IncidentKind.OTHER: 2}


class PastIncident(msgspec.Struct):
    id: UUID
    assignment_id: UUID
    unit_id: UUID
    kind: IncidentKind
    lat: float
    lon: float
    received_at: datetime
    steps: dict[Point, datetime]
    seen: bool
    """The phone recorded the arrival too; otherwise it is unchecked."""


class Month(msgspec.Struct, frozen=True):
    """Rows ready to be written, because making them takes far longer than writing them."""

    station_id: UUID
    year: int
    incidents: list[tuple[object, ...]]
    assignments: list[tuple[object, ...]]
    points: list[tuple[object, ...]]


def month(station_id: UUID, units: list[DemoUnit], default_target: int, now: datetime, seed: int = 15) -> Month:
    """The thirty days before `now`."""
    chance = random.Random(seed)
    cases = sorted(
        (_case(chance, units, now - timedelta(days=day + 1)) for day in range(_DAYS) for _ in range(_PER_DAY)),
        key=lambda past: past.received_at,
    )
    return Month(
        station_id,
        now.astimezone(STATION_ZONE).year,
        [_incident(past, station_id, default_target, number) for number, past in enumerate(cases, start=1)],
        [_assignment(past, station_id) for past in cases],
        [
            (station_id, past.id, None if kind == Point.RECEIVED else past.assignment_id, kind, source, at)
            for past in cases
            for kind, source, at in _points(past)
        ],
    )


async def write(connection: Connection, past: Month) -> None:
    await connection.executemany(_INSERT_INCIDENT, past.incidents)
    await connection.executemany(_INSERT_ASSIGNMENT, past.assignments)
    await connection.executemany(_INSERT_POINT, past.points)
    await connection.execute(
        "INSERT INTO incident_number (station_id, year, last) VALUES ($1, $2, $3)",
        past.station_id,
        past.year,
        len(past.incidents),
    )


_INSERT_INCIDENT = """
INSERT INTO incident (id, station_id, reference, kind, priority, state, verified, position, received_at,
                      target_seconds, due_at, forecast, demo, first_arrived_at, ended_at, disposition, h3)
VALUES ($1, $2, $3, $4, $5, $6, true, ST_SetSRID(ST_MakePoint($8, $7), 4326)::geography, $9, $10, $11, $12, true, $13,
        $14, $15, $16)"""
_INSERT_ASSIGNMENT = """
INSERT INTO assignment (id, station_id, incident_id, unit_id, state, mode, offered_at, ended_at, eta_seconds,
                        eta_source)
VALUES ($1, $2, $3, $4, $5, 'offer', $6, $7, $8, 'straight_line')"""
_INSERT_POINT = """
INSERT INTO time_point (station_id, incident_id, assignment_id, kind, source, server_at)
VALUES ($1, $2, $3, $4, $5, $6)"""


def _case(chance: random.Random, units: list[DemoUnit], day: datetime) -> PastIncident:
    spot = chance.choices(_SPOTS, weights=[weight for *_, weight in _SPOTS])[0]
    lat, lon = (chance.gauss(spot[index], _SPREAD_DEGREES) for index in (0, 1))
    hour = chance.choices(range(24), weights=_HOURS)[0]
    local = day.astimezone(STATION_ZONE).replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60))
    kind = chance.choices(list(_KINDS), weights=list(_KINDS.values()))[0]
    unit = min(units, key=lambda u: math.hypot(u.lat - lat, u.lon - lon) * chance.uniform(0.6, 1.8))
    steps = _steps(chance, unit, lat, lon, local, _HOURS[hour])
    return PastIncident(uuid4(), uuid4(), unit.id, kind, lat, lon, local, steps, chance.random() < _SEEN)


def _steps(
    chance: random.Random, unit: DemoUnit, lat: float, lon: float, received_at: datetime, busy: int
) -> dict[Point, datetime]:
    """Times grow with distance and with how busy the hour is; a few phones stay silent, a few cases are never
    reached."""
    metres = math.hypot((unit.lat - lat) * 111_000, (unit.lon - lon) * 107_500)
    at, steps = received_at, {Point.RECEIVED: received_at}
    travel = metres / chance.uniform(3.2, 7.0) * (1 + busy / 16) + chance.expovariate(1 / 60)
    pauses = [
        (Point.OFFERED, chance.uniform(0.4, 4)),
        (Point.DELIVERED, chance.lognormvariate(0.5, 0.7)),
        (Point.ACCEPTED, chance.lognormvariate(2.4, 0.6) + (chance.random() < 0.12) * chance.uniform(30, 90)),
        (Point.EN_ROUTE, chance.uniform(5, 50)),
        (Point.ARRIVED, travel + (chance.random() < 0.05) * chance.uniform(300, 900)),
        (Point.CLEARED, chance.lognormvariate(6.8, 0.5)),
    ]
    unreached = chance.random() < 0.03
    for point, seconds in pauses:
        at += timedelta(seconds=seconds)
        if not (unreached and point == Point.ARRIVED):
            steps[point] = at
    return steps


def _points(past: PastIncident) -> Iterator[tuple[Point, Source, datetime]]:
    """Every arrival is reported by the officer, and most by the phone too."""
    for kind, at in past.steps.items():
        yield kind, Source.OFFICER if kind == Point.ARRIVED else Source.SYSTEM, at
        if kind == Point.ARRIVED and past.seen:
            yield kind, Source.GEOFENCE, at - timedelta(seconds=4)


def _incident(past: PastIncident, station_id: UUID, default_target: int, number: int) -> tuple[object, ...]:
    priority = PRIORITY[past.kind]
    target = sla.target_seconds(priority, default_target, {})
    due_at, arrived_at = past.received_at + timedelta(seconds=target), past.steps.get(Point.ARRIVED)
    met = arrived_at is not None and arrived_at <= due_at
    return (
        past.id,
        station_id,
        reference(past.received_at.year, number),
        past.kind,
        priority,
        IncidentState.CLOSED,
        past.lat,
        past.lon,
        past.received_at,
        target,
        due_at,
        sla.Forecast.MET if met else sla.Forecast.MISSED,
        arrived_at,
        past.steps[Point.CLEARED],
        "resolved" if arrived_at else "nobody_found",
        h3.latlng_to_cell(past.lat, past.lon, H3_RESOLUTION),
    )


def _assignment(past: PastIncident, station_id: UUID) -> tuple[object, ...]:
    eta = None
    if Point.ARRIVED in past.steps:
        eta = (past.steps[Point.ARRIVED] - past.steps[Point.ACCEPTED]).total_seconds()
    offered, cleared = past.steps[Point.OFFERED], past.steps[Point.CLEARED]
    return (past.assignment_id, station_id, past.id, past.unit_id, "cleared", offered, cleared, eta)

"""Situations for tests of the pure rules: units and calls on a line, travelled at ten metres a second."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np

from api.domain.dispatching.dispatch import Refusal
from api.domain.dispatching.situation import Call, Leg, Situation
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import TravelTimes
from api.domain.units.unit import Job, Unit, UnitStatus

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def unit(metres: float = 0.0, **facts: Any) -> Unit:
    """`metres` along the line; the latitude carries it."""
    usual: dict[str, Any] = {
        "unit_id": uuid4(),
        "callsign": "11",
        "kind": "motorcycle",
        "status": UnitStatus.AVAILABLE,
        "fix_at": NOW - timedelta(seconds=5),
        "lat": metres,
        "lon": 0.0,
        "shift_started_at": NOW - timedelta(hours=2),
        "push_seen_at": NOW - timedelta(hours=1),
        "stream_seen_at": None,
    }
    return Unit(**(usual | facts))


def call(metres: float = 0.0, **facts: Any) -> Call:
    """Received a moment ago, wanting one unit."""
    received = facts.pop("received_at", NOW)
    usual: dict[str, Any] = {
        "incident_id": uuid4(),
        "reference": "26-00001",
        "kind": IncidentKind.THEFT,
        "priority": 2,
        "verified": True,
        "lat": metres,
        "lon": 0.0,
        "received_at": received,
        "due_at": received + timedelta(seconds=900),
        "missing": 1,
    }
    return Call(**(usual | facts))


def urgent(metres: float = 0.0, **facts: Any) -> Call:
    return call(metres, **({"priority": 1, "kind": IncidentKind.SOS} | facts))


def driving_to(
    place: Call, seconds: float = 300.0, *, state: AssignmentState = AssignmentState.EN_ROUTE, second: bool = False
) -> dict[str, Any]:
    """Facts of a unit that holds `place`, or (`State.OFFERED`) is being offered it."""
    job = Job(
        uuid4(),
        place.incident_id,
        place.reference,
        state,
        place.priority,
        place.kind,
        NOW + timedelta(seconds=seconds),
        place.bumped,
        drill=place.drill,
        second=second,
        yields=place.yields,
    )
    if state == AssignmentState.OFFERED:
        return {"status": UnitStatus.OFFERED, "offered": job}
    return {"status": UnitStatus(state), "held": job}


def leg(of: Unit, seconds: float, *, state: AssignmentState = AssignmentState.EN_ROUTE, lead: bool = True) -> Leg:
    return Leg(uuid4(), of.unit_id, of.callsign, state, lead=lead, arrives_at=NOW + timedelta(seconds=seconds))


def situation(
    calls: list[Call], units: list[Unit], refusals: dict[tuple[UUID, UUID], Refusal] | None = None, by_road: bool = True
) -> Situation:
    seconds = np.array(
        [[np.inf if u.lat is None else abs(u.lat - c.lat) / 10 for u in units] for c in calls], dtype=float
    ).reshape(len(calls), len(units))
    times = TravelTimes(
        [c.incident_id for c in calls], [u.unit_id for u in units], seconds, np.full(seconds.shape, by_road)
    )
    return Situation(calls, units, times, refusals or {})

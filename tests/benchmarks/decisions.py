"""How long a decision takes, given the travel times: an ordinary station's evening, and a province's worst night.

The reference in the same run is the bare matching of waiting calls to idle units (SciPy), which no plan can beat.
"""

import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import numpy as np
from scipy.optimize import linear_sum_assignment

from api.domain.dispatching.delegation import Delegated, Delegation
from api.domain.dispatching.dispatch import Rules
from api.domain.dispatching.planning import plan
from api.domain.dispatching.situation import Call, Leg, Situation
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import TravelTimes
from api.domain.units.unit import Job, Unit, UnitStatus

NOW = datetime(2026, 1, 1, 20, tzinfo=UTC)
RUNS = 15
_KINDS = {1: IncidentKind.SOS, 2: IncidentKind.THEFT, 3: IncidentKind.NUISANCE}


async def run() -> dict[str, float]:
    return _measure("station", 50, 30) | _measure("province", 2000, 500)


def _measure(name: str, units: int, calls: int) -> dict[str, float]:
    situation, delegation = _evening(units, calls), Delegation(swaps=Delegated.AUTOMATIC)
    whole, bare, moves = [], [], 0
    for _ in range(RUNS):
        begun = time.perf_counter()
        moves = len(plan(situation, delegation, Rules(), NOW))
        whole.append(1000 * (time.perf_counter() - begun))
        begun = time.perf_counter()
        _match_alone(situation)
        bare.append(1000 * (time.perf_counter() - begun))
    took, floor = statistics.median(whole), statistics.median(bare)
    return {
        f"{name}_units": units,
        f"{name}_calls": calls,
        f"{name}_moves": moves,
        f"{name}_ms": round(took, 2),
        f"{name}_matching_alone_ms": round(floor, 3),
        f"{name}_ratio": round(took / floor, 1),
    }


def _match_alone(situation: Situation) -> None:
    waiting = [situation.times.row[call.incident_id] for call in situation.calls if call.missing]
    idle = [situation.times.column[u.unit_id] for u in situation.units if u.status == UnitStatus.AVAILABLE]
    linear_sum_assignment(situation.times.seconds[waiting][:, idle])


def _evening(units: int, calls: int) -> Situation:
    """A third of the calls wait, the rest have a unit on its way; positions at random in a square, 8 m/s."""
    chance = random.Random(7)
    side = 4000 * (units / 50) ** 0.5
    driving = min(calls * 2 // 3, units * 2 // 3)
    places = [(chance.uniform(0, side), chance.uniform(0, side)) for _ in range(calls)]
    made = [_call(chance, place, missing=index >= driving) for index, place in enumerate(places)]
    where = [(chance.uniform(0, side), chance.uniform(0, side)) for _ in range(units)]
    seconds = np.array([[(abs(a - c) + abs(b - d)) / 8 for a, b in where] for c, d in places])
    patrols = [_unit(index, made[index] if index < driving else None, seconds) for index in range(units)]
    for index in range(driving):
        job = patrols[index].held
        if job is not None:
            leg = Leg(
                job.assignment_id, patrols[index].unit_id, str(index), AssignmentState.EN_ROUTE, True, job.arrives_at
            )
            made[index] = _with_leg(made[index], leg)
    times = TravelTimes(
        [call.incident_id for call in made],
        [unit.unit_id for unit in patrols],
        seconds,
        np.ones(seconds.shape, dtype=bool),
    )
    return Situation(made, patrols, times, {})


def _call(chance: random.Random, place: tuple[float, float], *, missing: bool) -> Call:
    priority = chance.choices((1, 2, 3), (1, 3, 6))[0]
    received = NOW - timedelta(seconds=chance.uniform(0, 900))
    due = received + timedelta(seconds=300 if priority == 1 else 900)
    return Call(
        uuid4(), "26-00001", _KINDS[priority], priority, True, place[0], place[1], received, due, missing=int(missing)
    )


def _with_leg(call: Call, leg: Leg) -> Call:
    return msgspec.structs.replace(call, legs=(leg,))


def _unit(index: int, call: Call | None, seconds: np.ndarray) -> Unit:
    job = None
    if call is not None:
        arrives = NOW + timedelta(seconds=float(seconds[index, index]))
        job = Job(
            uuid4(), call.incident_id, call.reference, AssignmentState.EN_ROUTE, call.priority, call.kind, arrives, 0
        )
    return Unit(
        unit_id=uuid4(),
        callsign=str(index),
        kind="car",
        status=UnitStatus.AVAILABLE if job is None else UnitStatus.EN_ROUTE,
        fix_at=NOW,
        lat=0.0,
        lon=0.0,
        shift_started_at=NOW - timedelta(hours=1),
        push_seen_at=NOW,
        stream_seen_at=None,
        held=job,
    )

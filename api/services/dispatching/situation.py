"""What is known about a station right now, read for one decision, with travel times by road."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import numpy as np

from api.db.dispatching import planning
from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.dispatch import Candidate, Ranked, Refusal, Rules, rank
from api.domain.dispatching.situation import Call, Situation
from api.domain.figures.correction import correct
from api.domain.roads.travel import Goal, Start, TravelTimes, metres_between
from api.domain.units.unit import Unit
from api.services.clock import STATION_ZONE
from api.services.context import Deciding
from api.services.figures import corrections

_NEAREST = 64
"""How many free units are looked at first for a single call; all of them when none of these can go."""


class Scope(msgspec.Struct, frozen=True):
    """How far to look: a single call needs only its surroundings; several compete for the whole station. `also`: for
    the named call, units with an open offer do not count."""

    incident_id: UUID | None = None
    also: bool = False
    whole: bool = False


async def look(context: Deciding, scope: Scope) -> Situation:
    calls = await _calls(context, scope)
    waiting = [call for call in calls if call.missing]
    urgent = any(call.priority == 1 and call.verified for call in waiting)
    diverting = urgent and context.station.delegation.diversions != Delegated.OFF
    giving_back = any(not call.drill for call in waiting) and any(call.drill or call.yields for call in calls)
    if diverting and not scope.whole:  # with the jobs that units may be taken from
        calls = await _calls(context, msgspec.structs.replace(scope, whole=True))
    alone = waiting[0] if len(waiting) == 1 and not scope.whole else None
    seen = await _seen(context, alone, with_jobs=diverting or giving_back)
    refusals = await planning.refusals.all(context.connection, incident_ids=[call.incident_id for call in calls])
    return Situation(
        calls,
        seen,
        await _times(context, calls, seen),
        {(row.incident_id, row.unit_id): Refusal(row.declined, row.silent_at, row.been_there) for row in refusals},
    )


async def _calls(context: Deciding, scope: Scope) -> list[Call]:
    named = [] if scope.incident_id is None else [scope.incident_id]
    calls = await planning.calls.all(
        context.connection, station_id=context.station_id, incident_ids=named, everything=scope.whole
    )
    return [
        msgspec.structs.replace(call, missing=call.missing + call.asked, asked=0)
        if scope.also and call.incident_id == scope.incident_id
        else call
        for call in calls
    ]


async def _seen(context: Deciding, alone: Call | None, *, with_jobs: bool) -> list[Unit]:
    if alone is None:
        return await planning.units_and_jobs.all(context.connection, station_id=context.station_id, busy=False)
    near = await planning.nearest_free.all(
        context.connection, station_id=context.station_id, lon=alone.lon, lat=alone.lat, most=_NEAREST
    )
    seen = {unit.unit_id: unit for unit in near}
    if with_jobs:
        busy = await planning.units_and_jobs.all(context.connection, station_id=context.station_id, busy=True)
        seen |= {unit.unit_id: unit for unit in busy}
    return sorted(seen.values(), key=lambda unit: unit.unit_id)


async def _times(context: Deciding, calls: Sequence[Call], seen: Sequence[Unit]) -> TravelTimes:
    return await times(context, [Goal(call.incident_id, call.lat, call.lon) for call in calls], seen)


async def times(context: Deciding, goals: Sequence[Goal], seen: Sequence[Unit]) -> TravelTimes:
    """One column per unit, infinite for those without a position; road times carry this hour's correction."""
    starts = [Start(u.unit_id, u.kind, u.lat, u.lon) for u in seen if u.lat is not None and u.lon is not None]
    travel = await context.runtime.roads.travel_times(goals, starts, context.station.speed_m_per_s)
    if len(starts) < len(seen):
        travel = _with_all(travel, goals, seen)
    if not travel.by_road.any():
        return travel
    learned = await corrections.in_force(context)
    return correct(travel, seen, learned, context.now.astimezone(STATION_ZONE))


def _with_all(travel: TravelTimes, goals: Sequence[Goal], seen: Sequence[Unit]) -> TravelTimes:
    ids = [unit.unit_id for unit in seen]
    columns = [index for index, unit_id in enumerate(ids) if unit_id in travel.column]
    seconds, by_road = np.full((len(goals), len(ids)), np.inf), np.zeros((len(goals), len(ids)), dtype=bool)
    seconds[:, columns] = travel.seconds
    by_road[:, columns] = travel.by_road
    return TravelTimes([goal.id for goal in goals], ids, seconds, by_road)


async def candidates(context: Deciding, call: Call) -> list[Candidate]:
    """Every unit of the station, best first; the excluded come last, with the reason."""
    seen = await planning.units_and_jobs.all(context.connection, station_id=context.station_id, busy=False)
    travel = await times(context, [Goal(call.incident_id, call.lat, call.lon)], seen)
    rows = await planning.refusals.all(context.connection, incident_ids=[call.incident_id])
    refusals = {(row.incident_id, row.unit_id): Refusal(row.declined, row.silent_at, row.been_there) for row in rows}
    return ranked(Situation([call], seen, travel, refusals), call, context.station.rules, context.now)


def ranked(situation: Situation, call: Call, rules: Rules, now: datetime, most: int | None = None) -> list[Candidate]:
    """A situation's units in order for one call; `most`: only that many of the nearest."""
    etas = [situation.times.eta(unit.unit_id, call.incident_id) for unit in situation.units]
    order = np.argsort([np.inf if eta is None else eta.seconds for eta in etas], kind="stable")[:most]
    near = [situation.units[int(index)] for index in order]
    return rank([_ranked(situation, call, unit) for unit in near], call.needs, rules, now)


def _ranked(situation: Situation, call: Call, unit: Unit) -> Ranked:
    located = unit.lat is not None and unit.lon is not None
    distance = metres_between(call.lat, call.lon, unit.lat or 0.0, unit.lon or 0.0) if located else None
    refusal = situation.refusals.get((call.incident_id, unit.unit_id))
    return Ranked(unit, situation.times.eta(unit.unit_id, call.incident_id), distance, refusal)

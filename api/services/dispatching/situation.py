"""What is known about a station right now, read for one decision, with travel times by road."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
import numpy as np

from api.db.dispatching import planning
from api.domain.dispatching.dispatch import Candidate, Refusal, Refusals
from api.domain.dispatching.moves import Basis
from api.domain.dispatching.situation import Call, Reading, Situation, asked_anew, ranked, to_read
from api.domain.figures.correction import correct
from api.domain.roads.travel import Goal, Start, TravelTimes
from api.domain.units.unit import Unit
from api.services.clock import STATION_ZONE
from api.services.context import Considering, Deciding
from api.services.figures import corrections

_NEAREST = 64
"""How many free units are looked at first for a single call; all of them when none of these can go."""


class Scope(msgspec.Struct, frozen=True):
    """How far to look: a single call needs only its surroundings; several compete for the whole station. `also`: for
    the named call, units with an open offer do not count. `new`: the named call was opened just now, so nobody has
    refused it."""

    incident_id: UUID | None = None
    also: bool = False
    whole: bool = False
    new: bool = False


async def look(context: Considering, scope: Scope) -> Situation:
    calls = await _calls(context, scope)
    wanted = to_read(calls, context.station.delegation.diversions, whole=scope.whole)
    if wanted.every_call:
        calls = await _calls(context, msgspec.structs.replace(scope, whole=True))
    seen = await _seen(context, wanted)
    asked = [call.incident_id for call in calls if not (scope.new and call.incident_id == scope.incident_id)]
    return Situation(calls, seen, await _times(context, calls, seen), await _refusals(context, asked))


async def holds(context: Deciding, seen: Situation, basis: Basis) -> bool:
    """Whether what a plan stands on is as it was `seen`."""
    if not basis.incidents:
        return True
    calls = await planning.calls.all(
        context.connection, station_id=context.station_id, incident_ids=list(basis.incidents), everything=False
    )
    units = await planning.units_and_jobs.all(
        context.connection, station_id=context.station_id, busy=False, unit_ids=list(basis.units)
    )
    return basis.holds(seen, calls, units, await _refusals(context, list(basis.incidents)))


async def any_call(context: Considering) -> bool:
    return bool(await _calls(context, Scope(whole=True)))


async def _refusals(context: Considering, incident_ids: list[UUID]) -> Refusals:
    if not incident_ids:
        return {}
    rows = await planning.refusals.all(context.connection, incident_ids=incident_ids)
    return {(row.incident_id, row.unit_id): _refusal(row) for row in rows}


def _refusal(row: planning.RefusalRow) -> Refusal:
    return Refusal(row.declined, row.silent_at, row.been_there, row.conflicted)


async def _calls(context: Considering, scope: Scope) -> list[Call]:
    named = [] if scope.incident_id is None else [scope.incident_id]
    calls = await planning.calls.all(
        context.connection, station_id=context.station_id, incident_ids=named, everything=scope.whole
    )
    return [asked_anew(call) if scope.also and call.incident_id == scope.incident_id else call for call in calls]


async def _seen(context: Considering, wanted: Reading) -> list[Unit]:
    if wanted.near is None:
        return await planning.units_and_jobs.all(
            context.connection, station_id=context.station_id, busy=False, unit_ids=None
        )
    near = await planning.nearest_free.all(
        context.connection, station_id=context.station_id, lon=wanted.near.lon, lat=wanted.near.lat, most=_NEAREST
    )
    seen = {unit.unit_id: unit for unit in near}
    if wanted.jobs:
        busy = await planning.units_and_jobs.all(
            context.connection, station_id=context.station_id, busy=True, unit_ids=None
        )
        seen |= {unit.unit_id: unit for unit in busy}
    return sorted(seen.values(), key=lambda unit: unit.unit_id)


async def _times(context: Considering, calls: Sequence[Call], seen: Sequence[Unit]) -> TravelTimes:
    return await times(context, [Goal(call.incident_id, call.lat, call.lon) for call in calls], seen)


async def times(context: Considering, goals: Sequence[Goal], seen: Sequence[Unit]) -> TravelTimes:
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


async def candidates(context: Considering, call: Call) -> list[Candidate]:
    """Every unit of the station, best first; the excluded come last, with the reason."""
    seen = await planning.units_and_jobs.all(
        context.connection, station_id=context.station_id, busy=False, unit_ids=None
    )
    travel = await times(context, [Goal(call.incident_id, call.lat, call.lon)], seen)
    refusals = await _refusals(context, [call.incident_id])
    return ranked(Situation([call], seen, travel, refusals), call, context.station.rules, context.now)

"""A snapshot of a station: its calls, its units, and every unit's travel time to every call."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import numpy as np

from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.dispatch import Candidate, Needs, Ranked, Refusals, Rules, rank
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import TravelTimes, metres_between
from api.domain.units.unit import Unit

KEPT = 20
"""How many candidates are kept with a decision."""


class Leg(msgspec.Struct, frozen=True):
    """A unit on its way to an incident. `arrives_at`: by the last measured travel time."""

    assignment_id: UUID
    unit_id: UUID
    callsign: str
    state: AssignmentState
    lead: bool
    arrives_at: datetime | None


class Call(msgspec.Struct, frozen=True):
    """An active incident. `missing`: units it still wants, besides those it has, those being asked (`asked`) and those
    that have been there and left (`been`). `sender`: who reported it, as far as the network address tells; `yields`:
    that sender is over the limit, so it comes after other cases of its priority until a person has verified it.
    """

    incident_id: UUID
    reference: str
    kind: IncidentKind
    priority: int
    verified: bool
    lat: float
    lon: float
    received_at: datetime
    due_at: datetime
    missing: int
    bumped: int = 0
    swaps: int = 0
    drill: bool = False
    needs: Needs = Needs()
    legs: tuple[Leg, ...] = ()
    asked: int = 0
    been: int = 0
    sender: str | None = None
    yields: bool = False


class Situation(msgspec.Struct, frozen=True):
    """A snapshot. `times` has a row per call and a column per unit."""

    calls: Sequence[Call]
    units: Sequence[Unit]
    times: TravelTimes
    refusals: Refusals


class Reading(msgspec.Struct, frozen=True):
    """What must be read to decide on some calls. `near`: the only call, for which the nearest free units are enough;
    None: every unit is read. `jobs`: also the units that have a job. `every_call`: also the calls whose units may be
    taken away.
    """

    near: Call | None
    jobs: bool
    every_call: bool


def to_read(calls: Sequence[Call], diversions: Delegated, *, whole: bool) -> Reading:
    """`whole`: the whole station is reviewed, and `calls` are all of its calls."""
    waiting = [call for call in calls if call.missing]
    urgent = any(call.priority == 1 and call.verified for call in waiting)
    diverting = urgent and diversions != Delegated.OFF
    giving_back = any(not call.drill for call in waiting) and any(call.drill or call.yields for call in calls)
    near = waiting[0] if len(waiting) == 1 and not whole else None
    return Reading(near, jobs=diverting or giving_back, every_call=diverting and not whole)


def asked_anew(call: Call) -> Call:
    """As if nobody had been asked yet: the phone that has the offer may never have rung."""
    return msgspec.structs.replace(call, missing=call.missing + call.asked, asked=0)


def ranked(situation: Situation, call: Call, rules: Rules, now: datetime, most: int | None = None) -> list[Candidate]:
    """A situation's units in order for one call; `most`: only that many of the nearest."""
    etas = [situation.times.eta(unit.unit_id, call.incident_id) for unit in situation.units]
    order = np.argsort([np.inf if eta is None else eta.seconds for eta in etas], kind="stable")[:most]
    near = [situation.units[int(index)] for index in order]
    return rank([_ranked(situation, call, unit) for unit in near], call.needs, rules, now)


def considered(
    situation: Situation, call: Call, unit_id: UUID, rules: Rules, now: datetime
) -> tuple[Candidate, list[Candidate]]:
    """The unit that was chosen, and what is kept with the decision: the nearest, whether they may go or not, and the
    chosen one in any case."""
    order = ranked(situation, call, rules, now, KEPT)
    chosen = next((each for each in order if each.unit_id == unit_id), None)
    if chosen is not None:
        return chosen, order
    chosen = next(each for each in ranked(situation, call, rules, now) if each.unit_id == unit_id)
    return chosen, [chosen, *order]


def _ranked(situation: Situation, call: Call, unit: Unit) -> Ranked:
    distance = None
    if unit.lat is not None and unit.lon is not None:
        distance = metres_between(call.lat, call.lon, unit.lat, unit.lon)
    refusal = situation.refusals.get((call.incident_id, unit.unit_id))
    return Ranked(unit, situation.times.eta(unit.unit_id, call.incident_id), distance, refusal)

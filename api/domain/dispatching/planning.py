"""Decides for all calls of a station at once: who is offered what, who leaves a lesser job, who takes over.

Pure: the same situation and clock always give the same moves. A simulator calls it just as the server does.
Each stage is a function from the situation and the moves so far to further moves.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec
import numpy as np

from api.domain.dispatching.delegation import Delegated, Delegation
from api.domain.dispatching.dispatch import Rules
from api.domain.dispatching.layout import Layout, Mask, Need, needs
from api.domain.dispatching.matching import NEVER, Costs, match
from api.domain.dispatching.moves import ConsideredUnit, Move, MoveKind
from api.domain.dispatching.relief import backups, swaps
from api.domain.dispatching.situation import Call, Situation

_WEIGHT = {1: 9.0, 2: 3.0, 3: 1.0, 4: 1 / 3}
"""What a late second costs, by priority; 4 is a further unit of a priority 3."""
_TRAVEL_WEIGHT = 0.05
"""Tie-break between equally late choices: the shorter ride."""


def plan(situation: Situation, delegation: Delegation, rules: Rules, now: datetime) -> list[Move]:
    """Real calls first, then drills from what is left. For each: priority 1, the rest jointly, swaps, one more unit."""
    layout = Layout(situation, delegation, rules, now)
    moves: list[Move] = []
    for drill in (False, True):
        calls = [call for call in layout.calls if call.drill == drill]
        moves += _urgent(layout, calls, moves)
        moves += _rest(layout, calls, moves)
        moves += swaps(layout, calls, moves)
        moves += backups(layout, calls, moves)
    taken = layout.taken(moves)
    return [_with_taker(layout, move, taken) for move in moves if move.standing != Delegated.OFF]


def _urgent(layout: Layout, calls: Sequence[Call], before: Sequence[Move]) -> list[Move]:
    """The first unit of every priority 1: the earliest arrival among idle units and those that may leave their job.

    Senders within the limit come before those over it; one sender's unverified cases hold only a limited number of
    units.
    """
    moves: list[Move] = []
    for yields in (False, True):
        calls_now = [call for call in calls if call.yields == yields]
        wanted = [need for need in needs(calls_now, [*before, *moves]) if need.priority == 1]
        wanted = _within_share(layout, calls, wanted, moves)
        taken = layout.taken([*before, *moves])
        costs = [_arrivals(layout, need, taken, divert=layout.delegation.diversions) for need in wanted]
        found = _match(layout, wanted, costs, taken)
        moves += found
        if layout.delegation.diversions == Delegated.PROPOSED:
            moves += _proposed_diversions(layout, wanted, found, layout.taken([*before, *moves]))
    return moves


def _within_share(layout: Layout, calls: Sequence[Call], wanted: Sequence[Need], moves: Sequence[Move]) -> list[Need]:
    """Drops needs that would give one sender's unverified cases more units at once than allowed."""
    units: Counter[str] = Counter()
    for call in calls:
        if call.sender is not None and not call.verified:
            units[call.sender] += len(call.legs) + call.asked
    units.update(move.call.sender for move in moves if move.call.sender is not None and not move.call.verified)
    kept: list[Need] = []
    for need in sorted(wanted, key=lambda need: (need.call.received_at, need.call.incident_id)):
        sender = None if need.call.verified else need.call.sender
        if sender is None or units[sender] < layout.rules.most_units_of_sender:
            kept.append(need)
            if sender is not None:
                units[sender] += 1
    return kept


def _arrivals(layout: Layout, need: Need, taken: Mask, *, divert: Delegated) -> Costs:
    """Shape (units,): seconds until arrival; `NEVER` for units that may not be asked."""
    call = need.call
    allowed = layout.idle.copy()
    if not call.drill:
        allowed |= layout.drilling
    if not call.drill and not call.yields:
        allowed |= layout.yielding
    if divert == Delegated.AUTOMATIC and call.verified and not call.drill:
        allowed |= layout.lesser
    costs = layout.seconds_to(call.incident_id)
    costs = np.where(layout.idle | (costs >= NEVER), costs, costs + layout.rules.diversion_cost_s)
    return layout.forbid(costs, call, allowed & ~taken)


def _proposed_diversions(layout: Layout, wanted: Sequence[Need], offered: Sequence[Move], taken: Mask) -> list[Move]:
    """A proposal for the operator, beside the offer made to an idle unit: that unit is not touched."""
    at = {move.call.incident_id: move.eta.seconds for move in offered}
    asked = [need for need in wanted if need.call.verified and not need.call.drill]
    costs: list[Costs] = []
    for need in asked:
        seconds = layout.seconds_to(need.call.incident_id)
        worth = seconds + layout.rules.diversion_cost_s < at.get(need.call.incident_id, NEVER)
        costs.append(layout.forbid(seconds, need.call, layout.lesser & worth & ~taken))
    return _match(layout, asked, costs, taken, standing=Delegated.PROPOSED)


def _rest(layout: Layout, calls: Sequence[Call], before: Sequence[Move]) -> list[Move]:
    """Everything else, jointly: least expected priority-weighted lateness."""
    wanted = [need for need in needs(calls, before) if need.priority > 1]
    taken = layout.taken(before)
    costs: list[Costs] = []
    for need in wanted:
        call, seconds = need.call, layout.seconds_to(need.call.incident_id)
        waited = (layout.now - call.received_at).total_seconds()
        target = (call.due_at - call.received_at).total_seconds()
        late = np.maximum(0.0, waited + seconds - target) - max(0.0, waited - target)
        weighed = _WEIGHT[need.priority] * late + _TRAVEL_WEIGHT * seconds
        weighed = np.where(layout.idle, weighed, weighed + layout.rules.diversion_cost_s * _WEIGHT[1])
        weighed = np.where(seconds < NEVER, weighed, NEVER)
        allowed = layout.idle if call.drill else layout.idle | layout.drilling
        costs.append(layout.forbid(weighed, call, allowed & ~taken))
    return _match(layout, wanted, costs, taken)


def _match(
    layout: Layout,
    wanted: Sequence[Need],
    costs: Sequence[Costs],
    taken: Mask,
    standing: Delegated | None = None,
) -> list[Move]:
    """Assigns units to needs at the least total cost; needs that no unit can take get no move."""
    if not wanted:
        return []
    left_out = np.array([_waiting_cost(layout, need) for need in wanted])
    pairs = match(np.array(costs), left_out)
    now_taken = taken.copy()
    now_taken[[column for _, column in pairs]] = True
    return [_move(layout, wanted[row].call, column, now_taken, standing) for row, column in pairs]


def _waiting_cost(layout: Layout, need: Need) -> float:
    """The cost of leaving a need without a unit; it grows with waiting time, so that nothing starves."""
    waited = (layout.now - need.call.received_at).total_seconds()
    return _WEIGHT[need.priority] * (layout.rules.head_start_s + waited)


def _move(layout: Layout, call: Call, column: int, taken: Mask, standing: Delegated | None) -> Move:
    unit = layout.units[column]
    leaves = None if layout.idle[column] else layout.leaves[column]
    idle = layout.nearest_idle(call, taken, beside=column)
    eta = layout.eta(unit, call)
    diverted = leaves is not None and not leaves.drill and not leaves.yields
    by_rule = layout.delegation.diversions if diverted else layout.delegation.offers
    return Move(
        MoveKind.OFFER if leaves is None else MoveKind.DIVERSION,
        standing or by_rule,
        call,
        unit,
        eta,
        nearest_idle=idle,
        leaves=leaves,
        gain_s=None if idle is None else idle.seconds - eta.seconds,
    )


def _with_taker(layout: Layout, move: Move, taken: Mask) -> Move:
    """Who takes the job left behind: the nearest unit still free."""
    if move.leaves is None or not len(layout.units):
        return move
    seconds = np.where(layout.idle & ~taken, layout.seconds_to(move.leaves.incident_id), NEVER)
    best = int(np.argmin(seconds))
    if seconds[best] >= NEVER:
        return move
    return msgspec.structs.replace(move, taker=ConsideredUnit(layout.units[best].callsign, float(seconds[best])))

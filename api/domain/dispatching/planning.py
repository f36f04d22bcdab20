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
from api.domain.incidents.incident import IncidentKind


def plan(situation: Situation, delegation: Delegation, rules: Rules, now: datetime) -> list[Move]:
    """Real calls first, then drills from what is left. For each: priority 1, the rest jointly, swaps, one more unit."""
    layout = Layout(situation, delegation, rules, now)
    moves: list[Move] = []
    for drill in (False, True):
        calls = [call for call in layout.calls if call.drill == drill]
        moves += urgent_offers(layout, calls, moves)
        moves += joint_offers(layout, calls, moves)
        moves += swaps(layout, calls, moves)
        moves += backups(layout, calls, moves)
    taken = layout.taken(moves)
    return [with_taker(layout, move, taken) for move in moves if move.standing != Delegated.OFF]


def urgent_offers(layout: Layout, calls: Sequence[Call], before: Sequence[Move]) -> list[Move]:
    """The first unit of every priority 1: the earliest arrival among idle units and those that may leave their job.

    Senders within the limit come before those over it; one sender's unverified cases hold only a limited number of
    units.
    """
    moves: list[Move] = []
    for yields in (False, True):
        calls_now = [call for call in calls if call.yields == yields]
        wanted = [need for need in needs(calls_now, [*before, *moves]) if need.priority == 1]
        wanted = within_share(layout, calls, wanted, moves)
        taken = layout.taken([*before, *moves])
        costs = [urgent_costs(layout, need.call, taken) for need in wanted]
        found = _match(layout, wanted, costs, taken)
        moves += found
        if layout.delegation.diversions == Delegated.PROPOSED:
            moves += proposed_diversions(layout, wanted, found, layout.taken([*before, *moves]))
    return moves


def within_share(layout: Layout, calls: Sequence[Call], wanted: Sequence[Need], moves: Sequence[Move]) -> list[Need]:
    """Drops needs that would give one sender's unverified cases more units at once than allowed, the latest first."""
    units: Counter[str | None] = Counter()
    for call in calls:
        units[_unheard_sender(call)] += len(call.legs) + call.asked
    units.update(_unheard_sender(move.call) for move in moves)
    kept: list[Need] = []
    for need in sorted(wanted, key=lambda need: (need.call.received_at, need.call.incident_id)):
        sender = _unheard_sender(need.call)
        if sender is None or units[sender] < layout.rules.most_units_of_sender:
            kept.append(need)
            units[sender] += 1
    return kept


def _unheard_sender(call: Call) -> str | None:
    return None if call.verified else call.sender


def urgent_costs(layout: Layout, call: Call, taken: Mask) -> Costs:
    """Shape (units,): seconds until arrival, more for a diversion; `NEVER` or more for units that may not be asked."""
    allowed = layout.idle.copy()
    if not call.drill:
        allowed |= layout.drilling
    if not call.drill and not call.yields:
        allowed |= layout.yielding
    if layout.delegation.diversions == Delegated.AUTOMATIC and call.verified and not call.drill:
        allowed |= layout.lesser
    if call.kind == IncidentKind.OFFICER_EMERGENCY:  # only the radio room leaves a citizen for an officer
        allowed &= ~layout.urgent
    seconds = layout.seconds_to(call.incident_id)
    costs = np.where(layout.idle, seconds, seconds + layout.rules.diversion_cost_s)
    return layout.forbid(costs, call, allowed & ~taken)


def proposed_diversions(layout: Layout, wanted: Sequence[Need], offered: Sequence[Move], taken: Mask) -> list[Move]:
    """A proposal for the operator, beside the offer made to an idle unit: that unit is not touched."""
    at = {move.call.incident_id: move.eta.seconds for move in offered}
    asked = [need for need in wanted if need.call.verified and not need.call.drill]
    costs: list[Costs] = []
    for need in asked:
        seconds = layout.seconds_to(need.call.incident_id)
        worth = seconds + layout.rules.diversion_cost_s < at.get(need.call.incident_id, NEVER)
        costs.append(layout.forbid(seconds, need.call, layout.lesser & worth & ~taken))
    return _match(layout, asked, costs, taken, standing=Delegated.PROPOSED)


def joint_offers(layout: Layout, calls: Sequence[Call], before: Sequence[Move]) -> list[Move]:
    """Everything else, jointly: least expected priority-weighted lateness."""
    wanted = [need for need in needs(calls, before) if need.priority > 1]
    taken = layout.taken(before)
    return _match(layout, wanted, [joint_costs(layout, need, taken) for need in wanted], taken)


def joint_costs(layout: Layout, need: Need, taken: Mask) -> Costs:
    """Shape (units,): weighted seconds by which a unit would make the call later; `NEVER` for those not to be asked."""
    call, seconds, rules = need.call, layout.seconds_to(need.call.incident_id), layout.rules
    to_spare = (call.due_at - layout.now).total_seconds()
    late = np.maximum(0.0, seconds - to_spare) - max(0.0, -to_spare)
    costs = rules.late_cost[need.priority - 1] * late + rules.ride_cost * seconds
    costs = np.where(layout.idle, costs, costs + rules.diversion_cost_s * rules.late_cost[0])
    allowed = layout.idle if call.drill else layout.idle | layout.drilling
    return layout.forbid(costs, call, allowed & ~taken & (seconds < NEVER))


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
    left_out = np.array([waiting_cost(layout, need) for need in wanted])
    pairs = match(np.array(costs), left_out)
    now_taken = taken.copy()
    now_taken[[column for _, column in pairs]] = True
    return [_move(layout, wanted[row].call, column, now_taken, standing) for row, column in pairs]


def waiting_cost(layout: Layout, need: Need) -> float:
    """The cost of leaving a need without a unit; it grows with waiting time, so that nothing starves."""
    waited = (layout.now - need.call.received_at).total_seconds()
    return layout.rules.late_cost[need.priority - 1] * (layout.rules.head_start_s + waited)


def _move(layout: Layout, call: Call, column: int, taken: Mask, standing: Delegated | None) -> Move:
    unit = layout.units[column]
    leaves = layout.leaves[column]
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


def with_taker(layout: Layout, move: Move, taken: Mask) -> Move:
    """Who takes the job left behind: the nearest unit still free."""
    if move.leaves is None:
        return move
    seconds = np.where(layout.idle & ~taken, layout.seconds_to(move.leaves.incident_id), NEVER)
    best = int(np.argmin(seconds))
    if seconds[best] >= NEVER:
        return move
    return msgspec.structs.replace(move, taker=ConsideredUnit(layout.units[best].callsign, float(seconds[best])))

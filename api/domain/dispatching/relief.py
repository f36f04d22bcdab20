"""Planning stages for calls that have a unit: a quicker one takes over, or goes as well."""

from collections.abc import Sequence

import numpy as np

from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.layout import ASK_AGAIN_COST, Layout, Mask
from api.domain.dispatching.moves import DelayReason, Move, MoveKind
from api.domain.dispatching.situation import Call, Leg
from api.domain.incidents.assignment import ON_ITS_WAY
from api.domain.incidents.incident import VIOLENT
from api.domain.units.unit import Unit


def swaps(layout: Layout, calls: Sequence[Call], before: Sequence[Move]) -> list[Move]:
    """A free unit would be there well before the one on its way."""
    if layout.delegation.swaps == Delegated.OFF:
        return []
    taken = layout.taken(before)
    found = [swap for call in calls if (swap := _swap(layout, call, taken)) is not None]
    found.sort(key=lambda move: -(move.gain_s or 0.0))
    once: list[Move] = []
    for move in found:
        index = layout.place[move.unit.unit_id]
        if not taken[index]:
            taken[index] = True
            once.append(move)
    return once


def _swap(layout: Layout, call: Call, taken: Mask) -> Move | None:
    """Not while another unit is being asked: its answer comes first."""
    lead = next((leg for leg in call.legs if leg.lead), None)
    if call.missing or call.asked or lead is None or call.swaps >= layout.rules.most_swaps or call.kind in VIOLENT:
        return None
    if lead.state not in ON_ITS_WAY or lead.arrives_at is None or layout.almost_there(lead.arrives_at):
        return None
    sooner = _nearest(layout, call, taken)
    if sooner is None:
        return None
    unit, seconds = sooner
    gain = (lead.arrives_at - layout.now).total_seconds() - seconds
    if gain < layout.rules.swap_gain_s[call.priority - 1]:
        return None
    standing = layout.delegation.swaps
    return Move(MoveKind.SWAP, standing, call, unit, layout.eta(unit, call), replaces=lead, gain_s=gain)


def backups(layout: Layout, calls: Sequence[Call], before: Sequence[Move]) -> list[Move]:
    """If no unit is there and the one on its way is late, overdue or silent, one more: always as a proposal."""
    settled = {move.call.incident_id for move in before}
    found: list[Move] = []
    for call in calls:
        worried = None if call.incident_id in settled else _worried_about(layout, call)
        if worried is None:
            continue
        leg, worry = worried
        sooner = _nearest(layout, call, layout.taken([*before, *found]))
        if sooner is None:
            continue
        unit, seconds = sooner
        gain = None
        if worry == DelayReason.LATE and leg.arrives_at is not None:
            gain = (leg.arrives_at - layout.now).total_seconds() - seconds
            if gain < layout.rules.backup_gain_s:
                continue
        eta = layout.eta(unit, call)
        found.append(Move(MoveKind.BACKUP, Delegated.PROPOSED, call, unit, eta, beside=leg, worry=worry, gain_s=gain))
    return found


def _worried_about(layout: Layout, call: Call) -> tuple[Leg, DelayReason] | None:
    """The first unit to take the call, if none of those on their way can be relied on to arrive."""
    if call.missing or call.asked or call.been or not call.legs:
        return None
    worries = [worry for leg in call.legs if (worry := _worry(layout, call, leg)) is not None]
    if len(worries) < len(call.legs):
        return None
    lead = next((index for index, leg in enumerate(call.legs) if leg.lead), 0)
    return call.legs[lead], worries[lead]


def _worry(layout: Layout, call: Call, leg: Leg) -> DelayReason | None:
    if leg.state not in ON_ITS_WAY:
        return None
    index = layout.place.get(leg.unit_id)
    fix_at = None if index is None else layout.units[index].fix_at
    if index is not None and (fix_at is None or layout.now - fix_at > layout.rules.fix_limit):
        return DelayReason.SILENT
    if leg.arrives_at is None or layout.almost_there(leg.arrives_at):
        return None
    if leg.arrives_at < layout.now:
        return DelayReason.OVERDUE
    return DelayReason.LATE if leg.arrives_at > call.due_at else None


def _nearest(layout: Layout, call: Call, taken: Mask) -> tuple[Unit, float] | None:
    """The free unit that would be there first; a silent unit is never sent as backup."""
    costs = layout.idle_arrivals(call, taken)
    if not len(costs):
        return None
    best = int(np.argmin(costs))
    return (layout.units[best], float(costs[best])) if costs[best] < ASK_AGAIN_COST else None

"""Decides for all calls of a station at once: who is offered what, who leaves a lesser job, who takes over.

Pure: the same situation and the same clock always give the same moves. A simulator calls it as the server does.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.domain.assignment import State
from api.domain.delegation import Delegated, Delegation
from api.domain.dispatch import Needs, Refusal, Rules, cooled, unfit, unready
from api.domain.incident import Kind
from api.domain.matching import NEVER, Costs, match
from api.domain.moves import Move, MoveKind, Other
from api.domain.situation import Call, Leg, Situation
from api.domain.travel import Eta
from api.domain.unit import Job, Unit, UnitStatus

VIOLENT = frozenset({Kind.VIOLENCE, Kind.OFFICER_EMERGENCY})
"""What a unit never leaves for something else."""

ALMOST_THERE = timedelta(seconds=40)
"""A unit this close to its arrival is left alone."""

MOST_BUMPS = 2
"""How often one incident may lose its unit to a greater one."""

MOST_SWAPS = 2
SWAP_GAIN_S = {1: 45.0, 2: 60.0, 3: 60.0}
"""How much sooner, by priority, another unit must be there to take over."""

BACKUP_GAIN_S = 30.0
"""How much sooner a unit must be there to be proposed beside one that is expected past the target."""

DIVERSION_COST_S = 15.0
"""Taking a unit from a lesser job must be worth this much; a tie goes to the idle one."""

_ASK_AGAIN_COST = 1e5
"""Makes a unit that was silent the last choice."""
_WEIGHT = {1: 9.0, 2: 3.0, 3: 1.0}
"""What a late second costs, by priority."""
_TRAVEL_WEIGHT = 0.05
"""Among choices that are equally late, the shorter ride."""
_HEAD_START_S = 600.0
"""How a fresh call counts when not all can be served: a priority 3 overtakes a fresh priority 2 after 20 minutes."""


def plan(situation: Situation, delegation: Delegation, rules: Rules, now: datetime) -> list[Move]:
    """Priority 1 first, with units on lesser jobs; then the rest jointly; then swaps with who is still free."""
    return _Board(situation, delegation, rules, now).moves()


class _Board:
    def __init__(self, situation: Situation, delegation: Delegation, rules: Rules, now: datetime) -> None:
        self.calls, self.units, self.now = situation.calls, situation.units, now
        self.times, self.delegation = situation.times, delegation
        count = len(self.units)
        self.columns = np.fromiter((self.times.column[unit.unit_id] for unit in self.units), np.int64, count)
        self.place = {unit.unit_id: index for index, unit in enumerate(self.units)}
        fit = [unready(unit, rules, now) is None for unit in self.units]
        free = [unit.status == UnitStatus.AVAILABLE for unit in self.units]
        self.idle = np.array([a and b for a, b in zip(fit, free, strict=True)], dtype=bool)
        bound = [self._leaves(unit) if ready else None for unit, ready in zip(self.units, fit, strict=True)]
        self.leaves = bound
        self.divertible = np.array([job is not None for job in bound], dtype=bool)
        self.used = np.zeros(count, dtype=bool)
        self.refused: dict[UUID, list[tuple[int, Refusal]]] = {}
        for (incident_id, unit_id), refusal in situation.refusals.items():
            if unit_id in self.place:
                self.refused.setdefault(incident_id, []).append((self.place[unit_id], refusal))

    def moves(self) -> list[Move]:
        moves = self._urgent()
        given_up = {move.leaves.incident_id for move in moves if move.leaves and _at_once(move)}
        moves += self._joint([_with_one_more(call, given_up) for call in self.calls if call.priority > 1])
        moves += self._swaps()
        moves += self._backups({move.call.incident_id for move in moves})
        return [self._with_taker(move) for move in moves if move.standing != Delegated.OFF]

    def _urgent(self) -> list[Move]:
        """Priority 1: the earliest arrival of the idle and, where it may, of those on their way to something lesser."""
        calls = [call for call in self.calls if call.priority == 1 and call.missing]
        automatic = self.delegation.diversions == Delegated.AUTOMATIC
        moves = self._match(calls, self._arrivals(calls, divert=automatic))
        if self.delegation.diversions == Delegated.PROPOSED:
            moves += self._proposed_diversions(calls, moves)
        return moves

    def _proposed_diversions(self, calls: list[Call], taken: list[Move]) -> list[Move]:
        """For the operator to decide, beside the offer that went to whoever is idle."""
        at = {move.call.incident_id: move.eta.seconds for move in taken}
        better = self._match(calls, self._arrivals(calls, divert=True), standing=Delegated.PROPOSED)
        return [
            move
            for move in better
            if move.leaves and move.eta.seconds + DIVERSION_COST_S < at.get(move.call.incident_id, NEVER)
        ]

    def _arrivals(self, calls: list[Call], *, divert: bool) -> Costs:
        """Shape (calls, units): seconds to the arrival, `NEVER` where a unit may not be asked."""
        costs = self._seconds(calls)
        for row, call in enumerate(calls):
            allowed = self.idle.copy()
            if divert and call.verified and not call.drill:
                allowed |= self.divertible
                costs[row] += np.where(self.divertible & ~self.idle, DIVERSION_COST_S, 0.0)
            self._forbid(costs[row], call, allowed)
        return costs

    def _joint(self, calls: list[Call]) -> list[Move]:
        """The rest: least priority-weighted lateness yet to come, over all of them together."""
        costs = self._seconds(calls)
        for row, call in enumerate(calls):
            waited = (self.now - call.received_at).total_seconds()
            target = (call.due_at - call.received_at).total_seconds()
            late = np.maximum(0.0, waited + costs[row] - target) - max(0.0, waited - target)
            weighed = _WEIGHT[call.priority] * late + _TRAVEL_WEIGHT * costs[row]
            costs[row] = np.where(costs[row] < NEVER, weighed, NEVER)
            self._forbid(costs[row], call, self.idle)
        return self._match(calls, costs)

    def _match(self, calls: list[Call], costs: Costs, standing: Delegated | None = None) -> list[Move]:
        """Each call's missing units at the least cost in all; what nobody can take is left without a move."""
        rows = [row for row, call in enumerate(calls) for _ in range(call.missing)]
        left_out = np.array([self._waiting_cost(calls[row]) for row in rows])
        moves: list[Move] = []
        for index, column in match(costs[rows], left_out):
            moves.append(self._move(calls[rows[index]], column, standing))
            self.used[column] = True
        return moves

    def _waiting_cost(self, call: Call) -> float:
        """What it costs to leave a call without a unit: more the longer it has waited, so that nothing starves."""
        return _WEIGHT[call.priority] * (_HEAD_START_S + (self.now - call.received_at).total_seconds())

    def _move(self, call: Call, column: int, standing: Delegated | None) -> Move:
        unit = self.units[column]
        leaves = None if self.idle[column] else self.leaves[column]
        kind = MoveKind.OFFER if leaves is None else MoveKind.DIVERSION
        idle = self._nearest_idle(call, beside=column)
        eta = self._eta(call, unit)
        by_rule = self.delegation.offers if leaves is None else self.delegation.diversions
        gain = None if idle is None else idle.seconds - eta.seconds
        return Move(kind, standing or by_rule, call, unit, eta, nearest_idle=idle, leaves=leaves, gain_s=gain)

    def _swaps(self) -> list[Move]:
        """Somebody who is free would be there well before the one on the way."""
        if self.delegation.swaps == Delegated.OFF:
            return []
        found = [swap for call in self.calls if (swap := self._swap(call)) is not None]
        found.sort(key=lambda move: -(move.gain_s or 0.0))
        taken: list[Move] = []
        for move in found:
            index = self.place[move.unit.unit_id]
            if not self.used[index]:
                self.used[index] = True
                taken.append(move)
        return taken

    def _swap(self, call: Call) -> Move | None:
        if call.swaps >= MOST_SWAPS or call.kind in VIOLENT:
            return None
        sooner = self._sooner(call, SWAP_GAIN_S[call.priority])
        if sooner is None:
            return None
        lead, unit, gain = sooner
        standing = self.delegation.swaps
        return Move(MoveKind.SWAP, standing, call, unit, self._eta(call, unit), replaces=lead, gain_s=gain)

    def _backups(self, settled: set[UUID]) -> list[Move]:
        """Where the unit on its way will be late and cannot be relieved, one more that is there sooner."""
        found: list[Move] = []
        for call in self.calls:
            lead = _lead(call)
            late = lead is not None and lead.arrives_at is not None and lead.arrives_at > call.due_at
            sooner = self._sooner(call, BACKUP_GAIN_S) if late and call.incident_id not in settled else None
            if sooner is not None:
                lead, unit, gain = sooner
                self.used[self.place[unit.unit_id]] = True
                eta = self._eta(call, unit)
                found.append(Move(MoveKind.BACKUP, Delegated.PROPOSED, call, unit, eta, beside=lead, gain_s=gain))
        return found

    def _sooner(self, call: Call, gain_s: float) -> tuple[Leg, Unit, float] | None:
        """The free unit that would be there at least `gain_s` before the one on its way, and by how much."""
        lead = _lead(call)
        if call.missing or lead is None or not _may_stop(lead.state, lead.arrives_at, self.now):
            return None
        costs = self._arrivals([call], divert=False)[0]
        best = int(np.argmin(costs)) if len(costs) else -1
        if best < 0 or costs[best] >= _ASK_AGAIN_COST or lead.arrives_at is None:
            return None
        gain = (lead.arrives_at - self.now).total_seconds() - float(costs[best])
        return (lead, self.units[best], gain) if gain >= gain_s else None

    def _with_taker(self, move: Move) -> Move:
        """Who goes to the job that is left behind: of those that are still free, the nearest."""
        if move.leaves is None or move.leaves.incident_id not in self.times.row:
            return move
        seconds = self.times.seconds[self.times.row[move.leaves.incident_id], self.columns]
        seconds = np.where(self.idle & ~self.used, seconds, np.inf)
        best = int(np.argmin(seconds))
        if not np.isfinite(seconds[best]):
            return move
        return msgspec.structs.replace(move, taker=Other(self.units[best].callsign, float(seconds[best])))

    def _nearest_idle(self, call: Call, *, beside: int) -> Other | None:
        costs = self._arrivals([call], divert=False)[0]
        costs[beside] = NEVER
        best = int(np.argmin(costs))
        return Other(self.units[best].callsign, float(costs[best])) if costs[best] < _ASK_AGAIN_COST else None

    def _seconds(self, calls: Sequence[Call]) -> Costs:
        rows = [self.times.row[call.incident_id] for call in calls]
        seconds = self.times.seconds[rows][:, self.columns]
        return np.where(np.isfinite(seconds), seconds, NEVER)

    def _forbid(self, costs: Costs, call: Call, allowed: NDArray[np.bool_]) -> None:
        costs[~allowed | self.used] = NEVER
        if call.needs != Needs():
            costs[[unfit(unit, call.needs) is not None for unit in self.units]] = NEVER
        for index, refusal in self.refused.get(call.incident_id, ()):
            costs[index] = costs[index] + _ASK_AGAIN_COST if cooled(refusal, self.now) else NEVER

    def _leaves(self, unit: Unit) -> Job | None:
        """The lesser job that a priority 1 may take this unit from; None when it may not, or has none."""
        if unit.held is not None:
            job = unit.held
            free = unit.offered is None and _may_stop(job.state, job.arrives_at, self.now)
        else:
            job, free = unit.offered, True
        if job is None or not free:
            return None
        bound = job.priority == 1 or job.kind in VIOLENT or job.bumped >= MOST_BUMPS
        return None if bound and not job.drill else job

    def _eta(self, call: Call, unit: Unit) -> Eta:
        return self.times.eta(unit.unit_id, call.incident_id) or Eta(NEVER, "")


def _lead(call: Call) -> Leg | None:
    return next((leg for leg in call.legs if leg.lead), None)


def _may_stop(state: State, arrives_at: datetime | None, now: datetime) -> bool:
    """On its way, and not yet almost there."""
    return state in {State.ACCEPTED, State.EN_ROUTE} and (arrives_at is None or arrives_at - now > ALMOST_THERE)


def _at_once(move: Move) -> bool:
    """What a unit was only being asked is taken back with the greater offer; what it holds, when it accepts that."""
    return move.standing == Delegated.AUTOMATIC and move.leaves is not None and move.leaves.state == State.OFFERED


def _with_one_more(call: Call, given_up: set[UUID]) -> Call:
    """A call whose offer is taken back is matched anew in the same breath."""
    if call.incident_id not in given_up:
        return call
    return msgspec.structs.replace(call, missing=call.missing + 1)

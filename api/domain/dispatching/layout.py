"""A situation as arrays, computed once for all stages of a plan: who is idle, who may leave what, travel times."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.domain.dispatching.delegation import Delegation
from api.domain.dispatching.dispatch import Needs, Refusal, Rules, cooled, lesser, unfit, unready
from api.domain.dispatching.matching import NEVER, Costs
from api.domain.dispatching.moves import ConsideredUnit, Move, withdrawn_from
from api.domain.dispatching.situation import Call, Situation
from api.domain.incidents.assignment import ON_ITS_WAY, AssignmentState
from api.domain.incidents.incident import VIOLENT
from api.domain.roads.travel import Eta, EtaSource
from api.domain.units.unit import Job, Unit, UnitStatus

ASK_AGAIN_COST = 1e5
"""More than any ride takes: makes a silent unit the last choice, and tells it from the others."""

Mask = NDArray[np.bool_]


class Need(msgspec.Struct, frozen=True):
    """One unit that a call still wants. `first`: no unit has the call yet. Any further one counts one priority lower
    and is never taken from another case.
    """

    call: Call
    priority: int
    first: bool


class Layout:
    """Arrays over the situation's units, in its order. Units used by a stage are not recorded here: stages pass on
    moves.

    `idle`: may be offered something now. `lesser`, `yielding`, `drilling`: may leave their job for, respectively, a
    verified priority 1, for any priority 1 of a sender within the limit, for anything real. `urgent`: that job is
    itself a priority 1.
    """

    def __init__(self, situation: Situation, delegation: Delegation, rules: Rules, now: datetime) -> None:
        self.calls, self.units, self.times = situation.calls, situation.units, situation.times
        self.delegation, self.rules, self.now = delegation, rules, now
        self.place = {unit.unit_id: index for index, unit in enumerate(self.units)}
        self._columns = np.array([self.times.column.get(unit.unit_id, -1) for unit in self.units], dtype=np.int64)
        fit = [unready(unit, rules, now) is None for unit in self.units]
        jobs = [self._may_leave(unit) if ready else None for unit, ready in zip(self.units, fit, strict=True)]
        self.leaves = jobs
        self.idle = _mask(
            ready and unit.status == UnitStatus.AVAILABLE for unit, ready in zip(self.units, fit, strict=True)
        )
        self.drilling = _mask(job is not None and job.drill for job in jobs)
        self.yielding = _mask(job is not None and not job.drill and job.yields for job in jobs)
        self.lesser = _mask(job is not None and not job.drill and lesser(job, 1, rules) for job in jobs)
        self.urgent = _mask(job is not None and not job.drill and job.priority == 1 for job in jobs)
        self._refused: dict[UUID, list[tuple[int, Refusal]]] = {}
        for (incident_id, unit_id), refusal in situation.refusals.items():
            if unit_id in self.place:
                self._refused.setdefault(incident_id, []).append((self.place[unit_id], refusal))

    def taken(self, moves: Iterable[Move]) -> Mask:
        taken = np.zeros(len(self.units), dtype=bool)
        taken[[self.place[move.unit.unit_id] for move in moves]] = True
        return taken

    def seconds_to(self, incident_id: UUID) -> Costs:
        """Shape (units,); `NEVER` where no travel time is known."""
        row = self.times.row.get(incident_id)
        if row is None:
            return np.full(len(self.units), NEVER)
        seconds = np.where(self._columns >= 0, self.times.seconds[row, self._columns], np.inf)
        return np.where(np.isfinite(seconds), seconds, NEVER)

    def forbid(self, costs: Costs, call: Call, allowed: Mask) -> Costs:
        """`costs` with `NEVER` for units not allowed or not fit; silent units come last."""
        costs = np.where(allowed, costs, NEVER)
        if call.needs != Needs():
            costs[[unfit(unit, call.needs) is not None for unit in self.units]] = NEVER
        for index, refusal in self._refused.get(call.incident_id, ()):
            costs[index] = min(NEVER, costs[index] + ASK_AGAIN_COST) if cooled(refusal, self.rules, self.now) else NEVER
        return costs

    def idle_arrivals(self, call: Call, taken: Mask) -> Costs:
        return self.forbid(self.seconds_to(call.incident_id), call, self.idle & ~taken)

    def nearest_idle(self, call: Call, taken: Mask, *, beside: int) -> ConsideredUnit | None:
        """The free unit, other than the one chosen, that would be there first."""
        costs = self.idle_arrivals(call, taken)
        costs[beside] = NEVER
        best = int(np.argmin(costs))
        return ConsideredUnit(self.units[best].callsign, float(costs[best])) if costs[best] < ASK_AGAIN_COST else None

    def eta(self, unit: Unit, call: Call) -> Eta:
        return self.times.eta(unit.unit_id, call.incident_id) or Eta(NEVER, EtaSource.STRAIGHT_LINE)

    def almost_there(self, arrives_at: datetime | None) -> bool:
        """Expected about now, or slightly late; a unit long overdue does not count as almost there."""
        return arrives_at is not None and abs(arrives_at - self.now) <= self.rules.almost_there

    def _may_leave(self, unit: Unit) -> Job | None:
        """The job this unit could be taken from; None if it has none or may not leave it."""
        job = unit.held or unit.offered
        if job is None or (unit.held is not None and unit.offered is not None):
            return None
        if job.drill:
            return job
        if job.kind in VIOLENT:
            return None
        if job.state == AssignmentState.OFFERED:
            return job
        return job if job.state in ON_ITS_WAY and not self.almost_there(job.arrives_at) else None


def _mask(each: Iterable[bool]) -> Mask:
    return np.fromiter(each, dtype=bool)


def needs(calls: Sequence[Call], moves: Iterable[Move]) -> list[Need]:
    """What the calls still want; an offer withdrawn by a move of this plan is wanted again."""
    withdrawn = withdrawn_from(moves)
    wanted: list[Need] = []
    for call in calls:
        back = withdrawn.count(call.incident_id)
        alone = not call.legs and not call.been and call.asked - back <= 0
        for number in range(call.missing + back):
            first = alone and number == 0
            wanted.append(Need(call, call.priority + (0 if first else 1), first))
    return wanted

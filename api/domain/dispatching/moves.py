"""What a plan may consist of."""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec.structs import replace

from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.dispatch import Refusals
from api.domain.dispatching.situation import Call, Leg, Situation
from api.domain.incidents.assignment import AssignmentState
from api.domain.roads.travel import Eta
from api.domain.units.unit import Job, Unit


class MoveKind(StrEnum):
    OFFER = "offer"
    DIVERSION = "diversion"
    SWAP = "swap"
    BACKUP = "backup"
    """One more unit beside one that will be late: always the radio room's decision."""


class DelayReason(StrEnum):
    """Why one more unit is proposed: what is wrong with the one on its way."""

    LATE = "late"
    """It will arrive past the target."""
    OVERDUE = "overdue"
    """It should have arrived."""
    SILENT = "silent"
    """It has been silent for longer than a position may be old."""


class ConsideredUnit(msgspec.Struct, frozen=True):
    """Another unit that was considered, and its travel time."""

    callsign: str
    seconds: float


class Move(msgspec.Struct, frozen=True):
    """One decision. `leaves`: the lesser job that the unit gives up on accepting (at once if it was only being
    asked). `replaces`: the unit relieved on accepting; `beside`: the unit that will be late, `worry`: why. `taker`: who
    takes the job left behind.
    `gain_s`: seconds sooner than without this move; None if no other unit could go.
    """

    kind: MoveKind
    standing: Delegated
    call: Call
    unit: Unit
    eta: Eta
    nearest_idle: ConsideredUnit | None = None
    leaves: Job | None = None
    taker: ConsideredUnit | None = None
    replaces: Leg | None = None
    beside: Leg | None = None
    worry: DelayReason | None = None
    gain_s: float | None = None


def withdrawn_from(moves: Iterable[Move]) -> list[UUID]:
    """The incidents whose open offer these moves withdraw at once, for a more urgent call."""
    return [
        move.leaves.incident_id
        for move in moves
        if move.leaves is not None
        and move.standing == Delegated.AUTOMATIC
        and move.leaves.state == AssignmentState.OFFERED
    ]


def unserved(calls: Iterable[Call], moves: Sequence[Move]) -> list[Call]:
    """The calls that still want a unit after these moves; a proposed move serves its call, too."""
    served = {move.call.incident_id for move in moves}
    withdrawn = set(withdrawn_from(moves))
    return [
        call for call in calls if call.incident_id not in served and (call.missing or call.incident_id in withdrawn)
    ]


class Basis(msgspec.Struct, frozen=True):
    """The incidents and the units that a plan stands on: those of its moves, and calls for which it found nobody."""

    incidents: frozenset[UUID]
    units: frozenset[UUID]

    def holds(self, seen: Situation, calls: Collection[Call], units: Collection[Unit], refusals: Refusals) -> bool:
        """Whether they are as they were `seen`. Positions, travel times and signs of life may have changed: they always
        do, and are judged again at the next review."""
        return (
            self._calls(seen.calls) == self._calls(calls)
            and self._units(seen.units) == self._units(units)
            and self._refusals(seen.refusals) == self._refusals(refusals)
        )

    def _calls(self, calls: Collection[Call]) -> dict[UUID, Call]:
        return {
            call.incident_id: replace(call, legs=tuple(replace(leg, arrives_at=None) for leg in call.legs))
            for call in calls
            if call.incident_id in self.incidents
        }

    def _units(self, units: Collection[Unit]) -> dict[UUID, Unit]:
        return {
            unit.unit_id: replace(
                unit,
                **dict.fromkeys(("fix_at", "lat", "lon", "push_seen_at", "stream_seen_at")),
                held=unit.held and replace(unit.held, arrives_at=None),
                offered=unit.offered and replace(unit.offered, arrives_at=None),
            )
            for unit in units
            if unit.unit_id in self.units
        }

    def _refusals(self, refusals: Refusals) -> Refusals:
        return {pair: refusal for pair, refusal in refusals.items() if pair[0] in self.incidents}


def basis(moves: Iterable[Move], calls: Iterable[Call]) -> Basis:
    """`calls`: what is done about these, too, depends on them."""
    made = list(moves)
    left = [move.leaves.incident_id for move in made if move.leaves is not None]
    named = [call.incident_id for call in (*(move.call for move in made), *calls)]
    return Basis(frozenset(named + left), frozenset(move.unit.unit_id for move in made))

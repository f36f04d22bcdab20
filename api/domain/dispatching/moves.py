"""What a plan may consist of."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from uuid import UUID

import msgspec

from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.situation import Call, Leg
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

"""What a plan may consist of."""

from enum import StrEnum

import msgspec

from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.situation import Call, Leg
from api.domain.roads.travel import Eta
from api.domain.units.unit import Job, Unit


class MoveKind(StrEnum):
    OFFER = "offer"
    DIVERSION = "diversion"
    SWAP = "swap"
    BACKUP = "backup"
    """One more unit beside the one that will be late: always for the radio room to decide."""


class DelayReason(StrEnum):
    """What is wrong with the unit on its way, so that one more is proposed."""

    LATE = "late"
    """It will arrive past the target."""
    OVERDUE = "overdue"
    """It should have arrived."""
    SILENT = "silent"
    """Nothing has been heard of it for longer than a position may be old."""


class ConsideredUnit(msgspec.Struct, frozen=True):
    """Somebody else who was considered, and how long they would need."""

    callsign: str
    seconds: float


class Move(msgspec.Struct, frozen=True):
    """One decision. `leaves`: the lesser job that the unit gives up on accepting (or at once, when it was only being
    asked). `replaces`: who is relieved on accepting; `beside`: who will be late, and `worry` why. `taker`: who goes to
    what was left.
    `gain_s`: seconds sooner than without this move, None where nobody else could go.
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

"""One unit on one incident, from the offer to the end. Pure: time is an argument."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

import msgspec

from api.domain.errors import WrongState


class AssignmentState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    CLEARED = "cleared"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Mode(StrEnum):
    OFFER = "offer"
    ORDER = "order"


class Withdrawal(StrEnum):
    """Why a unit lost an offer or a job that it held."""

    TAKEN = "taken"
    """Somebody else accepted first."""
    DIVERTED = "diverted"
    """The unit was needed for something more urgent."""
    SWAPPED = "swapped"
    ENDED = "ended"
    """The incident was closed, cancelled or merged."""
    SHIFT_ENDED = "shift_ended"
    BY_HAND = "by_hand"
    """The radio room withdrew it."""
    EMERGENCY = "emergency"
    """Somebody of the unit's own crew calls for help."""
    CORRECTED = "corrected"
    """The place or kind was corrected, and another unit is nearer now."""
    HANDED_OVER = "handed_over"
    """Another station has taken the case over."""


class Action(StrEnum):
    ACCEPT = "accept"
    SET_OUT = "en_route"
    ARRIVE = "arrived"
    CLEAR = "clear"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    NOT_ARRIVED = "not_arrived"
    """Pressed too early, or by mistake."""


HELD = frozenset({AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE, AssignmentState.ARRIVED})
ON_ITS_WAY = HELD - {AssignmentState.ARRIVED}
LIVE = HELD | {AssignmentState.OFFERED}

# Arriving without having pressed "en route" is normal: the rider was busy. A held job may be withdrawn
# (the incident was cancelled, merged, or given to another unit).
TRANSITIONS: dict[Action, tuple[frozenset[AssignmentState], AssignmentState]] = {
    Action.ACCEPT: (frozenset({AssignmentState.OFFERED}), AssignmentState.ACCEPTED),
    Action.SET_OUT: (frozenset({AssignmentState.ACCEPTED}), AssignmentState.EN_ROUTE),
    Action.ARRIVE: (ON_ITS_WAY, AssignmentState.ARRIVED),
    Action.CLEAR: (HELD, AssignmentState.CLEARED),
    Action.DECLINE: (frozenset({AssignmentState.OFFERED}), AssignmentState.DECLINED),
    Action.EXPIRE: (frozenset({AssignmentState.OFFERED}), AssignmentState.EXPIRED),
    Action.WITHDRAW: (LIVE, AssignmentState.WITHDRAWN),
    Action.NOT_ARRIVED: (frozenset({AssignmentState.ARRIVED}), AssignmentState.EN_ROUTE),
}


class Assignment(msgspec.Struct, frozen=True):
    id: UUID
    incident_id: UUID
    unit_id: UUID
    state: AssignmentState


def advance(assignment: Assignment, action: Action) -> Assignment | None:
    """The assignment after `action`; None if it is already in that state.

    A repeated tap (the network lost the first answer) finds the target state reached, and is fine.
    An acceptance counts while the row is still `offered`, even just after its window: the deadline
    job, not the clock, withdraws the offer.
    """
    sources, target = TRANSITIONS[action]
    if assignment.state == target:
        return None
    if assignment.state not in sources:
        raise WrongState(state=assignment.state, action=action)
    return msgspec.structs.replace(assignment, state=target)


def enough(states: Iterable[AssignmentState], been: int, wanted: int, *, asked: bool = False) -> bool:
    """Whether an incident has all the units that it wants. `been`: units that were there and left; `asked`: those with
    an open offer count as well."""
    return sum(state in (LIVE if asked else HELD) for state in states) + been >= wanted


def leads(others: Iterable[tuple[AssignmentState, bool]]) -> bool:
    """Whether a unit that takes the incident leads there. `others`: states of the others, and whether each leads."""
    return not any(lead and state in HELD for state, lead in others)

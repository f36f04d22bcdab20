"""What a plan leaves undone: calls that still want a unit after its moves."""

import pytest

from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.moves import Move, MoveKind, unserved, withdrawn_from
from api.domain.dispatching.situation import Call
from api.domain.incidents.assignment import AssignmentState
from api.domain.roads.travel import Eta, EtaSource
from tests.unit.situations import call, driving_to, unit, urgent


def move(
    to: Call,
    *,
    leaves: Call | None = None,
    state: AssignmentState = AssignmentState.OFFERED,
    standing: Delegated = Delegated.AUTOMATIC,
) -> Move:
    """An offer, or a diversion from a job in that state."""
    facts = {} if leaves is None else driving_to(leaves, state=state)
    going = unit(**facts)
    kind = MoveKind.OFFER if leaves is None else MoveKind.DIVERSION
    return Move(kind, standing, to, going, Eta(60.0, EtaSource.ROAD), leaves=going.offered or going.held)


def test_a_call_that_misses_a_unit_is_served_by_any_move_also_a_proposed_one() -> None:
    first, second, third, complete = call(), call(), call(), call(missing=0)
    moves = [move(second), move(third, standing=Delegated.PROPOSED)]
    assert unserved([first, second, third, complete], moves) == [first]
    assert unserved([first, second], []) == [first, second]


@pytest.mark.parametrize(
    ("standing", "state", "wants_again"),
    [
        (Delegated.AUTOMATIC, AssignmentState.OFFERED, True),
        (Delegated.PROPOSED, AssignmentState.OFFERED, False),  # withdrawn once the radio room agrees
        (Delegated.AUTOMATIC, AssignmentState.EN_ROUTE, False),  # left once the unit accepts
    ],
)
def test_a_call_whose_offer_is_withdrawn_wants_a_unit_again(
    standing: Delegated, state: AssignmentState, *, wants_again: bool
) -> None:
    lesser, more_urgent = call(missing=0), urgent()
    moves = [move(more_urgent, leaves=lesser, state=state, standing=standing)]
    assert withdrawn_from(moves) == ([lesser.incident_id] if wants_again else [])
    assert unserved([lesser, more_urgent], moves) == ([lesser] if wants_again else [])


def test_unless_another_unit_is_offered_it_in_the_same_plan() -> None:
    lesser, more_urgent = call(missing=0), urgent()
    assert unserved([lesser, more_urgent], [move(more_urgent, leaves=lesser), move(lesser)]) == []

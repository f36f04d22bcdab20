"""What a plan leaves undone, and what it stands on."""

from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.dispatch import Needs, Refusal
from api.domain.dispatching.moves import Basis, Move, MoveKind, basis, unserved, withdrawn_from
from api.domain.dispatching.situation import Call, Situation
from api.domain.incidents.assignment import AssignmentState
from api.domain.roads.travel import Eta, EtaSource
from api.domain.units.unit import Unit, UnitStatus
from tests.unit.situations import NOW, call, driving_to, leg, situation, unit, urgent

REFUSED = Refusal(declined=True, silent_at=None)


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


def test_a_plan_stands_on_its_moves_and_on_the_calls_it_found_nobody_for() -> None:
    wanted, left, unserved_call, other = urgent(), call(), call(), call()
    made = move(wanted, leaves=left)
    stands_on = basis([made], [unserved_call])
    assert stands_on.incidents == {wanted.incident_id, left.incident_id, unserved_call.incident_id}
    assert stands_on.units == {made.unit.unit_id}
    assert other.incident_id not in basis([made], []).incidents
    assert basis([move(wanted)], []).incidents == {wanted.incident_id}, "a plain offer leaves nothing"


def _seen(place: Call, going: Unit) -> tuple[Basis, Situation]:
    seen = situation([place, call()], [going, unit()], {(place.incident_id, going.unit_id): REFUSED})
    return Basis(frozenset({place.incident_id}), frozenset({going.unit_id})), seen


def test_it_holds_while_only_positions_times_and_signs_of_life_change() -> None:
    first, going = unit(), unit(**driving_to(call()))
    place = call(legs=(leg(first, 300.0),))
    stands_on, seen = _seen(place, going)
    later = {"lat": 1.0, "lon": 1.0, "fix_at": NOW, "push_seen_at": NOW, "stream_seen_at": NOW}
    assert going.held is not None
    moved = replace(going, **later, held=replace(going.held, arrives_at=None))
    measured = replace(place, legs=(replace(place.legs[0], arrives_at=NOW),))
    assert stands_on.holds(seen, [call(), measured], [moved, unit()], seen.refusals)
    asked = unit(**driving_to(call(), state=AssignmentState.OFFERED))
    stands_on, seen = _seen(place, asked)
    assert asked.offered is not None
    assert stands_on.holds(
        seen, [place], [replace(asked, offered=replace(asked.offered, arrives_at=NOW))], seen.refusals
    )


@pytest.mark.parametrize(
    "changed",
    [{"missing": 0}, {"priority": 1}, {"verified": False}, {"lat": 5.0}, {"bumped": 1}, {"needs": Needs(crew=2)}],
)
def test_it_no_longer_holds_when_a_call_it_stands_on_has_changed_or_ended(changed: dict[str, Any]) -> None:
    place, going = call(), unit()
    stands_on, seen = _seen(place, going)
    assert stands_on.holds(seen, [place], [going], seen.refusals)
    assert not stands_on.holds(seen, [replace(place, **changed)], [going], seen.refusals)
    assert not stands_on.holds(seen, [], [going], seen.refusals)


@pytest.mark.parametrize(
    "changed", [{"status": UnitStatus.OFF_DUTY}, driving_to(call()), {"crew": 2}, {"shift_started_at": NOW}]
)
def test_it_no_longer_holds_when_a_unit_it_stands_on_has_changed(changed: dict[str, Any]) -> None:
    place, going = call(), unit()
    stands_on, seen = _seen(place, going)
    assert not stands_on.holds(seen, [place], [replace(going, **changed)], seen.refusals)


def test_it_no_longer_holds_when_a_unit_has_refused_a_call_it_stands_on() -> None:
    place, going = call(), unit()
    stands_on, seen = _seen(place, going)
    assert not stands_on.holds(seen, [place], [going], {})
    elsewhere = {(uuid4(), going.unit_id): REFUSED}
    assert stands_on.holds(seen, [place], [going], dict(seen.refusals) | elsewhere)

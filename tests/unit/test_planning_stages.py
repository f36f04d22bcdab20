"""Each stage of a plan by itself: what a unit costs, who is asked first, what is left to the others."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from api.domain.dispatching.delegation import Delegated, Delegation
from api.domain.dispatching.dispatch import Needs, Refusal, Rules
from api.domain.dispatching.layout import Layout, Mask, Need
from api.domain.dispatching.matching import NEVER
from api.domain.dispatching.moves import ConsideredUnit, Move, MoveKind
from api.domain.dispatching.planning import (
    joint_costs,
    joint_offers,
    plan,
    proposed_diversions,
    urgent_costs,
    urgent_offers,
    waiting_cost,
    with_taker,
    within_share,
)
from api.domain.dispatching.situation import Call
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import Eta
from api.domain.units.unit import Unit
from tests.unit.situations import NOW, call, driving_to, leg, situation, unit, urgent

SECOND = timedelta(seconds=1)
PROPOSING = Delegation(diversions=Delegated.PROPOSED)


def laid_out(
    calls: list[Call], units: list[Unit], delegation: Delegation | None = None, rules: Rules | None = None, **more: Any
) -> Layout:
    return Layout(situation(calls, units, **more), delegation or Delegation(), rules or Rules(), NOW)


def nobody(layout: Layout) -> Mask:
    return layout.taken([])


def offer(place: Call, who: Unit, **facts: Any) -> Move:
    return Move(MoveKind.OFFER, Delegated.AUTOMATIC, place, who, Eta(10.0, "road"), **facts)


THEFT, FLOOD, DRILL = call(0, missing=0), urgent(0, missing=0, yields=True), call(0, missing=0, drill=True)
IDLE, LESSER, YIELDING, DRILLING = (
    unit(100, callsign="idle"),
    unit(200, callsign="lesser", **driving_to(THEFT)),
    unit(300, callsign="yielding", **driving_to(FLOOD)),
    unit(400, callsign="drilling", **driving_to(DRILL)),
)


@pytest.mark.parametrize(
    ("facts", "delegation", "seconds"),
    [
        ({}, Delegation(), [10, 35, 45, 55]),  # a diversion costs fifteen seconds
        ({}, PROPOSING, [10, None, 45, 55]),
        ({}, Delegation(diversions=Delegated.OFF), [10, None, 45, 55]),
        ({"verified": False}, Delegation(), [10, None, 45, 55]),
        ({"yields": True}, Delegation(), [10, 35, None, 55]),
        ({"drill": True}, Delegation(), [10, None, None, None]),
    ],
)
def test_who_may_be_asked_to_a_priority_1_and_what_it_costs(
    facts: dict[str, Any], delegation: Delegation, seconds: list[float | None]
) -> None:
    place = urgent(0, **facts)
    layout = laid_out([place], [IDLE, LESSER, YIELDING, DRILLING], delegation)
    costs = urgent_costs(layout, place, nobody(layout))
    assert [cost if cost < NEVER else None for cost in costs.tolist()] == seconds


def test_who_is_taken_unfit_lost_or_silent_costs_more_than_anybody_to_a_priority_1() -> None:
    place = urgent(0, needs=Needs(crew=2))
    units = [unit(n, crew=2) for n in (100, 200, 300)] + [unit(400, crew=1), unit(lat=None, crew=2)]
    silent = {(place.incident_id, units[2].unit_id): Refusal(declined=False, silent_at=NOW - 61 * SECOND)}
    layout = laid_out([place], units, refusals=silent)
    taken = np.array([True, False, False, False, False])
    assert urgent_costs(layout, place, taken).tolist() == [NEVER, 20, 100_030, NEVER, NEVER]


def test_nobody_who_is_idle_loses_being_idle_by_a_look_at_the_costs() -> None:
    place = urgent(0)
    layout = laid_out([place], [IDLE, LESSER])
    urgent_costs(layout, place, nobody(layout))
    joint_costs(layout, Need(place, 2, first=True), nobody(layout))
    assert layout.idle.tolist() == [True, False]


@pytest.mark.parametrize(
    ("priority", "due_in", "cost"),
    [
        (2, 900, 0.05 * 10),  # in time: only the ride counts
        (2, 10, 0.05 * 10),
        (2, 4, 3 * 6 + 0.05 * 10),  # six seconds late
        (3, 4, 1 * 6 + 0.05 * 10),
        (4, 4, 1 / 3 * 6 + 0.05 * 10),
        (2, -100, 3 * 10 + 0.05 * 10),  # it is late already: only what comes on top counts
        (1, -100, 9 * 10 + 0.05 * 10),
    ],
)
def test_what_a_unit_ten_seconds_away_makes_a_call_later(priority: int, due_in: float, cost: float) -> None:
    place = call(0, received_at=NOW - 300 * SECOND, due_at=NOW + due_in * SECOND)
    layout = laid_out([place], [IDLE])
    assert joint_costs(layout, Need(place, priority, first=True), nobody(layout)).tolist() == [pytest.approx(cost)]


def test_who_may_be_asked_to_anything_else() -> None:
    place, drill = call(0), call(0, drill=True)
    layout = laid_out([place, drill], [IDLE, LESSER, YIELDING, DRILLING, unit(lat=None)])
    costs = joint_costs(layout, Need(place, 2, first=True), nobody(layout))
    assert costs.tolist() == [pytest.approx(0.5), NEVER, NEVER, pytest.approx(2 + 15 * 9), NEVER]
    costs = joint_costs(layout, Need(drill, 2, first=True), nobody(layout))
    assert costs.tolist() == [pytest.approx(0.5), NEVER, NEVER, NEVER, NEVER]
    taken = np.array([True, False, False, False, False])
    assert joint_costs(layout, Need(place, 2, first=True), taken)[0] == NEVER
    nowhere = joint_costs(layout, Need(call(0), 3, first=True), nobody(layout))  # no travel time is known
    assert nowhere.tolist() == [NEVER] * 5


def test_how_much_it_costs_to_let_a_call_wait() -> None:
    place = call(0, received_at=NOW - 200 * SECOND)
    layout = laid_out([place], [])
    costs = [waiting_cost(layout, Need(place, priority, first=True)) for priority in (1, 2, 3, 4)]
    assert costs == [9 * 800, 3 * 800, 800, pytest.approx(800 / 3)]


def test_a_simulation_may_weigh_everything_otherwise() -> None:
    place = call(0, due_at=NOW + 4 * SECOND, received_at=NOW - 10 * SECOND)
    rules = Rules(late_cost=(8.0, 4.0, 2.0, 1.0), ride_cost=1.0, head_start_s=90.0, diversion_cost_s=2.0)
    layout = laid_out([place], [IDLE, DRILLING], rules=rules)
    need = Need(place, 2, first=True)
    assert joint_costs(layout, need, nobody(layout)).tolist() == [4 * 6 + 10, 4 * 36 + 40 + 2 * 8]
    assert waiting_cost(layout, need) == 4 * 100
    assert urgent_costs(layout, place, nobody(layout)).tolist() == [10, 42]


def test_a_simulation_may_ask_a_silent_unit_again_sooner() -> None:
    place = urgent(0)
    silent = {(place.incident_id, IDLE.unit_id): Refusal(declined=False, silent_at=NOW - 20 * SECOND)}
    assert urgent_offers(laid_out([place], [IDLE], refusals=silent), [place], []) == []
    quick = laid_out([place], [IDLE], rules=Rules(silence_cools=19 * SECOND), refusals=silent)
    assert [move.unit for move in urgent_offers(quick, [place], [])] == [IDLE]


def shared(
    wanted: list[Call], calls: list[Call] | None = None, moves: list[Move] | None = None, rules: Rules | None = None
) -> list[str]:
    """Whose needs are kept, of one unit each."""
    layout = laid_out([], [], rules=rules)
    needs = [Need(each, 1, first=True) for each in wanted]
    return [need.call.reference for need in within_share(layout, [*(calls or []), *wanted], needs, moves or [])]


def unheard(reference: str, waited: float = 0, **facts: Any) -> Call:
    usual = {"verified": False, "sender": "a", "received_at": NOW - waited * SECOND}
    return urgent(0, reference=reference, **(usual | facts))


def test_one_sender_gets_two_units_for_what_nobody_has_verified() -> None:
    calls = [unheard("3"), unheard("1", 60), unheard("2", 30)]
    assert shared(calls) == ["1", "2"], "the oldest first"
    hurried = [unheard("3", due_at=NOW), unheard("1", 60), unheard("2", 30)]
    assert shared(hurried) == ["1", "2"], "whatever the target"
    assert len(shared([unheard(str(n), sender=None) for n in range(4)])) == 4, "nobody is no sender"
    assert len(shared([unheard(str(n), verified=True) for n in range(4)])) == 4
    assert sorted(shared([*calls, unheard("b", sender="b")])) == ["1", "2", "b"]


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ({}, 2),
        ({"legs": (leg(unit(), 60),)}, 1),
        ({"asked": 1}, 1),
        ({"asked": 1, "legs": (leg(unit(), 60),)}, 0),
        ({"asked": 3}, 0),
        ({"asked": 3, "verified": True}, 2),
        ({"asked": 3, "sender": "b"}, 2),
        ({"asked": 3, "sender": None}, 2),
    ],
)
def test_what_a_sender_already_has_counts(facts: dict[str, Any], kept: int) -> None:
    has = unheard("has", missing=0, **facts)
    assert len(shared([unheard("1"), unheard("2")], [has])) == kept


@pytest.mark.parametrize(
    ("facts", "kept"), [({}, 1), ({"verified": True}, 2), ({"sender": "b"}, 2), ({"sender": None}, 2)]
)
def test_so_does_what_it_gets_in_the_same_plan(facts: dict[str, Any], kept: int) -> None:
    assert len(shared([unheard("1"), unheard("2")], moves=[offer(unheard("sent", **facts), unit())])) == kept


def test_a_unit_is_proposed_for_diversion_only_to_what_is_real_and_verified() -> None:
    calls = [urgent(0, reference="real"), urgent(0, drill=True), urgent(0, verified=False)]
    layout = laid_out(calls, [unit(n, **driving_to(THEFT)) for n in range(3)], PROPOSING)
    needs = [Need(each, 1, first=True) for each in calls]
    moves = proposed_diversions(layout, needs, [], nobody(layout))
    assert [(move.call.reference, move.standing) for move in moves] == [("real", Delegated.PROPOSED)]


def test_a_proposed_diversion_is_compared_with_the_offer_of_the_same_case() -> None:
    place, other = urgent(0), urgent(0)
    layout = laid_out([place, other], [LESSER, IDLE], PROPOSING)
    need = [Need(place, 1, first=True)]
    sooner = [offer(place, IDLE, gain_s=None)]  # ten seconds, and the diversion would take twenty
    assert proposed_diversions(layout, need, sooner, layout.taken(sooner)) == []
    assert len(proposed_diversions(layout, need, [offer(other, IDLE)], layout.taken(sooner))) == 1
    assert proposed_diversions(layout, need, [], np.array([True, True])) == [], "who is taken is taken"


def test_urgent_offers_are_of_priority_1_alone_and_joint_offers_of_all_others() -> None:
    calls = [urgent(0, reference="1", missing=2), call(0, reference="2"), call(0, reference="3", priority=3)]
    units = [unit(n) for n in range(9)]
    layout = laid_out(calls, units)
    first = urgent_offers(layout, calls, [])
    assert [move.call.reference for move in first] == ["1"]
    rest = joint_offers(layout, calls, first)
    assert sorted(move.call.reference for move in rest) == ["1", "2", "3"], "and the second unit of the first"
    assert not {move.unit.unit_id for move in rest} & {move.unit.unit_id for move in first}


def test_stages_leave_alone_whom_earlier_ones_have_sent() -> None:
    place, near, far = urgent(0), unit(10), unit(900)
    layout = laid_out([place], [near, far])
    before = [offer(call(), near)]
    assert [move.unit for move in urgent_offers(layout, [place], before)] == [far]
    lesser = call(0)
    layout = laid_out([lesser], [near, far])
    assert [move.unit for move in joint_offers(layout, [lesser], before)] == [far]


def test_who_is_within_the_limit_comes_first_however_far() -> None:
    """And what a sender over it gets is what is left."""
    flood, honest = urgent(0, reference="flood", yields=True), urgent(5000, reference="honest")
    only = unit(0)
    moves = urgent_offers(laid_out([flood, honest], [only]), [flood, honest], [])
    assert [move.call.reference for move in moves] == ["honest"]
    moves = urgent_offers(laid_out([flood, honest], [only, unit(9)]), [flood, honest], [])
    assert [move.call.reference for move in moves] == ["honest", "flood"]


def test_who_takes_the_job_left_behind() -> None:
    left = call(1000, missing=0)
    bound = unit(0, **driving_to(left))
    near, far, busy = unit(900, callsign="near"), unit(0, callsign="far"), unit(1000, **driving_to(call()))
    move = offer(urgent(0), bound, leaves=bound.held)
    layout = laid_out([left], [bound, busy, far, near])
    assert with_taker(layout, move, layout.taken([move])).taker == ConsideredUnit("near", 10.0)
    sent = layout.taken([move, offer(call(), near)])
    assert with_taker(layout, move, sent).taker == ConsideredUnit("far", 100.0)
    everybody = np.array([True] * 4)
    assert with_taker(layout, move, everybody) == move
    assert with_taker(layout, offer(urgent(0), near), nobody(layout)).taker is None, "who leaves nothing needs none"


def test_a_violent_case_wants_as_many_as_it_misses_but_only_the_first_is_urgent() -> None:
    fight = urgent(0, kind=IncidentKind.VIOLENCE, missing=3)
    units = [unit(n) for n in range(4)]
    layout = laid_out([fight], units)
    first = urgent_offers(layout, [fight], [])
    assert len(first) == 1
    assert len(joint_offers(layout, [fight], first)) == 2


def test_whoever_is_relieved_is_not_backed_as_well() -> None:
    """A late case that is not violent gets one of the two: the swap comes first."""
    slow = unit(9000, callsign="slow")
    place = call(0, missing=0, due_at=NOW + 120 * SECOND, legs=(leg(slow, 900),))
    busy = unit(9000, unit_id=slow.unit_id, callsign="slow", **driving_to(place, 900))
    snapshot = situation([place], [busy, unit(0), unit(10)])
    assert [move.kind for move in plan(snapshot, Delegation(), Rules(), NOW)] == [MoveKind.SWAP]
    assert [move.kind for move in plan(snapshot, Delegation(swaps=Delegated.OFF), Rules(), NOW)] == [MoveKind.BACKUP]


@pytest.mark.parametrize("facts", [{"yields": True, "verified": False}, {"drill": True}])
def test_an_urgent_case_whose_offer_is_taken_back_is_offered_the_next_unit_at_once(facts: dict[str, Any]) -> None:
    lesser = urgent(0, reference="lesser", missing=0, asked=1, **facts)
    asked = unit(0, callsign="near", **driving_to(lesser, state=AssignmentState.OFFERED))
    honest, idle = urgent(0, reference="honest"), unit(5000, callsign="far")
    moves = plan(situation([lesser, honest], [asked, idle]), Delegation(), Rules(), NOW)
    assert [(move.call.reference, move.unit.callsign) for move in moves] == [("honest", "near"), ("lesser", "far")]


def test_what_a_sender_has_from_within_the_limit_counts_against_what_it_asks_for_beyond() -> None:
    has = unheard("has", missing=0, asked=1, legs=(leg(unit(), 60),))
    more = unheard("more", yields=True)
    assert urgent_offers(laid_out([has, more], [IDLE]), [has, more], []) == []


def test_a_unit_offered_to_one_case_is_not_proposed_to_another() -> None:
    """A helper on a sender's flood may be offered something without a word, and is on a lesser job besides."""
    flood = urgent(0, missing=0, yields=True)
    helper = unit(0, **driving_to(flood, second=True))
    calls = [urgent(0), urgent(100)]
    moves = urgent_offers(laid_out(calls, [helper], PROPOSING), calls, [])
    assert [(move.call, move.standing) for move in moves] == [(calls[0], Delegated.AUTOMATIC)]


@pytest.mark.parametrize("state", [AssignmentState.ARRIVED, AssignmentState.EN_ROUTE])
def test_only_who_may_leave_a_lesser_job_is_proposed_for_diversion(state: AssignmentState) -> None:
    place = urgent(0)
    there = unit(0, **driving_to(urgent(0, missing=0), state=state))
    layout = laid_out([place], [there], PROPOSING)
    assert proposed_diversions(layout, [Need(place, 1, first=True)], [], nobody(layout)) == []


@pytest.mark.parametrize("most", [0, 1, 3])
def test_a_simulation_may_give_a_sender_more_or_fewer_units(most: int) -> None:
    rules = Rules(most_units_of_sender=most)
    assert len(shared([unheard(str(n)) for n in range(4)], rules=rules)) == most


def test_of_calls_in_the_same_second_the_same_two_are_kept_however_they_are_read() -> None:
    calls = sorted((unheard(str(n)) for n in range(4)), key=lambda each: each.incident_id)
    first = [each.reference for each in calls[:2]]
    assert shared(calls) == shared(calls[::-1]) == first

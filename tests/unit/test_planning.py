from datetime import timedelta
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain.dispatching.delegation import Delegated, Delegation
from api.domain.dispatching.dispatch import Needs, Refusal, Rules
from api.domain.dispatching.moves import Move, MoveKind
from api.domain.dispatching.planning import plan
from api.domain.dispatching.situation import Call, Situation
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import TravelTimes
from api.domain.units.unit import Unit
from tests.unit.situations import NOW, call, driving_to, leg, situation, unit, urgent

USUAL, AUTOMATIC = Delegation(), Delegation(swaps=Delegated.AUTOMATIC)


def planned(calls: list[Call], units: list[Unit], delegation: Delegation = USUAL, **more: Any) -> list[Move]:
    return plan(situation(calls, units, **more), delegation, Rules(), NOW)


def test_a_priority_1_takes_the_unit_that_drives_to_something_lesser() -> None:
    nuisance = call(3000, priority=3, kind=IncidentKind.NUISANCE, missing=0)
    near = unit(2500, callsign="14", **driving_to(nuisance))
    idle, other = unit(-4100, callsign="22"), unit(9000, callsign="31")
    (move,) = planned([urgent(0), nuisance], [near, idle, other])
    assert (move.kind, move.unit, move.standing) == (MoveKind.DIVERSION, near, Delegated.AUTOMATIC)
    assert move.leaves == near.held
    assert move.nearest_idle is not None
    assert (move.nearest_idle.callsign, move.nearest_idle.seconds) == ("22", 410)
    assert move.taker is not None
    assert move.taker.callsign == "31"
    assert move.gain_s == 160


def test_a_tie_goes_to_the_idle_unit() -> None:
    nuisance = call(3000, priority=3, missing=0)
    bound, idle = unit(1000, **driving_to(nuisance)), unit(1100)
    (move,) = planned([urgent(0), nuisance], [bound, idle])
    assert (move.kind, move.unit) == (MoveKind.OFFER, idle)


def test_what_a_unit_was_only_being_asked_goes_to_the_next_in_the_same_plan() -> None:
    theft = call(0, missing=0)
    asked, idle = (
        unit(100, callsign="14", **driving_to(theft, state=AssignmentState.OFFERED)),
        unit(5000, callsign="22"),
    )
    moves = planned([urgent(0), theft], [asked, idle])
    assert {(move.call.incident_id, move.unit.callsign) for move in moves} == {
        (moves[0].call.incident_id, "14"),
        (theft.incident_id, "22"),
    }
    assert moves[0].call.priority == 1


@pytest.mark.parametrize(
    ("facts", "seconds"),
    [
        ({"verified": False}, 300.0),  # an unverified SOS diverts nobody
        ({}, 39.0),  # almost there
    ],
)
def test_who_may_not_be_diverted(facts: dict[str, Any], seconds: float) -> None:
    theft = call(400, missing=0)
    bound, idle = unit(0, **driving_to(theft, seconds)), unit(9000)
    (move,) = planned([urgent(0, **facts), theft], [bound, idle])
    assert move.unit == idle


@pytest.mark.parametrize(
    "lesser", [{"kind": IncidentKind.VIOLENCE}, {"bumped": 2}, {"priority": 1, "kind": IncidentKind.SOS}]
)
def test_what_may_not_be_left(lesser: dict[str, Any]) -> None:
    held = call(400, missing=0, **lesser)
    bound, idle = unit(0, **driving_to(held)), unit(9000)
    (move,) = planned([urgent(0), held], [bound, idle])
    assert move.unit == idle


def test_nobody_idle_at_all_still_diverts() -> None:
    """The bug that made an optimiser lose: a penalty for leaving a call waiting must not block a diversion."""
    lesser = [call(100 * n, priority=3, missing=0) for n in range(1, 4)]
    waiting = [call(50, priority=2) for _ in range(20)]
    bound = [unit(100 * n, **driving_to(each)) for n, each in enumerate(lesser, 1)]
    moves = planned([urgent(0), *lesser, *waiting], bound)
    assert [(move.kind, move.unit) for move in moves] == [(MoveKind.DIVERSION, bound[0])]
    assert moves[0].nearest_idle is None


def test_the_station_may_want_diversions_proposed_or_not_at_all() -> None:
    theft = call(400, missing=0)
    bound, idle = unit(0, callsign="14", **driving_to(theft)), unit(9000, callsign="22")
    proposed = planned([urgent(0), theft], [bound, idle], Delegation(diversions=Delegated.PROPOSED))
    assert [(m.unit.callsign, m.standing) for m in proposed] == [
        ("22", Delegated.AUTOMATIC),
        ("14", Delegated.PROPOSED),
    ]
    off = planned([urgent(0), theft], [bound, idle], Delegation(diversions=Delegated.OFF))
    assert [move.unit for move in off] == [idle]
    silent = planned([urgent(0)], [idle], Delegation(offers=Delegated.OFF))
    assert silent == []


def test_the_rest_is_matched_jointly() -> None:
    """Decided one by one, the first call would take the unit that the second depends on, as no other reaches it in
    time."""
    first, second = call(0), call(100, due_at=NOW + timedelta(seconds=60))
    near, far = unit(50, callsign="near"), unit(-2000, callsign="far")
    moves = planned([first, second], [near, far])
    assert {(move.call.incident_id, move.unit.callsign) for move in moves} == {
        (first.incident_id, "far"),
        (second.incident_id, "near"),
    }


def test_nothing_starves() -> None:
    fresh = call(0, priority=2)
    waited_10 = call(0, priority=3, received_at=NOW - timedelta(minutes=10))
    waited_30 = call(0, priority=3, received_at=NOW - timedelta(minutes=30))
    only = unit(0)
    assert planned([fresh, waited_10], [only])[0].call == fresh
    assert planned([fresh, waited_30], [only])[0].call == waited_30


def test_somebody_who_was_silent_is_asked_again_last_and_one_who_declined_never() -> None:
    theft = call(0)
    silent, far, declined = unit(10), unit(9000), unit(5)
    long_ago = Refusal(declined=False, silent_at=NOW - timedelta(seconds=61))
    just_now = Refusal(declined=False, silent_at=NOW - timedelta(seconds=59))
    asked = {
        (theft.incident_id, silent.unit_id): long_ago,
        (theft.incident_id, declined.unit_id): Refusal(declined=True, silent_at=None),
    }
    assert planned([theft], [silent, far, declined], refusals=asked)[0].unit == far
    assert planned([theft], [silent, declined], refusals=asked)[0].unit == silent
    assert planned([theft], [silent], refusals={(theft.incident_id, silent.unit_id): just_now}) == []


def test_crew_capability_and_number_of_units() -> None:
    needs = Needs(capabilities=frozenset({"medic"}), crew=2)
    fight = urgent(0, kind=IncidentKind.VIOLENCE, missing=2, needs=needs)
    alone = unit(0, capabilities=frozenset({"medic"}))
    fit = [unit(1000 * n, crew=2, capabilities=frozenset({"medic"})) for n in range(1, 4)]
    assert [move.unit for move in planned([fight], [alone, *fit])] == fit[:2]


@pytest.mark.parametrize(
    ("metres", "seconds", "facts", "swapped"),
    [
        (1000, 161, {}, True),
        (1000, 159, {}, False),  # gains less than a minute
        (1000, 150, {"priority": 1, "kind": IncidentKind.SOS}, True),  # priority 1: 45 s are enough
        (0, 39, {"priority": 1, "kind": IncidentKind.SOS}, False),  # almost there
        (0, 500, {"swaps": 2}, False),
        (0, 500, {"kind": IncidentKind.VIOLENCE}, False),
    ],
)
def test_a_swap_must_be_worth_it(metres: float, seconds: float, facts: dict[str, Any], *, swapped: bool) -> None:
    slow = unit(9000, callsign="14")
    place = call(0, missing=0, **facts)
    place = call(0, missing=0, legs=(leg(slow, seconds),), **facts)
    busy = unit(9000, unit_id=slow.unit_id, callsign="14", **driving_to(place, seconds))
    free = unit(metres, callsign="22")
    moves = planned([place], [busy, free])
    assert [(m.kind, m.unit.callsign, m.standing) for m in moves] == (
        [(MoveKind.SWAP, "22", Delegated.PROPOSED)] if swapped else []
    )


def test_a_unit_is_swapped_into_one_job_only() -> None:
    slow = [unit(9000, callsign=str(n)) for n in range(2)]
    places = [call(10 * n, missing=0, legs=(leg(each, 900),)) for n, each in enumerate(slow)]
    busy = [unit(9000, unit_id=u.unit_id, **driving_to(p)) for u, p in zip(slow, places, strict=True)]
    assert len(planned(places, [*busy, unit(0)], AUTOMATIC)) == 1


def test_two_calls_at_the_same_point_in_the_same_second_get_two_units() -> None:
    twins = [urgent(0), urgent(0)]
    units = [unit(100), unit(200)]
    moves = planned(twins, units)
    assert {move.unit.unit_id for move in moves} == {each.unit_id for each in units}
    assert {move.call.incident_id for move in moves} == {each.incident_id for each in twins}


@pytest.mark.parametrize("units", [[], [unit(0, fix_at=NOW - timedelta(minutes=10))], [unit(lat=None, lon=None)]])
def test_nobody_who_could_go_means_no_move(units: list[Unit]) -> None:
    assert planned([urgent(0), call(5)], units) == []


def brute_force(calls: list[Call], units: list[Unit]) -> float:
    """The least total ride over all ways to serve as many calls as possible."""
    few, many = sorted((calls, units), key=len)
    rides = [
        sum(abs(a.lat - b.lat) / 10 for a, b in zip(few, chosen, strict=True))
        for chosen in permutations(many, len(few))
    ]
    return min(rides)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-500, 500), min_size=1, max_size=4),
    st.lists(st.integers(-500, 500), min_size=1, max_size=5),
)
def test_no_other_matching_is_shorter(places: list[int], patrols: list[int]) -> None:
    """With equal priorities, equal ages and nobody late, least lateness is the least ride."""
    calls, units = [call(metres) for metres in places], [unit(metres) for metres in patrols]
    moves = planned(calls, units)
    assert len(moves) == min(len(calls), len(units))
    assert len({move.unit.unit_id for move in moves}) == len(moves)
    assert sum(move.eta.seconds for move in moves) == pytest.approx(brute_force(calls, units))


@given(st.randoms())
def test_the_order_of_reading_does_not_matter(chance: Any) -> None:
    theft = call(700, missing=0)
    calls = [urgent(0), theft, call(300), call(-90, priority=3)]
    units = [unit(17 * n * n, callsign=str(n)) for n in range(5)] + [unit(3, callsign="b", **driving_to(theft))]
    usual = {(m.call.incident_id, m.unit.unit_id) for m in planned(calls, units)}
    mixed_calls, mixed_units = list(calls), list(units)
    chance.shuffle(mixed_calls)
    chance.shuffle(mixed_units)
    assert {(m.call.incident_id, m.unit.unit_id) for m in planned(mixed_calls, mixed_units)} == usual


def test_one_more_is_proposed_where_the_one_on_its_way_will_be_late() -> None:
    """A violent case is never left: no unit is relieved, another is sent as well."""
    slow = unit(9000, callsign="14")
    fight = urgent(
        0, kind=IncidentKind.VIOLENCE, missing=0, due_at=NOW + timedelta(seconds=120), legs=(leg(slow, 200),)
    )
    busy = unit(9000, unit_id=slow.unit_id, callsign="14", **driving_to(fight, 200))
    (move,) = planned([fight], [busy, unit(1000, callsign="22")], AUTOMATIC)
    assert (move.kind, move.unit.callsign, move.standing) == (MoveKind.BACKUP, "22", Delegated.PROPOSED)
    in_time = urgent(0, kind=IncidentKind.VIOLENCE, missing=0, legs=(leg(slow, 200),))
    assert planned([in_time], [busy, unit(1000)], AUTOMATIC) == []
    assert planned([fight], [busy, unit(1750)], AUTOMATIC) == []


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("idle_at", "taken"), [(1149, "idle"), (1151, "bound")])
def test_a_diversion_must_be_more_than_fifteen_seconds_sooner(idle_at: float, taken: str) -> None:
    theft = call(9000, missing=0)
    bound, idle = unit(1000, callsign="bound", **driving_to(theft)), unit(idle_at, callsign="idle")
    for order in ([bound, idle], [idle, bound]):
        assert planned([urgent(0), theft], order)[0].unit.callsign == taken


@pytest.mark.parametrize(("idle_at", "proposed"), [(1149, False), (1150, False), (1151, True)])
def test_so_must_one_that_is_only_proposed(idle_at: float, *, proposed: bool) -> None:
    theft = call(9000, missing=0)
    bound, idle = unit(1000, callsign="bound", **driving_to(theft)), unit(idle_at, callsign="idle")
    moves = planned([urgent(0), theft], [bound, idle], Delegation(diversions=Delegated.PROPOSED))
    assert [move.unit.callsign for move in moves] == (["idle", "bound"] if proposed else ["idle"])


def test_a_diversion_is_proposed_to_a_case_that_nobody_idle_can_take() -> None:
    theft = call(9000, missing=0)
    bound = unit(1000, callsign="bound", **driving_to(theft))
    proposing = Delegation(diversions=Delegated.PROPOSED)
    (move,) = planned([urgent(0), theft], [bound], proposing)
    assert (move.kind, move.standing, move.unit) == (MoveKind.DIVERSION, Delegated.PROPOSED, bound)
    for facts in ({"verified": False}, {"drill": True}):
        assert planned([urgent(0, **facts), theft], [bound], proposing) == []


@pytest.mark.parametrize(
    ("minutes", "first"), [(19, "fresh"), (20 - 1 / 60, "fresh"), (20 + 1 / 60, "waited"), (25, "waited")]
)
def test_a_priority_3_overtakes_a_fresh_priority_2_after_twenty_minutes(minutes: float, first: str) -> None:
    fresh = call(0, reference="fresh", due_at=NOW + timedelta(hours=9))
    waited = call(
        0,
        reference="waited",
        priority=3,
        received_at=NOW - timedelta(minutes=minutes),
        due_at=NOW + timedelta(hours=9),
    )
    for order in ([fresh, waited], [waited, fresh]):
        assert planned(order, [unit(0)])[0].call.reference == first


@pytest.mark.parametrize(
    ("others", "left"),
    [
        # nobody is late: a call waits at its weight, from ten minutes up
        ({"priority": 2}, {"priority": 3}),
        ({"priority": 3}, {"priority": 3, "missing": 1, "been": 1}),
        ({"priority": 2, "been": 1}, {"priority": 3, "been": 1}),
    ],
)
def test_when_units_are_short_the_more_urgent_goes_first(others: dict[str, Any], left: dict[str, Any]) -> None:
    first, last = call(0, reference="first", **others), call(0, reference="last", **left)
    for order in ([first, last], [last, first]):
        assert [move.call.reference for move in planned(order, [unit(0)])] == ["first"]


@pytest.mark.parametrize(("ratio", "sooner"), [(2.9, "2"), (3.1, "3")])
def test_a_late_second_of_a_priority_2_costs_three_of_a_priority_3(ratio: float, sooner: str) -> None:
    """Both are past the target, so each second of the way is late. The near unit saves the more urgent call 100 s and
    the other call `ratio` times as much."""
    overdue = {"received_at": NOW - timedelta(seconds=900), "due_at": NOW - SECOND}
    theft = call(0, reference="2", **overdue)
    noise = call(100_000, reference="3", priority=3, **overdue)
    two_of = {theft.incident_id: (100.0, 200.0), noise.incident_id: (100.0, 100.0 + 100 * ratio)}
    near, far = unit(callsign="near"), unit(callsign="far")
    seconds = np.array([two_of[theft.incident_id], two_of[noise.incident_id]])
    times = TravelTimes(
        [theft.incident_id, noise.incident_id], [near.unit_id, far.unit_id], seconds, np.full(seconds.shape, True)
    )
    moves = plan(Situation([theft, noise], [near, far], times, {}), USUAL, Rules(), NOW)
    assert {move.unit.callsign: move.call.reference for move in moves}["near"] == sooner


def ridden(calls: list[Call], seconds: list[list[float]], facts: list[dict[str, Any]] | None = None) -> list[str]:
    """The callsign that each call gets, by a table of travel times; callsigns are a, b, c …"""
    units = [unit(callsign="abcd"[n], **(facts[n] if facts else {})) for n in range(len(seconds[0]))]
    table = np.array(seconds, dtype=float)
    times = TravelTimes([c.incident_id for c in calls], [u.unit_id for u in units], table, np.full(table.shape, True))
    moves = plan(Situation(calls, units, times, {}), USUAL, Rules(), NOW)
    got = {move.call.incident_id: move.unit.callsign for move in moves}
    return [got.get(each.incident_id, "-") for each in calls]


def test_lateness_counts_from_the_target_on() -> None:
    """The first has 90 s left, the second any amount: it takes the longer way although its own ride then grows more."""
    tight, easy = call(due_at=NOW + 90 * SECOND), call(due_at=NOW + timedelta(hours=1))
    assert ridden([tight, easy], [[80, 100], [80, 400]]) == ["a", "b"]
    assert ridden([easy, easy_too := call()], [[80, 100], [80, 400]]) == ["b", "a"], easy_too


def test_lateness_that_is_already_there_is_nobodys_fault() -> None:
    """A long overdue call must not pull the nearest unit away from one that it would still reach in time."""
    gone = call(priority=3, received_at=NOW - timedelta(hours=2), due_at=NOW - timedelta(hours=1))
    tight = call(due_at=NOW + 90 * SECOND)
    assert ridden([gone, tight], [[80, 150], [80, 150]]) == ["b", "a"]


def test_what_has_waited_counts_against_the_target() -> None:
    waited = call(received_at=NOW - 800 * SECOND)  # 100 s are left
    fresh = call()
    assert ridden([waited, fresh], [[90, 200], [90, 250]]) == ["a", "b"]


def test_among_calls_in_time_the_shorter_ride_decides() -> None:
    assert ridden([call(), call()], [[100, 110], [100, 111]]) == ["b", "a"]
    assert ridden([call(), call()], [[100, 111], [100, 110]]) == ["a", "b"]


def test_a_second_of_lateness_outweighs_a_little_more_riding() -> None:
    tight, easy = call(priority=3, due_at=NOW + 100 * SECOND), call(priority=3)
    assert ridden([tight, easy], [[100, 101], [100, 120]]) == ["a", "b"], "1 s late is worse than 19 s more of riding"
    assert ridden([tight, easy], [[100, 101], [100, 125]]) == ["b", "a"], "but not than 24 s"


def test_a_unit_on_a_drill_goes_to_a_real_case_that_nobody_idle_reaches_as_soon() -> None:
    drill, theft = call(0, drill=True, missing=0), call(0, reference="theft")
    near = unit(0, callsign="drilling", **driving_to(drill))
    assert planned([drill, theft], [near])[0].kind == MoveKind.DIVERSION
    far = unit(80_000, callsign="idle")
    assert planned([drill, theft], [near, far])[0].unit == near, "8000 s away"
    close = unit(8000, callsign="idle")
    assert planned([drill, theft], [near, close])[0].unit == close
    own_drill = call(5, drill=True)
    assert planned([drill, own_drill], [near]) == [], "not for another drill"


@pytest.mark.parametrize(("further", "goes"), [(2690, "idle"), (2710, "drilling")])
def test_how_much_further_an_idle_unit_may_be_than_one_on_a_drill(further: float, goes: str) -> None:
    """In time either way: the fifteen seconds that a diversion costs count as if they were late ones of a priority 1,
    at nine to the twentieth of a second of riding."""
    drill, theft = call(9000, drill=True, missing=0), call(0, due_at=NOW + timedelta(hours=9))
    drilling = unit(100, callsign="drilling", **driving_to(drill))
    idle = unit(100 + 10 * further, callsign="idle")
    assert planned([drill, theft], [drilling, idle])[0].unit.callsign == goes


@pytest.mark.parametrize(("further", "served"), [(89, "older"), (91, "newer")])
def test_ten_seconds_of_waiting_outweigh_ninety_of_riding_between_two_urgent_calls(further: float, served: str) -> None:
    older = urgent(10 * further, reference="older", received_at=NOW - 10 * SECOND)
    newer = urgent(0, reference="newer")
    for order in ([older, newer], [newer, older]):
        assert [move.call.reference for move in planned(order, [unit(0)])] == [served]


@pytest.mark.parametrize(("waited", "served"), [(1190, "fresh"), (1210, "waited")])
def test_a_second_unit_of_a_priority_3_comes_before_a_first_after_twenty_minutes(waited: float, served: str) -> None:
    hours = timedelta(hours=9)
    fresh = call(0, reference="fresh", priority=3, due_at=NOW + hours)
    second = call(0, reference="waited", priority=3, been=1, received_at=NOW - waited * SECOND, due_at=NOW + hours)
    assert [move.call.reference for move in planned([fresh, second], [unit(0)])] == [served]


def test_whoever_has_waited_longer_goes_first_although_it_is_late_already() -> None:
    late = call(300, reference="late", received_at=NOW - 1900 * SECOND)
    due = call(100, reference="due", received_at=NOW - 900 * SECOND)
    assert [move.call.reference for move in planned([due, late], [unit(0)])] == ["late"]


def test_being_late_begins_at_the_target() -> None:
    """Up to it only the ride counts; the first second past it counts fully."""
    exactly, easy = call(due_at=NOW + 100 * SECOND), call()
    assert ridden([exactly, easy], [[100, 100.9], [100, 140]]) == ["a", "b"], "0.9 s late is worse than 40 s of riding"
    second_to_spare = call(due_at=NOW + 101 * SECOND)
    assert ridden([second_to_spare, easy], [[100, 101], [100, 130]]) == ["b", "a"], "both are in time"


def test_what_is_left_behind_goes_to_the_nearest_who_is_not_sent_elsewhere() -> None:
    theft = call(1000, missing=0)
    bound = unit(100, callsign="bound", **driving_to(theft))
    units = [bound, unit(2000, callsign="far"), unit(1900, callsign="near"), unit(1000, **driving_to(call()))]
    move = planned([urgent(0), theft], units)[0]
    assert move.taker is not None
    assert (move.taker.callsign, move.taker.seconds) == ("near", 90.0)
    sent = planned([urgent(0), theft, call(1900, reference="other")], units)
    assert sent[0].taker is not None
    assert sent[0].taker.callsign == "far", "the nearest one was just sent"
    alone = planned([urgent(0), theft], [bound])[0]
    assert (alone.taker, alone.nearest_idle, alone.gain_s) == (None, None, None)


def test_the_gain_is_against_the_next_idle_unit() -> None:
    (move,) = planned([urgent(0)], [unit(1000, callsign="1"), unit(1700, callsign="2"), unit(1800)])
    assert move.nearest_idle is not None
    assert (move.nearest_idle.callsign, move.gain_s) == ("2", 70.0)
    assert (move.kind, move.leaves, move.taker) == (MoveKind.OFFER, None, None)


def test_whoever_leaves_a_drill_or_a_sender_over_the_limit_is_offered_not_diverted_by_rule() -> None:
    """The station's word on offers counts then, since nobody is taken from a real case."""
    drill = urgent(0, drill=True, missing=0)
    flood = urgent(0, yields=True, verified=False, missing=0)
    theft = call(0, missing=0)
    by_hand = Delegation(offers=Delegated.PROPOSED)
    for held, standing in ((drill, Delegated.PROPOSED), (flood, Delegated.PROPOSED), (theft, Delegated.AUTOMATIC)):
        (move,) = planned([held, urgent(5000)], [unit(10, **driving_to(held))], by_hand)
        assert (move.kind, move.standing) == (MoveKind.DIVERSION, standing)


def test_a_case_that_nobody_may_take_does_not_keep_others_waiting() -> None:
    medic = call(0, reference="medic", needs=Needs(capabilities=frozenset({"medic"})))
    assert [m.call.reference for m in planned([medic, call(9000, reference="theft")], [unit(0)])] == ["theft"]


def unheard(reference: str, **facts: Any) -> Call:
    return urgent(0, reference=reference, verified=False, sender="a", **facts)


def references(moves: list[Move]) -> list[str]:
    return sorted(move.call.reference for move in moves)


def test_two_calls_of_one_sender_get_a_unit_each_and_verified_ones_do_not_count() -> None:
    units = [unit(n) for n in range(6)]
    assert references(planned([unheard("1"), unheard("2")], units)) == ["1", "2"]
    held = [urgent(0, sender="a", missing=0, legs=(leg(unit(), 10),)) for _ in range(3)]
    assert references(planned([*held, unheard("1")], units)) == ["1"]
    heard = [urgent(0, reference=f"heard {n}", sender="a") for n in range(2)]
    assert references(planned([*heard, unheard("1", yields=True)], units)) == ["1", "heard 0", "heard 1"]


def test_a_unit_sent_in_the_same_breath_is_no_longer_idle() -> None:
    moves = planned([urgent(0), urgent(100)], [unit(0), unit(100)])
    assert [move.nearest_idle for move in moves] == [None, None]


def test_a_drill_takes_nobody_from_anything_real() -> None:
    drill = urgent(0, drill=True)
    for held in (call(0, missing=0), urgent(0, missing=0, yields=True, verified=False)):
        assert planned([held, drill], [unit(0, **driving_to(held))]) == []


def test_a_proposed_diversion_stays_a_proposal_whatever_is_left() -> None:
    flood = urgent(0, missing=0, yields=True, legs=(leg(unit(), 60),))
    helper = unit(0, **driving_to(flood, second=True))
    (move,) = planned([flood, urgent(0, yields=True)], [helper], Delegation(diversions=Delegated.PROPOSED))
    assert (move.kind, move.standing) == (MoveKind.DIVERSION, Delegated.PROPOSED)

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domain.dispatching.delegation import Delegated, Delegation
from api.domain.dispatching.dispatch import Needs, Refusal, Rules
from api.domain.dispatching.moves import Move, MoveKind
from api.domain.dispatching.planning import plan
from api.domain.dispatching.situation import Call
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
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

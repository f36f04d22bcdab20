"""A neighbour is asked only when its unit meets the target and ours does not."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from api.domain.dispatching.aid import lendable, out_of_our_reach, own_arrival, soonest, worth_asking
from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.dispatch import Needs, Rules
from api.domain.dispatching.moves import Move, MoveKind
from api.domain.dispatching.situation import Call
from api.domain.incidents.assignment import AssignmentState
from api.domain.roads.travel import Eta, EtaSource
from tests.unit.situations import NOW, call, leg, situation, unit, urgent


def due(seconds: float) -> Any:
    """Seconds before (negative) or after the target."""
    return NOW + timedelta(seconds=900 + seconds)


@pytest.mark.parametrize(
    ("own", "neighbour", "worth"),
    [
        (None, 0, True),
        (None, 1, False),  # it would not meet the target either
        (1, 1, False),
        (60, 0, True),
        (59, 0, False),  # the gain is less than a minute
        (1, -59, True),
        (1, -58, False),
        (0, -600, False),  # ours is in time
    ],
)
def test_what_is_worth_asking_for(own: float | None, neighbour: float, *, worth: bool) -> None:
    assert worth_asking(urgent(), None if own is None else due(own), due(neighbour)) == worth


def test_a_simulation_may_ask_for_less() -> None:
    assert not worth_asking(urgent(), due(30), due(0))
    assert worth_asking(urgent(), due(30), due(0), Rules(aid_gain=timedelta(seconds=30)))


@pytest.mark.parametrize("facts", [{"drill": True}, {"verified": False}, {"drill": True, "verified": False}])
def test_never_for_a_drill_or_what_nobody_has_verified(facts: dict[str, bool]) -> None:
    assert not worth_asking(urgent(**facts), None, due(-600))


def sent(to: Call, seconds: float) -> Move:
    return Move(MoveKind.OFFER, Delegated.AUTOMATIC, to, unit(), Eta(seconds, EtaSource.ROAD))


def test_our_own_arrival_is_the_first_of_those_under_way_and_being_sent() -> None:
    first, second = unit(), unit()
    place = urgent(legs=(leg(first, 400), leg(second, 300)))
    assert own_arrival(place, [], NOW) == NOW + timedelta(seconds=300)
    assert own_arrival(place, [sent(place, 200), sent(place, 250)], NOW) == NOW + timedelta(seconds=200)
    assert own_arrival(place, [sent(place, 350)], NOW) == NOW + timedelta(seconds=300)
    assert own_arrival(urgent(), [sent(place, 200)], NOW) is None, "it was sent elsewhere"


def test_a_unit_whose_travel_time_is_unknown_has_no_arrival() -> None:
    unseen = msgspec.structs.replace(leg(unit(), 0), arrives_at=None)
    assert own_arrival(urgent(legs=(unseen,)), [], NOW) is None
    assert own_arrival(urgent(legs=(unseen, leg(unit(), 300))), [], NOW) == NOW + timedelta(seconds=300)


@pytest.mark.parametrize(
    ("facts", "own", "out"),
    [
        ({}, None, True),
        ({"missing": 0}, None, False),  # one is being asked
        ({}, 0, False),
        ({}, 1, True),
        ({"missing": 0}, 1, True),
    ],
)
def test_what_is_out_of_our_reach(facts: dict[str, Any], own: float | None, *, out: bool) -> None:
    assert out_of_our_reach(urgent(**facts), None if own is None else due(own)) == out


def test_nothing_is_once_a_unit_is_there() -> None:
    there = leg(unit(), -60, state=AssignmentState.ARRIVED)
    coming = leg(unit(), 2000, lead=False)
    assert out_of_our_reach(urgent(missing=1, legs=(coming,)), due(1))
    assert not out_of_our_reach(urgent(missing=1, legs=(coming, there)), due(1))
    assert not out_of_our_reach(urgent(missing=1, legs=(there,)), None)


def test_a_neighbour_lends_who_is_fit_and_ready() -> None:
    medics = Needs(capabilities=frozenset({"medic"}))
    fit = unit(capabilities=medics.capabilities)
    stale = unit(capabilities=medics.capabilities, fix_at=NOW - timedelta(seconds=121))
    assert lendable([unit(), stale, fit], medics, Rules(), NOW) == [fit]
    assert lendable([stale], medics, Rules(fix_limit=timedelta(seconds=121)), NOW) == [stale]


def test_the_neighbours_unit_that_would_be_there_first() -> None:
    place = call()
    lost, far, second, first = unit(lat=None), unit(200, callsign="0"), unit(100, callsign="2"), unit(100, callsign="1")
    times = situation([call(150), place], [lost, far, second, first]).times
    assert soonest([lost, far, second, first], times, place.incident_id) == (first, Eta(10.0, EtaSource.ROAD))
    assert soonest([lost, far], times, place.incident_id) == (far, Eta(20.0, EtaSource.ROAD))
    assert soonest([lost], times, place.incident_id) is None
    assert soonest([], times, place.incident_id) is None

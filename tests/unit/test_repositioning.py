from uuid import uuid4

import numpy as np
import pytest

from api.domain.dispatching.repositioning import USUAL, Repositioning, RepositioningRules, Spot, busiest, reposition
from api.domain.roads.travel import TravelTimes
from api.domain.units.unit import Unit
from tests.unit.situations import unit

TARGET = 100.0
"""Seconds: a kilometre at ten metres a second."""


def moves(
    units: list[Unit], spots: list[Spot], beat_floor: int = 1, rules: RepositioningRules = USUAL
) -> list[Repositioning]:
    starts = [(u.unit_id, u.lat or 0.0) for u in units] + [(spot.id, spot.lat) for spot in spots]
    seconds = np.array([[abs(spot.lat - at) / 10 for _, at in starts] for spot in spots])
    times = TravelTimes(
        [spot.id for spot in spots], [key for key, _ in starts], seconds, np.ones(seconds.shape, dtype=bool)
    )
    return reposition(units, spots, times, TARGET, beat_floor, rules)


def spot(metres: float, calls: int) -> Spot:
    return Spot(uuid4(), metres, 0.0, calls)


def test_one_of_two_that_stand_together_goes_where_calls_come_from() -> None:
    together, far = [unit(0, callsign="a"), unit(50, callsign="b")], spot(5000, 30)
    (move,) = moves(together, [spot(0, 70), far])
    assert (move.spot, move.share_before, move.share_after) == (far, pytest.approx(0.7), pytest.approx(1.0))


def test_a_beat_is_not_stripped_below_its_floor() -> None:
    alone = [unit(0, beat="1"), unit(50, beat="2")]
    spots = [spot(0, 70), spot(5000, 30)]
    assert moves(alone, spots) == []
    assert len(moves([*alone, unit(20, beat="2")], spots)) == 1
    assert len(moves(alone, spots, beat_floor=0)) == 1


def test_nobody_is_moved_for_little_or_away_from_more() -> None:
    assert moves([unit(0), unit(10)], [spot(0, 95), spot(5000, 5)]) == []
    assert moves([unit(0)], [spot(0, 70), spot(5000, 30)]) == []
    assert moves([], [spot(0, 1)]) == []
    assert moves([unit(0)], []) == []


def test_at_most_two_move() -> None:
    units = [unit(n) for n in range(6)]
    assert len(moves(units, [spot(0, 20), *(spot(5000 * n, 20) for n in range(1, 5))])) == 2


def test_a_tenth_of_the_calls_is_worth_a_move() -> None:
    assert len(moves([unit(0), unit(10)], [spot(0, 899), spot(5000, 101)])) == 1
    assert moves([unit(0), unit(10)], [spot(0, 901), spot(5000, 99)]) == []
    assert len(moves([unit(900_000)], [spot(5000 * n, 10) for n in range(10)])) == 1, "exactly a tenth"
    assert len(moves([unit(0), unit(10)], [spot(0, 90), spot(5000, 10)])) == 1, "also from 90 to 100 %"


@pytest.mark.parametrize(("metres", "reached"), [(1000, True), (1001, False)])
def test_in_reach_is_up_to_the_target(metres: float, *, reached: bool) -> None:
    near = moves([unit(0), unit(metres)], [spot(0, 50), spot(0 if reached else 9000, 50)])
    assert len(near) == (0 if reached else 1)
    alone = moves([unit(0, beat="1")], [spot(metres, 50)], beat_floor=0)
    assert len(alone) == (0 if reached else 1)


def test_a_place_also_covers_what_lies_within_reach_of_it() -> None:
    """Between two areas that are each too small a unit waits best where it reaches both."""
    middle, edge = spot(5000, 8), spot(6000, 9)
    other = spot(4000, 9)
    (move,) = moves([unit(0), unit(0)], [spot(0, 74), edge, middle, other])
    assert (move.spot, move.share_before, move.share_after) == (middle, pytest.approx(0.74), pytest.approx(1.0))


def test_the_second_move_counts_on_the_first() -> None:
    places = [spot(0, 50), spot(5000, 30), spot(10_000, 20), spot(15_000, 15)]
    first, second = moves([unit(n, callsign=str(n)) for n in range(4)], places)
    assert [first.spot, second.spot] == places[1:3]
    total = sum(each.calls for each in places)
    assert (first.share_before, first.share_after) == (pytest.approx(50 / total), pytest.approx(80 / total))
    assert (second.share_before, second.share_after) == (pytest.approx(80 / total), pytest.approx(100 / total))
    assert first.unit != second.unit


def test_whoever_comes_first_in_the_list_is_moved_to_the_first_of_equal_places() -> None:
    units, places = [unit(n, callsign=str(n)) for n in range(3)], [spot(0, 50), spot(5000, 25), spot(-5000, 25)]
    assert [(move.unit.callsign, move.spot) for move in moves(units, places)] == [("0", places[1]), ("1", places[2])]


def test_a_beat_gives_only_what_it_has_above_its_floor() -> None:
    places = [spot(0, 40), spot(5000, 30), spot(-5000, 30)]
    assert len(moves([unit(n, beat="1") for n in range(3)], places, beat_floor=2)) == 1
    assert len(moves([unit(n, beat="1") for n in range(3)], places, beat_floor=1)) == 2
    assert len(moves([unit(n) for n in range(3)], places, beat_floor=9)) == 2, "no beat has no floor"


def test_without_any_recent_call_everybody_stays() -> None:
    assert moves([unit(0), unit(0)], [spot(0, 0), spot(5000, 0)]) == []


def test_the_one_who_moves_need_not_be_the_first() -> None:
    """The first may not leave its beat, so the second and the third go; each move is counted for who makes it."""
    units = [unit(0, beat="1", callsign="a"), unit(0, callsign="b"), unit(0, callsign="c"), unit(0, callsign="d")]
    places = [spot(0, 50), spot(5000, 30), spot(10_000, 20)]
    assert [(move.unit.callsign, move.spot) for move in moves(units, places)] == [("b", places[1]), ("c", places[2])]
    beats = [unit(0, beat=beat) for beat in ("1", "2", "2", "3")]
    assert len(moves(beats, places)) == 1, "beat 2 has nobody more to give"


def test_a_simulation_may_move_more_units_for_less() -> None:
    units, spots = [unit(n) for n in range(4)], [spot(0, 97), *(spot(5000 * n, 1) for n in range(1, 4))]
    assert moves(units, spots) == []
    assert len(moves(units, spots, rules=RepositioningRules(least_gain=0.01))) == 2
    assert len(moves(units, spots, rules=RepositioningRules(most_moves=3, least_gain=0.01))) == 3
    anything = RepositioningRules(least_gain=0.0)
    assert moves([unit(0, beat="1")], spots, rules=anything) == [], "its beat keeps it"
    assert len(moves([unit(0)], spots[:1], rules=anything)) == 1, "nobody moves twice"


def test_the_areas_that_most_calls_came_from() -> None:
    assert busiest([7, 5, 9, 9, 9, 5, 7, 1]) == [(9, 3), (5, 2), (7, 2), (1, 1)]
    assert busiest([]) == []
    assert busiest([7, 5, 9, 9, 9, 5], RepositioningRules(most_spots=2)) == [(9, 3), (5, 2)]
    assert len(busiest(range(30))) == 24

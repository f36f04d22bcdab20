from uuid import uuid4

import numpy as np
import pytest

from api.domain.dispatching.explanation import explain_repositioning
from api.domain.dispatching.repositioning import Repositioning, Spot, reposition
from api.domain.roads.travel import TravelTimes
from api.domain.units.unit import Unit
from tests.unit.situations import unit

TARGET = 100.0
"""Seconds: a kilometre at ten metres a second."""


def moves(units: list[Unit], spots: list[Spot], beat_floor: int = 1) -> list[Repositioning]:
    starts = [(u.unit_id, u.lat or 0.0) for u in units] + [(spot.id, spot.lat) for spot in spots]
    seconds = np.array([[abs(spot.lat - at) / 10 for _, at in starts] for spot in spots])
    times = TravelTimes(
        [spot.id for spot in spots], [key for key, _ in starts], seconds, np.ones(seconds.shape, dtype=bool)
    )
    return reposition(units, spots, times, TARGET, beat_floor)


def spot(metres: float, calls: int) -> Spot:
    return Spot(uuid4(), metres, 0.0, calls)


def test_one_of_two_that_stand_together_goes_where_calls_come_from() -> None:
    together, far = [unit(0, callsign="a"), unit(50, callsign="b")], spot(5000, 30)
    (move,) = moves(together, [spot(0, 70), far])
    assert (move.spot, move.share_before, move.share_after) == (far, pytest.approx(0.7), pytest.approx(1.0))
    assert explain_repositioning(move).en == (
        f"{move.unit.callsign} to this area: 100 % of recent calls would be reached in time, now 70 %."
    )


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

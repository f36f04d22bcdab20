"""Distances on the globe, and what a table of travel times knows."""

from uuid import uuid4

import numpy as np
import pytest

from api.domain.roads.travel import Eta, EtaSource, TravelTimes, metres_between


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ((13.77, 100.57), (13.77, 100.57), 0),
        ((0, 0), (0, 1), 111_195),
        ((0, 0), (1, 0), 111_195),
        ((60, 10), (60, 11), 55_597),  # meridians meet
        ((0, 0), (0, 180), 20_015_087),
        ((90, 0), (-90, 77), 20_015_087),
        ((13.7563, 100.5018), (18.7883, 98.9853), 582_400),  # Bangkok to Chiang Mai
        ((-33.8688, 151.2093), (51.5074, -0.1278), 16_993_900),  # Sydney to London
    ],
)
def test_metres_on_the_globe(a: tuple[float, float], b: tuple[float, float], metres: float) -> None:
    for start, end in ((a, b), (b, a)):
        assert metres_between(*start, *end) == pytest.approx(metres, rel=5e-4)


def test_a_degree_of_latitude_to_the_metre() -> None:
    assert metres_between(0, 0, 1, 0) == pytest.approx(111_194.93, abs=0.01)


def test_what_is_known_of_a_pair() -> None:
    near, far, lost, goal, other = (uuid4() for _ in range(5))
    seconds = np.array([[60.0, 90.0, np.inf], [10.0, 20.0, np.inf]])
    by_road = np.array([[True, False, True], [False, True, True]])
    times = TravelTimes([goal, other], [near, far, lost], seconds, by_road)
    assert times.eta(near, goal) == Eta(60.0, EtaSource.ROAD, 1.0)
    assert times.eta(far, goal) == Eta(90.0, EtaSource.STRAIGHT_LINE, 1.0)
    assert times.eta(far, other) == Eta(20.0, EtaSource.ROAD, 1.0)
    for unit, place in ((lost, goal), (uuid4(), goal), (near, uuid4())):
        assert times.eta(unit, place) is None
    learned = TravelTimes([goal], [near], np.array([[60.0]]), np.array([[True]]), np.array([[1.5]]))
    assert learned.eta(near, goal) == Eta(60.0, EtaSource.ROAD, 1.5)
    assert Eta(1.0, EtaSource.ROAD).correction == 1.0

from datetime import timedelta
from uuid import uuid4

import numpy as np
import pytest

from api.domain.figures.correction import ENOUGH, Correction, Ride, correct, learn
from api.domain.roads.travel import EtaSource, TravelTimes
from tests.unit.situations import NOW, unit


def rides(count: int, ratio: float, *, hour: int = 17, kind: str = "car") -> list[Ride]:
    return [Ride(kind, hour, 100.0 + index, (100.0 + index) * ratio) for index in range(count)]


def test_the_evening_is_slower_for_cars() -> None:
    learned = learn([*rides(ENOUGH, 1.4), *rides(ENOUGH, 1.1, kind="motorcycle"), *rides(ENOUGH - 1, 3.0, hour=3)])
    assert learned == [Correction("car", 17, 1.4, ENOUGH), Correction("motorcycle", 17, 1.1, ENOUGH)]


def test_one_lunch_does_not_move_it_and_nothing_goes_beyond_reason() -> None:
    assert learn([*rides(ENOUGH, 1.0), Ride("car", 17, 60, 3600)])[0].factor == 1.0
    assert learn(rides(ENOUGH, 9.0))[0].factor == 2.0
    assert learn(rides(ENOUGH, 0.01))[0].factor == 0.5
    assert learn([Ride("car", 1, 0.0, 50.0)] * 40) == []


def test_it_is_applied_to_roads_only_and_is_visible() -> None:
    car, bike, goal = unit(kind="car"), unit(), uuid4()
    times = TravelTimes([goal], [car.unit_id, bike.unit_id], np.array([[100.0, 100.0]]), np.array([[True, True]]))
    evening = NOW.replace(hour=17)
    corrected = correct(times, [car, bike], {("car", 17): 1.5}, evening)
    assert corrected.eta(car.unit_id, goal) is not None
    assert (corrected.eta(car.unit_id, goal).seconds, corrected.eta(car.unit_id, goal).correction) == (150.0, 1.5)  # type: ignore[union-attr]
    assert corrected.eta(bike.unit_id, goal).correction == 1.0  # type: ignore[union-attr]
    assert correct(times, [car, bike], {("car", 17): 1.5}, evening + timedelta(hours=1)) is times


@pytest.mark.parametrize(
    ("by_road", "source", "seconds"), [(True, EtaSource.ROAD, 150.0), (False, EtaSource.STRAIGHT_LINE, 100.0)]
)
def test_a_straight_line_stays_what_it_is(by_road: bool, source: str, seconds: float) -> None:
    car, goal = unit(kind="car"), uuid4()
    times = TravelTimes([goal], [car.unit_id], np.array([[100.0]]), np.array([[by_road]]))
    eta = correct(times, [car], {("car", 12): 1.5}, NOW).eta(car.unit_id, goal)
    assert eta is not None
    assert (eta.source, eta.seconds) == (source, seconds)

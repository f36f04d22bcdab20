from datetime import timedelta
from uuid import uuid4

import numpy as np
import pytest

from api.domain.figures.correction import ENOUGH, LEARNED_FROM, Correction, Ride, correct, learn
from api.domain.roads.travel import EtaSource, TravelTimes
from tests.unit.situations import NOW, unit


def rides(count: int, ratio: float, *, hour: int = 17, kind: str = "car") -> list[Ride]:
    return [Ride(kind, hour, 100.0 + index, (100.0 + index) * ratio) for index in range(count)]


def test_the_evening_is_slower_for_cars() -> None:
    learned = learn([*rides(ENOUGH, 1.4), *rides(ENOUGH, 1.1, kind="motorcycle"), *rides(ENOUGH - 1, 3.0, hour=3)])
    assert learned == [Correction("car", 17, 1.4, ENOUGH), Correction("motorcycle", 17, 1.1, ENOUGH)]


def test_what_is_learned_comes_by_kind_and_hour() -> None:
    learned = learn([*rides(ENOUGH, 1.4, hour=9), *rides(ENOUGH, 1.4, hour=8), *rides(ENOUGH, 1.4, kind="bike")])
    assert [(each.kind, each.hour) for each in learned] == [("bike", 17), ("car", 8), ("car", 9)]


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


def test_twenty_rides_are_enough_and_two_months_are_remembered() -> None:
    assert (20, timedelta(days=60)) == (ENOUGH, LEARNED_FROM)
    assert len(learn(rides(20, 1.2))) == 1
    assert learn(rides(19, 1.2)) == []


@pytest.mark.parametrize(
    ("ratio", "factor"), [(0.4, 0.5), (0.501, 0.501), (1.99, 1.99), (2.1, 2.0), (1.23456, 1.235), (1.0, 1.0)]
)
def test_a_factor_lies_between_a_half_and_two(ratio: float, factor: float) -> None:
    assert learn(rides(ENOUGH, ratio))[0].factor == factor


@pytest.mark.parametrize(("predicted", "real"), [(0.0, 50.0), (-1.0, 50.0), (50.0, 0.0), (50.0, -1.0)])
def test_rides_that_cannot_have_been_teach_nothing(predicted: float, real: float) -> None:
    assert learn([Ride("car", 1, predicted, real)] * 40) == []
    assert learn([*rides(ENOUGH, 1.5), *[Ride("car", 17, predicted, real)] * 90])[0] == Correction("car", 17, 1.5, 20)


def test_a_ride_of_half_a_second_counts() -> None:
    assert learn([Ride("car", 1, 0.5, 0.5)] * 20) == [Correction("car", 1, 1.0, 20)]


def test_a_correction_slows_the_one_kind_in_the_one_hour_and_keeps_the_table() -> None:
    car, bike, here, there = unit(kind="car"), unit(), uuid4(), uuid4()
    seconds = np.array([[100.0, 100.0], [40.0, 60.0]])
    by_road = np.array([[True, True], [False, True]])
    times = TravelTimes([here, there], [bike.unit_id, car.unit_id], seconds, by_road)
    found = correct(times, [car, bike], {("motorcycle", 12): 0.8, ("car", 13): 2.0}, NOW)
    assert found.seconds.tolist() == [[80.0, 100.0], [40.0, 60.0]]
    assert found.corrections.tolist() == [[0.8, 1.0], [1.0, 1.0]]
    assert (found.row, found.column) == (times.row, times.column)
    assert correct(times, [car, bike], {}, NOW) is times

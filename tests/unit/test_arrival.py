"""The geofence and its cap, when a unit came to stay, and where button and geofence disagree."""

from datetime import UTC, datetime, timedelta

import pytest

from api.domain.units import arrival as rules
from api.domain.units.arrival import (
    Arrival,
    ArrivalProblem,
    SceneFix,
    difference_s,
    inside,
    problem_of,
    rests_on_doubt,
    stayed_since,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
FAR = ArrivalProblem.BUTTON_WITHOUT_GEOFENCE


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def pressed(metres: float, accuracy: float | None = 5.0) -> SceneFix:
    return SceneFix(NOW, metres, accuracy, None)


@pytest.mark.parametrize(
    ("metres", "accuracy", "speed", "within"),
    [
        (40.0, 5.0, 0.0, True),
        (40.5, 5.0, 0.0, False),
        (40.0, None, None, True),
        (40.5, None, None, False),
        (100.0, 100.0, 0.0, True),
        (100.5, 100.0, 0.0, False),
        (150.0, 5000.0, 0.0, True),  # a vague fix does not open the fence to half the town
        (150.5, 5000.0, 0.0, False),
        (10.0, 5.0, 2.0, True),
        (10.0, 5.0, 2.1, False),  # only passes by
        (10.0, None, 2.1, False),
        (10.0, 5.0, None, True),
    ],
)
def test_the_fence(metres: float, accuracy: float | None, speed: float | None, *, within: bool) -> None:
    assert inside(SceneFix(NOW, metres, accuracy, speed)) == within


HERE, AWAY = 10.0, 300.0


@pytest.mark.parametrize(
    ("track", "since"),
    [
        ([], None),
        ([(0, HERE)], None),
        ([(0, HERE), (9, HERE)], None),
        ([(0, HERE), (10, HERE)], 0),
        ([(0, AWAY), (5, HERE), (15, HERE)], 5),
        ([(0, HERE), (10, HERE), (15, AWAY)], None),  # has left again
        ([(0, HERE), (10, HERE), (15, AWAY), (20, HERE)], None),
        ([(0, HERE), (10, HERE), (15, AWAY), (20, HERE), (30, HERE)], 20),
    ],
)
def test_a_unit_came_when_its_last_unbroken_stay_began(track: list[tuple[float, float]], since: float | None) -> None:
    fixes = [SceneFix(at(second), metres, 5.0, 0.0) for second, metres in track]
    assert stayed_since(fixes) == (None if since is None else at(since))


@pytest.mark.parametrize(
    ("arrival", "until", "difference", "problem"),
    [
        (Arrival(at(30), at(0)), 500, 30, None),
        (Arrival(at(60), at(0)), 500, 60, None),
        (Arrival(at(61), at(0)), 500, 61, ArrivalProblem.TIMES_DIFFER),
        (Arrival(at(0), at(60)), 500, -60, None),
        (Arrival(at(0), at(61)), 500, -61, ArrivalProblem.TIMES_DIFFER),
        (Arrival(at(0), at(90), pressed(700)), 500, -90, FAR),
        (Arrival(at(0), None, pressed(200)), 500, None, None),
        (Arrival(at(0), None, pressed(200.5)), 0, None, FAR),
        (Arrival(at(0), None, pressed(200, None)), 500, None, None),
        (Arrival(at(0), None, pressed(200.5, None)), 0, None, FAR),
        (Arrival(at(0), None, pressed(300, 100.0)), 500, None, None),
        (Arrival(at(0), None, pressed(300.5, 100.0)), 500, None, FAR),
        (Arrival(at(0), None), 500, None, None),
        (Arrival(None, None), 500, None, None),
        (Arrival(None, at(0)), 120, None, None),
        (Arrival(None, at(0)), 121, None, ArrivalProblem.GEOFENCE_WITHOUT_BUTTON),
    ],
)
def test_where_button_and_geofence_disagree(
    arrival: Arrival, until: float, difference: float | None, problem: ArrivalProblem | None
) -> None:
    assert difference_s(arrival) == difference
    assert problem_of(arrival, at(until)) == problem


@pytest.mark.parametrize(
    ("arrivals", "doubtful"),
    [
        ([], False),
        ([(None, None)], False),
        ([(at(0), FAR)], True),
        ([(at(0), None)], False),
        ([(at(0), ArrivalProblem.TIMES_DIFFER)], False),
        ([(at(5), None), (at(0), FAR)], True),
        ([(at(0), None), (at(5), FAR)], False),  # the first one is sound
        ([(None, FAR), (at(5), None)], False),  # has not pressed
        ([(at(0), None), (at(0), FAR)], False),  # of two in one second, the one named first
        ([(at(0), FAR), (at(0), None)], True),
    ],
)
def test_a_case_rests_on_its_first_arrival(
    arrivals: list[tuple[datetime | None, ArrivalProblem | None]], *, doubtful: bool
) -> None:
    assert rests_on_doubt(arrivals) == doubtful


def test_how_old_a_fix_may_be_and_how_wrong_a_phones_clock() -> None:
    assert (timedelta(seconds=60), timedelta(seconds=60)) == (rules.FRESH, rules.CLOCK_TOLERANCE)


def test_a_rougher_look_leaves_out_no_unit_that_could_be_inside() -> None:
    """Twice the widest fence, for two formulas of the distance may differ."""
    assert rules.may_be_inside(300.0)
    assert not rules.may_be_inside(300.1)

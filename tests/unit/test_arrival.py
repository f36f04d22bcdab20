"""The geofence's cap, and where button and geofence disagree."""

from datetime import UTC, datetime, timedelta

import pytest

from api.domain.units.arrival import Arrival, ArrivalProblem, SceneFix, difference_s, inside, problem_of

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def pressed(metres: float, accuracy: float | None = 5.0) -> SceneFix:
    return SceneFix(NOW, metres, accuracy, None)


def test_a_vague_fix_does_not_open_the_fence_to_half_the_town() -> None:
    assert inside(SceneFix(NOW, 39, 5.0, 0.0))
    assert inside(SceneFix(NOW, 39, None, None))
    assert not inside(SceneFix(NOW, 41, 5.0, 0.0))
    assert inside(SceneFix(NOW, 140, 145.0, 0.0))
    assert not inside(SceneFix(NOW, 160, 5000.0, 0.0))
    assert not inside(SceneFix(NOW, 10, 5.0, 9.0)), "only passes by"


@pytest.mark.parametrize(
    ("arrival", "until", "difference", "problem"),
    [
        (Arrival(at(30), at(0)), 500, 30, None),
        (Arrival(at(61), at(0)), 500, 61, ArrivalProblem.TIMES_DIFFER),
        (Arrival(at(0), at(90)), 500, -90, ArrivalProblem.TIMES_DIFFER),
        (Arrival(at(0), at(90), pressed(700)), 500, -90, ArrivalProblem.BUTTON_WITHOUT_GEOFENCE),
        (Arrival(at(0), None, pressed(201)), 0, None, ArrivalProblem.BUTTON_WITHOUT_GEOFENCE),
        (Arrival(at(0), None, pressed(199)), 500, None, None),
        (Arrival(at(0), None, pressed(290, 100.0)), 500, None, None),
        (Arrival(at(0), None, pressed(301, 100.0)), 500, None, ArrivalProblem.BUTTON_WITHOUT_GEOFENCE),
        (Arrival(at(0), None), 500, None, None),
        (Arrival(None, at(0)), 120, None, None),
        (Arrival(None, at(0)), 121, None, ArrivalProblem.GEOFENCE_WITHOUT_BUTTON),
    ],
)
def test_where_button_and_geofence_disagree(
    arrival: Arrival, until: float, difference: float | None, problem: ArrivalProblem | None
) -> None:
    assert difference_s(arrival) == difference
    assert problem_of(arrival, at(until)) == problem

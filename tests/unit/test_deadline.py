"""How long each thing may wait before the system acts by itself."""

from datetime import timedelta

import pytest

from api.domain.incidents import deadline
from tests.unit.situations import NOW


@pytest.mark.parametrize(
    ("span", "seconds"),
    [
        (deadline.REPLAN_EVERY, 30),
        (deadline.QUIET_EVERY, 300),
        (deadline.FORECAST_EVERY, 30),
        (deadline.FORECAST_NEWS, 5),
    ],
)
def test_what_was_promised(span: timedelta, seconds: int) -> None:
    assert span == timedelta(seconds=seconds)


def test_only_what_rings_nobody_may_be_slow() -> None:
    assert {"forecast", "replan", "aid_over"} == deadline.LOOKS


def test_a_station_is_reviewed_often_while_it_has_cases_and_not_at_all_when_nobody_is_there() -> None:
    for on_duty in (False, True):
        assert deadline.next_review(NOW, cases=True, on_duty=on_duty) == NOW + timedelta(seconds=30)
    assert deadline.next_review(NOW, cases=False, on_duty=True) == NOW + timedelta(minutes=5)
    assert deadline.next_review(NOW, cases=False, on_duty=False) is None

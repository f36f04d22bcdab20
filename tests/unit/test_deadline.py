"""How long each thing may wait before the system acts by itself."""

from datetime import timedelta

import pytest

from api.domain.incidents import deadline


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

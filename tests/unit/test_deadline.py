"""How long each thing may wait before the system acts by itself."""

from datetime import timedelta

import pytest

from api.domain.incidents import deadline
from api.domain.incidents.assignment import OfferWindow


@pytest.mark.parametrize(
    ("span", "seconds"),
    [
        (OfferWindow().delivery, 10),  # then the next unit is offered the job as well
        (OfferWindow().answer, 30),
        (deadline.TRY_AGAIN_EVERY, 15),
        (deadline.REPLAN_EVERY, 30),
        (deadline.QUIET_EVERY, 300),
        (deadline.FORECAST_EVERY, 30),
        (deadline.FORECAST_NEWS, 5),
        (deadline.REPORT_OPENED_WITHIN, 20),
        (deadline.REPORT_DECIDED_WITHIN, 45),
        (deadline.NO_TAKER_AFTER, 60),
    ],
)
def test_what_was_promised(span: timedelta, seconds: int) -> None:
    assert span == timedelta(seconds=seconds)


def test_only_what_rings_nobody_may_be_slow() -> None:
    assert {"forecast", "replan", "aid_over"} == deadline.LOOKS

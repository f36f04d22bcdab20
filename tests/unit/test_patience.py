"""How long somebody who guesses passwords must wait."""

from datetime import timedelta

import pytest

from api.domain.access.patience import FREE_TRIES, FREE_TRIES_OF_ADDRESS, LONGEST, REMEMBERED, retry_after
from tests.unit.situations import NOW


@pytest.mark.parametrize(
    ("failures", "ago_s", "seconds"),
    [
        (0, 0.0, None),
        (4, 0.0, None),
        (5, 0.0, 1),
        (6, 0.0, 2),
        (7, 0.0, 4),
        (10, 0.0, 32),
        (11, 0.0, 60),
        (15, 0.0, 60),
        (10_000, 0.0, 60),
        (11, 59.7, 1),
        (11, 20.0, 40),
        (11, 60.0, None),
        (11, 61.0, None),
    ],
)
def test_the_wait_doubles_with_each_failure_up_to_a_minute(failures: int, ago_s: float, seconds: int | None) -> None:
    assert retry_after(failures, NOW - timedelta(seconds=ago_s), 5, NOW) == seconds


def test_nobody_who_never_failed_waits() -> None:
    assert retry_after(99, None, 5, NOW) is None


def test_as_promised() -> None:
    assert (FREE_TRIES, FREE_TRIES_OF_ADDRESS) == (5, 50)
    assert (timedelta(minutes=15), timedelta(minutes=1)) == (REMEMBERED, LONGEST)

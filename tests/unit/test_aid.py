"""A neighbour is asked only when its unit meets the target and ours does not."""

from datetime import timedelta
from typing import Any

import pytest

from api.domain.dispatching.aid import worth_asking
from api.domain.dispatching.dispatch import Rules
from tests.unit.situations import NOW, urgent


def due(seconds: float) -> Any:
    """Seconds before (negative) or after the target."""
    return NOW + timedelta(seconds=900 + seconds)


@pytest.mark.parametrize(
    ("own", "neighbour", "worth"),
    [
        (None, 0, True),
        (None, 1, False),  # it would not meet the target either
        (1, 1, False),
        (60, 0, True),
        (59, 0, False),  # the gain is less than a minute
        (1, -59, True),
        (1, -58, False),
        (0, -600, False),  # ours is in time
    ],
)
def test_what_is_worth_asking_for(own: float | None, neighbour: float, *, worth: bool) -> None:
    assert worth_asking(urgent(), None if own is None else due(own), due(neighbour)) == worth


def test_a_simulation_may_ask_for_less() -> None:
    assert not worth_asking(urgent(), due(30), due(0))
    assert worth_asking(urgent(), due(30), due(0), Rules(aid_gain=timedelta(seconds=30)))


@pytest.mark.parametrize("facts", [{"drill": True}, {"verified": False}, {"drill": True, "verified": False}])
def test_never_for_a_drill_or_what_nobody_has_verified(facts: dict[str, bool]) -> None:
    assert not worth_asking(urgent(**facts), None, due(-600))

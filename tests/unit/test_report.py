"""What a citizen is told: never more than is known."""

import pytest

from api.domain.citizens.report import STATUS, EtaMinutes, coarse_eta
from api.domain.incidents.incident import IncidentState


@pytest.mark.parametrize(
    ("seconds", "low", "high"),
    [
        (-600, 1, 3),
        (0, 1, 3),
        (59, 1, 3),
        (119, 1, 3),
        (120, 2, 4),
        (299, 4, 6),
        (300, 5, 8),
        (420, 7, 10),
        (600, 10, 15),
        (1200, 20, 30),
    ],
)
def test_an_arrival_in_whole_minutes(seconds: float, low: int, high: int) -> None:
    assert coarse_eta(seconds) == EtaMinutes(low, high)


def test_every_state_has_plain_words_and_merging_is_not_told() -> None:
    assert {state.value: status.value for state, status in STATUS.items()} == {
        "open": "received",
        "offering": "searching",
        "assigned": "assigned",
        "en_route": "on_the_way",
        "on_scene": "arrived",
        "closed": "closed",
        "cancelled": "cancelled",
        "merged": "received",
    }
    assert set(STATUS) == set(IncidentState)

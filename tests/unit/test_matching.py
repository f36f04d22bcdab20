"""Several calls and units at the least total cost, and who waits when units are short."""

import numpy as np
import pytest

from api.domain.dispatching.matching import NEVER, match


def pairs(costs: list[list[float]], left_out: list[float] | None = None) -> list[tuple[int, int]]:
    return match(np.array(costs, dtype=float), np.array(left_out or [0.0] * len(costs)))


@pytest.mark.parametrize(
    ("costs", "chosen"),
    [
        ([[5, 9]], [(0, 0)]),
        ([[9, 5]], [(0, 1)]),
        ([[1, 2], [2, 100]], [(0, 1), (1, 0)]),  # one by one, the first would take what the second depends on
        ([[NEVER, 7]], [(0, 1)]),
        ([[NEVER, NEVER]], []),
        ([[NEVER], [3]], [(1, 0)]),
        ([[NEVER, NEVER], [4, 3]], [(1, 1)]),
        ([[0, NEVER], [5, NEVER]], [(0, 0)]),
        ([[900_000, NEVER], [1, NEVER], [NEVER, 800_000]], [(1, 0), (2, 1)]),  # served however far
    ],
)
def test_the_least_total(costs: list[list[float]], chosen: list[tuple[int, int]]) -> None:
    assert pairs(costs) == chosen


def test_as_many_calls_as_possible_are_served_even_at_a_higher_total() -> None:
    assert pairs([[1, 200_000], [1, NEVER]]) == [(0, 1), (1, 0)]


def test_when_units_are_short_the_one_whose_waiting_costs_most_goes_first() -> None:
    assert pairs([[10], [10]], [0, 5]) == [(1, 0)]
    assert pairs([[10], [10]], [5, 0]) == [(0, 0)]
    assert pairs([[10], [14]], [0, 5]) == [(1, 0)]
    assert pairs([[10], [16]], [0, 5]) == [(0, 0)], "unless the longer ride outweighs it"


def test_without_calls_or_units_there_is_nothing_to_match() -> None:
    assert match(np.zeros((0, 3)), np.zeros(0)) == []
    assert match(np.zeros((2, 0)), np.zeros(2)) == []

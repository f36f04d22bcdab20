"""Assigns several units to several calls at the least total cost (SciPy's Jonker-Volgenant solver)."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Costs = NDArray[np.float64]

NEVER = 1e9
"""The cost of a forbidden pair."""

_LEFT_OUT = 1e6
"""More than any ride costs, so a call goes without a unit only if there is none for it."""


def match(costs: Costs, left_out: Costs) -> list[tuple[int, int]]:
    """Pairs of row and column. `costs` has shape (calls, units); `left_out`, shape (calls,), is the extra cost
    of leaving each call without a unit, which decides who waits when units are short."""
    calls = len(costs)
    forbidden = np.full((calls, calls), NEVER * 10)
    np.fill_diagonal(forbidden, _LEFT_OUT + left_out)
    square = np.hstack([np.where(costs < NEVER, costs, NEVER * 10), forbidden])
    rows, columns = linear_sum_assignment(square)
    units = costs.shape[1]
    pairs = zip(map(int, rows), map(int, columns), strict=True)
    return [(row, column) for row, column in pairs if column < units and costs[row, column] < NEVER]

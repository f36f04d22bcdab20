"""Where an idle unit would better wait: where calls come from and nobody would be in time."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.domain.roads.travel import TravelTimes
from api.domain.units.unit import Unit

MOST = 2
"""Units that are proposed to move at a time."""

LEAST_GAIN = 0.1
"""Share of the recent calls that must newly be in reach; less is not worth sending somebody away."""


class Spot(msgspec.Struct, frozen=True):
    """A patrol area: its centre, and how many of the recent calls came from it."""

    id: UUID
    lat: float
    lon: float
    calls: int


class Repositioning(msgspec.Struct, frozen=True):
    """`share_before`, `share_after`: of the recent calls that somebody would reach in time."""

    unit: Unit
    spot: Spot
    share_before: float
    share_after: float


def reposition(
    units: Sequence[Unit], spots: Sequence[Spot], times: TravelTimes, target_s: float, beat_floor: int
) -> list[Repositioning]:
    """At most two moves, the best first. `units`: idle ones. `times` has a row for every spot and columns for the units
    and, named by their ids, for the spots themselves. No beat is left with fewer idle units than its floor."""
    weight = np.array([spot.calls for spot in spots], dtype=float)
    if not units or not weight.sum():
        return []
    rows = [times.row[spot.id] for spot in spots]
    from_units = times.seconds[rows][:, [times.column[unit.unit_id] for unit in units]] <= target_s
    from_spots = times.seconds[rows][:, [times.column[spot.id] for spot in spots]] <= target_s
    weight = weight / weight.sum()
    left = Counter(unit.beat for unit in units)
    moved: list[Repositioning] = []
    here = from_units.copy()
    free = list(range(len(units)))
    while len(moved) < MOST:
        before = _share(here, weight)
        options = [
            (_share_with(here, index, from_spots[:, spot], weight), -index, -spot)
            for index in free
            if units[index].beat is None or left[units[index].beat] > beat_floor
            for spot in range(len(spots))
        ]
        share, index, spot = max(options, default=(0.0, 0, 0))
        if share - before < LEAST_GAIN:
            break
        moved.append(Repositioning(units[-index], spots[-spot], before, share))
        here[:, -index] = from_spots[:, -spot]
        left[units[-index].beat] -= 1
        free.remove(-index)
    return moved


def _share(reached: NDArray[np.bool_], weight: NDArray[np.float64]) -> float:
    return float(weight[reached.any(axis=1)].sum())


def _share_with(
    reached: NDArray[np.bool_], index: int, instead: NDArray[np.bool_], weight: NDArray[np.float64]
) -> float:
    """The share when the unit at `index` stood where `instead` is reached from."""
    others = np.delete(reached, index, axis=1).any(axis=1)
    return float(weight[others | instead].sum())

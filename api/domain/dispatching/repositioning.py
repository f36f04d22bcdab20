"""Better places for idle units to wait: where calls come from and no unit would be in time."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.domain.roads.travel import TravelTimes
from api.domain.units.unit import Unit

MOST = 2
"""How many units may be proposed to move at a time."""

LEAST_GAIN = 0.1
"""Share of recent calls that a move must bring into reach; less is not worth moving a unit."""


class Spot(msgspec.Struct, frozen=True):
    """A patrol area: its centre, and how many recent calls came from it."""

    id: UUID
    lat: float
    lon: float
    calls: int


class Repositioning(msgspec.Struct, frozen=True):
    """`share_before`, `share_after`: shares of recent calls that some unit would reach in time."""

    unit: Unit
    spot: Spot
    share_before: float
    share_after: float


def reposition(
    units: Sequence[Unit], spots: Sequence[Spot], times: TravelTimes, target_s: float, beat_floor: int
) -> list[Repositioning]:
    """At most two moves, best first. `units`: the idle ones. `times` has a row per spot and columns for the units
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
    """The share if the unit at `index` were placed where it has the travel times `instead`."""
    others = np.delete(reached, index, axis=1).any(axis=1)
    return float(weight[others | instead].sum())

"""Better places for idle units to wait: where calls come from and no unit would be in time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.domain.roads.travel import TravelTimes
from api.domain.units.unit import Unit


class RepositioningRules(msgspec.Struct, frozen=True):
    """`most_moves`: how many units may be proposed to move at a time. `least_gain`: share of recent calls that a move
    must bring into reach; less is not worth moving a unit. `most_spots`: how many areas are considered."""

    most_moves: int = 2
    least_gain: float = 0.1
    most_spots: int = 24


USUAL = RepositioningRules()


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


def busiest(areas: Iterable[int], rules: RepositioningRules = USUAL) -> list[tuple[int, int]]:
    """`areas`: that of each recent call. Those with the most calls, each with how many it had."""
    counts = Counter(areas)
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[: rules.most_spots]


def reposition(
    units: Sequence[Unit],
    spots: Sequence[Spot],
    times: TravelTimes,
    target_s: float,
    beat_floor: int,
    rules: RepositioningRules = USUAL,
) -> list[Repositioning]:
    """The best moves, best first. `units`: the idle ones. `times` has a row per spot and columns for the units
    and, named by their ids, for the spots themselves. No beat is left with fewer idle units than its floor."""
    calls = np.array([spot.calls for spot in spots])
    total = int(calls.sum())
    if not total:
        return []
    rows = [times.row[spot.id] for spot in spots]
    reached = times.seconds[rows][:, [times.column[unit.unit_id] for unit in units]] <= target_s
    from_spots = times.seconds[rows][:, [times.column[spot.id] for spot in spots]] <= target_s
    left = Counter(unit.beat for unit in units)
    moved: list[Repositioning] = []
    free = list(range(len(units)))
    while len(moved) < rules.most_moves:
        before = _calls_within(reached, calls)
        options = [
            (_calls_within(_placed(reached, index, from_spots[:, spot]), calls), index, spot)
            for index in free
            if units[index].beat is None or left[units[index].beat] > beat_floor
            for spot in range(len(spots))
        ]
        best = max(options, key=lambda option: option[0], default=None)
        if best is None or (best[0] - before) / total < rules.least_gain:
            break
        after, index, spot = best
        moved.append(Repositioning(units[index], spots[spot], before / total, after / total))
        reached = _placed(reached, index, from_spots[:, spot])
        left[units[index].beat] -= 1
        free.remove(index)
    return moved


def _calls_within(reached: NDArray[np.bool_], calls: NDArray[np.int64]) -> int:
    """Calls from spots that some unit reaches: whole numbers, for of shares 1.0 - 0.9 is less than 0.1. `reached` has
    a row per spot and a column per unit."""
    return int(calls[reached.any(axis=1)].sum())


def _placed(reached: NDArray[np.bool_], index: int, there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """`reached` if the unit at `index` waited where it reaches `there`."""
    placed = reached.copy()
    placed[:, index] = there
    return placed

"""Travel times of units to places: `api.roads` computes them, the domain decides by them."""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray


class EtaSource(StrEnum):
    """How a travel time was computed: along the streets, or straight-line distance over a stated speed."""

    ROAD = "road"
    STRAIGHT_LINE = "straight_line"


class UnitKind(StrEnum):
    """How a unit moves: which streets it may use, and how fast it can be."""

    MOTORCYCLE = "motorcycle"
    CAR = "car"
    FOOT = "foot"


class Eta(msgspec.Struct, frozen=True):
    """Travel time from the unit's last fix.

    `correction`: the station's learned factor for this hour, already included in `seconds`; 1 if it has none.
    """

    seconds: float
    source: EtaSource
    correction: float = 1.0


class Start(msgspec.Struct, frozen=True):
    """A unit where it was last seen; `kind` says which roads it may use."""

    unit_id: UUID
    kind: UnitKind
    lat: float
    lon: float


class Goal(msgspec.Struct, frozen=True):
    """A place to reach, identified by the incident (or other object) it belongs to."""

    id: UUID
    lat: float
    lon: float


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great circle on a sphere of 6,371 km: within 0.6 % of the ellipsoid."""
    a, b = math.radians(lat), math.radians(other_lat)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(half))


class TravelTimes:
    """Seconds from every unit to every goal.

    `seconds` has shape (goals, units), in the order of `goals` and `units`; infinite where no position is known.
    `by_road` has the same shape: False where the time is straight-line distance over a stated speed. So has
    `corrections`: the factors already included in `seconds`.
    """

    def __init__(
        self,
        goals: Sequence[UUID],
        units: Sequence[UUID],
        seconds: NDArray[np.float64],
        by_road: NDArray[np.bool_],
        corrections: NDArray[np.float64] | None = None,
    ) -> None:
        self.seconds, self.by_road = seconds, by_road
        self.corrections = np.ones(seconds.shape) if corrections is None else corrections
        self.row = {goal: index for index, goal in enumerate(goals)}
        self.column = {unit: index for index, unit in enumerate(units)}

    def eta(self, unit_id: UUID, goal: UUID) -> Eta | None:
        """None for a unit without a position."""
        row, column = self.row.get(goal), self.column.get(unit_id)
        if row is None or column is None or not np.isfinite(self.seconds[row, column]):
            return None
        source = EtaSource.ROAD if self.by_road[row, column] else EtaSource.STRAIGHT_LINE
        return Eta(float(self.seconds[row, column]), source, float(self.corrections[row, column]))


class Roads(Protocol):
    """Whoever knows how long it takes: the streets in service, or a simulation's."""

    async def travel_times(self, goals: Sequence[Goal], starts: Sequence[Start], speed_m_per_s: float) -> TravelTimes:
        """Every pair has a time; one that is not by road is labelled so. Raises nothing, and takes two seconds at most.

        `speed_m_per_s`: over straight lines.
        """
        ...

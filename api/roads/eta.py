"""Travel times where no roads are known: straight-line distance over a stated speed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from api.domain.roads.travel import Goal, Start, UnitKind

WALKING_M_PER_S = 1.4
"""A person hurrying on foot, whatever the station's vehicle speed."""
EARTH_M = 6_371_000
"""Radius of the sphere that distances are measured on: within 0.6 % of the ellipsoid."""


def straight_line(goals: Sequence[Goal], starts: Sequence[Start], speed_m_per_s: float) -> NDArray[np.float64]:
    """Seconds, shape (goals, starts). `speed_m_per_s`: the station's figure for a vehicle, as the crow flies."""
    speeds = [min(speed_m_per_s, WALKING_M_PER_S) if start.kind == UnitKind.FOOT else speed_m_per_s for start in starts]
    return great_circle(goals, starts) / np.array(speeds, dtype=float)


def great_circle(goals: Sequence[Goal], starts: Sequence[Start]) -> NDArray[np.float64]:
    """Metres on a sphere, shape (goals, starts)."""
    there, here = _radians(goals)[:, :, None], _radians(starts)[:, None, :]
    half = np.sin((here - there) / 2) ** 2
    half = half[0] + np.cos(there[0]) * np.cos(here[0]) * half[1]
    return 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def _radians(places: Sequence[Goal] | Sequence[Start]) -> NDArray[np.float64]:
    """Latitudes and longitudes, shape (2, places)."""
    return np.radians(np.array([(place.lat, place.lon) for place in places], dtype=float).reshape(-1, 2).T)

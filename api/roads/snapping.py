"""Snaps a position to the road: the nearest stretch that a profile may use."""

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from api.roads.geometry import to_mercator, true_scale
from api.roads.graph import Stretches
from api.roads.profiles import BITS, PROFILES

ISLAND_M = 150.0
"""If a road outside the main part is nearer than the main part by more than this, the position is off the network."""
FAR_M = 2_000.0
"""Outside the network's bounds, a position farther than this from every road is off the network."""

_LEAST_REACH = 50.0
_MOST_KNOWN = 50_000

Floats = NDArray[np.float64]
Bounds = tuple[float, float, float, float]


class Snapped(msgspec.Struct, frozen=True):
    """By position: the stretch (-1: off the network), how far along its line (0 to 1), and metres to get there."""

    stretch: NDArray[np.int32]
    fraction: Floats
    metres: Floats


class Snapper:
    """Over the stretches' lines in EPSG:3857; `bounds` in degrees: west, south, east, north. `tree`: an index of the
    lines."""

    def __init__(self, stretches: Stretches, lines: NDArray[np.object_], bounds: Bounds) -> None:
        self._lines, self._bounds = lines, bounds
        self.tree = shapely.STRtree(lines)
        self._usable = [np.isfinite(stretches.seconds[profile]).any(axis=0) for profile in range(len(PROFILES))]
        self._left_out = stretches.left_out
        self._known: dict[tuple[float, float, int], tuple[float, float, float]] = {}

    def snap(self, lat: Floats, lon: Floats, profile: int) -> Snapped:
        """Results are cached, because every decision asks about the same position until the unit moves."""
        keys = [(*place, profile) for place in zip(lat.tolist(), lon.tolist(), strict=True)]
        fresh = [place for place, key in enumerate(keys) if key not in self._known]
        if fresh and len(self._known) > _MOST_KNOWN:
            self._known.clear()
            fresh = list(range(len(keys)))
        if fresh:
            found = self._search(lat[fresh], lon[fresh], profile)
            rows = zip(found.stretch.tolist(), found.fraction.tolist(), found.metres.tolist(), strict=True)
            self._known.update(zip([keys[place] for place in fresh], rows, strict=True))
        columns = np.array([self._known[key] for key in keys], dtype=float).reshape(-1, 3).T
        return Snapped(columns[0].astype(np.int32), columns[1], columns[2])

    def _search(self, lat: Floats, lon: Floats, profile: int) -> Snapped:
        xy = to_mercator(lon, lat)
        points: NDArray[np.object_] = np.asarray(shapely.points(xy))
        stretch, distance = np.full(len(xy), -1, dtype=np.int32), np.full(len(xy), np.inf)
        scale = true_scale(xy[:, 1])
        if len(xy) and self._usable[profile].any():
            places, found = self.tree.query_nearest(points, all_matches=False)
            stretch[places] = found
            distance[places] = shapely.distance(points[places], self._lines[found])
            stretch[self._outside(lat, lon) & (distance * scale > FAR_M)] = -1
            barred = np.flatnonzero((stretch >= 0) & ~self._usable[profile][stretch])
            near = self._usable_near(points[barred], distance[barred], ISLAND_M / scale[barred], profile)
            stretch[barred], distance[barred] = near
        fraction = np.zeros(len(xy))
        on = stretch >= 0
        fraction[on] = shapely.line_locate_point(self._lines[stretch[on]], points[on], normalized=True)
        return Snapped(stretch, np.nan_to_num(fraction), distance * scale)

    def _outside(self, lat: Floats, lon: Floats) -> NDArray[np.bool_]:
        west, south, east, north = self._bounds
        return (lon < west) | (lon > east) | (lat < south) | (lat > north)

    def _usable_near(
        self, points: NDArray[np.object_], reach: Floats, island: Floats, profile: int
    ) -> tuple[NDArray[np.int32], Floats]:
        """The nearest stretch that the profile may use, searching in growing circles; -1 on an island of the
        network."""
        stretch, distance = np.full(len(points), -1, dtype=np.int32), reach
        waiting = np.arange(len(points))
        while len(waiting):
            reach = np.maximum(3 * reach, _LEAST_REACH)
            place, near = self.tree.query(points[waiting], predicate="dwithin", distance=reach)
            metres = shapely.distance(points[waiting][place], self._lines[near])
            beside = np.full(len(waiting), np.inf)
            isolated = (self._left_out[near] & BITS[profile]) > 0
            np.minimum.at(beside, place[isolated], metres[isolated])
            usable = np.flatnonzero(self._usable[profile][near])
            usable = usable[np.lexsort((metres[usable], place[usable]))]
            here, first = np.unique(place[usable], return_index=True)
            best = usable[first]
            distance[waiting[here]] = metres[best]
            cut_off = metres[best] - beside[here] > island[waiting[here]]
            stretch[waiting[here]] = np.where(cut_off, -1, near[best])
            left = np.ones(len(waiting), dtype=np.bool_)
            left[here] = False
            waiting, reach = waiting[left], reach[left]
        return stretch, distance

"""Which parts of which stretches a closure covers, and what it does to travel times."""

from collections.abc import Sequence

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from api.roads.eta import WALKING_M_PER_S
from api.roads.geometry import true_scale
from api.roads.graph import Ints, Stretches
from api.roads.profiles import FOOT, PROFILES
from api.roads.snapping import Floats

POINT_M = 25.0
"""A point closes the nearest stretch within this, for `AROUND_POINT_M` either way."""
AROUND_POINT_M = 10.0
DRAWN_M = 12.0
"""A line is drawn by hand: it closes what runs this close to it."""
COPIED_M = 4.0
"""Lines copied from streets fit those of a later import this closely."""
_ALONG_M, _ALONG_SHARE = 30.0, 0.6
"""A stretch that only crosses a line lies beside less of it than this."""
_INSIDE_M = 1.0
_NEARLY = 1e-6


class Closing(msgspec.Struct, frozen=True):
    """`geometry`: WKB in EPSG:3857; several lines are copies of streets. `speed_factor`: 0 lets nobody through."""

    geometry: bytes
    speed_factor: float
    on_foot: bool


class Parts(msgspec.Struct, frozen=True):
    """Stretches, each with the covered part of its line (0 to 1)."""

    stretch: Ints
    begin: Floats
    end: Floats


def parts_covered(geometry: bytes, lines: NDArray[np.object_], tree: shapely.STRtree) -> Parts:
    """`lines` in EPSG:3857, `tree` over them."""
    shape = shapely.from_wkb(geometry)
    metre = 1 / float(true_scale(shapely.get_y(shape.centroid)))
    if isinstance(shape, shapely.Point):
        return _around(shape, metre, lines, tree)
    if isinstance(shape, shapely.Polygon):
        return _inside(shape, _INSIDE_M * metre, 1.0, lines, tree)
    reach = COPIED_M if isinstance(shape, shapely.MultiLineString) else DRAWN_M
    return _inside(shape.buffer(reach * metre), _ALONG_M * metre, _ALONG_SHARE, lines, tree)


def _around(point: shapely.Point, metre: float, lines: NDArray[np.object_], tree: shapely.STRtree) -> Parts:
    near = tree.query_nearest(point, max_distance=POINT_M * metre, all_matches=False).astype(np.int32)
    at, whole = shapely.line_locate_point(lines[near], point), shapely.length(lines[near])
    reach = AROUND_POINT_M * metre
    return Parts(near, np.clip((at - reach) / whole, 0, 1), np.clip((at + reach) / whole, 0, 1))


def _inside(
    area: shapely.Geometry, least: float, share: float, lines: NDArray[np.object_], tree: shapely.STRtree
) -> Parts:
    """Stretches of which more than `least`, or `share` of their length, lies inside."""
    met = np.sort(tree.query(area, predicate="intersects")).astype(np.int32)
    inside = shapely.intersection(lines[met], area)
    length, whole = shapely.length(inside), shapely.length(lines[met])
    kept = (length > least) | ((length >= share * whole) & (length > 0))
    ends = [_ends(line, part) for line, part in zip(lines[met[kept]], inside[kept], strict=True)]
    begin, end = np.array(ends, dtype=float).reshape(-1, 2).T
    return Parts(met[kept], begin, end)


def _ends(line: shapely.LineString, part: shapely.Geometry) -> tuple[float, float]:
    places = shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(part)), normalized=True)
    return float(places.min()), float(places.max())


class Passage:
    """Travel times over stretches, with closures. In a closed part one walks, in and out by the nearer end."""

    def __init__(self, stretches: Stretches, closed: Sequence[tuple[Closing, Parts]] = ()) -> None:
        self._length_m = stretches.length_m
        self.seconds = stretches.seconds
        self._begin: Floats | None = None
        self._end: Floats | None = None
        if closed:
            shape = (len(PROFILES), len(stretches.source))
            self.seconds = stretches.seconds.copy()
            self._begin, self._end = np.full(shape, np.inf), np.full(shape, -np.inf)
            slower = np.ones(shape, dtype=np.float32)
            for closing, parts in closed:
                self._close(closing, parts, slower, self._begin, self._end)
            self.seconds *= slower[:, None, :]

    def _close(self, closing: Closing, parts: Parts, slower: NDArray[np.float32], begin: Floats, end: Floats) -> None:
        """Of several slow parts of one stretch the slowest counts, and closed parts are taken together."""
        for profile in range(len(PROFILES)):
            if profile == FOOT and not closing.on_foot:
                continue
            if closing.speed_factor > 0:
                factor = 1 + (parts.end - parts.begin) * (1 / closing.speed_factor - 1)
                slower[profile, parts.stretch] = np.maximum(slower[profile, parts.stretch], factor)
            else:
                begin[profile, parts.stretch] = np.minimum(begin[profile, parts.stretch], parts.begin)
                end[profile, parts.stretch] = np.maximum(end[profile, parts.stretch], parts.end)

    def over_all(self, profile: int) -> NDArray[np.float32]:
        """Seconds over each whole stretch, shape (2, stretches), along and against; infinite where closed."""
        if self._begin is None or self._end is None:
            return self.seconds[profile]
        return np.where(self._begin[profile] < self._end[profile], np.float32(np.inf), self.seconds[profile])

    def over(self, profile: int, direction: int, stretch: Ints, low: Floats, high: Floats) -> Floats:
        """Seconds from one place of a stretch to another, `low` the nearer to its line's beginning."""
        whole = self.seconds[profile, direction, stretch].astype(float)
        if self._begin is None or self._end is None:
            return times_over(high - low, whole)
        begin, end = self._begin[profile, stretch], self._end[profile, stretch]
        inside = np.clip(np.minimum(high, end) - np.maximum(low, begin), 0, None)
        walked = np.where(np.isfinite(whole), inside * self._length_m[stretch] / WALKING_M_PER_S, np.inf)
        times = times_over(high - low - inside, whole) + np.where(inside > 0, walked, 0)
        return np.where((low <= begin + _NEARLY) & (high >= end - _NEARLY) & (begin < end), np.inf, times)

    def wrong_end(self, profile: int, end: int, other_way: int, stretch: Ints, place: Floats) -> NDArray[np.bool_]:
        """A place in a closed part is left and reached by the nearer end (0: its line's beginning), if the way by that
        one is allowed."""
        if self._begin is None or self._end is None:
            return np.zeros(place.shape, dtype=np.bool_)
        ahead, behind = self._end[profile, stretch] - place, place - self._begin[profile, stretch]
        farther = (behind < ahead) if end == 1 else (ahead < behind)
        return self.inside(profile, stretch, place) & farther & np.isfinite(self.seconds[profile, other_way, stretch])

    def inside(self, profile: int, stretch: Ints, place: Floats) -> NDArray[np.bool_]:
        if self._begin is None or self._end is None:
            return np.zeros(place.shape, dtype=np.bool_)
        return (self._begin[profile, stretch] <= place) & (place <= self._end[profile, stretch])


def times_over(share: Floats, seconds: NDArray[np.floating]) -> Floats:
    """Infinite stays infinite, even for a zero share of a forbidden direction."""
    return np.where(np.isfinite(seconds), share * np.where(np.isfinite(seconds), seconds, 0), np.inf)

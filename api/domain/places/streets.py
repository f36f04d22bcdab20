"""A street's shape, and the parts of it that callers name."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from api.domain.places.matching import metres_apart
from api.domain.places.place import Point, Spot

_STEP_M = 60.0
_MOST_POINTS = 24


class Shape(msgspec.Struct, frozen=True):
    """`points` from the mouth to the end."""

    points: tuple[Point, ...]

    def at(self, spot: Spot | None) -> Point:
        if spot == Spot.MOUTH:
            return self.points[0]
        return self.points[-1] if spot == Spot.END else self.points[len(self.points) // 2]

    def nearest(self, place: Point) -> Point:
        return min(self.points, key=lambda point: metres_apart(point, place))


def shaped(lines: Sequence[Sequence[Point]], mouth: Point | None) -> Shape:
    """From the mouth, or else from one of its ends; points that are as far from there as others lie beside each
    other."""
    points = list(dict.fromkeys(point for line in lines for point in _stepped(line)))
    start = mouth or max(points, key=lambda point: metres_apart(points[0], point))
    points.sort(key=lambda point: metres_apart(start, point))
    step = max(1.0, (len(points) - 1) / (_MOST_POINTS - 1))
    kept = [points[round(at * step)] for at in range(min(len(points), _MOST_POINTS))]
    return Shape(tuple(kept))


def _stepped(line: Sequence[Point]) -> list[Point]:
    found = [line[0]]
    for before, after in pairwise(line):
        parts = max(1, round(metres_apart(before, after) / _STEP_M))
        found += [
            Point(
                before.lat + (after.lat - before.lat) * part / parts,
                before.lon + (after.lon - before.lon) * part / parts,
            )
            for part in range(1, parts + 1)
        ]
    return found

"""Direction of travel of one person or vehicle seen by several cameras."""

import math
from collections.abc import Sequence
from datetime import datetime

import msgspec

from api.domain.roads.travel import metres_between

_MOVED_M = 30.0
"""Sightings closer together than this count as one place."""


class Seen(msgspec.Struct, frozen=True):
    at: datetime
    lat: float
    lon: float
    camera_name: str | None


class Direction(msgspec.Struct, frozen=True):
    """From the last sighting at a different place to the latest one; `heading` in degrees clockwise from north."""

    heading: float
    from_camera: str | None
    to_camera: str | None
    metres: float
    seconds: float


def direction(sightings: Sequence[Seen]) -> Direction | None:
    """None while it has been seen in one place only. Only camera sightings count, since callers do not move with the
    target."""
    seen = sorted((each for each in sightings if each.camera_name is not None), key=lambda each: each.at)
    for before in reversed(seen[:-1]):
        last = seen[-1]
        metres = metres_between(before.lat, before.lon, last.lat, last.lon)
        if metres > _MOVED_M:
            heading = _heading(before, last)
            seconds = (last.at - before.at).total_seconds()
            return Direction(round(heading, 1), before.camera_name, last.camera_name, round(metres, 1), seconds)
    return None


def _heading(a: Seen, b: Seen) -> float:
    """Initial bearing of the great circle."""
    lat_a, lat_b, across = math.radians(a.lat), math.radians(b.lat), math.radians(b.lon - a.lon)
    east = math.sin(across) * math.cos(lat_b)
    north = math.cos(lat_a) * math.sin(lat_b) - math.sin(lat_a) * math.cos(lat_b) * math.cos(across)
    return math.degrees(math.atan2(east, north)) % 360

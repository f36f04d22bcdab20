"""What can be a station's area."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from api.db import stations
from api.db.pool import Connection
from api.domain.errors import Invalid

_SMALLEST, _LARGEST = 10_000.0, 2e10
"""Square metres: a street corner; more than Thailand's largest district."""


def polygon(corners: Sequence[tuple[float, float]]) -> str:
    """GeoJSON. `corners`: [lat, lon] in order, the first not repeated."""
    ring = [[lon, lat] for lat, lon in [*corners, corners[0]]]
    return msgspec.json.encode({"type": "Polygon", "coordinates": [ring]}).decode()


async def check_polygon(connection: Connection, area: str) -> None:
    """`area`: GeoJSON. Raises Invalid, naming the place, if it crosses itself."""
    try:
        judged = await stations.judge_area.one(connection, geojson=area)
    except (asyncpg.DataError, asyncpg.InternalServerError):
        raise Invalid("area", "not a polygon") from None
    if judged is None or not judged.valid:
        where = "" if judged is None or judged.lat is None else f" at {judged.lat:.6f}, {judged.lon:.6f}"
        raise Invalid("area", f"{judged.reason if judged else 'not a polygon'}{where}")
    if not _SMALLEST <= (judged.square_metres or 0.0) <= _LARGEST:
        raise Invalid("area", f"{(judged.square_metres or 0) / 1e6:.3f} km² cannot be an area")


async def check_area(connection: Connection, station_id: UUID, area: str) -> None:
    """`area`: GeoJSON. Raises Invalid, naming the place, if it crosses itself or overlaps another station's by more
    than a hundredth."""
    await check_polygon(connection, area)
    others = await stations.overlapping.all(connection, own=station_id, geojson=area)
    if others:
        first = others[0]
        raise Invalid("area", f"overlaps {first.name_th} ({first.name_en}) at {first.lat:.6f}, {first.lon:.6f}")

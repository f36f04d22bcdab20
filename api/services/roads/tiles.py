"""Map tiles of our own streets, made by PostGIS and kept for as long as the network stays the same."""

import asyncio
import math
from collections import OrderedDict

import msgspec

from api.db import roads as rows
from api.db.pool import Database
from api.db.roads import NetworkRow
from api.domain.errors import NotFound
from api.roads.profiles import MAJOR_RANK
from api.services.roads.in_service import RoadsInService

LOWEST, HIGHEST = 6, 14
"""Zooms that are made; a map shows the highest enlarged beyond it."""
_ALL_STREETS = 13
_MOST_RANK = {6: 1, 7: 1, 8: 2, 9: 2, 10: 3, 11: 3, 12: MAJOR_RANK}
_CACHE_BYTES = 64 * 2**20
_OVERHEAD = 300
_MADE_AT_ONCE = 4


class Tile(msgspec.Struct, frozen=True):
    """`tag` changes with the network."""

    tag: str
    content: bytes


class Tiles:
    """Of one network at a time; those asked for last are kept. Few are made at once: anybody may ask for tiles."""

    def __init__(self, db: Database, roads: RoadsInService, room: int = _CACHE_BYTES) -> None:
        self._db, self._roads, self._room = db, roads, room
        self._tag, self._held = "", 0
        self._kept: OrderedDict[tuple[int, int, int], bytes] = OrderedDict()
        self._making = asyncio.Semaphore(_MADE_AT_ONCE)

    async def get(self, z: int, x: int, y: int) -> Tile | None:
        """None without a network. Raises NotFound for a tile that no map has."""
        if not (LOWEST <= z <= HIGHEST and 0 <= x < 2**z and 0 <= y < 2**z):
            raise NotFound(z=z, x=x, y=y)
        network = self._roads.network
        if network is None:
            return None
        tag, key = tag_of(network), (z, x, y)
        if not _inside(network, z, x, y):
            return Tile(tag, b"")
        content = self._known(tag, key)
        if content is None:
            async with self._making:
                content = self._known(tag, key) or await self._made(network.id, z, x, y)
            self._keep(tag, key, content)
        return Tile(tag, content)

    async def _made(self, network_id: int, z: int, x: int, y: int) -> bytes:
        where = {"network_id": network_id, "z": z, "x": x, "y": y}
        async with self._db.stationless() as connection:
            if z >= _ALL_STREETS:
                return await rows.tile.get(connection, **where) or b""
            return await rows.tile_major.get(connection, most_rank=_MOST_RANK[z], **where) or b""

    def _known(self, tag: str, key: tuple[int, int, int]) -> bytes | None:
        if tag != self._tag or key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, tag: str, key: tuple[int, int, int], content: bytes) -> None:
        if tag != self._tag:
            self._tag, self._held = tag, 0
            self._kept.clear()
        if key in self._kept:
            self._held -= len(self._kept.pop(key)) + _OVERHEAD
        self._kept[key] = content
        self._held += len(content) + _OVERHEAD
        while self._held > self._room:
            self._held -= len(self._kept.popitem(last=False)[1]) + _OVERHEAD


def tag_of(network: NetworkRow) -> str:
    """Also tells apart networks of the same number in different databases, and tiles without the edges' ids."""
    return f"e{network.id}-{int(network.imported_at.timestamp() * 1000):x}"


def _inside(network: NetworkRow, z: int, x: int, y: int) -> bool:
    """Whether the tile, or one beside it, meets the network's bounds."""
    west, south, east, north = network.bounds
    left, right = (360 * (column / 2**z) - 180 for column in (x - 1, x + 2))
    top, bottom = (math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z)))) for row in (y - 1, y + 2))
    return left <= east and right >= west and bottom <= north and top >= south

"""Map tiles of our own streets, made by PostGIS and kept for as long as the network stays the same."""

from collections import OrderedDict

import msgspec

from api.db import roads as rows
from api.db.pool import Database
from api.db.roads import NetworkRow
from api.domain.errors import NotFound
from api.roads.profiles import MAJOR_RANK
from api.services import roads

LOWEST, HIGHEST = 6, 14
"""Zooms that are made; a map shows the highest enlarged beyond it."""
_ALL_STREETS = 13
_MOST_RANK = {6: 1, 7: 1, 8: 2, 9: 2, 10: 3, 11: 3, 12: MAJOR_RANK}
_CACHE_BYTES = 64 * 2**20


class Tile(msgspec.Struct, frozen=True):
    """`tag` changes with the network."""

    tag: str
    content: bytes


class Cache:
    """The tiles asked for last, of one network at a time, so many bytes of them."""

    def __init__(self, room: int = _CACHE_BYTES) -> None:
        self._tag, self._room, self._held = "", room, 0
        self._tiles: OrderedDict[tuple[int, int, int], bytes] = OrderedDict()

    def get(self, tag: str, key: tuple[int, int, int]) -> bytes | None:
        if tag != self._tag or key not in self._tiles:
            return None
        self._tiles.move_to_end(key)
        return self._tiles[key]

    def keep(self, tag: str, key: tuple[int, int, int], content: bytes) -> None:
        if tag != self._tag:
            self._tag, self._held = tag, 0
            self._tiles.clear()
        self._held += len(content) - len(self._tiles.pop(key, b""))
        self._tiles[key] = content
        while self._held > self._room:
            self._held -= len(self._tiles.popitem(last=False)[1])


_cache = Cache()


def tag_of(network: NetworkRow) -> str:
    """Also tells apart networks of the same number in different databases."""
    return f"{network.id}-{int(network.imported_at.timestamp() * 1000):x}"


async def tile(db: Database, z: int, x: int, y: int) -> Tile | None:
    """None without a network. Raises NotFound for a tile that no map has."""
    if not (LOWEST <= z <= HIGHEST and 0 <= x < 2**z and 0 <= y < 2**z):
        raise NotFound(z=z, x=x, y=y)
    network = roads.network()
    if network is None:
        return None
    tag, key = tag_of(network), (z, x, y)
    known = _cache.get(tag, key)
    if known is None:
        known = await _made(db, network.id, z, x, y)
        _cache.keep(tag, key, known)
    return Tile(tag, known)


async def _made(db: Database, network_id: int, z: int, x: int, y: int) -> bytes:
    where = {"network_id": network_id, "z": z, "x": x, "y": y}
    async with db.stationless() as connection:
        if z >= _ALL_STREETS:
            return await rows.tile.get(connection, **where) or b""
        return await rows.tile_major.get(connection, most_rank=_MOST_RANK[z], **where) or b""

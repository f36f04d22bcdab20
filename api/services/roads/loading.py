"""A road network out of the database, column by column."""

import numpy as np
import shapely
from numpy.typing import NDArray

from api.db import roads as rows
from api.db.pool import Database, open_database
from api.roads.graph import Stretches
from api.roads.network import Network
from api.roads.profiles import PROFILES

_AT_ONCE = 100_000


class NotThere(Exception):
    """The network was replaced and is being removed."""


async def load(url: str, role: str, network_id: int) -> Network:
    """Raises NotThere, OSError or asyncpg's errors. Every query is short: none of them holds up vacuum."""
    db = await open_database(url, role, size=2)
    try:
        async with db.stationless() as connection:
            known = await rows.read.one(connection, id=network_id)
        if known is None:
            raise NotThere(f"no road network {network_id}")
        columns = Columns(known.edges)
        for first in range(0, known.edges, _AT_ONCE):
            columns.add(first, await _edges(db, network_id, first))
        async with db.stationless() as connection:
            turns = await rows.packed_restrictions.one(connection, network_id=network_id)
    finally:
        await db.close()
    if columns.filled != known.edges or turns is None:
        raise NotThere(f"road network {network_id} has {columns.filled} of {known.edges} edges")
    west, south, east, north = known.bounds
    return Network(columns.stretches(known.nodes, turns), columns.lines(), (west, south, east, north))


async def _edges(db: Database, network_id: int, first: int) -> rows.PackedEdges:
    async with db.stationless() as connection:
        packed = await rows.packed_edges.one(connection, network_id=network_id, first=first, beyond=first + _AT_ONCE)
    if packed is None:
        raise NotThere(f"no road network {network_id}")
    return packed


class Columns:
    """Filled chunk by chunk, so that nothing is held twice."""

    def __init__(self, edges: int) -> None:
        self.filled = 0
        self._source, self._target = np.empty(edges, dtype=np.int32), np.empty(edges, dtype=np.int32)
        self._length, self._left_out = np.empty(edges, dtype=np.float32), np.empty(edges, dtype=np.uint8)
        self._seconds = np.empty((len(PROFILES), 2, edges), dtype=np.float32)
        self._lines = np.empty(edges, dtype=np.object_)

    def add(self, first: int, packed: rows.PackedEdges) -> None:
        chunk = slice(first, first + packed.edges)
        self.filled += packed.edges
        self._source[chunk] = np.frombuffer(packed.source, dtype=">i4")
        self._target[chunk] = np.frombuffer(packed.target, dtype=">i4")
        self._length[chunk] = np.frombuffer(packed.length_m, dtype=">f4")
        self._left_out[chunk] = np.frombuffer(packed.left_out, dtype=">i2")
        for profile, name in enumerate(PROFILES):
            for direction, side in enumerate(("along", "against")):
                seconds: bytes = getattr(packed, f"{name}_{side}")
                self._seconds[profile, direction, chunk] = np.frombuffer(seconds, dtype=">f4")
        points = np.frombuffer(packed.points, dtype=">i4").astype(np.int64)
        offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(points)])
        xy = np.frombuffer(packed.coordinates, dtype="<f8").reshape(-1, 2)
        self._lines[chunk] = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (offsets,))

    def stretches(self, nodes: int, turns: rows.PackedRestrictions) -> Stretches:
        pairs = [np.frombuffer(column, dtype=">i4").astype(np.int32) for column in (turns.comes_by, turns.leaves_by)]
        return Stretches(
            nodes=nodes,
            source=self._source,
            target=self._target,
            length_m=self._length,
            seconds=self._seconds,
            left_out=self._left_out,
            barred=np.stack(pairs, axis=1),
            barred_for=np.frombuffer(turns.profiles, dtype=">i2").astype(np.uint8),
        )

    def lines(self) -> NDArray[np.object_]:
        return self._lines

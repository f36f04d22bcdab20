"""Puts a road network and its places into service: beside the old ones in short commits, then a brief swap, then the
old ones go.

Long write transactions would hold up every reader of events in the whole cluster. A killed import leaves the old
network in service; the next import clears what it left behind.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from api.db import roads as rows
from api.db.pool import Database, open_database
from api.roads.extract import Extract, Report, read_extract
from api.roads.gazetteer import Gazetteer
from api.roads.named import read_named
from api.services.places.importing import clear_places, write_places

Watch = Callable[[Iterable[Any], str], Iterable[Any]]

_BATCH = 20_000
_DELETED_AT_ONCE = 50_000
NOTICED_SECONDS = 6.0
"""Within this every server has seen that another network is in service, and reads the old one no more."""


class ImportRunning(Exception):
    """Another import is at work on this database."""


async def import_roads(
    url: str, file: Path, watch: Watch, *, synthetic: bool, noticed_seconds: float = NOTICED_SECONDS
) -> Report:
    """Raises UnusableFile or ImportRunning; then nothing has changed. `url` is of a login that acts as `sipha_jobs`."""
    async with rows.only_import(url) as alone:
        if not alone:
            raise ImportRunning("another import is running on this database: wait until it has ended")
        extract = read_extract(file, watch)
        gazetteer = Gazetteer(read_named(file, watch))
        db = await open_database(url, "sipha_jobs", size=2)
        try:
            await _clear(db, watch)
            network_id = await _write(db, extract, len(gazetteer), file.name, synthetic, watch)
            await write_places(db, network_id, gazetteer, watch)
            replaced = await _swap(db, network_id)
            if replaced:
                await asyncio.sleep(noticed_seconds)
                await _clear(db, watch)
        finally:
            await db.close()
    return extract.report


async def _write(db: Database, extract: Extract, places: int, source: str, synthetic: bool, watch: Watch) -> int:
    stretches, count = extract.stretches, len(extract.stretches.source)
    async with db.stationless() as connection:
        network_id = await rows.add.get(
            connection,
            source=source,
            synthetic=synthetic,
            now=db.now(),
            bounds=list(extract.bounds),
            nodes=stretches.nodes,
            edges=count,
            report=msgspec.to_builtins(extract.report),
            places=places,
        )
    if network_id is None:
        raise RuntimeError("the database gave the network no number")
    for begin in watch(range(0, count, _BATCH), f"batches of {_BATCH} stretches"):
        edges = list(_edges(extract, network_id, begin, min(begin + _BATCH, count)))
        async with db.stationless() as connection:
            await rows.add_edges(connection, edges)
    turns = np.column_stack([stretches.barred, stretches.barred_for]).tolist()
    async with db.stationless() as connection:
        await rows.add_restrictions(connection, ((network_id, *turn) for turn in turns))
    return network_id


def _edges(extract: Extract, network_id: int, begin: int, end: int) -> Iterator[tuple[object, ...]]:
    stretches, ways, batch = extract.stretches, extract.ways, slice(begin, end)
    way = extract.cut.way[batch]
    roads = [ways.uses[int(use)].road for use in ways.use[way]]
    seconds = stretches.seconds[:, :, batch].reshape(6, -1)
    timed = seconds.astype(object)
    timed[~np.isfinite(seconds)] = None
    columns: list[Iterable[object]] = [
        [network_id] * (end - begin),
        range(begin, end),
        stretches.source[batch].tolist(),
        stretches.target[batch].tolist(),
        [road.name for road in roads],
        [road.rank for road in roads],
        [ways.names[int(name)] for name in ways.name[way]],
        [ways.names[int(name)] for name in ways.name_en[way]],
        stretches.length_m[batch].tolist(),
        *timed.tolist(),
        stretches.left_out[batch].tolist(),
        extract.packed_lines(begin, end),
    ]
    return zip(*columns, strict=True)


async def _swap(db: Database, network_id: int) -> bool:
    """True when there was another network in service."""
    async with db.stationless() as connection:
        replaced = await rows.retire.run(connection)
        await rows.put_in_service.run(connection, id=network_id)
    return replaced > 0


async def _clear(db: Database, watch: Watch) -> None:
    async with db.stationless() as connection:
        leftovers = await rows.leftovers.all(connection)
    for left in leftovers:
        await _in_short_commits(db, left, watch)


async def _in_short_commits(db: Database, left: rows.Leftover, watch: Watch) -> None:
    async def commit(work: Callable[..., Awaitable[int]], **values: object) -> None:
        async with db.stationless() as connection:
            await work(connection, network_id=left.id, **values)

    batches = range(0, left.edges, _DELETED_AT_ONCE)
    for first in watch(batches, f"batches of {_DELETED_AT_ONCE} old stretches removed"):
        await commit(rows.delete_edges.run, first=first, beyond=first + _DELETED_AT_ONCE)
    await commit(rows.delete_restrictions.run)
    await clear_places(db, left.id, left.places, _DELETED_AT_ONCE)
    await commit(rows.delete_network.run)

"""Writes the places of an extract beside those in service, in short commits; they are swapped with its streets."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from struct import Struct
from typing import Any, TypeVar

from api.db import places as rows
from api.db.pool import Database
from api.domain.places.place import UNREMARKABLE, Point
from api.roads.gazetteer import Entry, Gazetteer

Watch = Callable[[Iterable[Any], str], Iterable[Any]]
Each = TypeVar("Each")
_BATCH = 5_000
_POINT = Struct("<BIIdd")


async def write_places(db: Database, network_id: int, gazetteer: Gazetteer, watch: Watch) -> None:
    keys = Keys()
    numbered = enumerate(watch(gazetteer.entries(), "places"))
    for batch in _batches((number, entry) for number, entry in numbered if entry is not None):
        named, fresh = _names(network_id, batch, keys)
        async with db.stationless() as connection:
            await rows.add_keys(connection, ((network_id, *key) for key in fresh))
            await rows.add_places(connection, _places(network_id, batch))
            await rows.add_names(connection, named)
    for batch in _batches(gazetteer.crossings()):
        at = packed([each.at for each in batch])
        made = [(network_id, each.one, each.other, point) for each, point in zip(batch, at, strict=True)]
        async with db.stationless() as connection:
            await rows.add_crossings(connection, made)


async def clear_places(db: Database, network_id: int, places: int, at_once: int) -> None:
    """Of a network no longer in use."""
    for first in range(0, places, at_once):
        async with db.stationless() as connection:
            await rows.delete_places.run(connection, network_id=network_id, first=first, beyond=first + at_once)
    first, gone = 0, 1
    while gone:
        async with db.stationless() as connection:
            gone = await rows.delete_keys.run(connection, network_id=network_id, first=first, beyond=first + at_once)
        first += at_once


class Keys:
    """Each wording once, numbered without gaps."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    def number(self, script: str, letters: str) -> tuple[int, bool]:
        """And whether it is new."""
        before = len(self._known)
        number = self._known.setdefault((script, letters), before)
        return number, number == before


def packed(points: list[Point]) -> list[bytes]:
    """As EWKB."""
    return [_POINT.pack(1, 0x20000001, 4326, point.lon, point.lat) for point in points]


def _places(network_id: int, batch: list[tuple[int, Entry]]) -> Iterator[tuple[object, ...]]:
    at = packed([entry.at for _, entry in batch])
    for (number, entry), point in zip(batch, at, strict=True):
        line = None
        if entry.shape is not None:
            line = [round(value, 7) for each in entry.shape.points for value in (each.lat, each.lon)]
        yield network_id, number, entry.kind, entry.name, entry.name_en, point, line, entry.kind not in UNREMARKABLE


def _names(
    network_id: int, batch: list[tuple[int, Entry]], keys: Keys
) -> tuple[list[tuple[object, ...]], list[tuple[int, str, str]]]:
    at = packed([entry.at for _, entry in batch])
    named: list[tuple[object, ...]] = []
    fresh: list[tuple[int, str, str]] = []
    for (place, entry), point in zip(batch, at, strict=True):
        for script, letters, number in entry.keys:
            key, new = keys.number(script, letters)
            named.append((network_id, place, key, number, point))
            if new:
                fresh.append((key, script, letters))
    return named, fresh


def _batches(things: Iterable[Each]) -> Iterator[list[Each]]:
    each = iter(things)
    while batch := list(islice(each, _BATCH)):
        yield batch

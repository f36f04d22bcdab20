"""Reads an OpenStreetMap file: ways, node positions, turn restrictions. Ways are not split yet."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import osmium
from numpy.typing import NDArray
from osmium.filter import KeyFilter, TagFilter
from osmium.osm import NODE, RELATION, WAY

from api.roads.tags import SPOKEN_OF, WayUse, read_way
from api.roads.turns import LeftOut, Member, Restriction, read_restriction

Watch = Callable[[Iterable[Any], str], Iterable[Any]]
"""Passes items through and shows how many have passed."""

_BLOCK = 1 << 20
_SUFFIXES = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2")


class UnusableFile(Exception):
    """One line saying what is wrong with the file."""


class Ways(msgspec.Struct, frozen=True):
    """The usable ways, column by column. `refs` are the node ids of all of them, `offsets` where each way's start.

    `use` is an index into `uses`, `name` and `name_en` into `names`, whose first is None.
    """

    ids: NDArray[np.int64]
    use: NDArray[np.int32]
    name: NDArray[np.int32]
    name_en: NDArray[np.int32]
    offsets: NDArray[np.int64]
    refs: NDArray[np.int64]
    uses: list[WayUse]
    names: list[str | None]
    restrictions: list[Restriction]
    left_out: Counter[LeftOut]


class Nodes(msgspec.Struct, frozen=True):
    """Sorted by id; `lon`, `lat` in 1e-7 degrees; `found` is False where the file lacks the node."""

    ids: NDArray[np.int64]
    lon: NDArray[np.int32]
    lat: NDArray[np.int32]
    found: NDArray[np.bool_]


def check_file(file: Path) -> None:
    if file.is_dir():
        raise UnusableFile(f"{file} is a directory")
    if not file.exists():
        raise UnusableFile(f"{file} does not exist")
    if not file.name.endswith(_SUFFIXES):
        raise UnusableFile(f"{file} is none of {', '.join(_SUFFIXES)}")
    if file.stat().st_size == 0:
        raise UnusableFile(f"{file} is empty")


def read_ways(file: Path, watch: Watch) -> Ways:
    """One pass over ways and relations. Raises UnusableFile."""
    roads, restrictions = KeyFilter("highway"), TagFilter(("type", "restriction"))
    roads.enable_for(WAY)
    restrictions.enable_for(RELATION)
    reader = osmium.FileProcessor(file, WAY | RELATION).with_filter(roads).with_filter(restrictions)
    collected = _Collected()
    for each in watch(reading(file, reader), "ways"):
        if each.is_way():
            collected.way(each)
        else:
            collected.relation(each)
    if not collected.ids:
        raise UnusableFile(f"{file} has no road that anybody may use")
    return collected.ways()


class _Collected:
    def __init__(self) -> None:
        self.ids, self._refs, self._offsets = array("q"), array("q"), array("q", [0])
        self._use, self._name, self._name_en = array("i"), array("i"), array("i")
        self._seen: dict[tuple[tuple[str, str], ...], int] = {}
        self._uses: list[WayUse] = []
        self._names: dict[str | None, int] = {None: 0}
        self._restrictions: list[Restriction] = []
        self._left_out: Counter[LeftOut] = Counter()

    def way(self, way: Any) -> None:
        tags = dict(way.tags)
        use = self._use_of(tags)
        if use < 0:
            return
        self.ids.append(way.id)
        self._use.append(use)
        self._name.append(self._number(tags.get("name") or tags.get("name:th") or tags.get("ref")))
        self._name_en.append(self._number(tags.get("name:en")))
        self._refs.extend(node.ref for node in way.nodes)
        self._offsets.append(len(self._refs))

    def relation(self, relation: Any) -> None:
        members = (Member(each.type, each.role, each.ref) for each in relation.members)
        read = read_restriction(dict(relation.tags), members)
        if isinstance(read, Restriction):
            self._restrictions.append(read)
        else:
            self._left_out[read] += 1

    def ways(self) -> Ways:
        columns = (self._use, self._name, self._name_en)
        return Ways(
            np.array(self.ids, dtype=np.int64),
            *(np.array(column, dtype=np.int32) for column in columns),
            offsets=np.array(self._offsets, dtype=np.int64),
            refs=np.frombuffer(self._refs, dtype=np.int64),
            uses=self._uses,
            names=list(self._names),
            restrictions=self._restrictions,
            left_out=self._left_out,
        )

    def _use_of(self, tags: dict[str, str]) -> int:
        """-1 for an unusable way. Ways share few distinct tag sets, so each set is interpreted once."""
        key = tuple((tag, value) for tag, value in tags.items() if tag in SPOKEN_OF)
        number = self._seen.get(key)
        if number is None:
            use = read_way(tags)
            number = self._seen[key] = -1 if use is None else len(self._uses)
            if use is not None:
                self._uses.append(use)
        return number

    def _number(self, name: str | None) -> int:
        return self._names.setdefault(name, len(self._names))


def read_nodes(file: Path, ways: Ways, watch: Watch) -> Nodes:
    """A second pass, for the nodes of those ways."""
    return walk_nodes(file, np.unique(ways.refs), watch)


def walk_nodes(file: Path, ids: NDArray[np.int64], watch: Watch) -> Nodes:
    """Where these nodes are; `ids` are sorted. (pyosmium's own id filter would take 1.5 GB alone.)"""
    lon, lat = np.zeros(len(ids), dtype=np.int32), np.zeros(len(ids), dtype=np.int32)
    found = np.zeros(len(ids), dtype=np.bool_)
    if not len(ids):
        return Nodes(ids, lon, lat, found)
    for block in _blocks(watch(reading(file, osmium.FileProcessor(file, NODE)), "nodes")):
        spot = np.minimum(np.searchsorted(ids, block[0]), len(ids) - 1)
        real = (np.abs(block[1]) <= 1_800_000_000) & (np.abs(block[2]) <= 850_000_000)
        wanted = real & (ids[spot] == block[0])
        place = spot[wanted]
        lon[place], lat[place], found[place] = block[1][wanted], block[2][wanted], True
    return Nodes(ids, lon, lat, found)


def _blocks(nodes: Iterable[Any]) -> Iterator[NDArray[np.int64]]:
    """Id, longitude and latitude, a block of nodes at a time."""
    seen = array("q")
    for node in nodes:
        location = node.location
        seen.extend((node.id, location.x, location.y))
        if len(seen) >= 3 * _BLOCK:
            yield np.array(seen, dtype=np.int64).reshape(-1, 3).T
            del seen[:]
    yield np.array(seen, dtype=np.int64).reshape(-1, 3).T


def reading(file: Path, reader: osmium.FileProcessor) -> Iterator[Any]:
    try:
        yield from reader
    except (RuntimeError, OSError) as error:
        raise UnusableFile(f"{file} cannot be read to the end: {str(error).splitlines()[0]}") from None

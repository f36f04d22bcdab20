"""Reads what has a name, a house number or a kilometre out of an OpenStreetMap file: points, outlines, streets."""

from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import osmium
from numpy.typing import NDArray
from osmium.filter import KeyFilter
from osmium.osm import NODE, WAY

from api.domain.places.place import PlaceKind
from api.domain.places.tags import is_junction, kind_of, names_of, shown, street_kind
from api.roads.osm import Nodes, Watch, reading, walk_nodes
from api.roads.profiles import CLASSES

_KEYS = ("name", "name:th", "name:en", "brand", "addr:housenumber", "distance", "pk", "ref")
_OUTLINE = 8
"""Nodes of an outline that are kept: its middle is all that is wanted."""


class Named(msgspec.Struct, frozen=True):
    """`first`, `last`: its nodes in `Found.refs`. `number`: of a house or a kilometre on the street that `names` are
    of."""

    kind: PlaceKind
    name: str
    name_en: str | None
    names: tuple[str, ...]
    first: int
    last: int
    number: str = ""
    rank: int = 9


class Found(msgspec.Struct, frozen=True):
    """`streets` are ways, yet to be joined to whole streets."""

    places: list[Named]
    streets: list[Named]
    refs: NDArray[np.int64]
    nodes: Nodes


def read_named(file: Path, watch: Watch) -> Found:
    """Two passes: over what has a name, then over the nodes of ways. Raises UnusableFile."""
    filtered = osmium.FileProcessor(file, NODE | WAY).with_filter(KeyFilter(*_KEYS))
    collected = _Collected()
    for each in watch(reading(file, filtered), "names"):
        collected.add(each)
    refs = np.frombuffer(collected.refs, dtype=np.int64) if collected.refs else np.zeros(0, dtype=np.int64)
    return Found(collected.places, collected.streets, refs, walk_nodes(file, np.unique(refs), watch))


class _Collected:
    def __init__(self) -> None:
        self.places: list[Named] = []
        self.streets: list[Named] = []
        self.refs = array("q")
        self._same: dict[str, str] = {}

    def add(self, thing: Any) -> None:
        tags = dict(thing.tags)
        is_way = thing.is_way()
        road = CLASSES.get(tags.get("highway", "")) if is_way else None
        made = self._street(tags, road.rank) if road else self._place(tags)
        for named in made:
            first = len(self.refs)
            if road is not None:
                self.refs.extend(node.ref for node in thing.nodes)
            elif is_way:
                refs = [node.ref for node in thing.nodes]
                self.refs.extend(refs[:: max(1, len(refs) // _OUTLINE)][:_OUTLINE])
            else:
                self.refs.append(thing.id)
            kept = self.streets if road is not None else self.places
            kept.append(msgspec.structs.replace(named, first=first, last=len(self.refs)))

    def _street(self, tags: dict[str, str], rank: int) -> Iterable[Named]:
        names = names_of(tags)
        if names:
            thai, english = shown(tags)
            names += [tags["ref"]] if tags.get("ref") else []
            yield self._named(street_kind(names), thai or names[0], english, names, rank=rank)

    def _place(self, tags: dict[str, str]) -> Iterable[Named]:
        if tags.get("addr:housenumber") and (tags.get("addr:street") or tags.get("addr:place")):
            yield from self._house(tags)
        kind = kind_of(tags)
        if kind == PlaceKind.KM_POST:
            yield from self._km(tags)
            return
        names = names_of(tags)
        if not names or (kind is None and not is_junction(names[0])):
            return
        thai, english = shown(tags)
        yield self._named(kind or PlaceKind.JUNCTION, thai or names[0], english, names)

    def _house(self, tags: dict[str, str]) -> Iterable[Named]:
        streets = [
            tags[key] for key in ("addr:street", "addr:street:th", "addr:street:en", "addr:place") if key in tags
        ]
        number = tags["addr:housenumber"].strip().split(";")[0][:40]
        name, english = f"{number} {streets[0]}"[:200], tags.get("addr:street:en")
        yield self._named(PlaceKind.HOUSE, name, f"{number} {english}" if english else None, streets, number)

    def _km(self, tags: dict[str, str]) -> Iterable[Named]:
        number = (tags.get("distance") or tags.get("pk") or "").lower().removesuffix("km").strip()
        roads = [tags[key] for key in ("addr:street", "road", "name", "road_ref", "ref") if tags.get(key)]
        if number and roads:
            yield self._named(PlaceKind.KM_POST, f"กม. {number} {roads[0]}", f"km {number} {roads[0]}", roads, number)

    def _named(
        self, kind: PlaceKind, name: str, english: str | None, names: list[str], number: str = "", rank: int = 9
    ) -> Named:
        kept = tuple(self._same.setdefault(each[:200], each[:200]) for each in names)
        return Named(kind, self._same.setdefault(name, name), english, kept, 0, 0, number, rank)

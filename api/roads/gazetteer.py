"""Turns what was read into whole streets, the places where they meet, and the names that all are found by."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec
import numpy as np

from api.domain.places.matching import likeness
from api.domain.places.names import Name, read_name
from api.domain.places.place import PlaceKind, Point
from api.domain.places.streets import Shape, shaped
from api.roads.named import Found, Named

_CELL = 0.003
"""Degrees: pieces of one name that begin or end this close to each other are one street."""
_NAMESAKE = 0.85
_SCRIPTS = ("written", "spoken")


class Entry(msgspec.Struct, frozen=True):
    """A place with the names it is found by; `shape` of a street."""

    kind: PlaceKind
    name: str
    name_en: str | None
    at: Point
    keys: tuple[tuple[str, str, str], ...]
    """Script, letters, number."""
    shape: Shape | None = None


class Crossing(msgspec.Struct, frozen=True):
    """Two streets by their numbers among the entries, the lower one first."""

    one: int
    other: int
    at: Point


class Gazetteer:
    """Streets first, in the order of their numbers. Shapes are made as they are read: none are held."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._place = np.searchsorted(found.nodes.ids, found.refs)
        self._streets = list(self._joined())
        self._meetings = self._met()

    def __len__(self) -> int:
        return len(self._streets) + len(self._found.places)

    def entries(self) -> Iterator[Entry | None]:
        """None for what the file gives no position."""
        for number, pieces in enumerate(self._streets):
            yield self._street(number, pieces)
        for place in self._found.places:
            yield self._entry(place)

    def crossings(self) -> Iterator[Crossing]:
        told: set[tuple[int, int]] = set()
        for node, numbers in self._meetings.items():
            at = self._point(node)
            for one in numbers:
                for other in numbers:
                    if one < other and (one, other) not in told:
                        told.add((one, other))
                        yield Crossing(one, other, at)

    def _joined(self) -> Iterator[list[Named]]:
        """Pieces of the same name that share a node, or whose ends lie close together."""
        by_name: dict[str, list[Named]] = defaultdict(list)
        for piece in self._found.streets:
            if self._line(piece):
                by_name[piece.name].append(piece)
        for pieces in by_name.values():
            yield from _together(pieces, [self._touches(piece) for piece in pieces])

    def _touches(self, piece: Named) -> set[tuple[int, ...]]:
        line = self._line(piece)
        touched: set[tuple[int, ...]] = {(node,) for node in line}
        for node in (line[0], line[-1]):
            row, column = (
                int(value // (_CELL * 1e7)) for value in (self._found.nodes.lat[node], self._found.nodes.lon[node])
            )
            touched |= {(row + up, column + right) for up in (0, 1) for right in (0, 1)}
        return touched

    def _met(self) -> dict[int, list[int]]:
        """The nodes that belong to several streets."""
        first: dict[int, int] = {}
        shared: dict[int, list[int]] = {}
        for number, pieces in enumerate(self._streets):
            for node in {node for piece in pieces for node in self._line(piece)}:
                if node in first:
                    shared.setdefault(node, [first[node]]).append(number)
                else:
                    first[node] = number
        return shared

    def _street(self, number: int, pieces: list[Named]) -> Entry:
        lines = [[self._point(node) for node in self._line(piece)] for piece in pieces]
        best = max(pieces, key=lambda piece: (piece.name_en is not None, len(piece.names)))
        shape = shaped(lines, self._mouth(number, pieces) if best.kind == PlaceKind.SOI else None)
        names = list(dict.fromkeys(name for piece in pieces for name in piece.names))
        return Entry(best.kind, best.name, best.name_en, shape.at(None), _keys(names), shape)

    def _mouth(self, number: int, pieces: list[Named]) -> Point | None:
        """Where it meets the street that it is named after, else the greatest one."""
        own = read_name(pieces[0].name)
        best: tuple[tuple[bool, int], int] | None = None
        for piece in pieces:
            for node in self._line(piece):
                for other in self._meetings.get(node, ()):
                    if other == number:
                        continue
                    theirs = read_name(self._streets[other][0].name)
                    namesake = likeness(own.spoken, theirs.spoken) > _NAMESAKE
                    shorter = len(theirs.number) < len(own.number)
                    rank = min(each.rank for each in self._streets[other])
                    weight = (not (namesake and shorter), rank if not namesake else -len(theirs.number))
                    if best is None or weight < best[0]:
                        best = (weight, node)
        return None if best is None else self._point(best[1])

    def _entry(self, place: Named) -> Entry | None:
        nodes = self._line(place)
        if not nodes:
            return None
        points = [self._point(node) for node in nodes]
        at = Point(sum(each.lat for each in points) / len(points), sum(each.lon for each in points) / len(points))
        mark = {PlaceKind.HOUSE: "#", PlaceKind.KM_POST: "@"}.get(place.kind)
        keys = _keys(place.names)
        if mark:
            keys = tuple((script, text, f"{number}{mark}{plain_number(place.number)}") for script, text, number in keys)
        return Entry(place.kind, place.name, place.name_en, at, keys)

    def _line(self, piece: Named) -> list[int]:
        places = self._place[piece.first : piece.last]
        return [int(each) for each in places if self._found.nodes.found[each]]

    def _point(self, node: int) -> Point:
        return Point(self._found.nodes.lat[node] / 1e7, self._found.nodes.lon[node] / 1e7)


def plain_number(number: str) -> str:
    return number.replace(" ", "").replace("-", "/").lower()


def _keys(names: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(dict.fromkeys(key for name in names for key in _of(read_name(name))))


def _of(name: Name) -> Iterator[tuple[str, str, str]]:
    for script in _SCRIPTS:
        text: str = getattr(name, script)
        if text:
            yield script, text, name.number


def _together(pieces: list[Named], touched: list[set[tuple[int, ...]]]) -> Iterator[list[Named]]:
    group = list(range(len(pieces)))

    def root(number: int) -> int:
        while group[number] != number:
            group[number] = group[group[number]]
            number = group[number]
        return number

    first: dict[tuple[int, ...], int] = {}
    for number, keys in enumerate(touched):
        for key in keys:
            group[root(number)] = root(first.setdefault(key, number))
    joined: dict[int, list[Named]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        joined[root(number)].append(piece)
    yield from joined.values()

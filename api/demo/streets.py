"""Made-up streets for the model station: main roads, long sois with dead ends, a canal with two bridges.

They go through the same importer as a real extract, marked as synthetic. None of them exists in the real Huai Khwang.
"""

import math
import random
from itertools import pairwise, product
from pathlib import Path

import asyncpg
import osmium
from osmium.osm import mutable

from api.services.roads.extract_import import import_roads

FILE = "sample-streets.osm"
_SOUTH_WEST = (13.7625, 100.5625)
_MAINS_X = (0, 900, 1800, 2700, 3600)
_MAINS_Y = (0, 850, 1700, 2550, 3400)
_BRIDGES = (1, 3)
"""The west-east roads that cross the canal."""
_CANAL_X = 2250
_SOI_EVERY = 100
_THROUGH, _ALLEY, _SHORT_CUT = (2, 3, 4, 6), 7, 5
"""Of a block's sois, counted from the west: the through ones, and the link between the ends of two others."""
_ONE_WAY = {3: "yes", 4: "-1"}
"""Northwards and southwards."""
_HEADINGS = {"north": "เหนือ", "east": "ออก"}

Point = tuple[int, int]
"""Metres east and north of the south-western corner."""


async def load(url: str, home: Path) -> None:
    """Does nothing if the database already has a network, made-up or real. `url`: of a login that acts as
    `sipha_jobs`."""
    connection = await asyncpg.connect(url)
    try:
        known = await connection.fetchval("SELECT EXISTS (SELECT FROM road_network WHERE state = 'current')")
    finally:
        await connection.close()
    if not known:
        file = home / FILE
        write(file)
        await import_roads(url, file, lambda things, _: things, synthetic=True)


def write(file: Path) -> None:
    """Deterministic: the same file every time."""
    streets = _Streets(random.Random(15))
    streets.mains()
    columns, rows = (list(pairwise(lines)) for lines in (_MAINS_X, _MAINS_Y))
    for number, ((west, east), (south, north)) in enumerate(product(columns, rows), start=1):
        streets.block(number, (west, south), (east, north))
    streets.turns()
    streets.save(file)


class _Streets:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._nodes: dict[Point, int] = {}
        self._ways: list[tuple[list[int], dict[str, str]]] = []
        self._main: dict[tuple[Point, str], int] = {}
        self._barred: list[tuple[int, int, int, str]] = []

    def mains(self) -> None:
        for number, x in enumerate(_MAINS_X, start=1):
            for south, north in pairwise(_MAINS_Y):
                self._main_road([(x, y) for y in (south, *_crossings(south, north), north)], number, "north")
        for number, y in enumerate(_MAINS_Y):
            for west, east in pairwise(_MAINS_X):
                along = [(x, y) for x in range(west, east + 1, _SOI_EVERY)]
                for part in [along] if number in _BRIDGES else _banks(along):
                    self._main_road(part, number + 1, "east")
        self._way([(_CANAL_X, _MAINS_Y[0] - 200), (_CANAL_X, _MAINS_Y[-1] + 200)], waterway="canal", name="คลองตัวอย่าง")

    def _main_road(self, along: list[Point], number: int, heading: str) -> None:
        kind = "primary" if number % 2 else "secondary"
        thai = f"ถนนตัวอย่าง{_HEADINGS[heading]} {number} (สมมติ)"
        name = {"name": thai, "name:en": f"Sample Road {heading.title()} {number} (made up)"}
        self._main[along[0], heading] = self._way(along, highway=kind, maxspeed="60", **name)

    def block(self, number: int, south_west: Point, north_east: Point) -> None:
        """Sois from the main roads to the south and the north: some meet, most are dead ends."""
        (west, south), (east, north) = south_west, north_east
        for place, x in enumerate(range(west + _SOI_EVERY, east, _SOI_EVERY), start=1):
            low, high = self._chance.choice((240, 300, 360)), self._chance.choice((240, 300, 360))
            lower = [y for y in (south, south + 120, south + 240, south + low) if y <= south + low]
            upper = [y for y in (north - high, north - 240, north - 120, north) if y >= north - high]
            for part in (lower, upper):
                self._soi([(x, y) for y in dict.fromkeys(part)], number, place)
            between = [(x, lower[-1]), (x, upper[0])]
            if place in _THROUGH:
                self._soi(between, number, place)
            elif place == _ALLEY:
                self._way(between, highway="service", service="alley", name="ตรอกตัวอย่าง", **{"name:en": "Sample Alley"})
            elif place == _SHORT_CUT:
                self._way(between, highway="path", motorcycle="yes", name="ทางลัดตัวอย่าง")
        for y in _crossings(south, north):
            for x in range(west, east, _SOI_EVERY):
                if not x < _CANAL_X < x + _SOI_EVERY and self._chance.random() < 0.55:
                    self._soi([(x, y), (x + _SOI_EVERY, y)], number, 10 + (y - south) // 100)

    def _soi(self, along: list[Point], block: int, place: int) -> None:
        oneway = {"oneway": _ONE_WAY[place]} if place in _ONE_WAY else {}
        name = {"name": f"ซอยตัวอย่าง {block}/{place}", "name:en": f"Soi Sample {block}/{place}"}
        self._way(along, highway="residential", **name, **oneway)

    def turns(self) -> None:
        """No right turn out of the first crossings northwards; straight on only at one."""
        for number, kind in ((1, "no_right_turn"), (2, "no_right_turn"), (3, "only_straight_on")):
            x, y = _MAINS_X[number], _MAINS_Y[number]
            below, beyond = self._main[(x, _MAINS_Y[number - 1]), "north"], self._main[(x, y), "north"]
            right = self._main[(x, y), "east"]
            self._barred.append((below, self._nodes[x, y], beyond if kind.startswith("only") else right, kind))

    def _way(self, along: list[Point], **tags: str) -> int:
        refs = [self._nodes.setdefault(point, len(self._nodes) + 1) for point in along]
        self._ways.append((refs, tags))
        return len(self._ways)

    def save(self, file: Path) -> None:
        fresh = file.with_name(f"new-{file.name}")
        with osmium.SimpleWriter(str(fresh), overwrite=True) as writer:
            for (x, y), number in self._nodes.items():
                writer.add_node(mutable.Node(id=number, version=1, location=_degrees(x, y)))
            for number, (refs, tags) in enumerate(self._ways, start=1):
                writer.add_way(mutable.Way(id=number, version=1, nodes=refs, tags=tags))
            for number, (comes_by, via, leaves_by, kind) in enumerate(self._barred, start=1):
                members = [("w", comes_by, "from"), ("n", via, "via"), ("w", leaves_by, "to")]
                tags = {"type": "restriction", "restriction": kind}
                writer.add_relation(mutable.Relation(id=number, version=1, members=members, tags=tags))
        fresh.rename(file)


def _crossings(south: int, north: int) -> tuple[int, ...]:
    """Where west-east lanes may cross a block's sois."""
    return south + 120, south + 240, north - 240, north - 120


def _banks(along: list[Point]) -> list[list[Point]]:
    """A road that the canal cuts in two."""
    parts = [[point for point in along if (point[0] < _CANAL_X) == west] for west in (True, False)]
    return [part for part in parts if part]


def _degrees(x: int, y: int) -> tuple[float, float]:
    lat, lon = _SOUTH_WEST
    metre = 1 / (math.radians(1) * 6_371_000)
    return round(lon + x * metre / math.cos(math.radians(lat)), 7), round(lat + y * metre, 7)

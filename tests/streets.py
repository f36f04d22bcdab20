"""Test streets, drawn on a plane in metres around the model station and written as an OpenStreetMap file."""

import heapq
import math
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from api.demo.cluster import Cluster
from api.roads.extract import Extract, Report, read_extract
from api.roads.graph import Stretches
from api.roads.network import Network, Places
from api.services.roads.extract_import import import_roads

ORIGIN = (13.7712, 100.5746)
_LAT_M = math.radians(1) * 6_371_000
_LON_M = _LAT_M * math.cos(math.radians(ORIGIN[0]))


def place(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude of a point given in metres east and north of the origin."""
    return ORIGIN[0] + y / _LAT_M, ORIGIN[1] + x / _LON_M


class Map:
    """`at`: metres east and north by node name. Ways name their nodes: `way("a b c", highway="residential")`."""

    def __init__(self, **at: tuple[float, float]) -> None:
        self._nodes = {name: (number, point) for number, (name, point) in enumerate(at.items(), start=1)}
        self._ways: list[tuple[int, list[int], dict[str, str]]] = []
        self._relations: list[tuple[list[tuple[str, str, int]], dict[str, str]]] = []

    def way(self, nodes: str, highway: str = "residential", **tags: str) -> int:
        number = 100 + len(self._ways)
        refs = [self._nodes[name][0] if name in self._nodes else 9_999 for name in nodes.split()]
        named = {key.replace("__", ":"): value for key, value in tags.items()}
        self._ways.append((number, refs, {"highway": highway, **named}))
        return number

    def restrict(self, comes_by: int, via: str | int, leaves_by: int, kind: str = "no_left_turn", **tags: str) -> None:
        middle = ("way", via) if isinstance(via, int) else ("node", self._nodes[via][0])
        members = [("way", "from", comes_by), (middle[0], "via", middle[1]), ("way", "to", leaves_by)]
        named = {key.replace("__", ":"): value for key, value in tags.items()}
        if kind:
            named["restriction"] = kind
        self._relations.append((members, {"type": "restriction", **named}))

    def write(self, file: Path) -> Path:
        lines = ["<?xml version='1.0' encoding='UTF-8'?>", '<osm version="0.6" generator="test">']
        for number, (x, y) in self._nodes.values():
            lat, lon = place(x, y)
            lines.append(f'<node id="{number}" version="1" lat="{lat:.9f}" lon="{lon:.9f}"/>')
        for number, refs, tags in self._ways:
            inside = [f'<nd ref="{ref}"/>' for ref in refs] + _tags(tags)
            lines.append(f'<way id="{number}" version="1">{"".join(inside)}</way>')
        for number, (members, tags) in enumerate(self._relations, start=1):
            inside = [f'<member type="{kind}" role="{role}" ref="{ref}"/>' for kind, role, ref in members] + _tags(tags)
            lines.append(f'<relation id="{number}" version="1">{"".join(inside)}</relation>')
        file.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
        return file

    def extract(self, folder: Path) -> Extract:
        return read_extract(self.write(folder / "streets.osm"), lambda things, _: things)

    def network(self, folder: Path) -> Network:
        return network_of(self.extract(folder))


def grid(streets: int = 12, spacing: float = 120.0) -> Map:
    """Blocks around the model station's first camera; the middle street is a main road."""
    names = {
        f"n{x}_{y}": ((x - streets / 2) * spacing, (y - streets / 2) * spacing)
        for x in range(streets)
        for y in range(streets)
    }
    made = Map(**names)
    for line in range(streets):
        kind = "primary" if line == streets // 2 else "residential"
        made.way(" ".join(f"n{x}_{line}" for x in range(streets)), kind, name=f"ถนน {line}")
        made.way(" ".join(f"n{line}_{y}" for y in range(streets)), kind, name=f"ซอย {line}")
    return made


async def put(cluster: Cluster, database: str, file: Path, *, synthetic: bool = False) -> Report:
    url = cluster.url("sipha_jobs", database)
    return await import_roads(url, file, lambda things, _: things, synthetic=synthetic, noticed_seconds=3)


def network_of(extract: Extract) -> Network:
    return Network(extract.stretches, extract.lines(0, len(extract.stretches.source)), extract.bounds)


def seconds_between(network: Network, start: tuple[float, float], goal: tuple[float, float], profile: int) -> float:
    """From one point to another in metres east and north of the origin; infinite off the network."""
    goal_lat, goal_lon = place(*goal)
    found = network.travel_times(np.array([goal_lat]), np.array([goal_lon]), starts_at([start], profile))
    return float(found.seconds[0, 0])


def starts_at(points: Iterable[tuple[float, float]], profile: int) -> Places:
    lat, lon = np.array([place(*point) for point in points], dtype=float).reshape(-1, 2).T
    return Places(lat, lon, np.full(len(lat), profile, dtype=np.int8))


def brute_force(stretches: Stretches, profile: int, origin: int) -> dict[int, float]:
    """Seconds from the end of one directed stretch to the end of each other (or itself again), turn by turn."""
    usable = [each for each in range(2 * len(stretches.source)) if np.isfinite(_seconds(stretches, profile, each))]
    bound = (stretches.barred_for & (1 << profile)) > 0
    barred = {(int(comes), int(leaves)) for comes, leaves in stretches.barred[bound]}
    found: dict[int, float] = {}
    queue = [(0.0, origin)]
    while queue:
        time, here = heapq.heappop(queue)
        if here in found:
            continue
        if time > 0:
            found[here] = time
        for following in usable:
            if _tail(stretches, following) == _head(stretches, here) and (here, following) not in barred:
                heapq.heappush(queue, (time + _seconds(stretches, profile, following), following))
    return found


def _seconds(stretches: Stretches, profile: int, directed: int) -> float:
    return float(stretches.seconds[profile, directed % 2, directed >> 1])


def _tail(stretches: Stretches, directed: int) -> int:
    return int((stretches.target if directed % 2 else stretches.source)[directed >> 1])


def _head(stretches: Stretches, directed: int) -> int:
    return int((stretches.source if directed % 2 else stretches.target)[directed >> 1])


def _tags(tags: dict[str, str]) -> list[str]:
    return [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items()]

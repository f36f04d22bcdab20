"""A made-up country as an .osm.pbf file: a grid of streets with four in ten missing and a bend in every second one."""

import math
from pathlib import Path

import numpy as np
import osmium
from osmium.osm import mutable

ORIGIN = (13.0, 99.5)
SPACING = 0.0014
"""Degrees between crossings, about 150 m."""
_KEPT = 0.62


def write(file: Path, directed_edges: int) -> int:
    """Returns the number of crossings along one side."""
    side = max(4, round(math.sqrt(directed_edges / 2 / (2 * _KEPT) * 1.14)))
    chance = np.random.default_rng(15)
    kept = chance.random((2, side, side)) < _KEPT
    bent = chance.random((2, side, side)) < 0.5
    shift = (chance.random((side, side, 2)) - 0.5) * SPACING / 2
    with osmium.SimpleWriter(str(file), overwrite=True) as writer:
        _nodes(writer, side, kept, bent, shift)
        number = 0
        for across in range(2):
            for line in range(side):
                number = _line(writer, number, across, line, side, kept[across, line], bent[across, line])
    return side


def _nodes(writer: osmium.SimpleWriter, side: int, kept: np.ndarray, bent: np.ndarray, shift: np.ndarray) -> None:
    crossing = np.indices((side, side)).transpose(1, 2, 0) * SPACING + shift + ORIGIN
    for y, x in np.ndindex(side, side):
        lat, lon = crossing[y, x]
        writer.add_node(mutable.Node(id=1 + 3 * (y * side + x), location=(lon, lat)))
        for across, (north, east) in enumerate(((0, 1), (1, 0))):
            line, place = (y, x) if across == 0 else (x, y)
            if place + 1 < side and kept[across, line, place] and bent[across, line, place]:
                middle = (crossing[y, x] + crossing[y + north, x + east]) / 2 + SPACING / 12
                bend = mutable.Node(id=2 + across + 3 * (y * side + x), location=(middle[1], middle[0]))
                writer.add_node(bend)


def _line(
    writer: osmium.SimpleWriter, number: int, across: int, line: int, side: int, kept: np.ndarray, bent: np.ndarray
) -> int:
    """One street from edge to edge, broken where blocks are missing. Every tenth is a main road, some are one-way."""
    tags = {"highway": "primary" if line % 10 == 0 else "residential", "name": f"ถนน {across}-{line}"}
    if line % 25 == 7:
        tags["oneway"] = "yes" if line % 2 else "-1"

    def crossing(place: int) -> int:
        return 3 * (line * side + place if across == 0 else place * side + line)

    nodes: list[int] = []
    for place in range(side):
        nodes.append(1 + crossing(place))
        if place + 1 < side and kept[place]:
            if bent[place]:
                nodes.append(2 + across + crossing(place))
            continue
        if len(nodes) > 1:
            number += 1
            writer.add_way(mutable.Way(id=number, nodes=nodes, tags=tags))
        nodes = []
    return number

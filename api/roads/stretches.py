"""Splits ways at junctions into the stretches that make up the road network."""

from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.roads.geometry import along_curve, steps_m
from api.roads.osm import Nodes, Ways
from api.roads.turns import Junctions, LeftOut, Turn


class Cut(msgspec.Struct, frozen=True):
    """Stretches in space-filling-curve order, so that neighbours are stored together.

    `source` and `target` are dense node numbers, `way` is an index into `Ways`. The stretch's line is
    `path[first : last + 1]`, which indexes `Nodes`. `number`: the dense number of each of `Nodes`, -1 for a bend.
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    way: NDArray[np.int32]
    length_m: NDArray[np.float32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    path: NDArray[np.int32]
    nodes: int
    number: NDArray[np.int32]


def cut(ways: Ways, nodes: Nodes) -> Cut:
    """A way is interrupted where the file lacks one of its nodes, and continues after it."""
    path, way, begins = _walked(ways, nodes)
    ends = np.append(begins[1:], True)
    junction = np.bincount(path, minlength=len(nodes.ids)) > 1
    junction[path[begins | ends]] = True
    for restriction in ways.restrictions:
        place = int(np.searchsorted(nodes.ids, restriction.via))
        if place < len(nodes.ids) and nodes.ids[place] == restriction.via:
            junction[place] = True
    stops = np.flatnonzero(junction[path])
    begin, end = stops[:-1], stops[1:]
    whole = ~begins[end]
    steps = steps_m(nodes.lon[path], nodes.lat[path])
    length = np.add.reduceat(steps, begin, dtype=np.float64) if len(begin) else np.zeros(0)
    begin, end, length = begin[whole], end[whole], length[whole]
    return _ordered(nodes, path, way, begin, end, length.astype(np.float32))


def _walked(ways: Ways, nodes: Nodes) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
    """Node and way of every step, and where each piece of way starts; no node appears twice in a row."""
    path = np.searchsorted(nodes.ids, ways.refs).astype(np.int32)
    way = np.repeat(np.arange(len(ways.ids), dtype=np.int32), np.diff(ways.offsets))
    begins = np.ones(len(path), dtype=np.bool_)
    begins[1:] = way[1:] != way[:-1]
    there = nodes.found[path]
    begins[1:] |= ~there[:-1]
    again = ~begins
    again[1:] &= path[1:] == path[:-1]
    keep = there & ~again
    return path[keep], way[keep], begins[keep]


def _ordered(
    nodes: Nodes,
    path: NDArray[np.int32],
    way: NDArray[np.int32],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    length: NDArray[np.float32],
) -> Cut:
    met = np.unique(np.concatenate([path[begin], path[end]]))
    met = met[np.argsort(along_curve(nodes.lon[met], nodes.lat[met]), kind="stable")]
    number = np.full(len(nodes.ids), -1, dtype=np.int32)
    number[met] = np.arange(len(met), dtype=np.int32)
    source, target = number[path[begin]], number[path[end]]
    order = np.lexsort((target, source))
    begin, end = begin[order], end[order]
    return Cut(source[order], target[order], way[begin], length[order], begin, end, path, len(met), number)


def bar_turns(made: Cut, ways: Ways, nodes: Nodes) -> tuple[dict[Turn, int], int]:
    """The barred turns with a bit per profile, and how many restrictions they come from; other restrictions are only
    counted."""
    at = {restriction.via: _dense(made, nodes, restriction.via) for restriction in ways.restrictions}
    junctions = Junctions(made.source, made.target, made.way, (node for node in at.values() if node >= 0))
    index = _places(ways.ids, {way for each in ways.restrictions for way in (*each.comes_by, *each.leaves_by)})
    barred: dict[Turn, int] = {}
    honoured = 0
    for each in ways.restrictions:
        pairs = [(index.get(comes, -1), index.get(leaves, -1)) for comes in each.comes_by for leaves in each.leaves_by]
        found = [junctions.barred(at[each.via], comes, leaves, only=each.only) for comes, leaves in pairs]
        reason = next((turns for turns in found if isinstance(turns, LeftOut)), None)
        if reason is not None:
            ways.left_out[reason] += 1
            continue
        honoured += 1
        for turns in found:
            for turn in () if isinstance(turns, LeftOut) else turns:
                barred[turn] = barred.get(turn, 0) | each.profiles
    return barred, honoured


def _dense(made: Cut, nodes: Nodes, osm_id: int) -> int:
    place = int(np.searchsorted(nodes.ids, osm_id))
    known = place < len(nodes.ids) and nodes.ids[place] == osm_id
    return int(made.number[place]) if known else -1


def _places(ids: NDArray[np.int64], wanted: Iterable[int]) -> dict[int, int]:
    """The indices of the wanted ids in the column."""
    order = np.argsort(ids, kind="stable")
    asked = np.array(sorted(wanted), dtype=np.int64)
    place = np.searchsorted(ids, asked, sorter=order)
    return {
        int(each): int(order[spot])
        for each, spot in zip(asked, place, strict=True)
        if spot < len(ids) and ids[order[spot]] == each
    }

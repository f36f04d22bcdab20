"""The directed graph of one profile over the stretches, in which a barred turn cannot be taken.

Where a turn is barred, the incoming stretch leads to a copy of the node that lacks the barred exits, so that
shortest paths honour the restriction exactly without knowing about it.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from api.roads.profiles import BITS

Ints = NDArray[np.int32]


class Stretches(msgspec.Struct, frozen=True):
    """The graph's data, column by column. A directed stretch is `2 * stretch + (1 if against its line)`.

    `seconds` has shape (profiles, 2, stretches), along the line and against it; infinite where it is not allowed.
    `left_out` has a bit per profile that may use the stretch but for which it lies outside the main part.
    `barred` are turns, shape (turns, 2) of directed stretches, `barred_for` the profiles that each applies to, as bits.
    """

    nodes: int
    source: Ints
    target: Ints
    length_m: NDArray[np.float32]
    seconds: NDArray[np.float32]
    left_out: NDArray[np.uint8]
    barred: Ints
    barred_for: NDArray[np.uint8]


class Graph(msgspec.Struct, frozen=True):
    """Arcs with their directed stretches. `enters`: the node, possibly a copy, that a directed stretch leads to.

    `copied` lists (directed stretch, copy) for every copy that has this exit.
    """

    nodes: int
    tail: Ints
    head: Ints
    directed: Ints
    enters: Ints
    copied: Ints


def build_graph(stretches: Stretches, profile: int) -> Graph:
    usable = np.isfinite(stretches.seconds[profile]).T.ravel()
    directed = np.flatnonzero(usable).astype(np.int32)
    leaves = np.stack([stretches.source, stretches.target], axis=1).ravel()
    enters = np.stack([stretches.target, stretches.source], axis=1).ravel()
    turns = stretches.barred[(stretches.barred_for & BITS[profile]) > 0].reshape(-1, 2)
    turns = turns[usable[turns].all(axis=1)]
    exits = _exits(directed, leaves[directed], enters[turns[:, 0]])
    copies, reached = 0, enters.copy()
    arcs: list[tuple[int, int]] = []
    for arrival in np.unique(turns[:, 0]):
        node = stretches.nodes + copies
        barred = set(turns[turns[:, 0] == arrival, 1].tolist())
        arcs += [(leave, node) for leave in exits[int(enters[arrival])] if leave not in barred]
        reached[arrival] = node
        copies += 1
    copied = np.array(arcs, dtype=np.int32).reshape(-1, 2)
    along = np.concatenate([directed, copied[:, 0]])
    tail = np.concatenate([leaves[directed], copied[:, 1]])
    return Graph(stretches.nodes + copies, tail, reached[along], along, reached, copied)


def _exits(directed: Ints, tails: Ints, nodes: Ints) -> dict[int, list[int]]:
    """The directed stretches leaving each of `nodes`."""
    found: dict[int, list[int]] = {int(node): [] for node in nodes}
    for place in np.flatnonzero(np.isin(tails, nodes)):
        found[int(tails[place])].append(int(directed[place]))
    return found


def main_part(stretches: Stretches, profile: int) -> NDArray[np.bool_]:
    """Which directed stretches lie in the largest strongly connected part, by length."""
    graph = build_graph(stretches, profile)
    kept = np.zeros(2 * len(stretches.source), dtype=np.bool_)
    if not len(graph.directed):
        return kept
    ones = np.ones(len(graph.tail), dtype=np.int8)
    matrix = csr_array((ones, (graph.tail, graph.head)), shape=(graph.nodes, graph.nodes))
    _, part = connected_components(matrix, directed=True, connection="strong")
    inside = part[graph.tail] == part[graph.head]
    length = np.bincount(part[graph.tail[inside]], weights=stretches.length_m[graph.directed[inside] >> 1])
    if len(length):
        kept[graph.directed[inside & (part[graph.tail] == np.argmax(length))]] = True
    return kept

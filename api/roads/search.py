"""Shortest travel times on one profile's graph from places between nodes: one run of SciPy's Dijkstra each."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from api.roads.graph import Graph, Ints

_LEAST_SECONDS = 1e-3
_ROOM = 64


class Search:
    """Searches from one extra node that represents the starting places; it is the matrix's last row.

    `backward` follows the arcs in reverse: the answer is then the time *to* the places.
    """

    def __init__(self, graph: Graph, seconds: NDArray[np.float32], *, backward: bool) -> None:
        begin, end = (graph.head, graph.tail) if backward else (graph.tail, graph.head)
        order = np.argsort(begin, kind="stable")
        counts = np.bincount(begin, minlength=graph.nodes)
        self._indptr = np.concatenate([[0], np.cumsum(counts), [0]]).astype(np.int32)
        self._indices, self._weights = end[order].astype(np.int32), np.empty(len(order))
        self._arc = order.astype(np.int32)
        self._directed = graph.directed
        self._nodes, self._room = graph.nodes, 0
        self.weigh(seconds)
        self._make_room(_ROOM)

    def weigh(self, seconds: NDArray[np.float32]) -> None:
        """By directed stretch; infinite: nobody passes."""
        arcs = int(self._indptr[self._nodes])
        self._weights[:arcs] = np.maximum(seconds[self._directed[self._arc]], _LEAST_SECONDS)

    @property
    def origin(self) -> int:
        """The number of the extra node."""
        return self._nodes

    def run(self, nodes: Ints, seconds: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
        """By node: seconds from the soonest of `nodes`, each with its initial offset; infinite past `limit`."""
        self._begin_at(nodes, seconds)
        return dijkstra(self._matrix, indices=[self._nodes], limit=limit)[0, :-1]

    def tree(self, nodes: Ints, seconds: NDArray[np.float64], limit: float) -> tuple[NDArray[np.float64], Ints]:
        """As above, plus each node's predecessor, negative if there is none; the predecessor of `nodes` is `origin`."""
        self._begin_at(nodes, seconds)
        time, before = dijkstra(self._matrix, indices=[self._nodes], limit=limit, return_predecessors=True)
        return time[0, :-1], np.asarray(before[0, :-1], dtype=np.int32)

    def directed_between(self, begin: int, end: int) -> int:
        """The directed stretch of the quickest arc between two consecutive nodes, in the direction of the search."""
        row = slice(self._indptr[begin], self._indptr[begin + 1])
        arcs = np.flatnonzero(self._indices[row] == end) + int(self._indptr[begin])
        return int(self._directed[self._arc[arcs[np.argmin(self._weights[arcs])]]])

    def _begin_at(self, nodes: Ints, seconds: NDArray[np.float64]) -> None:
        if len(nodes) > self._room:
            self._make_room(2 * len(nodes))
        first = self._indptr[self._nodes]
        self._indices[first:] = np.resize(nodes, self._room)
        self._weights[first:] = np.resize(np.maximum(seconds, _LEAST_SECONDS), self._room)

    def _make_room(self, room: int) -> None:
        """The matrix has a fixed size, so unused slots repeat the used ones."""
        arcs = int(self._indptr[self._nodes])
        self._indices = np.concatenate([self._indices[:arcs], np.zeros(room, dtype=np.int32)])
        self._weights = np.concatenate([self._weights[:arcs], np.ones(room)])
        self._indptr[-1] = arcs + room
        self._room = room
        size = self._nodes + 1
        self._matrix = csr_array((self._weights, self._indices, self._indptr), shape=(size, size), copy=False)
        self._indices, self._weights = self._matrix.indices, self._matrix.data

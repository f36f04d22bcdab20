"""The road network in memory: travel times of all units to a place, coverage within minutes, and full routes.

The gap between a position and its road is walked at `WALKING_M_PER_S`, whatever the unit: a position off the road is
a yard, a market or a river bank. Needs no database: a simulator can build one from an extract.
"""

from collections import OrderedDict

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.roads.eta import WALKING_M_PER_S
from api.roads.geometry import to_mercator, true_scale
from api.roads.graph import Graph, Ints, Stretches, build_graph
from api.roads.search import Search
from api.roads.snapping import Bounds, Floats, Snapped, Snapper

_CACHE_BYTES = 256 * 2**20
_SLOW_M_PER_S = 4.0
_SPARE_SECONDS = 300.0
"""A search first goes as far as a slow unit would get in a straight line, and to the end only if that misses some."""


class Places(msgspec.Struct, frozen=True):
    """Positions by column, in degrees; `profile` is an index into `PROFILES`."""

    lat: Floats
    lon: Floats
    profile: NDArray[np.int8]


class Reach(msgspec.Struct, frozen=True):
    """`seconds` has shape (goals, starts), infinite off the network. `off_road_m`: each goal's distance from its
    road."""

    seconds: Floats
    off_road_m: Floats


class Network:
    """Not thread-safe."""

    def __init__(self, stretches: Stretches, lines: NDArray[np.object_], bounds: Bounds) -> None:
        self.stretches, self.lines, self.bounds = stretches, lines, bounds
        self.snapper = Snapper(stretches, lines, bounds)
        self._graphs: dict[int, Graph] = {}
        self._searches: dict[tuple[int, bool], Search] = {}
        self._known: OrderedDict[tuple[int, float, float], tuple[float, NDArray[np.float32]]] = OrderedDict()
        self._room = max(4, _CACHE_BYTES // (4 * max(stretches.nodes, 1)))

    def prepare(self) -> None:
        """Build now what would otherwise delay the first query."""
        west, south, east, north = self.bounds
        lat, lon = np.array([(south + north) / 2]), np.array([(west + east) / 2])
        for profile in range(len(self.stretches.seconds)):
            self.travel_times(lat, lon, Places(lat, lon, np.array([profile], dtype=np.int8)))
        self._known.clear()

    def graph(self, profile: int) -> Graph:
        if profile not in self._graphs:
            self._graphs[profile] = build_graph(self.stretches, profile)
        return self._graphs[profile]

    def search(self, profile: int, *, backward: bool) -> Search:
        key = (profile, backward)
        if key not in self._searches:
            seconds = self.stretches.seconds[profile].T.ravel()
            self._searches[key] = Search(self.graph(profile), seconds, backward=backward)
        return self._searches[key]

    def travel_times(self, goal_lat: Floats, goal_lon: Floats, starts: Places) -> Reach:
        seconds = np.full((len(goal_lat), len(starts.lat)), np.inf)
        off_road = np.full(len(goal_lat), np.inf)
        for profile in np.unique(starts.profile):
            column = starts.profile == profile
            here = self.snapper.snap(starts.lat[column], starts.lon[column], int(profile))
            there = self.snapper.snap(goal_lat, goal_lon, int(profile))
            off_road = np.minimum(off_road, there.metres)
            for row in np.flatnonzero(there.stretch >= 0):
                limit = first_limit(goal_lat[row], goal_lon[row], starts.lat[column], starts.lon[column])
                seconds[row, column] = self._one_goal(one_of(there, int(row)), here, int(profile), limit)
        return Reach(seconds, off_road)

    def _one_goal(self, goal: Snapped, starts: Snapped, profile: int, limit: float) -> Floats:
        found = np.full(len(starts.stretch), np.inf)
        on = starts.stretch >= 0
        if not on.any():
            return found
        here = Snapped(starts.stretch[on], starts.fraction[on], starts.metres[on])
        for upto in (limit, np.inf):
            times = self.leaving(here, profile, self._to_goal(goal, profile, upto))
            if np.isfinite(times).all():
                break
        times = np.minimum(times, self.direct(here, goal, profile))
        found[on] = times + (here.metres + goal.metres[0]) / WALKING_M_PER_S
        return found

    def _to_goal(self, goal: Snapped, profile: int, limit: float) -> NDArray[np.float32]:
        """Seconds from every node to a goal, cached because an incident is queried again every half minute."""
        key = (profile, float(goal.stretch[0]), float(goal.fraction[0]))
        known = self._known.get(key)
        if known is None or known[0] < limit:
            nodes, seconds, _ = self.arriving(goal, profile)
            times = self.search(profile, backward=True).run(nodes, seconds, limit).astype(np.float32)
            known = self._known[key] = (limit, times)
        self._known.move_to_end(key)
        while len(self._known) > self._room:
            self._known.popitem(last=False)
        return known[1]

    def arriving(self, goal: Snapped, profile: int) -> tuple[Ints, Floats, Ints]:
        """The nodes with a direct drive to the goal, the seconds it takes, and the directed stretch used."""
        stretch, copied = int(goal.stretch[0]), self.graph(profile).copied
        nodes, seconds, along = [], [], []
        for direction, node in enumerate((self.stretches.source[stretch], self.stretches.target[stretch])):
            whole = float(self.stretches.seconds[profile, direction, stretch])
            if not np.isfinite(whole):
                continue
            share = goal.fraction[0] if direction == 0 else 1 - goal.fraction[0]
            directed = 2 * stretch + direction
            copies = copied[copied[:, 0] == directed, 1]
            nodes += [int(node), *copies.tolist()]
            seconds += [share * whole] * (1 + len(copies))
            along += [directed] * (1 + len(copies))
        return np.array(nodes, dtype=np.int32), np.array(seconds), np.array(along, dtype=np.int32)

    def leaving(self, starts: Snapped, profile: int, beyond: NDArray[np.floating]) -> Floats:
        """The better of both ends of the start's stretch; `beyond`: seconds onward from every node."""
        return np.min(self.leaving_by(starts, profile, beyond), axis=0)

    def leaving_by(self, starts: Snapped, profile: int, beyond: NDArray[np.floating]) -> Floats:
        """Along the line and against it, shape (2, starts)."""
        enters, seconds = self.graph(profile).enters, self.stretches.seconds[profile]
        share = np.stack([1 - starts.fraction, starts.fraction])
        ends = np.stack([enters[2 * starts.stretch], enters[2 * starts.stretch + 1]])
        return times_over(share, seconds[:, starts.stretch]) + beyond[ends]

    def direct(self, starts: Snapped, goals: Snapped, profile: int) -> Floats:
        """Seconds along the stretch that both lie on, infinite otherwise; one of the two may be a single place."""
        ahead = goals.fraction - starts.fraction
        along, against = self.stretches.seconds[profile][:, goals.stretch].astype(float)
        times = np.where(ahead >= 0, times_over(ahead, along), np.inf)
        times = np.minimum(times, np.where(ahead <= 0, times_over(-ahead, against), np.inf))
        return np.where(starts.stretch == goals.stretch, times, np.inf)


def times_over(share: Floats, seconds: NDArray[np.floating]) -> Floats:
    """Infinite stays infinite, even for a zero share of a forbidden direction."""
    return np.where(np.isfinite(seconds), share * np.where(np.isfinite(seconds), seconds, 0), np.inf)


def one_of(snapped: Snapped, place: int) -> Snapped:
    row = slice(place, place + 1)
    return Snapped(snapped.stretch[row], snapped.fraction[row], snapped.metres[row])


def first_limit(lat: float, lon: float, lats: Floats, lons: Floats) -> float:
    here, there = to_mercator(lons, lats), to_mercator(lon, lat)
    farthest = float(np.max(np.hypot(*(here - there).T))) * float(true_scale(there[1]))
    return farthest / _SLOW_M_PER_S + _SPARE_SECONDS

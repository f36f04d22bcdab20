"""The road network in memory: travel times of all units to a place, coverage within minutes, full routes, closures.

The gap between a position and its road is walked at `WALKING_M_PER_S`, whatever the unit: a position off the road is
a yard, a market or a river bank. Needs no database: a simulator can build one from an extract.
"""

from collections import OrderedDict
from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.roads.closing import Closing, Passage, parts_covered
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
        self.passage = Passage(stretches)
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

    def close(self, closings: Iterable[Closing]) -> int:
        """From now on these closures hold, and no others. Returns how many stretches they cover."""
        closed = [(each, parts_covered(each.geometry, self.lines, self.snapper.tree)) for each in closings]
        self.passage = Passage(self.stretches, closed)
        for (profile, _), search in self._searches.items():
            search.weigh(self._arc_seconds(profile))
        self._known.clear()
        return len({int(stretch) for _, parts in closed for stretch in parts.stretch})

    def _arc_seconds(self, profile: int) -> NDArray[np.float32]:
        """By directed stretch."""
        return self.passage.over_all(profile).T.ravel()

    def graph(self, profile: int) -> Graph:
        if profile not in self._graphs:
            self._graphs[profile] = build_graph(self.stretches, profile)
        return self._graphs[profile]

    def search(self, profile: int, *, backward: bool) -> Search:
        key = (profile, backward)
        if key not in self._searches:
            self._searches[key] = Search(self.graph(profile), self._arc_seconds(profile), backward=backward)
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
        to_goal = self.to_place(goal, profile)[:, 0].tolist()
        for direction, node in enumerate((self.stretches.source[stretch], self.stretches.target[stretch])):
            if not np.isfinite(to_goal[direction]):
                continue
            directed = 2 * stretch + direction
            copies = copied[copied[:, 0] == directed, 1]
            nodes += [int(node), *copies.tolist()]
            seconds += [to_goal[direction]] * (1 + len(copies))
            along += [directed] * (1 + len(copies))
        return np.array(nodes, dtype=np.int32), np.array(seconds), np.array(along, dtype=np.int32)

    def to_place(self, goals: Snapped, profile: int) -> Floats:
        """Seconds to each place from the beginning and from the end of its line, shape (2, goals)."""
        stretch, place, passage = goals.stretch, goals.fraction, self.passage
        along = passage.over(profile, 0, stretch, np.zeros(len(place)), place)
        against = passage.over(profile, 1, stretch, place, np.ones(len(place)))
        wrong = [passage.wrong_end(profile, end, 1 - end, stretch, place) for end in (0, 1)]
        return np.where(np.stack(wrong), np.inf, np.stack([along, against]))

    def from_place(self, starts: Snapped, profile: int) -> Floats:
        """Seconds from each place to the end and to the beginning of its line, shape (2, starts)."""
        stretch, place, passage = starts.stretch, starts.fraction, self.passage
        along = passage.over(profile, 0, stretch, place, np.ones(len(place)))
        against = passage.over(profile, 1, stretch, np.zeros(len(place)), place)
        wrong = [passage.wrong_end(profile, end, end, stretch, place) for end in (1, 0)]
        return np.where(np.stack(wrong), np.inf, np.stack([along, against]))

    def leaving(self, starts: Snapped, profile: int, beyond: NDArray[np.floating]) -> Floats:
        """The better of both ends of the start's stretch; `beyond`: seconds onward from every node."""
        return np.min(self.leaving_by(starts, profile, beyond), axis=0)

    def leaving_by(self, starts: Snapped, profile: int, beyond: NDArray[np.floating]) -> Floats:
        """Along the line and against it, shape (2, starts)."""
        enters = self.graph(profile).enters
        ends = np.stack([enters[2 * starts.stretch], enters[2 * starts.stretch + 1]])
        return self.from_place(starts, profile) + beyond[ends]

    def direct(self, starts: Snapped, goals: Snapped, profile: int) -> Floats:
        """Seconds along the stretch that both lie on, infinite otherwise; one of the two may be a single place."""
        here, there = np.broadcast_arrays(starts.fraction, goals.fraction)
        stretch = np.broadcast_to(goals.stretch, there.shape)
        along = self.passage.over(profile, 0, stretch, np.minimum(here, there), there)
        against = self.passage.over(profile, 1, stretch, there, np.maximum(here, there))
        times = np.where(there >= here, along, np.inf)
        times = np.minimum(times, np.where(there <= here, against, np.inf))
        return np.where((starts.stretch == goals.stretch) & ~self._across(stretch, here, there, profile), times, np.inf)

    def _across(self, stretch: Ints, here: Floats, there: Floats, profile: int) -> NDArray[np.bool_]:
        """Whether one place lies in a closed part and the other past its farther end."""
        across = np.zeros(there.shape, dtype=np.bool_)
        for place, other in ((here, there), (there, here)):
            end = (other > place).astype(int)
            wrong = [self.passage.wrong_end(profile, each, 1 - each, stretch, place) for each in (0, 1)]
            across |= np.where(end == 1, wrong[1], wrong[0]) & ~self.passage.inside(profile, stretch, other)
        return across


def one_of(snapped: Snapped, place: int) -> Snapped:
    row = slice(place, place + 1)
    return Snapped(snapped.stretch[row], snapped.fraction[row], snapped.metres[row])


def first_limit(lat: float, lon: float, lats: Floats, lons: Floats) -> float:
    here, there = to_mercator(lons, lats), to_mercator(lon, lat)
    farthest = float(np.max(np.hypot(*(here - there).T))) * float(true_scale(there[1]))
    return farthest / _SLOW_M_PER_S + _SPARE_SECONDS

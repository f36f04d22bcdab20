"""How soon the nearest of many units reaches each of many places: one search from all units at once."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.roads.eta import WALKING_M_PER_S
from api.roads.graph import Ints
from api.roads.network import Network, Places, one_of
from api.roads.snapping import Floats, Snapped


class Coverage(msgspec.Struct, frozen=True):
    """`seconds` by place, infinite past the limit; which starts and which places lie on the network at all."""

    seconds: Floats
    starts_on: NDArray[np.bool_]
    places_on: NDArray[np.bool_]


def soonest(network: Network, starts: Places, lat: Floats, lon: Floats, within_seconds: float) -> Coverage:
    best = np.full(len(lat), np.inf)
    starts_on, places_on = np.zeros(len(starts.lat), dtype=np.bool_), np.zeros(len(lat), dtype=np.bool_)
    for profile in np.unique(starts.profile):
        column = starts.profile == profile
        here = network.snapper.snap(starts.lat[column], starts.lon[column], int(profile))
        there = network.snapper.snap(lat, lon, int(profile))
        on, at = here.stretch >= 0, there.stretch >= 0
        starts_on[column] = on
        places_on |= at
        if not on.any():
            continue
        units = Snapped(here.stretch[on], here.fraction[on], here.metres[on])
        places = Snapped(there.stretch[at], there.fraction[at], there.metres[at])
        best[at] = np.minimum(best[at], _from_all(network, units, places, int(profile), within_seconds))
    return Coverage(np.where(best <= within_seconds, best, np.inf), starts_on, places_on)


def _from_all(network: Network, units: Snapped, places: Snapped, profile: int, limit: float) -> Floats:
    graph, stretches = network.graph(profile), network.stretches
    walked = units.metres / WALKING_M_PER_S
    nodes = np.concatenate([graph.enters[2 * units.stretch], graph.enters[2 * units.stretch + 1]])
    head_starts = network.from_place(units, profile).ravel() + np.tile(walked, 2)
    leads = np.isfinite(head_starts)
    times = network.search(profile, backward=False).run(nodes[leads], head_starts[leads], limit)
    found = np.full(len(places.stretch), np.inf)
    to_places = network.to_place(places, profile)
    for direction, ends in enumerate((stretches.source, stretches.target)):
        leaving = np.minimum(
            times[ends[places.stretch]], _by_copies(graph.copied, times, 2 * places.stretch + direction)
        )
        found = np.minimum(found, leaving + to_places[direction])
    for number in np.flatnonzero(np.isin(units.stretch, places.stretch)).tolist():
        unit = one_of(units, number)
        found = np.minimum(found, network.direct(unit, places, profile) + walked[number])
    return found + places.metres / WALKING_M_PER_S


def _by_copies(copied: Ints, times: Floats, directed: Ints) -> Floats:
    """The earliest departure onto each directed stretch from any copy of its node."""
    best = np.full(len(directed), np.inf)
    if len(copied):
        order = np.argsort(directed, kind="stable")
        first = np.searchsorted(directed[order], copied[:, 0], side="left")
        last = np.searchsorted(directed[order], copied[:, 0], side="right")
        for row in np.flatnonzero(last > first):
            wanted = order[first[row] : last[row]]
            best[wanted] = np.minimum(best[wanted], times[copied[row, 1]])
    return best

"""One full route through the network: the streets, trimmed at start and end."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from api.roads.eta import WALKING_M_PER_S
from api.roads.geometry import to_degrees
from api.roads.messages import Route
from api.roads.network import Network, first_limit, one_of
from api.roads.snapping import Floats, Snapped

Leg = tuple[int, float, float]
"""A directed stretch, and the start and end share travelled on it, in the direction of travel."""


def find_route(network: Network, start: tuple[float, float], goal: tuple[float, float], profile: int) -> Route | None:
    """Between two (latitude, longitude); None if either is off the network."""
    lat, lon = np.array([start[0], goal[0]]), np.array([start[1], goal[1]])
    snapped = network.snapper.snap(lat, lon, profile)
    if (snapped.stretch < 0).any():
        return None
    here, there = one_of(snapped, 0), one_of(snapped, 1)
    limit = first_limit(goal[0], goal[1], lat[:1], lon[:1])
    found = _legs(network, here, there, profile, limit) or _legs(network, here, there, profile, np.inf)
    if found is None:
        return None
    legs, seconds = found
    walked = float(snapped.metres.sum())
    lengths = network.stretches.length_m
    metres = sum(float(lengths[directed >> 1]) * (end - begin) for directed, begin, end in legs)
    return Route(_coordinates(network, legs), seconds + walked / WALKING_M_PER_S, metres + walked)


def _legs(
    network: Network, here: Snapped, there: Snapped, profile: int, limit: float
) -> tuple[list[Leg], float] | None:
    nodes, head_starts, along = network.arriving(there, profile)
    search = network.search(profile, backward=True)
    beyond, after = search.tree(nodes, head_starts, limit)
    by = network.leaving_by(here, profile, beyond)[:, 0]
    direct = float(network.direct(here, there, profile)[0])
    begin, end, direction = float(here.fraction[0]), float(there.fraction[0]), int(np.argmin(by))
    stretch = 2 * int(here.stretch[0])
    if np.isfinite(direct) and direct <= by[direction]:
        leg = (stretch, begin, end) if end >= begin else (stretch + 1, 1 - begin, 1 - end)
        return [leg], direct
    if not np.isfinite(by[direction]):
        return None
    legs: list[Leg] = [(stretch + direction, begin if direction == 0 else 1 - begin, 1.0)]
    node = int(network.graph(profile).enters[stretch + direction])
    while after[node] != search.origin:
        following = int(after[node])
        legs.append((search.directed_between(following, node), 0.0, 1.0))
        node = following
    entries = np.flatnonzero(nodes == node)
    last = int(along[entries[np.argmin(head_starts[entries])]])
    legs.append((last, 0.0, end if last % 2 == 0 else 1 - end))
    return legs, float(by[direction])


def _coordinates(network: Network, legs: list[Leg]) -> list[tuple[float, float]]:
    pieces = [_piece(network.lines[directed >> 1], directed % 2 == 1, begin, end) for directed, begin, end in legs]
    places = np.round(to_degrees(np.concatenate(pieces)), 6)
    moved = np.ones(len(places), dtype=np.bool_)
    moved[1:] = (places[1:] != places[:-1]).any(axis=1)
    return [(float(lon), float(lat)) for lon, lat in places[moved]]


def _piece(line: shapely.LineString, against: bool, begin: float, end: float) -> Floats:
    if against:
        line = shapely.reverse(line)
    part: NDArray[np.float64] = shapely.get_coordinates(substring(line, begin, end, normalized=True))
    return part

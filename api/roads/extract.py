"""Builds a road network from an OpenStreetMap file: stretches, names, lines, and a report of what was left out."""

from pathlib import Path

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from api.roads.geometry import to_mercator
from api.roads.graph import Stretches, main_part
from api.roads.osm import Nodes, UnusableFile, Watch, Ways, check_file, read_nodes, read_ways
from api.roads.profiles import BITS, PROFILES
from api.roads.snapping import Bounds
from api.roads.stretches import Cut, bar_turns, cut
from api.roads.turns import Turn

_FALLS_APART = 0.8


class ProfileReport(msgspec.Struct, frozen=True):
    """Directed stretches and their kilometres, and how much is kept: the largest connected part."""

    edges: int
    km: float
    kept_edges: int
    kept_km: float
    kept_share: float


class Report(msgspec.Struct, frozen=True):
    """`left_out`: restrictions not honoured, by reason. `share`s are by kilometres."""

    nodes: int
    stretches: int
    profiles: dict[str, ProfileReport]
    honoured: int
    left_out: dict[str, int]
    warnings: list[str]

    def lines(self) -> list[str]:
        """Human-readable."""
        said = [f"{self.stretches} stretches between {self.nodes} junctions are in service"]
        for name, profile in self.profiles.items():
            gone = f"{profile.edges - profile.kept_edges} edges, {profile.km - profile.kept_km:.1f} km"
            kept = f"{profile.kept_edges} directed edges, {profile.kept_km:.1f} km"
            said.append(f"{name}: {kept} ({100 * profile.kept_share:.1f} %); left out as not connected: {gone}")
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(self.left_out.items())) or "none"
        said.append(f"turn restrictions: {self.honoured} honoured; left out: {reasons}")
        return [*said, *(f"WARNING: {warning}" for warning in self.warnings)]


class Extract(msgspec.Struct, frozen=True):
    """`bounds`: west, south, east, north in degrees."""

    stretches: Stretches
    ways: Ways
    nodes: Nodes
    cut: Cut
    bounds: Bounds
    report: Report

    def lines(self, begin: int, end: int) -> NDArray[np.object_]:
        """The stretches' lines in EPSG:3857."""
        first, last = self.cut.first[begin:end], self.cut.last[begin:end]
        sizes = last - first + 1
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        places = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], sizes)
        path = self.cut.path[places]
        xy = to_mercator(self.nodes.lon[path] / 1e7, self.nodes.lat[path] / 1e7)
        return shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (offsets,))

    def packed_lines(self, begin: int, end: int) -> list[bytes]:
        """The same as EWKB."""
        return shapely.to_wkb(shapely.set_srid(self.lines(begin, end), 3857), include_srid=True).tolist()


def read_extract(file: Path, watch: Watch) -> Extract:
    """Raises UnusableFile, whose message is one line."""
    check_file(file)
    ways = read_ways(file, watch)
    nodes = read_nodes(file, ways, watch)
    made = cut(ways, nodes)
    if not len(made.source):
        raise UnusableFile(f"{file} has roads, but lacks their nodes")
    barred, honoured = bar_turns(made, ways, nodes)
    whole = _stretches(made, ways, barred)
    kept, report = _cut_to_main_parts(whole, honoured, {str(key): count for key, count in ways.left_out.items()})
    if not np.isfinite(kept.seconds[:2]).any():
        raise UnusableFile(f"{file} has no road that a car or a motorcycle may use")
    return Extract(kept, ways, nodes, made, _bounds(kept, made, nodes), report)


def _bounds(kept: Stretches, made: Cut, nodes: Nodes) -> Bounds:
    """Computed from junctions in the main parts only, so that a stray road far away does not widen them."""
    inside = np.isfinite(kept.seconds).any(axis=(0, 1))
    met = np.zeros(made.nodes, dtype=np.bool_)
    met[kept.source[inside]] = met[kept.target[inside]] = True
    junctions = np.flatnonzero(made.number >= 0)
    junctions = junctions[met[made.number[junctions]]]
    lon, lat = nodes.lon[junctions] / 1e7, nodes.lat[junctions] / 1e7
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _stretches(made: Cut, ways: Ways, barred: dict[Turn, int]) -> Stretches:
    speeds = np.array([use.speeds for use in ways.uses], dtype=np.float32)
    with np.errstate(divide="ignore"):
        seconds = made.length_m[None, None, :] / speeds[ways.use[made.way]].transpose(1, 2, 0)
    turns = np.array(list(barred), dtype=np.int32).reshape(-1, 2)
    bound = np.array(list(barred.values()), dtype=np.uint8)
    left_out = np.zeros(len(made.source), dtype=np.uint8)
    return Stretches(made.nodes, made.source, made.target, made.length_m, seconds, left_out, turns, bound)


def _cut_to_main_parts(whole: Stretches, honoured: int, left_out: dict[str, int]) -> tuple[Stretches, Report]:
    seconds, marked = whole.seconds.copy(), whole.left_out.copy()
    reports, warnings = {}, []
    for profile, name in enumerate(PROFILES):
        usable = np.isfinite(whole.seconds[profile])
        kept = main_part(whole, profile).reshape(-1, 2).T
        seconds[profile][~kept] = np.inf
        marked[usable.any(axis=0) & ~kept.any(axis=0)] |= BITS[profile]
        reports[name] = report = _report(usable, kept, whole.length_m)
        if report.kept_share < _FALLS_APART:
            share = f"{100 * report.kept_share:.0f} % of {report.km:.0f} km"
            warnings.append(f"the network is in pieces for {name}: only {share} is connected")
    kept = msgspec.structs.replace(whole, seconds=seconds, left_out=marked)
    return kept, Report(whole.nodes, len(whole.source), reports, honoured, left_out, warnings)


def _report(usable: NDArray[np.bool_], kept: NDArray[np.bool_], length_m: NDArray[np.float32]) -> ProfileReport:
    km, kept_km = (float((mask * length_m.astype(float)).sum() / 1000) for mask in (usable, kept))
    share = kept_km / km if km else 1.0
    return ProfileReport(int(usable.sum()), round(km, 1), int(kept.sum()), round(kept_km, 1), round(share, 4))

"""Streets drawn in metres: what the importer makes of them, and the resulting times and routes."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.roads.coverage import soonest
from api.roads.network import Network
from api.roads.osm import UnusableFile
from api.roads.profiles import CAR, FOOT, MOTORCYCLE
from api.roads.route import find_route
from api.roads.snapping import Snapped
from tests.streets import Map, brute_force, network_of, place, seconds_between, starts_at

STREET_M_PER_S = 25 / 3.6
SQUARE = {"a": (0, 0), "b": (300, 0), "c": (300, 300), "d": (0, 300)}


def ring(**tags: str) -> Map:
    streets = Map(**SQUARE)
    streets.way("a b c d a", **tags)
    return streets


def test_a_one_way_ring_is_driven_round_and_walked_back(tmp_path: Path) -> None:
    network = ring(oneway="yes").network(tmp_path)
    ahead, behind = (100, 0), (50, 0)
    assert seconds_between(network, behind, ahead, CAR) == pytest.approx(50 / STREET_M_PER_S, rel=0.01)
    assert seconds_between(network, ahead, behind, CAR) == pytest.approx(1150 / STREET_M_PER_S, rel=0.01)
    assert seconds_between(network, ahead, behind, FOOT) == pytest.approx(50 / 1.4, rel=0.01)


def test_both_ends_of_the_stretch_count(tmp_path: Path) -> None:
    network = ring().network(tmp_path)
    assert seconds_between(network, (100, 0), (0, 100), CAR) == pytest.approx(200 / STREET_M_PER_S, rel=0.01)
    assert seconds_between(network, (250, 0), (300, 40), CAR) == pytest.approx(90 / STREET_M_PER_S, rel=0.01)


def test_the_way_from_the_road_is_walked(tmp_path: Path) -> None:
    network = ring().network(tmp_path)
    expected = 20 / 1.4 + 200 / STREET_M_PER_S + 40 / 1.4
    assert seconds_between(network, (50, -20), (250, -40), CAR) == pytest.approx(expected, rel=0.01)


def canal() -> Map:
    """Two streets along a canal's banks, 60 m apart, and one bridge at their far end."""
    streets = Map(a=(0, 0), b=(1000, 0), c=(0, 60), d=(1000, 60))
    streets.way("a b")
    streets.way("b d", bridge="yes")
    streets.way("d c")
    return streets


def test_across_the_canal_the_nearest_as_the_crow_flies_is_the_wrong_one(tmp_path: Path) -> None:
    network = canal().network(tmp_path)
    goal, across, along = (100, 0), (100, 60), (600, 0)
    assert seconds_between(network, across, goal, MOTORCYCLE) == pytest.approx(1860 / STREET_M_PER_S, rel=0.01)
    assert seconds_between(network, along, goal, MOTORCYCLE) == pytest.approx(500 / STREET_M_PER_S, rel=0.01)


def test_a_motorcycle_takes_the_alley(tmp_path: Path) -> None:
    streets = canal()
    streets.way("a c", highway="service", service="alley")
    network = streets.network(tmp_path)
    alley = 60 / (10 / 3.6) + 200 / STREET_M_PER_S
    assert seconds_between(network, (100, 60), (100, 0), MOTORCYCLE) == pytest.approx(alley, rel=0.01)
    assert seconds_between(network, (100, 60), (100, 0), CAR) == pytest.approx(1860 / STREET_M_PER_S, rel=0.01)


def crossing() -> tuple[Map, dict[str, int]]:
    """South to north through a crossing, with arms to the west and the east, joined by a ring road in the north."""
    streets = Map(s=(0, -200), x=(0, 0), n=(0, 200), w=(-200, 0), e=(200, 0), nw=(-200, 200), ne=(200, 200))
    arms = {name: streets.way(f"{name} x") for name in ("s", "n", "w", "e")}
    streets.way("w nw n ne e")
    return streets, arms


def test_a_barred_turn_is_driven_around(tmp_path: Path) -> None:
    streets, arms = crossing()
    free = seconds_between(streets.network(tmp_path), (0, -100), (-100, 0), CAR)
    assert free == pytest.approx(200 / STREET_M_PER_S, rel=0.01)
    streets.restrict(arms["s"], "x", arms["w"])
    network = streets.network(tmp_path)
    around = (100 + 200 + 200 + 100) / STREET_M_PER_S  # straight on, and back from the next crossing
    for profile in (CAR, MOTORCYCLE):
        assert seconds_between(network, (0, -100), (-100, 0), profile) == pytest.approx(around, rel=0.01)
    assert seconds_between(network, (-100, 0), (0, -100), CAR) == pytest.approx(free, rel=0.01)
    assert seconds_between(network, (0, -100), (-100, 0), FOOT) == pytest.approx(200 / 1.4, rel=0.01)


def test_only_straight_on_bars_every_other_exit(tmp_path: Path) -> None:
    streets, arms = crossing()
    streets.restrict(arms["s"], "x", arms["n"], "only_straight_on")
    extract = streets.extract(tmp_path)
    network = network_of(extract)
    assert extract.report.honoured == 1
    around = (100 + 200 + 200 + 100) / STREET_M_PER_S
    for goal in ((-100, 0), (100, 0)):
        assert seconds_between(network, (0, -100), goal, CAR) == pytest.approx(around, rel=0.01)


def test_a_motorcycle_may_be_excepted(tmp_path: Path) -> None:
    streets, arms = crossing()
    streets.restrict(arms["s"], "x", arms["w"], **{"except": "motorcycle"})
    network = streets.network(tmp_path)
    assert seconds_between(network, (0, -100), (-100, 0), MOTORCYCLE) == pytest.approx(200 / STREET_M_PER_S, rel=0.01)
    assert seconds_between(network, (0, -100), (-100, 0), CAR) > 300 / STREET_M_PER_S


def test_what_is_not_honoured_is_counted(tmp_path: Path) -> None:
    streets, arms = crossing()
    streets.restrict(arms["s"], "x", arms["w"], "", restriction__conditional="no_left_turn @ (07:00-09:00)")
    streets.restrict(arms["s"], arms["n"], arms["w"])
    streets.restrict(arms["s"], "x", 4711)
    report = streets.extract(tmp_path).report
    assert (report.honoured, report.left_out) == (0, {"conditional": 1, "via_way": 1, "incomplete": 1})


def test_only_the_largest_connected_part_is_kept(tmp_path: Path) -> None:
    streets = Map(**SQUARE, p=(2000, 0), q=(2100, 0), r=(300, -100))
    streets.way("a b c d a")
    streets.way("p q")
    streets.way("b r", oneway="yes")
    extract = streets.extract(tmp_path)
    car = extract.report.profiles["car"]
    assert (car.edges, car.kept_edges) == (7, 4)
    assert car.kept_share == pytest.approx(2400 / 2700, abs=0.001)
    assert extract.report.profiles["foot"].kept_share == pytest.approx(2600 / 2800, abs=0.001)


def test_a_unit_on_an_island_is_not_on_the_net(tmp_path: Path) -> None:
    streets = Map(**SQUARE, p=(2000, 0), q=(2100, 0))
    streets.way("a b c d a")
    streets.way("p q")
    network = streets.network(tmp_path)
    assert math.isinf(seconds_between(network, (2050, 5), (50, 0), CAR))
    assert math.isinf(seconds_between(network, (50, 0), (2050, 5), CAR))


def test_a_stub_beside_the_street_is_no_island(tmp_path: Path) -> None:
    streets = Map(**SQUARE, p=(100, -40), q=(160, -40))
    streets.way("a b c d a")
    streets.way("p q")
    network = streets.network(tmp_path)
    assert seconds_between(network, (130, -40), (130, 0), CAR) == pytest.approx(40 / 1.4, rel=0.01)


def test_far_from_every_road(tmp_path: Path) -> None:
    streets = Map(**SQUARE, far=(12_000, 12_000), farther=(12_000, 12_100))
    streets.way("a b c d a")
    streets.way("a far farther")
    network = streets.network(tmp_path)
    lat, lon = place(0, 5300)
    inside = network.travel_times(np.array([lat]), np.array([lon]), starts_at([(50, 0)], CAR))
    assert math.isfinite(inside.seconds[0, 0])
    assert inside.off_road_m[0] == pytest.approx(5300 / math.sqrt(2), rel=0.01)
    assert math.isinf(seconds_between(network, (50, 0), (0, -2300), CAR))
    assert math.isfinite(seconds_between(network, (50, 0), (0, -1500), CAR))


def test_a_way_is_cut_where_the_file_lacks_a_node(tmp_path: Path) -> None:
    streets = Map(a=(0, 0), b=(100, 0), c=(300, 0), d=(400, 0))
    streets.way("a b missing c d")
    extract = streets.extract(tmp_path)
    assert extract.report.profiles["car"].km == pytest.approx(0.4, abs=0.001)


def test_a_node_named_twice_and_a_loop(tmp_path: Path) -> None:
    streets = Map(a=(0, 0), b=(100, 0), c=(200, 100), d=(200, -100))
    streets.way("a b b c d b")
    network = streets.network(tmp_path)
    assert seconds_between(network, (0, 0), (200, 0), CAR) == pytest.approx(
        (100 + 141.4 + 100) / STREET_M_PER_S, rel=0.01
    )


def test_the_way_is_trimmed_at_both_ends(tmp_path: Path) -> None:
    network = canal().network(tmp_path)
    route = find_route(network, place(100, 60), place(100, 0), CAR)
    assert route is not None
    assert route.seconds == pytest.approx(seconds_between(network, (100, 60), (100, 0), CAR))
    assert route.metres == pytest.approx(1860, rel=0.01)
    expected = [place(*point) for point in ((100, 60), (1000, 60), (1000, 0), (100, 0))]
    assert np.array(route.coordinates) == pytest.approx(np.array([(lon, lat) for lat, lon in expected]), abs=2e-6)


def test_a_way_within_one_stretch(tmp_path: Path) -> None:
    network = ring(oneway="yes").network(tmp_path)
    short = find_route(network, place(50, 0), place(100, 0), CAR)
    long = find_route(network, place(100, 0), place(50, 0), CAR)
    assert short is not None
    assert long is not None
    assert short.metres == pytest.approx(50, rel=0.02)
    assert long.metres == pytest.approx(1150, rel=0.01)


@st.composite
def towns(draw: st.DrawFn) -> Map:
    """A grid of blocks with streets missing, some one-way, and turns barred at random."""
    points = list(itertools.product(range(3), range(3)))
    streets = Map(**{f"n{x}{y}": (200 * x + 17 * y, 180 * y - 11 * x) for x, y in points})
    ways: list[tuple[int, str, str]] = []
    for x, y in points:
        for right, up in ((x + 1, y), (x, y + 1)):
            kind = draw(st.sampled_from(["no", "yes", "-1", "missing"] + ["no"] * 4))
            if (right, up) in points and kind != "missing":
                begin, end = f"n{x}{y}", f"n{right}{up}"
                ways.append((streets.way(f"{begin} {end}", oneway=kind), begin, end))
    for _ in range(draw(st.integers(0, 6))):
        if ways:
            comes, begin, end = draw(st.sampled_from(ways))
            via = draw(st.sampled_from([begin, end]))
            leaves = draw(st.sampled_from([way for way, *ends in ways if via in ends]))
            streets.restrict(
                comes, via, leaves, draw(st.sampled_from(["no_left_turn", "no_u_turn", "only_straight_on"]))
            )
    return streets


def by_brute_force(network: Network, snapped: Snapped, start: int) -> float:
    """From one snapped position to the first, over every pair of directions."""
    stretches, best = network.stretches, math.inf
    for here, there in itertools.product(range(2), range(2)):
        first, last = 2 * int(snapped.stretch[start]) + here, 2 * int(snapped.stretch[0]) + there
        whole = [float(stretches.seconds[CAR, each % 2, each >> 1]) for each in (first, last)]
        if not np.isfinite(whole).all():
            continue
        begin = snapped.fraction[start] if here == 0 else 1 - snapped.fraction[start]
        end = snapped.fraction[0] if there == 0 else 1 - snapped.fraction[0]
        if first == last and end >= begin:
            best = min(best, (end - begin) * whole[0])
        driven = brute_force(stretches, CAR, first).get(last, math.inf)
        best = min(best, (1 - begin) * whole[0] + driven - (1 - end) * whole[1])
    return best + float(snapped.metres[start] + snapped.metres[0]) / 1.4


@given(towns(), st.lists(st.tuples(st.floats(-50, 450), st.floats(-50, 450)), min_size=3, max_size=3))
@settings(max_examples=60, deadline=None)
def test_agrees_with_a_search_turn_by_turn(
    tmp_path_factory: pytest.TempPathFactory, town: Map, points: list[tuple[float, float]]
) -> None:
    try:
        network = town.network(tmp_path_factory.mktemp("town"))
    except UnusableFile:
        return
    lat, lon = np.array([place(*point) for point in points]).T
    snapped = network.snapper.snap(lat, lon, CAR)
    found = network.travel_times(lat[:1], lon[:1], starts_at(points[1:], CAR)).seconds[0]
    on = (snapped.stretch >= 0) & (snapped.stretch[0] >= 0)
    expected = [by_brute_force(network, snapped, start) if on[start] else math.inf for start in (1, 2)]
    assert found == pytest.approx(expected, abs=0.05)
    covered = soonest(network, starts_at(points[1:], CAR), lat[:1], lon[:1], 1e9)
    assert covered.seconds[0] == pytest.approx(min(expected), abs=0.05)
    for start, time in zip(points[1:], expected, strict=True):
        route = find_route(network, place(*start), place(*points[0]), CAR)
        assert (math.inf if route is None else route.seconds) == pytest.approx(time, abs=0.05)

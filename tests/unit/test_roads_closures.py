"""Closed and slow streets: what is covered, what it does to times, routes and coverage, and its end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely

from api.domain.errors import Invalid
from api.domain.roads.closure import LONGEST, ClosureKind, check_factor, check_times, hinders_walkers
from api.roads.closing import Closing, parts_covered
from api.roads.coverage import soonest
from api.roads.geometry import to_mercator
from api.roads.network import Network
from api.roads.profiles import CAR, FOOT, MOTORCYCLE
from api.roads.route import find_route
from tests.streets import Map, place, seconds_between, starts_at

STREET_M_PER_S = 25 / 3.6


def canal() -> Map:
    """Two banks, 60 m apart and 1,000 m long, with a bridge at both ends."""
    streets = Map(a=(0, 0), b=(1000, 0), c=(0, 60), d=(1000, 60))
    for way in ("a b", "a c", "b d", "c d"):
        streets.way(way)
    return streets


def drawn(kind: type[shapely.Geometry], *metres: tuple[float, float]) -> bytes:
    xy = [tuple(to_mercator(lon, lat)) for lat, lon in (place(*point) for point in metres)]
    return shapely.to_wkb(kind(xy[0] if kind is shapely.Point else xy))


def closing(geometry: bytes, speed_factor: float = 0, *, on_foot: bool = True) -> Closing:
    return Closing(geometry, speed_factor, on_foot)


WEST_BRIDGE = closing(drawn(shapely.LineString, (0, 5), (0, 55)))


def covered(network: Network, geometry: bytes) -> list[tuple[int, float, float]]:
    """Stretch, and the covered metres of its line."""
    parts = parts_covered(geometry, network.lines, network.snapper.tree)
    length = network.stretches.length_m[parts.stretch]
    return [
        (int(stretch), round(float(begin)), round(float(end)))
        for stretch, begin, end in zip(parts.stretch, parts.begin * length, parts.end * length, strict=True)
    ]


def test_a_closed_bridge_is_driven_around_until_it_opens(tmp_path: Path) -> None:
    network = canal().network(tmp_path)
    start, goal = (100, 0), (100, 60)
    before = seconds_between(network, start, goal, CAR)
    assert before == pytest.approx(260 / STREET_M_PER_S, rel=0.01)
    assert network.close([WEST_BRIDGE]) == 1
    around = 1860 / STREET_M_PER_S
    assert seconds_between(network, start, goal, CAR) == pytest.approx(around, rel=0.01)
    (lat, lon), (goal_lat, goal_lon) = place(*start), place(*goal)
    route = find_route(network, (lat, lon), (goal_lat, goal_lon), CAR)
    assert route is not None
    assert route.seconds == pytest.approx(around, rel=0.01)
    reached = soonest(network, starts_at([start], CAR), np.array([goal_lat]), np.array([goal_lon]), 600)
    assert reached.seconds[0] == pytest.approx(around, rel=0.01)
    assert network.close([]) == 0
    assert seconds_between(network, start, goal, CAR) == before


def test_closed_at_both_ends_nobody_gets_across(tmp_path: Path) -> None:
    network = canal().network(tmp_path)
    network.close([WEST_BRIDGE, closing(drawn(shapely.LineString, (1000, 5), (1000, 55)))])
    assert np.isinf(seconds_between(network, (100, 0), (100, 60), CAR))
    assert seconds_between(network, (100, 0), (300, 0), CAR) == pytest.approx(200 / STREET_M_PER_S, rel=0.01)
    there = place(100, 60)
    assert find_route(network, place(100, 0), there, CAR) is None


def test_a_slow_street_takes_longer_by_its_slow_part(tmp_path: Path) -> None:
    network = canal().network(tmp_path)
    network.close([closing(drawn(shapely.Polygon, (400, -20), (500, -20), (500, 20), (400, 20)), 0.5)])
    assert seconds_between(network, (0, 0), (1000, 0), CAR) == pytest.approx(1100 / STREET_M_PER_S, rel=0.01)
    network.close([closing(drawn(shapely.LineString, (0, 0), (1000, 0)), 0.5)] * 2)
    slowed = seconds_between(network, (200, 0), (700, 0), CAR)
    assert slowed == pytest.approx(1000 / STREET_M_PER_S, rel=0.01), "once, however often it is said"


def test_a_place_in_a_closed_street_is_walked_to_from_the_nearer_end(tmp_path: Path) -> None:
    network = canal().network(tmp_path)
    network.close([closing(drawn(shapely.Polygon, (400, -20), (600, -20), (600, 20), (400, 20)))])
    walked = 400 / STREET_M_PER_S + 50 / 1.4
    assert seconds_between(network, (0, 0), (450, 0), CAR) == pytest.approx(walked, rel=0.01)
    assert seconds_between(network, (1000, 0), (550, 0), CAR) == pytest.approx(walked, rel=0.01)
    far = seconds_between(network, (300, 0), (550, 0), CAR)
    assert far == pytest.approx((300 + 60 + 1000 + 60 + 400) / STREET_M_PER_S + 50 / 1.4, rel=0.01)
    past = seconds_between(network, (300, 0), (700, 0), CAR)
    assert past == pytest.approx((300 + 60 + 1000 + 60 + 300) / STREET_M_PER_S, rel=0.01)


def test_who_stands_in_it_leaves_by_the_nearer_end(tmp_path: Path) -> None:
    network = canal().network(tmp_path)
    network.close([closing(drawn(shapely.Polygon, (400, -20), (600, -20), (600, 20), (400, 20)))])
    out = 20 / 1.4 + (400 + 60) / STREET_M_PER_S
    assert seconds_between(network, (420, 0), (0, 60), CAR) == pytest.approx(out, rel=0.02)
    east = 20 / 1.4 + (400 + 60 + 1000 + 60 + 300) / STREET_M_PER_S
    assert seconds_between(network, (420, 0), (700, 0), CAR) == pytest.approx(east, rel=0.02), "not across on foot"


def test_people_on_foot_pass_what_only_stops_vehicles(tmp_path: Path) -> None:
    network = canal().network(tmp_path)
    start, goal = (0, 0), (0, 60)
    network.close([closing(WEST_BRIDGE.geometry, on_foot=False)])
    assert seconds_between(network, start, goal, FOOT) == pytest.approx(60 / 1.4, rel=0.01)
    for profile in (MOTORCYCLE, CAR):
        assert seconds_between(network, start, goal, profile) > 2000 / STREET_M_PER_S
    network.close([WEST_BRIDGE])
    assert seconds_between(network, start, goal, FOOT) > 2000 / 1.4


def test_what_a_shape_covers(tmp_path: Path) -> None:
    network = canal().network(tmp_path)
    ((_, begin, end),) = covered(network, drawn(shapely.Point, (500, 8)))
    assert (begin, end) == (490, 510)
    assert covered(network, drawn(shapely.Point, (500, 30))) == [], "between the banks"
    assert len(covered(network, drawn(shapely.LineString, (0, -10), (0, 80)))) == 1, "not the banks that it meets"
    assert len(covered(network, drawn(shapely.LineString, (200, 3), (260, -3)))) == 1
    assert covered(network, drawn(shapely.LineString, (500, -40), (500, 40))) == [], "it only crosses"
    assert len(covered(network, drawn(shapely.Polygon, (-20, -20), (20, -20), (20, 90), (-20, 90)))) == 3


def test_a_turn_barred_at_a_copy_of_the_junction_stays_closed(tmp_path: Path) -> None:
    streets = Map(s=(0, -200), x=(0, 0), n=(0, 200), w=(-200, 0), nw=(-200, 200))
    south, west = streets.way("s x"), streets.way("w x")
    streets.way("x n nw w")
    streets.restrict(south, "x", west)
    network = streets.network(tmp_path)
    network.close([closing(drawn(shapely.LineString, (0, 20), (0, 180)))])
    assert np.isinf(seconds_between(network, (0, -100), (-100, 0), CAR)), "left is barred, straight on is closed"


def test_a_closure_has_a_beginning_and_an_end_in_reach() -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    hour = timedelta(hours=1)
    check_times(now - hour, now + hour, now)
    check_times(now, now + LONGEST, now)
    for begins, ends in ((now, now), (now + hour, now), (now - 2 * hour, now), (now, now + LONGEST + hour)):
        with pytest.raises(Invalid):
            check_times(begins, ends, now)


def test_closed_is_closed() -> None:
    check_factor(ClosureKind.CLOSED, 0)
    check_factor(ClosureKind.FLOOD, 0.3)
    for kind, factor in ((ClosureKind.CLOSED, 0.5), (ClosureKind.FLOOD, 1), (ClosureKind.FLOOD, -0.1)):
        with pytest.raises(Invalid):
            check_factor(kind, factor)
    assert hinders_walkers(ClosureKind.FLOOD)
    assert not hinders_walkers(ClosureKind.CRASH)

import math
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.domain.incidents.incident import IncidentKind
from api.domain.incidents.joining import USUAL, JoiningRules, Nearby, fits, same_event
from api.domain.incidents.sighting import Seen, direction
from tests.unit.situations import NOW


def near(**facts: Any) -> Nearby:
    usual: dict[str, Any] = {
        "incident_id": uuid4(),
        "kind": IncidentKind.SOS,
        "priority": 1,
        "drill": False,
        "distance_m": 100.0,
        "heard_at": NOW - timedelta(minutes=5),
    }
    return Nearby(**(usual | facts))


@pytest.mark.parametrize(
    ("facts", "kind", "accuracy", "joins"),
    [
        ({}, IncidentKind.SOS, None, True),
        ({"kind": IncidentKind.VIOLENCE}, IncidentKind.SOS, None, True),
        ({"kind": IncidentKind.THEFT, "priority": 2}, IncidentKind.SUSPICIOUS, None, True),
        ({"kind": IncidentKind.THEFT, "priority": 2}, IncidentKind.SOS, None, False),
        ({"kind": IncidentKind.OTHER, "priority": 3}, IncidentKind.OTHER, None, False),
        ({"kind": IncidentKind.WATCHLIST_FACE}, IncidentKind.WATCHLIST_FACE, None, False),
        ({"priority": 2}, IncidentKind.SOS, None, False),  # more urgent than the existing one
        ({"drill": True}, IncidentKind.SOS, None, False),
        ({"distance_m": 151.0}, IncidentKind.SOS, None, False),
        ({"distance_m": 151.0}, IncidentKind.SOS, 200.0, True),
        ({"distance_m": 301.0}, IncidentKind.SOS, 5000.0, False),
        ({"heard_at": NOW - timedelta(minutes=10, seconds=1)}, IncidentKind.SOS, None, False),
    ],
)
def test_what_is_one_event(facts: dict[str, Any], kind: IncidentKind, accuracy: float | None, *, joins: bool) -> None:
    known = near(**facts)
    priority = {IncidentKind.SUSPICIOUS: 2, IncidentKind.OTHER: 3}.get(kind, 1)
    assert same_event(kind, priority, accuracy, NOW, [known]) == (known.incident_id if joins else None)


def test_the_nearest_of_several() -> None:
    ids = sorted((uuid4(), uuid4()))
    for far_id, close_id in (ids, ids[::-1]):
        far, close = near(distance_m=140.0, incident_id=far_id), near(distance_m=20.0, incident_id=close_id)
        assert same_event(IncidentKind.SOS, 1, None, NOW, [far, close]) == close_id


def seen(minutes: float, lat: float, lon: float, camera: str | None = "camera") -> Seen:
    return Seen(NOW + timedelta(minutes=minutes), lat, lon, camera)


def test_which_way_somebody_goes() -> None:
    south, north, again = seen(0, 13.770, 100.57, "A"), seen(4, 13.779, 100.57, "B"), seen(5, 13.7791, 100.57, "B")
    way = direction([again, south, north])
    assert way is not None
    assert (way.heading, way.from_camera, way.to_camera, way.seconds) == (0.0, "A", "B", 300.0)
    assert way.metres == pytest.approx(1012, abs=5)
    east = direction([seen(0, 13.77, 100.57), seen(1, 13.77, 100.58)])
    assert east is not None
    assert east.heading == pytest.approx(90, abs=0.1)


@pytest.mark.parametrize(
    "sightings", [[], [seen(0, 13.77, 100.57)], [seen(0, 13.77, 100.57), seen(1, 13.7701, 100.57)]]
)
def test_one_place_has_no_direction(sightings: list[Seen]) -> None:
    assert direction(sightings) is None


def test_callers_do_not_move() -> None:
    assert direction([seen(0, 13.77, 100.57), seen(1, 13.79, 100.57, None)]) is None


GROUPS = [
    {"sos", "violence", "domestic", "weapon"},
    {"crash", "traffic"},
    {"theft", "intrusion", "suspicious"},
    *({kind} for kind in ("drugs", "nuisance", "crowd", "tamper")),
]


@pytest.mark.parametrize("kind", IncidentKind)
def test_which_kinds_may_be_one_event(kind: IncidentKind) -> None:
    for other in IncidentKind:
        assert fits(kind, other) == any({kind, other} <= group for group in GROUPS), other


SECOND = timedelta(seconds=1)


def test_how_far_around_and_how_far_back_candidates_are_read() -> None:
    assert JoiningRules(150.0, 300.0, 500.0, timedelta(minutes=10)) == USUAL


@pytest.mark.parametrize(
    ("facts", "accuracy", "joins"),
    [
        ({"distance_m": 150.0}, None, True),
        ({"distance_m": 150.5}, None, False),
        ({"distance_m": 150.0}, 10.0, True),
        ({"distance_m": 150.5}, 150.0, False),
        ({"distance_m": 200.0}, 200.0, True),
        ({"distance_m": 200.5}, 200.0, False),
        ({"distance_m": 300.0}, 5000.0, True),
        ({"distance_m": 300.5}, 5000.0, False),
        ({"distance_m": 500.0, "same_sender": True}, None, True),
        ({"distance_m": 500.5, "same_sender": True}, 5000.0, False),
        ({"distance_m": 500.0}, None, False),
        ({"distance_m": 500.0, "same_sender": True, "kind": IncidentKind.WEAPON}, None, False),  # not both SOS
        ({"heard_at": NOW - timedelta(minutes=10)}, None, True),
        ({"heard_at": NOW - timedelta(minutes=10) - SECOND}, None, False),
        ({"heard_at": NOW + timedelta(minutes=10)}, None, True),  # reports may overtake each other
        ({"heard_at": NOW + timedelta(minutes=10) + SECOND}, None, False),
    ],
)
def test_how_far_and_how_long_one_event_reaches(facts: dict[str, Any], accuracy: float | None, *, joins: bool) -> None:
    known = near(**facts)
    assert same_event(IncidentKind.SOS, 1, accuracy, NOW, [known]) == (known.incident_id if joins else None)


@pytest.mark.parametrize(
    ("rules", "facts", "accuracy", "joins"),
    [
        (JoiningRules(radius_m=50.0), {"distance_m": 51.0}, None, False),
        (JoiningRules(radius_m=50.0), {"distance_m": 51.0}, 60.0, True),
        (JoiningRules(widest_m=200.0), {"distance_m": 201.0}, 5000.0, False),
        (JoiningRules(sender_radius_m=900.0), {"distance_m": 900.0, "same_sender": True}, None, True),
        (JoiningRules(within=timedelta(minutes=4)), {}, None, False),  # it was heard of five minutes ago
    ],
)
def test_a_simulation_may_join_by_other_rules(
    rules: JoiningRules, facts: dict[str, Any], accuracy: float | None, *, joins: bool
) -> None:
    known = near(**facts)
    assert (same_event(IncidentKind.SOS, 1, accuracy, NOW, [known], rules) is not None) == joins


def test_a_flood_of_anything_but_sos_reaches_no_further() -> None:
    theft = near(distance_m=400.0, same_sender=True, kind=IncidentKind.THEFT, priority=2)
    assert same_event(IncidentKind.THEFT, 2, None, NOW, [theft]) is None
    sos = near(distance_m=400.0, same_sender=True)
    assert same_event(IncidentKind.VIOLENCE, 1, None, NOW, [sos]) is None, "nor does it reach an SOS"
    assert same_event(IncidentKind.SOS, 1, None, NOW, [sos]) == sos.incident_id


@pytest.mark.parametrize(("priority", "joins"), [(1, True), (2, True), (3, False)])
def test_nothing_joins_what_is_less_urgent(priority: int, *, joins: bool) -> None:
    known = near(kind=IncidentKind.THEFT, priority=priority)
    assert (same_event(IncidentKind.THEFT, 2, None, NOW, [known]) is not None) == joins


def test_of_two_equally_near_ones_the_same_is_always_joined() -> None:
    twins = sorted([near(), near()], key=lambda each: each.incident_id)
    for order in (twins, twins[::-1]):
        assert same_event(IncidentKind.SOS, 1, None, NOW, order) == twins[0].incident_id


@pytest.mark.parametrize(("metres", "moves"), [(29.9, False), (30.1, True)])
def test_within_thirty_metres_nobody_has_moved(metres: float, *, moves: bool) -> None:
    north = 13.77 + metres / (6_371_000 * math.pi / 180)
    way = direction([seen(0, 13.77, 100.57), seen(1, north, 100.57)])
    assert (way is not None) == moves


@pytest.mark.parametrize(
    ("north", "east", "heading"),
    [(1, 0, 0), (1, 1, 45), (0, 1, 90), (-1, 1, 135), (-1, 0, 180), (-1, -1, 225), (0, -1, 270), (1, -1, 315)],
)
@pytest.mark.parametrize("lat", [0.0, 60.0])
def test_headings_around_the_compass(lat: float, north: int, east: int, heading: float) -> None:
    step = 0.001
    way = direction([seen(0, lat, 100), seen(1, lat + step * north, 100 + step * east / math.cos(math.radians(lat)))])
    assert way is not None
    assert way.heading == pytest.approx(heading, abs=0.1)
    assert way.metres == pytest.approx(111.2 * math.hypot(north, east), abs=0.3)


def test_the_course_of_a_long_way_is_its_beginning() -> None:
    """A great circle from the equator to 60° north, a quarter around the globe, starts at 30° from north."""
    way = direction([seen(0, 0, 0), seen(1, 60, 90)])
    assert way is not None
    assert way.heading == 30.0


def test_the_last_other_place_counts_and_figures_are_rounded() -> None:
    way = direction([seen(0, 13.77, 100.57, "A"), seen(1, 13.78, 100.57, "B"), seen(2, 13.78, 100.581234, "C")])
    assert way is not None
    assert (way.from_camera, way.to_camera, way.seconds) == ("B", "C", 60.0)
    assert (way.metres, way.heading) == (round(way.metres, 1), round(way.heading, 1))
    assert way.metres == pytest.approx(1213.2, abs=0.2)


def test_a_quarter_around_the_globe_along_a_parallel_starts_off_north_of_east() -> None:
    way = direction([seen(0, 60, 0), seen(1, 60, 90)])
    assert way is not None
    assert way.heading == 49.1


def test_beyond_the_wider_of_both_radii_nothing_joins() -> None:
    assert USUAL.reach_m == 500.0
    assert JoiningRules(radius_m=1.0, widest_m=600.0, sender_radius_m=500.0).reach_m == 600.0

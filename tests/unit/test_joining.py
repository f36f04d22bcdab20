from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.domain.incidents.incident import IncidentKind
from api.domain.incidents.joining import Nearby, same_event
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
    far, close = near(distance_m=140.0), near(distance_m=20.0)
    assert same_event(IncidentKind.SOS, 1, None, NOW, [far, close]) == close.incident_id


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

"""What a way's tags mean for each profile."""

import pytest

from api.roads.profiles import CAR, FOOT, MOTORCYCLE
from api.roads.tags import posted_km_per_h, read_way
from api.roads.turns import LeftOut, Member, Restriction, read_restriction

BOTH, ALONG, AGAINST, NO = (True, True), (True, False), (False, True), (False, False)
STREET = {"highway": "residential"}


def ways_of(tags: dict[str, str], profile: int) -> tuple[bool, bool]:
    use = read_way(tags)
    along, against = use.speeds[profile] if use else (0, 0)
    return along > 0, against > 0


@pytest.mark.parametrize(
    ("tags", "motorcycle", "car", "foot"),
    [
        ({}, BOTH, BOTH, BOTH),
        ({"oneway": "yes"}, ALONG, ALONG, BOTH),
        ({"oneway": "-1"}, AGAINST, AGAINST, BOTH),
        ({"oneway": "reversible"}, NO, NO, BOTH),
        ({"oneway": "yes", "oneway:bicycle": "no"}, ALONG, ALONG, BOTH),
        ({"oneway": "yes", "oneway:motorcycle": "no"}, BOTH, ALONG, BOTH),
        ({"junction": "roundabout"}, ALONG, ALONG, BOTH),
        ({"highway": "motorway"}, ALONG, ALONG, NO),
        ({"highway": "motorway", "oneway": "no"}, BOTH, BOTH, NO),
        ({"access": "private"}, NO, NO, NO),
        ({"access": "no", "foot": "yes"}, NO, NO, BOTH),
        ({"access": "private", "motor_vehicle": "yes"}, BOTH, BOTH, NO),
        ({"motor_vehicle": "no"}, NO, NO, BOTH),
        ({"vehicle": "no", "motorcycle": "yes"}, BOTH, NO, BOTH),
        ({"motorcycle": "no"}, NO, BOTH, BOTH),
        ({"motorcar": "no"}, BOTH, NO, BOTH),
        ({"foot": "no"}, BOTH, BOTH, NO),
        ({"access": "destination"}, BOTH, BOTH, BOTH),
        ({"highway": "service", "service": "alley"}, BOTH, NO, BOTH),
        ({"highway": "service", "service": "alley", "motorcar": "yes"}, BOTH, BOTH, BOTH),
        ({"width": "1.6"}, BOTH, NO, BOTH),
        ({"width": "1.6", "motorcar": "yes"}, BOTH, NO, BOTH),
        ({"width": "3"}, BOTH, BOTH, BOTH),
        ({"width": "narrow"}, BOTH, BOTH, BOTH),
        ({"highway": "living_street"}, BOTH, NO, BOTH),
        ({"highway": "path"}, NO, NO, BOTH),
        ({"highway": "path", "motorcycle": "designated"}, BOTH, NO, BOTH),
        ({"highway": "path", "access": "yes"}, NO, NO, BOTH),
        ({"highway": "track", "motor_vehicle": "yes"}, BOTH, BOTH, BOTH),
        ({"highway": "footway"}, NO, NO, BOTH),
        ({"highway": "steps", "foot": "private"}, NO, NO, NO),
        ({"highway": "construction"}, NO, NO, NO),
        ({"highway": "trunk", "foot": "yes"}, BOTH, BOTH, BOTH),
    ],
)
def test_who_may_use_it_which_way(
    tags: dict[str, str], motorcycle: tuple[bool, bool], car: tuple[bool, bool], foot: tuple[bool, bool]
) -> None:
    assert [ways_of(STREET | tags, profile) for profile in (MOTORCYCLE, CAR, FOOT)] == [motorcycle, car, foot]


@pytest.mark.parametrize(
    ("text", "km_per_h"),
    [
        ("50", 50), ("30 mph", 48.28), ("80 km/h", 80), ("DE:urban", 50), ("TH:rural", 90), ("DE:zone:30", 30),
        ("DE:zone30", 30), ("walk", 6), ("60;40", 60), ("none", None), ("signals", None), ("", None), (None, None),
        ("0", None),
    ],
)  # fmt: skip
def test_posted_speeds(text: str | None, km_per_h: float | None) -> None:
    assert posted_km_per_h(text) == (km_per_h if km_per_h is None else pytest.approx(km_per_h, abs=0.01))


def test_speeds_are_driven_and_not_posted() -> None:
    use = read_way({"highway": "primary", "maxspeed": "50", "maxspeed:backward": "30"})
    assert use is not None
    assert use.speeds[CAR] == pytest.approx((0.8 * 50 / 3.6, 0.8 * 30 / 3.6))
    assert use.speeds[FOOT] == (1.4, 1.4)


VIA = [Member("w", "from", 1), Member("n", "via", 2), Member("w", "to", 3)]


@pytest.mark.parametrize(
    ("tags", "members", "expected"),
    [
        ({"restriction": "no_left_turn"}, VIA, Restriction((1,), 2, (3,), False, 3)),
        ({"restriction": "only_straight_on"}, VIA, Restriction((1,), 2, (3,), True, 3)),
        ({"restriction": "no_u_turn", "except": "motorcycle"}, VIA, Restriction((1,), 2, (3,), False, 2)),
        ({"restriction": "no_u_turn", "except": "psv; motorcar"}, VIA, Restriction((1,), 2, (3,), False, 1)),
        ({"restriction": "no_u_turn", "except": "motorcar;motorcycle"}, VIA, LeftOut.OTHER_VEHICLES),
        ({"restriction:motorcar": "no_left_turn"}, VIA, Restriction((1,), 2, (3,), False, 2)),
        ({"restriction:hgv": "no_left_turn"}, VIA, LeftOut.OTHER_VEHICLES),
        ({"restriction:conditional": "no_left_turn @ (07:00-09:00)"}, VIA, LeftOut.CONDITIONAL),
        ({"restriction": "no_left_turn"}, [VIA[0], Member("w", "via", 2), VIA[2]], LeftOut.VIA_WAY),
        ({"restriction": "no_left_turn"}, VIA[:2], LeftOut.INCOMPLETE),
        ({"restriction": "no_entry"}, [Member("w", "from", 9), *VIA], Restriction((9, 1), 2, (3,), False, 3)),
    ],
)
def test_restrictions(tags: dict[str, str], members: list[Member], expected: Restriction | LeftOut) -> None:
    assert read_restriction(tags, members) == expected

"""A station's policy: its limits as the wire knows them, and what no field alone can tell."""

from typing import Any

import msgspec
import pytest

from api.domain.errors import Invalid
from api.domain.incidents.incident import IncidentKind
from api.domain.stations.policy import Policy, checked, targets

PLAIN: dict[str, Any] = {
    "targets": {"1": 300, "2": 900, "3": 900},
    "offer_seconds": 30,
    "delivery_seconds": 10,
    "fix_limit_seconds": 120,
    "alarm_seconds": 30,
    "decision_seconds": 600,
    "automatic_kinds": ["sos"],
    "units_per_kind": {},
}


def policy(**changed: Any) -> Policy:
    return msgspec.json.decode(msgspec.json.encode(PLAIN | changed), type=Policy)


@pytest.mark.parametrize(
    ("field", "lowest", "highest"),
    [
        ("offer_seconds", 5, 300),
        ("delivery_seconds", 2, 120),
        ("fix_limit_seconds", 10, 3600),
        ("alarm_seconds", 2, 600),
        ("decision_seconds", 30, 86_400),
    ],
)
def test_each_time_has_limits(field: str, lowest: int, highest: int) -> None:
    assert [getattr(policy(**{field: value}), field) for value in (lowest, highest)] == [lowest, highest]
    for value in (lowest - 1, highest + 1):
        with pytest.raises(msgspec.ValidationError, match=field):
            policy(**{field: value})


@pytest.mark.parametrize(("seconds", "allowed"), [(59, False), (60, True), (86_400, True), (86_401, False)])
def test_a_target_lies_between_a_minute_and_a_day(seconds: int, allowed: bool) -> None:
    everywhere = dict.fromkeys("123", seconds)
    if allowed:
        assert checked(policy(targets=everywhere)).targets == everywhere
    else:
        with pytest.raises(msgspec.ValidationError, match="targets"):
            policy(targets=everywhere)


@pytest.mark.parametrize(("units", "allowed"), [(0, False), (1, True), (10, True), (11, False)])
def test_one_to_ten_units_go_to_a_kind(units: int, allowed: bool) -> None:
    if allowed:
        assert policy(units_per_kind={"crash": units}).units_per_kind == {IncidentKind.CRASH: units}
    else:
        with pytest.raises(msgspec.ValidationError, match="units_per_kind"):
            policy(units_per_kind={"crash": units})


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"targets": {"1": 300, "3": 900}}, "targets"),
        ({"targets": {"1": 901, "2": 900, "3": 900}}, "targets"),
        ({"targets": {"1": 300, "2": 901, "3": 900}}, "targets"),
        ({"automatic_kinds": ["watchlist_face"]}, "automatic_kinds"),
        ({"automatic_kinds": ["sos", "watchlist_plate"]}, "automatic_kinds"),
    ],
)
def test_what_does_not_fit_together_names_the_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(policy(**changed))
    assert refused.value.facts["errors"][0]["field"] == field  # type: ignore[index]


def test_a_match_is_always_decided_by_a_person() -> None:
    with pytest.raises(Invalid) as refused:
        checked(policy(automatic_kinds=["watchlist_plate", "sos", "watchlist_face"]))
    message = "always decided by a person: watchlist_face, watchlist_plate"
    assert refused.value.facts == {"errors": [{"field": "automatic_kinds", "message": message}]}


def test_what_just_fits_together() -> None:
    assert checked(policy(targets=dict.fromkeys("123", 600), offer_seconds=5, delivery_seconds=120))


def test_an_sos_always_goes_at_once() -> None:
    assert checked(policy(automatic_kinds=["crash"])).automatic_kinds == [IncidentKind.CRASH, IncidentKind.SOS]


def test_a_kind_goes_by_whichever_way_can_bring_it() -> None:
    """A camera reports an intrusion and no citizen does; a citizen reports a theft and no camera does."""
    wanted = policy(automatic_kinds=["sos", "intrusion", "theft", "other"])
    assert wanted.automatic_alerts == ["intrusion", "other", "sos"]
    assert wanted.automatic_reports == ["other", "sos", "theft"]


def test_every_priority_has_a_target() -> None:
    assert targets(900, {}) == {"1": 300, "2": 900, "3": 900}
    assert targets(900, {2: 600}) == {"1": 300, "2": 600, "3": 900}
    assert targets(240, {3: 1800}) == {"1": 240, "2": 240, "3": 1800}

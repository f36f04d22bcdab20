"""An officer in danger: where, who goes, and what ends it."""

from datetime import timedelta

import pytest

from api.domain.dispatching.delegation import Delegated, Delegation, KindNeeds, needs_of
from api.domain.dispatching.dispatch import Exclusion, Needs, Ranked, Rules, exclusion, unready
from api.domain.dispatching.planning import plan
from api.domain.errors import WrongState
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.emergency import (
    TRACKER_REPEATS,
    Located,
    Spot,
    demand_unchanged,
    demand_word,
    is_repeat,
    place_of,
    pressed_at,
)
from api.domain.incidents.incident import IncidentKind, IncidentState, state_from
from tests.unit.situations import NOW, driving_to, situation, unit, urgent

MINUTE = timedelta(minutes=1)
STATION = Spot(1.0, 1.0)
RULES = Rules()


def spot(minutes: float) -> Spot:
    return Spot(2.0, 2.0, NOW - minutes * MINUTE)


def test_two_units_go_unless_the_station_has_written_otherwise() -> None:
    assert needs_of(IncidentKind.OFFICER_EMERGENCY, {}).units == 2
    assert needs_of(IncidentKind.SOS, {}) == KindNeeds()
    assert needs_of(IncidentKind.OFFICER_EMERGENCY, {IncidentKind.OFFICER_EMERGENCY: KindNeeds(units=4)}).units == 4


@pytest.mark.parametrize(
    ("given", "own", "found"),
    [
        (spot(1), spot(5), (spot(1), Located.GIVEN)),
        (spot(1), None, (spot(1), Located.GIVEN)),
        (spot(5), spot(5), (spot(5), Located.GIVEN)),
        (spot(5), spot(1), (spot(1), Located.LAST_FIX)),
        (None, spot(60), (spot(60), Located.LAST_FIX)),
        (None, None, (STATION, Located.UNKNOWN)),
    ],
)
def test_the_newest_place_counts(given: Spot | None, own: Spot | None, found: tuple[Spot, Located]) -> None:
    assert place_of(given, own, STATION) == found


def test_a_press_is_as_old_as_the_phone_says_unless_its_clock_is_wrong() -> None:
    assert pressed_at(None, NOW) == NOW
    assert pressed_at(NOW - MINUTE, NOW) == NOW - MINUTE
    assert pressed_at(NOW + MINUTE, NOW) == NOW
    assert pressed_at(NOW - timedelta(hours=24), NOW) == NOW - timedelta(hours=24)
    assert pressed_at(NOW - timedelta(hours=24, seconds=1), NOW) == NOW


def test_a_tracker_repeats_itself_for_a_while() -> None:
    over = NOW - TRACKER_REPEATS
    assert is_repeat(over, over, NOW), "sent before the word of safety"
    assert not is_repeat(NOW, over, NOW)
    assert is_repeat(NOW, over + timedelta(seconds=1), NOW)


def test_only_a_word_of_safety_or_a_reason_ends_it() -> None:
    for reason in (None, "", "  "):
        with pytest.raises(WrongState):
            demand_word(awaits_safety=True, reason=reason)
        demand_word(awaits_safety=False, reason=reason)
    demand_word(awaits_safety=True, reason="pressed by mistake")
    for changed in (["kind"], ["priority", "note"]):
        with pytest.raises(WrongState):
            demand_unchanged(changed, awaits_safety=True)
        demand_unchanged(changed, awaits_safety=False)
    demand_unchanged(["note", "lat"], awaits_safety=True)


def test_it_stays_open_when_its_helpers_have_left() -> None:
    left = [AssignmentState.CLEARED, AssignmentState.WITHDRAWN]
    assert state_from(left) == IncidentState.CLOSED
    assert state_from(left, awaits_safety=True) == IncidentState.OPEN
    assert state_from([*left, AssignmentState.ARRIVED], awaits_safety=True) == IncidentState.ON_SCENE


def test_a_unit_in_an_emergency_is_sent_nowhere() -> None:
    one = unit(in_emergency=True)
    assert unready(one, RULES, NOW) == Exclusion.IN_EMERGENCY
    assert exclusion(Ranked(one, None, None), Needs(), RULES, NOW) == Exclusion.IN_EMERGENCY
    assert plan(situation([urgent(10)], [one]), Delegation(), RULES, NOW) == []
    busy = unit(in_emergency=True, **driving_to(urgent(5000, priority=3)))
    assert plan(situation([urgent(10)], [busy]), Delegation(), RULES, NOW) == []


@pytest.mark.parametrize("diversions", [Delegated.AUTOMATIC, Delegated.PROPOSED])
def test_nobody_is_pulled_from_another_priority_1(diversions: Delegated) -> None:
    mine = urgent(10, kind=IncidentKind.OFFICER_EMERGENCY)
    second = unit(**driving_to(urgent(5000), second=True))
    idle = unit(4000)
    delegation = Delegation(diversions=diversions)
    sent = plan(situation([mine], [second, idle]), delegation, RULES, NOW)
    assert [(move.unit, move.standing) for move in sent if move.standing == Delegated.AUTOMATIC] == [
        (idle, Delegated.AUTOMATIC)
    ]
    other = plan(situation([urgent(10)], [second]), Delegation(), RULES, NOW)
    assert [move.unit for move in other] == [second], "as it may be for a citizen's priority 1"

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.dispatch import Eta, Exclusion, Reason, Rules, Unit, UnitStatus, choose, rank
from api.roads.eta import travel_times

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
RULES = Rules()


def unit(**facts: Any) -> Unit:
    usual = {
        "unit_id": uuid4(),
        "callsign": "11",
        "kind": "motorcycle",
        "status": UnitStatus.AVAILABLE,
        "fix_at": NOW - timedelta(seconds=5),
        "distance_m": 500.0,
        "shift_started_at": NOW - timedelta(hours=2),
        "push_seen_at": NOW - timedelta(hours=1),
        "stream_seen_at": None,
        "declined": False,
        "silent_at": None,
    }
    return Unit(**(usual | facts))


def ranked(*units: Unit) -> list[Any]:
    return rank(units, travel_times(units, 6.0), RULES, NOW)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"status": UnitStatus.OFF_DUTY}, Exclusion.OFF_DUTY),
        ({"status": UnitStatus.OFFERED}, Exclusion.OFFERED),
        ({"status": UnitStatus.ARRIVED}, Exclusion.BUSY),
        ({"declined": True}, Exclusion.DECLINED),
        ({"fix_at": None, "distance_m": None}, Exclusion.NO_FIX),
        ({"fix_at": NOW - timedelta(seconds=121)}, Exclusion.STALE_FIX),
        ({"push_seen_at": None}, Exclusion.UNREACHABLE),
        ({"push_seen_at": NOW - timedelta(hours=3)}, Exclusion.UNREACHABLE),
        ({"push_seen_at": None, "stream_seen_at": NOW - timedelta(seconds=31)}, Exclusion.UNREACHABLE),
        ({"silent_at": NOW - timedelta(seconds=10)}, Exclusion.SILENT),
    ],
)
def test_everyone_left_out_is_listed_with_the_reason(facts: dict[str, Any], why: Exclusion) -> None:
    left_out, fit = unit(**facts), unit(distance_m=900.0)
    listed = ranked(left_out, fit)
    assert [candidate.unit_id for candidate in listed] == [fit.unit_id, left_out.unit_id]
    assert listed[1].excluded_because == why
    assert listed[0].reasons == [Reason.NEAREST, Reason.REACHABLE_PUSH]


def test_travel_time_orders_not_distance() -> None:
    across_the_canal, round_the_corner = unit(distance_m=100.0), unit(distance_m=400.0)
    etas = {across_the_canal.unit_id: Eta(600, "road"), round_the_corner.unit_id: Eta(80, "road")}
    assert rank([across_the_canal, round_the_corner], etas, RULES, NOW)[0].unit_id == round_the_corner.unit_id


def test_someone_on_foot_is_not_as_fast_as_a_motorcycle() -> None:
    walking, riding = unit(kind="foot", distance_m=300.0), unit(distance_m=600.0)
    assert [candidate.unit_id for candidate in ranked(walking, riding)] == [riding.unit_id, walking.unit_id]


def test_the_silent_are_asked_again_only_after_a_while_and_only_when_nobody_else_is_left() -> None:
    just_now, long_ago = unit(silent_at=NOW - timedelta(seconds=59)), unit(silent_at=NOW - timedelta(seconds=61))
    fresh = unit(distance_m=5000.0)
    assert choose(ranked(just_now), [just_now], NOW) is None
    again = choose(ranked(just_now, long_ago), [just_now, long_ago], NOW)
    assert again is not None
    assert again.unit_id == long_ago.unit_id
    first = choose(ranked(long_ago, fresh), [long_ago, fresh], NOW)
    assert first is not None
    assert first.unit_id == fresh.unit_id


@given(st.lists(st.floats(0, 20_000), min_size=1, max_size=30), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_reading(distances: list[float], chance: Any) -> None:
    units = [unit(distance_m=distance, callsign=str(index)) for index, distance in enumerate(distances)]
    shuffled = list(units)
    chance.shuffle(shuffled)

    def order(listed: list[Any]) -> list[UUID]:
        return [candidate.unit_id for candidate in listed]

    assert order(ranked(*units)) == order(ranked(*shuffled))

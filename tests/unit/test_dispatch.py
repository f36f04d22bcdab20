from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.dispatching.dispatch import NEAREST, Candidate, Exclusion, Needs, Ranked, Refusal, Rules, cooled, rank
from api.domain.roads.travel import Eta
from api.domain.units.unit import Reachability, Unit, UnitStatus
from tests.unit.situations import NOW, unit

RULES, ANYBODY = Rules(), Needs()


def ranked(*units: Unit, needs: Needs = ANYBODY, refusals: dict[UUID, Refusal] | None = None) -> list[Candidate]:
    """Each unit's `lat` is its distance in metres along the line, travelled at ten metres a second."""
    known = refusals or {}
    return rank(
        [
            Ranked(
                each,
                None if each.lat is None else Eta(each.lat / 10, "road"),
                each.lat,
                known.get(each.unit_id),
            )
            for each in units
        ],
        needs,
        RULES,
        NOW,
    )


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"status": UnitStatus.OFF_DUTY}, Exclusion.OFF_DUTY),
        ({"status": UnitStatus.OFFERED}, Exclusion.OFFERED),
        ({"status": UnitStatus.ARRIVED}, Exclusion.BUSY),
        ({"kind": "foot"}, Exclusion.WRONG_KIND),
        ({"capabilities": frozenset()}, Exclusion.WRONG_KIND),
        ({"crew": 1}, Exclusion.CREW_TOO_SMALL),
        ({"fix_at": None, "lat": None}, Exclusion.NO_FIX),
        ({"fix_at": NOW - timedelta(seconds=121)}, Exclusion.STALE_FIX),
        ({"push_seen_at": None}, Exclusion.UNREACHABLE),
        ({"push_seen_at": NOW - timedelta(hours=3)}, Exclusion.UNREACHABLE),
        ({"push_seen_at": None, "stream_seen_at": NOW - timedelta(seconds=31)}, Exclusion.UNREACHABLE),
    ],
)
def test_everyone_left_out_is_listed_with_the_reason(facts: dict[str, Any], why: Exclusion) -> None:
    needs = Needs(kinds=frozenset({"motorcycle"}), capabilities=frozenset({"medic"}), crew=2)
    able: dict[str, Any] = {"crew": 2, "capabilities": frozenset({"medic", "english"})}
    left_out, fit = unit(100, **(able | facts)), unit(900, **able)
    listed = ranked(left_out, fit, needs=needs)
    assert [candidate.unit_id for candidate in listed] == [fit.unit_id, left_out.unit_id]
    assert listed[1].excluded_because == why
    assert listed[0].reasons == [NEAREST, Reachability.PUSH]


def test_what_came_of_asking_before() -> None:
    declined, silent, fit = unit(100), unit(200), unit(900)
    came = {
        declined.unit_id: Refusal(declined=True, silent_at=None),
        silent.unit_id: Refusal(declined=False, silent_at=NOW - timedelta(seconds=10)),
    }
    listed = ranked(declined, silent, fit, refusals=came)
    assert [candidate.excluded_because for candidate in listed] == [None, Exclusion.DECLINED, Exclusion.SILENT]


@pytest.mark.parametrize(("seconds", "declined", "again"), [(59, False, False), (61, False, True), (61, True, False)])
def test_silence_cools_and_a_refusal_does_not(seconds: int, declined: bool, again: bool) -> None:
    assert cooled(Refusal(declined, NOW - timedelta(seconds=seconds)), NOW) == again


def test_travel_time_orders_not_distance() -> None:
    across_the_canal, round_the_corner = unit(100), unit(400)
    listed = rank(
        [Ranked(across_the_canal, Eta(600, "road"), 100), Ranked(round_the_corner, Eta(80, "road"), 400)],
        Needs(),
        RULES,
        NOW,
    )
    assert listed[0].unit_id == round_the_corner.unit_id


@given(st.lists(st.floats(0, 20_000), min_size=1, max_size=30), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_reading(distances: list[float], chance: Any) -> None:
    units = [unit(distance, callsign=str(index)) for index, distance in enumerate(distances)]
    shuffled = list(units)
    chance.shuffle(shuffled)

    def order(listed: list[Candidate]) -> list[UUID]:
        return [candidate.unit_id for candidate in listed]

    assert order(ranked(*units)) == order(ranked(*shuffled))

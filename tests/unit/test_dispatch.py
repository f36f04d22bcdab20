from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.dispatching.dispatch import (
    NEAREST,
    Candidate,
    Exclusion,
    Needs,
    Ranked,
    Refusal,
    Rules,
    cooled,
    first_in_order,
    lesser,
    may_be_left,
    rank,
)
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import VIOLENT, IncidentKind
from api.domain.roads.travel import Eta
from api.domain.units.unit import Job, Reachability, Unit, UnitStatus
from tests.unit.situations import NOW, call, driving_to, unit

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
    assert cooled(Refusal(declined, NOW - timedelta(seconds=seconds)), RULES, NOW) == again


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


def test_the_parameters_of_a_decision() -> None:
    """A change of one of them changes who goes."""
    assert msgspec.to_builtins(Rules(), builtin_types=[timedelta]) == {
        "fix_limit": timedelta(seconds=120),
        "almost_there": timedelta(seconds=40),
        "most_bumps": 2,
        "most_swaps": 2,
        "swap_gain_s": (45.0, 60.0, 60.0),
        "backup_gain_s": 30.0,
        "diversion_cost_s": 15.0,
        "head_start_s": 600.0,
        "most_units_of_sender": 2,
        "late_cost": (9.0, 3.0, 1.0, 1 / 3),
        "ride_cost": 0.05,
        "silence_cools": timedelta(seconds=60),
        "aid_gain": timedelta(seconds=60),
    }


def why_not(refusal: Refusal | None = None, needs: Needs = ANYBODY, **facts: Any) -> str | None:
    patrol = unit(100, **facts)
    return ranked(patrol, needs=needs, refusals={patrol.unit_id: refusal} if refusal else None)[0].excluded_because


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"fix_at": NOW - 120 * SECOND}, None),
        ({"fix_at": NOW - 120.5 * SECOND}, Exclusion.STALE_FIX),
        ({"lat": None}, Exclusion.NO_FIX),
        ({"fix_at": None}, Exclusion.NO_FIX),
        ({"status": UnitStatus.ACCEPTED}, Exclusion.BUSY),
        ({"status": UnitStatus.EN_ROUTE}, Exclusion.BUSY),
    ],
)
def test_who_is_not_ready(facts: dict[str, Any], why: Exclusion | None) -> None:
    assert why_not(**facts) == why


@pytest.mark.parametrize(
    ("needs", "facts", "why"),
    [
        (Needs(), {"crew": 1}, None),
        (Needs(kinds=frozenset({"car", "motorcycle"})), {}, None),
        (Needs(kinds=frozenset({"car"})), {}, Exclusion.WRONG_KIND),
        (Needs(capabilities=frozenset({"medic", "english"})), {"capabilities": frozenset({"medic"})}, "wrong_kind"),
        (Needs(crew=2), {"crew": 2}, None),
        (Needs(crew=2), {"crew": 1}, Exclusion.CREW_TOO_SMALL),
        (Needs(crew=2), {"crew": 3}, None),
    ],
)
def test_who_is_not_fit(needs: Needs, facts: dict[str, Any], why: str | None) -> None:
    assert why_not(needs=needs, **facts) == why


DECLINED, SILENT = Refusal(declined=True, silent_at=None), Refusal(declined=False, silent_at=NOW)
BEEN = Refusal(declined=False, silent_at=None, been_there=True)


@pytest.mark.parametrize(
    ("refusal", "facts", "why"),
    [
        (Refusal(declined=True, silent_at=None, been_there=True), {}, Exclusion.BEEN_THERE),
        (BEEN, {"fix_at": None}, Exclusion.BEEN_THERE),
        (DECLINED, {"fix_at": None}, Exclusion.DECLINED),
        (DECLINED, {"status": UnitStatus.ARRIVED}, Exclusion.BUSY),
        (DECLINED, {"status": UnitStatus.OFF_DUTY, "kind": "foot"}, Exclusion.OFF_DUTY),
        (SILENT, {"fix_at": None}, Exclusion.NO_FIX),
        (SILENT, {}, Exclusion.SILENT),
    ],
)
def test_the_most_obvious_reason_is_given(refusal: Refusal, facts: dict[str, Any], why: Exclusion) -> None:
    assert why_not(refusal, **facts) == why


def test_what_is_obvious_about_the_unit_comes_before_what_it_answered() -> None:
    assert why_not(DECLINED, Needs(crew=2)) == Exclusion.CREW_TOO_SMALL
    assert why_not(needs=Needs(crew=2), status=UnitStatus.EN_ROUTE) == Exclusion.BUSY
    assert why_not(needs=Needs(crew=2), fix_at=None) == Exclusion.CREW_TOO_SMALL
    assert why_not(status=UnitStatus.OFF_DUTY, fix_at=None) == Exclusion.OFF_DUTY


@pytest.mark.parametrize(
    ("refusal", "again"),
    [
        (Refusal(declined=False, silent_at=NOW - 60 * SECOND), False),
        (Refusal(declined=False, silent_at=NOW - 60.5 * SECOND), True),
        (Refusal(declined=False, silent_at=None), False),
        (Refusal(declined=True, silent_at=NOW - 3600 * SECOND), False),
        (Refusal(declined=False, silent_at=NOW - 3600 * SECOND, been_there=True), False),
    ],
)
def test_a_silent_unit_is_asked_again_after_more_than_a_minute(refusal: Refusal, again: bool) -> None:
    assert cooled(refusal, RULES, NOW) == again


def test_the_figures_of_the_order_are_rounded_and_say_what_is_unknown() -> None:
    seen = unit(100, fix_at=NOW - 5.26 * SECOND, callsign="a", stream_seen_at=NOW)
    lost = unit(callsign="b", fix_at=None, lat=None, push_seen_at=None)
    eta = Eta(61.26, "road", correction=1.23456)
    first, last = rank([Ranked(lost, None, None), Ranked(seen, eta, 612.34)], ANYBODY, RULES, NOW)
    assert (first.eta_seconds, first.eta_source, first.distance_m) == (61.3, "road", 612.3)
    assert (first.fix_age_s, first.correction) == (5.3, 1.235)
    assert first.reasons == [NEAREST, Reachability.LIVE]
    assert (last.eta_seconds, last.eta_source, last.distance_m, last.fix_age_s) == (None, None, None, None)
    assert (last.correction, last.reasons) == (1.0, [])
    assert Candidate(seen.unit_id, "a", None, None, None, None, []).correction == 1.0


def test_who_may_go_comes_first_then_the_soonest_then_by_callsign() -> None:
    far, twin, near = unit(900, callsign="c"), unit(900, callsign="b"), unit(100, callsign="a", crew=0)
    unknown = Ranked(unit(50, callsign="0"), None, None)
    order = rank([unknown, *(Ranked(u, Eta(u.lat or 0.0, "road"), 0) for u in (far, twin, near))], ANYBODY, RULES, NOW)
    assert [each.callsign for each in order] == ["b", "c", "0", "a"]
    assert [each.reasons[:-1] for each in order] == [[NEAREST], [], [], []]


def test_nobody_is_nearest_where_nobody_may_go() -> None:
    assert rank([], ANYBODY, RULES, NOW) == []
    assert ranked(unit(100, crew=0))[0].reasons == [Reachability.PUSH]


def job(state: AssignmentState = AssignmentState.EN_ROUTE, *, second: bool = False, **facts: Any) -> Job:
    return driving_to(call(**facts), state=state, second=second)["held"]


@pytest.mark.parametrize(
    ("facts", "second", "for_priority", "may"),
    [
        ({"priority": 2}, False, 1, True),
        ({"priority": 2}, False, 2, False),
        ({"priority": 3}, False, 2, True),
        ({"priority": 1, "kind": IncidentKind.SOS}, False, 1, False),
        ({"priority": 1, "kind": IncidentKind.SOS}, True, 1, True),  # another unit has it
        ({"priority": 2}, True, 2, True),
        ({"priority": 2}, True, 3, False),
        ({"bumped": 1}, False, 1, True),
        ({"bumped": 2}, False, 1, False),
        ({"bumped": 3}, False, 1, False),
    ],
)
def test_a_unit_leaves_what_ranks_below_and_has_not_lost_its_unit_too_often(
    facts: dict[str, Any], second: bool, for_priority: int, *, may: bool
) -> None:
    assert may_be_left(job(second=second, **facts), for_priority, RULES) == may
    assert lesser(job(second=second, **facts), for_priority, RULES) == may


def test_a_simulation_may_let_a_case_lose_its_unit_more_often() -> None:
    assert may_be_left(job(bumped=2), 1, Rules(most_bumps=3))


@pytest.mark.parametrize("state", [AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE, AssignmentState.ARRIVED])
def test_a_unit_leaves_no_scene_but_a_drills(state: AssignmentState) -> None:
    assert may_be_left(job(state), 1, RULES) == (state != AssignmentState.ARRIVED)
    assert may_be_left(job(state, yields=True), 1, RULES) == (state != AssignmentState.ARRIVED)
    assert may_be_left(job(state, drill=True, kind=IncidentKind.WEAPON, priority=1, bumped=2), 3, RULES)


@pytest.mark.parametrize("kind", sorted(VIOLENT))
def test_a_unit_is_never_taken_off_a_violent_case(kind: IncidentKind) -> None:
    assert not may_be_left(job(kind=kind, priority=3), 1, RULES)
    assert not may_be_left(job(kind=kind, priority=1, yields=True), 1, RULES)


def test_what_one_sender_floods_us_with_may_be_left_however_often() -> None:
    assert may_be_left(job(yields=True, priority=1, kind=IncidentKind.SOS, bumped=9), 1, RULES)


def candidate(seconds: float | None, why: Exclusion | None = None) -> Candidate:
    return Candidate(uuid4(), "14", seconds, None, None, None, [], why)


def test_who_would_be_asked_now_if_the_one_being_asked_were_free() -> None:
    asked, near, busy = candidate(60.0, Exclusion.OFFERED), candidate(50.0), candidate(10.0, Exclusion.BUSY)
    lost, far = candidate(None), candidate(70.0)
    assert first_in_order([lost, busy, far, near, asked], asked.unit_id) == near.unit_id
    assert first_in_order([lost, busy, far, asked], asked.unit_id) == asked.unit_id
    assert first_in_order([lost, busy, far, candidate(90.0, Exclusion.OFFERED)], asked.unit_id) == far.unit_id
    assert first_in_order([lost, busy], asked.unit_id) is None
    assert first_in_order([], asked.unit_id) is None
    there = candidate(0.0)
    assert first_in_order([near, there], asked.unit_id) == there.unit_id


def test_in_a_tie_the_one_being_asked_keeps_its_offer() -> None:
    for _ in range(4):  # whichever has the lesser id
        asked, other = candidate(60.0, Exclusion.OFFERED), candidate(60.0)
        for order in ([asked, other], [other, asked]):
            assert first_in_order(order, asked.unit_id) == asked.unit_id


def test_a_unit_in_conflict_is_left_out_first_and_never_asked_again() -> None:
    refusal = Refusal(declined=False, silent_at=NOW - timedelta(hours=1), conflicted=True)
    assert not cooled(refusal, RULES, NOW)
    assert cooled(msgspec.structs.replace(refusal, conflicted=False), RULES, NOW)

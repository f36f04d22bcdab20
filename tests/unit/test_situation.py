"""What must be read for a decision, the order of a situation's units for one call, and what is kept of it."""

from typing import Any

import pytest

from api.domain.dispatching.delegation import Delegated
from api.domain.dispatching.dispatch import Exclusion, Needs, Refusal, Rules
from api.domain.dispatching.situation import KEPT, Call, asked_anew, considered, ranked, to_read
from api.domain.roads.travel import metres_between
from api.domain.units.unit import Job, UnitStatus
from tests.unit.situations import NOW, call, driving_to, situation, unit, urgent


def test_a_call_of_which_nothing_more_is_said() -> None:
    """It is real, has never lost a unit, and nobody has it, was asked or has been there."""
    known = call()
    bare = Call(*(getattr(known, name) for name in Call.__struct_fields__[:9]), missing=1)
    assert (bare.bumped, bare.swaps, bare.asked, bare.been) == (0, 0, 0, 0)
    assert (bare.drill, bare.yields, bare.legs, bare.sender) == (False, False, (), None)
    assert bare.needs == Needs(frozenset(), frozenset(), 1)


def test_a_job_and_a_refusal_of_which_nothing_more_is_said() -> None:
    job = driving_to(call())["held"]
    bare = Job(job.assignment_id, job.incident_id, "26-00001", job.state, 2, job.kind, None, 0)
    assert (bare.drill, bare.second, bare.yields) == (False, False, False)
    assert not Refusal(declined=False, silent_at=NOW).been_there


def test_a_single_call_needs_only_its_surroundings() -> None:
    alone, complete = call(), call(missing=0)
    for calls in ([alone], [complete, alone], [alone, complete]):
        read = to_read(calls, Delegated.AUTOMATIC, whole=False)
        assert (read.near, read.jobs, read.every_call) == (alone, False, False)


@pytest.mark.parametrize("calls", [[], [call(missing=0)], [call(), call()]])
def test_several_calls_compete_for_every_unit(calls: list[Call]) -> None:
    assert to_read(calls, Delegated.AUTOMATIC, whole=False).near is None


def test_a_review_of_the_station_reads_every_unit_and_has_read_every_call() -> None:
    read = to_read([urgent()], Delegated.AUTOMATIC, whole=True)
    assert (read.near, read.jobs, read.every_call) == (None, True, False)


@pytest.mark.parametrize(
    ("facts", "diversions", "diverts"),
    [
        ({}, Delegated.AUTOMATIC, True),
        ({}, Delegated.PROPOSED, True),
        ({}, Delegated.OFF, False),
        ({"verified": False}, Delegated.AUTOMATIC, False),
        ({"priority": 2}, Delegated.AUTOMATIC, False),
        ({"missing": 0}, Delegated.AUTOMATIC, False),
    ],
)
def test_a_verified_priority_1_that_waits_looks_at_every_job(
    facts: dict[str, Any], diversions: Delegated, *, diverts: bool
) -> None:
    read = to_read([urgent(**facts), call(missing=0)], diversions, whole=False)
    assert (read.jobs, read.every_call) == (diverts, diverts)


@pytest.mark.parametrize(
    ("waiting", "other", "looks"),
    [
        ({}, {"drill": True}, True),
        ({}, {"yields": True}, True),
        ({}, {}, False),
        ({"drill": True}, {"drill": True}, False),  # a drill takes nothing from another
        ({"drill": True}, {"yields": True}, False),
        ({"missing": 0}, {"drill": True}, False),
        ({"yields": True}, {}, True),
    ],
)
def test_what_is_real_gets_back_what_drills_and_floods_hold(
    waiting: dict[str, Any], other: dict[str, Any], *, looks: bool
) -> None:
    read = to_read([call(**waiting), call(**({"missing": 0} | other))], Delegated.OFF, whole=False)
    assert (read.jobs, read.every_call) == (looks, False)


def test_a_call_asked_anew_misses_those_it_has_asked_too() -> None:
    before = call(missing=1, asked=2, been=1)
    assert asked_anew(before) == call(incident_id=before.incident_id, missing=3, asked=0, been=1)


def test_the_order_for_one_call_and_what_is_known_of_each_unit() -> None:
    place = call(needs=Needs(capabilities=frozenset({"medic"})))
    able = frozenset({"medic"})
    near, far = unit(100, callsign="near", capabilities=able), unit(500, callsign="far", capabilities=able)
    lost = unit(callsign="lost", lat=None, capabilities=able)
    unable, silent = unit(5, callsign="unable"), unit(50, callsign="silent", capabilities=able)
    known = situation(
        [call(3000), place],
        [far, lost, unable, near, silent],
        {(place.incident_id, silent.unit_id): Refusal(declined=False, silent_at=NOW)},
    )
    order = ranked(known, place, Rules(), NOW)
    assert [(each.callsign, each.eta_seconds, each.excluded_because) for each in order] == [
        ("near", 10.0, None),
        ("far", 50.0, None),
        ("unable", 0.5, Exclusion.WRONG_KIND),
        ("silent", 5.0, Exclusion.SILENT),
        ("lost", None, Exclusion.NO_FIX),
    ]
    assert order[0].distance_m == round(metres_between(0, 0, 100, 0), 1)
    assert order[-1].distance_m is None
    assert [each.callsign for each in ranked(known, place, Rules(), NOW, 3)] == ["near", "unable", "silent"]


def test_the_distance_is_between_both_points() -> None:
    place, aside = call(10.0, lon=20.0), unit(11.0, lon=21.0)
    (known,) = ranked(situation([place], [aside]), place, Rules(), NOW)
    assert known.distance_m == round(metres_between(10, 20, 11, 21), 1)


def test_of_units_equally_far_the_first_are_looked_at() -> None:
    place, units = call(), [unit(10 * (number % 2), callsign=f"{number:02}") for number in range(40)]
    order = ranked(situation([place], units), place, Rules(), NOW, 22)
    assert [each.callsign for each in order] == [*(f"{number:02}" for number in range(0, 40, 2)), "01", "03"]


@pytest.mark.parametrize("missing", ["lat", "lon"])
def test_half_a_position_has_no_distance(missing: str) -> None:
    place = call()
    (known,) = ranked(situation([place], [unit(10, **{missing: None})]), place, Rules(), NOW)
    assert known.distance_m is None


def test_the_nearest_are_kept_with_the_one_chosen_among_them() -> None:
    place, units = call(), [unit(10 * number, callsign=f"{number:02}") for number in range(KEPT + 5)]
    known = situation([place], units)
    chosen, kept = considered(known, place, units[3].unit_id, Rules(), NOW)
    assert chosen.callsign == "03"
    assert [each.callsign for each in kept] == [f"{number:02}" for number in range(KEPT)]


def test_one_chosen_from_far_away_is_kept_before_the_nearest() -> None:
    place = call()
    busy = [unit(10 * number, callsign=f"{number:02}", status=UnitStatus.EN_ROUTE) for number in range(KEPT)]
    nearer, free = unit(8000, callsign="nearer"), unit(9000, callsign="free")
    chosen, kept = considered(situation([place], [*busy, nearer, free]), place, free.unit_id, Rules(), NOW)
    assert (chosen.callsign, chosen.excluded_because, len(kept)) == ("free", None, KEPT + 1)
    assert [each.callsign for each in kept] == ["free", *(each.callsign for each in busy)]


def test_twenty_are_kept() -> None:
    assert KEPT == 20

from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from api.domain.dispatching.delegation import Delegation
from api.domain.dispatching.dispatch import Candidate, Rules
from api.domain.dispatching.explanation import (
    Clause,
    Explanation,
    StationName,
    explain,
    explain_aid,
    explain_choice,
    explain_repositioning,
)
from api.domain.dispatching.moves import ConsideredUnit, DelayReason, Move, MoveKind
from api.domain.dispatching.planning import plan
from api.domain.dispatching.repositioning import Repositioning, Spot
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import Eta, EtaSource
from api.domain.units.unit import Job
from tests.unit.situations import NOW, call, driving_to, leg, situation, unit, urgent


def clauses(explanation: Explanation) -> list[tuple[Any, ...]]:
    """Code, callsign, whole seconds, priority, reference: without what is absent at the end."""
    assert (explanation.th, explanation.en) == ("", ""), "only an earlier release worded it"
    return [_short(clause) for clause in explanation.clauses]


def _short(clause: Clause) -> tuple[Any, ...]:
    seconds = None if clause.seconds is None else round(clause.seconds)
    facts = [str(clause.code), clause.callsign, seconds, clause.priority, clause.reference]
    while facts[-1] is None:
        facts.pop()
    return tuple(facts)


def test_a_diversion_reads_as_on_the_radio() -> None:
    nuisance = call(12000, priority=3, kind=IncidentKind.NUISANCE, missing=0, reference="26-00012")
    bound = unit(2500, callsign="14", **driving_to(nuisance, 400))
    known = situation([urgent(0), nuisance], [bound, unit(-4100, callsign="22"), unit(18000, callsign="31")])
    (move,) = plan(known, Delegation(), Rules(), NOW)
    assert clauses(explain(move, NOW)) == [
        ("arrives", "14", 250),
        ("nearest_idle", "22", 410),
        ("leaves_job", "14", None, 3, "26-00012"),
        ("left_taken_later", "31", 200),
    ]


def test_nobody_else_and_a_straight_line_are_said() -> None:
    (move,) = plan(situation([urgent(0)], [unit(600, callsign="14")], by_road=False), Delegation(), Rules(), NOW)
    assert clauses(explain(move, NOW)) == [("arrives_straight", "14", 60), ("nobody_free",)]


def test_what_was_only_asked_is_not_said_to_be_driven_to() -> None:
    theft = call(400, missing=0)
    asked = unit(100, callsign="14", **driving_to(theft, state=AssignmentState.OFFERED))
    (move,) = plan(situation([urgent(0), theft], [asked]), Delegation(), Rules(), NOW)
    assert clauses(explain(move, NOW))[2:] == [("leaves_offer", "14", None, 2, "26-00001"), ("left_waits",)]


def test_a_swap_names_both() -> None:
    slow = unit(9000, callsign="14")
    place = call(0, missing=0, legs=(leg(slow, 250),))
    busy = unit(9000, unit_id=slow.unit_id, callsign="14", **driving_to(place, 250))
    (move,) = plan(situation([place], [busy, unit(1200, callsign="31")]), Delegation(), Rules(), NOW)
    assert clauses(explain(move, NOW)) == [("arrives", "31", 120), ("sooner", "14", 130)]


SECOND = timedelta(seconds=1)
LEG = leg(unit(callsign="14"), 250)
DRILL = Job(uuid4(), uuid4(), "26-00012", AssignmentState.EN_ROUTE, 3, IncidentKind.NUISANCE, None, 0, drill=True)


def move(**facts: Any) -> Move:
    """31 would be there in two minutes."""
    usual: dict[str, Any] = {
        "kind": MoveKind.OFFER,
        "standing": "automatic",
        "call": urgent(),
        "unit": unit(callsign="31"),
        "eta": Eta(120, "road"),
    }
    return Move(**(usual | facts))


ARRIVES, NOBODY = ("arrives", "31", 120), ("nobody_free",)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, [ARRIVES, NOBODY]),
        ({"eta": Eta(120, "straight_line")}, [("arrives_straight", "31", 120), NOBODY]),
        ({"nearest_idle": ConsideredUnit("22", 184.6)}, [ARRIVES, ("nearest_idle", "22", 185)]),
        (
            {"replaces": LEG, "gain_s": 130.0, "nearest_idle": ConsideredUnit("22", 184.6)},
            [ARRIVES, ("sooner", "14", 130)],
        ),
        (
            {"beside": LEG, "gain_s": 130.0, "worry": DelayReason.LATE},
            [ARRIVES, ("sooner_than_late", "14", 130)],
        ),
        ({"beside": LEG, "worry": DelayReason.SILENT}, [ARRIVES, ("position_lost", "14")]),
        (
            {"beside": leg(unit(callsign="14"), -95), "worry": DelayReason.OVERDUE},
            [ARRIVES, ("overdue", "14", 95)],
        ),
        (
            {"beside": msgspec.structs.replace(LEG, arrives_at=None), "worry": DelayReason.OVERDUE},
            [ARRIVES, ("sooner", "14", 0)],
        ),
        ({"leaves": DRILL}, [ARRIVES, NOBODY, ("leaves_drill", "31", None, None, "26-00012")]),
    ],
)
def test_what_is_said_of_a_move(facts: dict[str, Any], said: list[tuple[Any, ...]]) -> None:
    assert clauses(explain(move(**facts), NOW)) == said


@pytest.mark.parametrize(
    ("state", "arrives_in", "taker_in", "left", "after"),
    [
        ("en_route", 300, None, "leaves_job", ("left_waits",)),
        ("en_route", None, 400, "leaves_job", ("left_taken", "22")),
        ("en_route", 300, 300, "leaves_job", ("left_taken_in_time", "22")),
        ("en_route", 300, 100, "leaves_job", ("left_taken_in_time", "22")),
        ("en_route", 300, 329, "leaves_job", ("left_taken_in_time", "22")),
        ("accepted", 300, 330, "leaves_job", ("left_taken_later", "22", 30)),
        ("accepted", 300, 3900, "leaves_job", ("left_taken_later", "22", 3600)),
        ("offered", 300, 900, "leaves_offer", ("left_taken_later", "22", 600)),
    ],
)
def test_who_takes_over_what_is_left(
    state: str, arrives_in: float | None, taker_in: float | None, left: str, after: tuple[Any, ...]
) -> None:
    expected = None if arrives_in is None else NOW + arrives_in * SECOND
    job = msgspec.structs.replace(DRILL, drill=False, state=AssignmentState(state), arrives_at=expected)
    taker = None if taker_in is None else ConsideredUnit("22", taker_in)
    said = clauses(explain(move(leaves=job, taker=taker), NOW))
    assert said == [ARRIVES, NOBODY, (left, "31", None, 3, "26-00012"), after]


FIRST, NAMED = (
    Candidate(uuid4(), "14", 120.0, EtaSource.ROAD, 900.0, 5.0, []),
    Candidate(uuid4(), "22", 250.0, EtaSource.ROAD, 900.0, 5.0, []),
)
STRAIGHT = msgspec.structs.replace(NAMED, eta_source=EtaSource.STRAIGHT_LINE)
LOST = msgspec.structs.replace(NAMED, eta_seconds=None, excluded_because="stale_fix")


@pytest.mark.parametrize(
    ("chosen", "best", "ordered", "said"),
    [
        (NAMED, NAMED, False, [("chosen", "22"), ("arrives", "22", 250)]),
        (NAMED, None, True, [("ordered", "22"), ("arrives", "22", 250)]),
        (STRAIGHT, None, True, [("ordered", "22"), ("arrives_straight", "22", 250)]),
        (NAMED, FIRST, False, [("chosen", "22"), ("arrives", "22", 250), ("first_choice", "14", 120)]),
        (
            NAMED,
            msgspec.structs.replace(FIRST, eta_seconds=None),
            True,
            [("ordered", "22"), ("arrives", "22", 250)],
        ),
        (LOST, None, True, [("ordered", "22"), ("position_unknown",), ("left_out",)]),
    ],
)
def test_what_is_said_of_a_choice_by_hand(
    chosen: Candidate, best: Candidate | None, ordered: bool, said: list[tuple[Any, ...]]
) -> None:
    assert clauses(explain_choice(chosen, best, ordered=ordered)) == said


def test_a_choice_against_the_rule_keeps_the_rule() -> None:
    *_, left_out = explain_choice(LOST, None, ordered=True).clauses
    assert left_out.excluded_because == "stale_fix"


def test_what_is_said_of_a_neighbours_unit() -> None:
    station = StationName("สน.ข้างเคียง", "Next Door")
    late = explain_aid(NAMED, station, NOW + 1000 * SECOND, NOW)
    assert clauses(late) == [("neighbour_arrives", "22", 250), ("own_unit_late", None, 1000)]
    assert late.clauses[0].station == station
    nobody = explain_aid(msgspec.structs.replace(NAMED, eta_seconds=None), station, None, NOW)
    assert clauses(nobody) == [("neighbour_arrives", "22", 0), ("no_own_unit",)]


def test_what_is_said_of_a_better_place_to_wait() -> None:
    (moved,) = explain_repositioning(Repositioning(unit(callsign="22"), Spot(uuid4(), 0, 0, 9), 0.704, 0.857)).clauses
    assert (moved.code, moved.callsign, moved.share_before, moved.share_after) == ("repositioned", "22", 0.704, 0.857)

"""First units before second ones, real cases before drills, and senders over the limit after the others."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from api.domain.dispatching.delegation import Delegated, Delegation
from api.domain.dispatching.dispatch import Refusal, Rules
from api.domain.dispatching.moves import Move, MoveKind
from api.domain.dispatching.planning import plan
from api.domain.dispatching.situation import Call, Situation
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import TravelTimes
from api.domain.units.unit import Unit
from tests.unit.situations import NOW, call, driving_to, leg, situation, unit, urgent

USUAL = Delegation()
PROPOSED = Delegation(diversions=Delegated.PROPOSED)


def planned(calls: list[Call], units: list[Unit], delegation: Delegation = USUAL, **more: Any) -> list[Move]:
    return plan(situation(calls, units, **more), delegation, Rules(), NOW)


def pairs(moves: list[Move]) -> set[tuple[str, str]]:
    return {(move.call.reference, move.unit.callsign) for move in moves}


def there(callsign: str = "07") -> dict[str, Any]:
    """Facts of a call whose first unit is at the scene."""
    return {"legs": (leg(unit(0, callsign=callsign), -60, state=AssignmentState.ARRIVED),)}


def test_a_first_unit_comes_before_an_older_cases_second() -> None:
    older = urgent(0, reference="older", received_at=NOW - timedelta(minutes=20), **there())
    fresh = urgent(5000, reference="fresh")
    assert pairs(planned([older, fresh], [unit(10, callsign="1")])) == {("fresh", "1")}


def test_a_second_counts_one_priority_lower() -> None:
    second = urgent(0, reference="second", **there())
    first = call(3000, reference="first", priority=2, received_at=NOW - timedelta(seconds=30))
    assert pairs(planned([second, first], [unit(10, callsign="1")])) == {("first", "1")}
    lowest = call(0, reference="lowest", priority=3, missing=1, **there())
    least = call(9000, reference="least", priority=3)
    assert pairs(planned([lowest, least], [unit(10, callsign="1")])) == {("least", "1")}


def test_of_two_missing_units_only_the_first_counts_fully() -> None:
    fight = urgent(0, reference="fight", kind=IncidentKind.VIOLENCE, missing=2, received_at=NOW - timedelta(minutes=4))
    sos = urgent(3000, reference="sos")
    moves = planned([fight, sos], [unit(10, callsign="1"), unit(20, callsign="2")])
    assert sorted(move.call.reference for move in moves) == ["fight", "sos"]


@pytest.mark.parametrize("state", [AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE, AssignmentState.ARRIVED])
def test_a_second_never_bumps_anybody_while_the_first_has_it(state: AssignmentState) -> None:
    theft = call(400, missing=0)
    bound = unit(0, **driving_to(theft))
    wanting = urgent(0, legs=(leg(unit(0), 60, state=state),))
    assert planned([wanting, theft], [bound]) == []
    assert len(planned([urgent(0), theft], [bound])) == 1


def test_a_unit_on_its_way_as_a_second_may_be_called_to_a_first() -> None:
    reached = urgent(400, reference="reached", missing=0, **there())
    second = unit(0, callsign="2", **driving_to(reached, second=True))
    first = unit(0, callsign="2", **driving_to(reached, second=False))
    fresh = urgent(0, reference="fresh")
    assert pairs(planned([reached, fresh], [second])) == {("fresh", "2")}
    assert planned([reached, fresh], [first]) == []


def test_who_has_been_there_is_not_called_back() -> None:
    theft = call(0)
    been, far = unit(5, callsign="been"), unit(9000, callsign="far")
    refusals = {(theft.incident_id, been.unit_id): Refusal(declined=False, silent_at=None, been_there=True)}
    assert planned([theft], [been, far], refusals=refusals)[0].unit == far
    assert planned([theft], [been], refusals=refusals) == []
    long_silent = Refusal(declined=False, silent_at=NOW - timedelta(hours=1), been_there=True)
    assert planned([theft], [been], refusals={(theft.incident_id, been.unit_id): long_silent}) == []


def test_proposing_a_diversion_takes_no_idle_unit_from_anybody() -> None:
    nuisance = call(3000, reference="nuisance", priority=3, missing=0)
    sos, theft = urgent(0, reference="sos"), call(8000, reference="theft")
    bound = unit(100, callsign="bound", **driving_to(nuisance))
    idle = [unit(2000, callsign="near"), unit(8200, callsign="far")]
    moves = planned([sos, theft, nuisance], [bound, *idle], PROPOSED)
    assert {(m.call.reference, m.unit.callsign, m.standing) for m in moves} == {
        ("sos", "near", Delegated.AUTOMATIC),
        ("theft", "far", Delegated.AUTOMATIC),
        ("sos", "bound", Delegated.PROPOSED),
    }


def test_without_anything_to_divert_everybody_idle_is_sent() -> None:
    sos, theft = urgent(0, reference="sos"), call(100, reference="theft")
    idle = [unit(10, callsign="1"), unit(20, callsign="2")]
    for delegation in (USUAL, PROPOSED, Delegation(diversions=Delegated.OFF)):
        assert {m.call.reference for m in planned([sos, theft], idle, delegation)} == {"sos", "theft"}


@pytest.mark.parametrize("priority", [1, 2, 3])
def test_a_drill_is_served_from_what_is_left(priority: int) -> None:
    drill = urgent(0, reference="drill", drill=True, received_at=NOW - timedelta(hours=2))
    real = call(5000, reference="real", priority=priority)
    assert pairs(planned([drill, real], [unit(10, callsign="1")])) == {("real", "1")}
    assert len(planned([drill, real], [unit(10), unit(20)])) == 2


@pytest.mark.parametrize(
    "state", [AssignmentState.OFFERED, AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE, AssignmentState.ARRIVED]
)
@pytest.mark.parametrize("priority", [1, 2, 3])
def test_a_drill_gives_its_unit_back(priority: int, state: AssignmentState) -> None:
    drill = urgent(0, reference="drill", drill=True, missing=0, kind=IncidentKind.VIOLENCE)
    busy = unit(10, callsign="1", **driving_to(drill, 10, state=state))
    real = call(5000, reference="real", priority=priority, verified=False)
    (move,) = planned([drill, real], [busy])
    assert (move.kind, move.call.reference, move.standing) == (MoveKind.DIVERSION, "real", Delegated.AUTOMATIC)
    other = call(5000, reference="other drill", drill=True)
    assert planned([drill, other], [busy]) == []


def test_an_idle_unit_goes_before_one_is_taken_from_a_drill() -> None:
    drill = call(0, reference="drill", drill=True, missing=0)
    busy, idle = unit(1000, callsign="busy", **driving_to(drill)), unit(1100, callsign="idle")
    for real in (urgent(0), call(0)):
        assert planned([drill, real], [busy, idle])[0].unit == idle


def test_no_second_swap_while_the_first_is_being_asked() -> None:
    slow = unit(9000, callsign="14")
    theft = call(0, missing=0, legs=(leg(slow, 900),))
    busy = unit(9000, unit_id=slow.unit_id, callsign="14", **driving_to(theft, 900))
    free = unit(1000, callsign="22")
    assert [move.kind for move in planned([theft], [busy, free])] == [MoveKind.SWAP]
    asked = call(0, missing=0, asked=1, legs=theft.legs)
    assert planned([asked], [busy, free]) == []


def test_who_waits_longest_within_the_limit_goes_before_senders_over_it() -> None:
    flood = urgent(0, reference="flood", verified=False, yields=True, received_at=NOW - timedelta(minutes=9))
    real = urgent(7000, reference="real", verified=False)
    only = unit(10, callsign="1")
    assert pairs(planned([flood, real], [only])) == {("real", "1")}
    assert pairs(planned([flood], [only])) == {("flood", "1")}, "over the limit is offered all the same"
    assert len(planned([flood, real], [only, unit(20)])) == 2
    theft = call(0, reference="theft", received_at=NOW - timedelta(minutes=9))
    assert pairs(planned([flood, theft], [only])) == {("flood", "1")}, "it yields to priority 1 alone"


@pytest.mark.parametrize("state", [AssignmentState.OFFERED, AssignmentState.EN_ROUTE])
def test_a_sender_over_the_limit_gives_way_to_one_within_it(state: AssignmentState) -> None:
    flood = urgent(
        0, reference="flood", verified=False, yields=True, missing=0, asked=int(state == AssignmentState.OFFERED)
    )
    busy = unit(10, callsign="1", **driving_to(flood, state=state))
    real = urgent(5000, reference="real", verified=False)
    assert pairs(planned([flood, real], [busy])) == {("real", "1")}
    another = urgent(5000, reference="another", verified=False, yields=True)
    assert planned([flood, another], [busy]) == []


def test_one_senders_unverified_calls_hold_two_units_at_once() -> None:
    units = [unit(10 * n, callsign=str(n)) for n in range(6)]
    facts = [
        {"verified": False, "sender": "a", "yields": n > 0, "received_at": NOW + timedelta(seconds=n)} for n in range(4)
    ]
    flood = [urgent(100 * n, reference=str(n), **each) for n, each in enumerate(facts)]
    other = urgent(50, reference="other", verified=False, sender="b")
    moves = planned([*flood, other], units)
    assert sorted(move.call.reference for move in moves) == ["0", "1", "other"]
    holding = [
        urgent(0, verified=False, sender="a", missing=0, asked=1),
        urgent(0, verified=False, sender="a", missing=0, legs=(leg(unit(0), 10),)),
    ]
    assert planned([*holding, flood[0]], units) == []
    looked_at = urgent(0, reference="looked at", sender="a", yields=True)
    assert pairs(planned([*holding, looked_at], units)) == {("looked at", "0")}


@pytest.mark.parametrize("kind", [IncidentKind.SOS, IncidentKind.VIOLENCE, IncidentKind.THEFT])
@pytest.mark.parametrize(("expected_in", "silent_for"), [(-720.0, 700), (-720.0, 5), (600.0, 700), (-41.0, 5)])
def test_one_more_is_proposed_beside_a_unit_that_is_overdue_or_silent(
    kind: IncidentKind, expected_in: float, silent_for: int
) -> None:
    lost = unit(9000, callsign="14", fix_at=NOW - timedelta(seconds=silent_for))
    place = call(
        0, kind=kind, priority=2 if kind == IncidentKind.THEFT else 1, missing=0, legs=(leg(lost, expected_in),)
    )
    busy = unit(9000, unit_id=lost.unit_id, callsign="14", fix_at=lost.fix_at, **driving_to(place, expected_in))
    (move,) = planned([place], [busy, unit(120, callsign="22")], Delegation(swaps=Delegated.OFF))
    assert (move.kind, move.unit.callsign, move.standing) == (MoveKind.BACKUP, "22", Delegated.PROPOSED)


@pytest.mark.parametrize("facts", [{"been": 1}, {"asked": 1}, {"missing": 1}])
def test_nobody_is_proposed_beside_one_who_is_overdue_when_somebody_was_there_or_is_being_asked(
    facts: dict[str, int],
) -> None:
    lost = unit(9000, callsign="14", fix_at=NOW - timedelta(minutes=9))
    place = call(0, **({"missing": 0, "legs": (leg(lost, -600),)} | facts))
    moves = planned([place], [lost, unit(120, callsign="22")], Delegation(swaps=Delegated.OFF))
    assert MoveKind.BACKUP not in {move.kind for move in moves}


def test_one_healthy_unit_on_its_way_is_enough() -> None:
    lost, healthy = unit(9000, callsign="14", fix_at=NOW - timedelta(minutes=9)), unit(900, callsign="15")
    place = urgent(0, missing=0, legs=(leg(lost, -600), leg(healthy, 90, lead=False)))
    busy = [
        unit(9000, unit_id=lost.unit_id, fix_at=lost.fix_at, **driving_to(place)),
        unit(900, unit_id=healthy.unit_id, **driving_to(place)),
    ]
    assert planned([place], [*busy, unit(120)], Delegation(swaps=Delegated.OFF)) == []


@pytest.mark.parametrize("left_out", ["call", "unit"])
def test_a_call_or_unit_without_travel_times_waits_and_breaks_nothing(left_out: str) -> None:
    calls, units = [urgent(0, reference="a"), call(50, reference="b")], [unit(10), unit(20)]
    known_calls = calls[1:] if left_out == "call" else calls
    known_units = units[1:] if left_out == "unit" else units
    seconds = np.full((len(known_calls), len(known_units)), 60.0)
    times = TravelTimes(
        [c.incident_id for c in known_calls],
        [u.unit_id for u in known_units],
        seconds,
        np.ones(seconds.shape, dtype=bool),
    )
    moves = plan(Situation(calls, units, times, {}), USUAL, Rules(), NOW)
    assert [move.call.reference for move in moves] == (["b"] if left_out == "call" else ["a"])

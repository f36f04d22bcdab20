"""Who is idle, who may leave which job, what is still wanted, and who would be there first."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from api.domain.dispatching.delegation import Delegated, Delegation
from api.domain.dispatching.dispatch import Needs, Refusal, Rules
from api.domain.dispatching.layout import Layout, needs
from api.domain.dispatching.matching import NEVER
from api.domain.dispatching.moves import Move, MoveKind
from api.domain.dispatching.situation import Call
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import Eta
from api.domain.units.unit import Unit, UnitStatus
from tests.unit.situations import NOW, call, driving_to, leg, situation, unit, urgent

SECOND = timedelta(seconds=1)


def laid_out(calls: list[Call], units: list[Unit], **more: Any) -> Layout:
    return Layout(situation(calls, units, **more), Delegation(), Rules(), NOW)


def masks(busy: Unit) -> dict[str, bool]:
    layout = laid_out([call()], [busy])
    return {name: bool(getattr(layout, name)[0]) for name in ("idle", "lesser", "yielding", "drilling")}


NOTHING = {"idle": False, "lesser": False, "yielding": False, "drilling": False}


@pytest.mark.parametrize(
    ("facts", "idle"),
    [
        ({}, True),
        ({"status": UnitStatus.OFFERED}, False),
        ({"status": UnitStatus.OFF_DUTY}, False),
        ({"fix_at": NOW - 121 * SECOND}, False),
        ({"push_seen_at": None}, False),
    ],
)
def test_idle_is_who_is_available_seen_and_heard(facts: dict[str, Any], *, idle: bool) -> None:
    assert masks(unit(**facts)) == NOTHING | {"idle": idle}


@pytest.mark.parametrize(
    ("state", "seconds", "may"),
    [
        (AssignmentState.ACCEPTED, 41, True),
        (AssignmentState.EN_ROUTE, 41, True),
        (AssignmentState.EN_ROUTE, 40, False),  # almost there
        (AssignmentState.EN_ROUTE, -40, False),
        (AssignmentState.EN_ROUTE, -41, True),  # long overdue is not almost there
        (AssignmentState.ARRIVED, 300, False),
        (AssignmentState.OFFERED, 10, True),  # it has not even set out
    ],
)
def test_who_may_leave_a_lesser_job(state: AssignmentState, seconds: float, *, may: bool) -> None:
    assert masks(unit(**driving_to(call(), seconds, state=state))) == NOTHING | {"lesser": may}


@pytest.mark.parametrize(
    ("facts", "second", "lesser"),
    [
        ({"priority": 2}, False, True),
        ({"priority": 3}, False, True),
        ({"priority": 1, "kind": IncidentKind.SOS}, False, False),
        ({"priority": 1, "kind": IncidentKind.SOS}, True, True),  # another unit has it
        ({"kind": IncidentKind.WEAPON}, False, False),
        ({"kind": IncidentKind.WEAPON, "priority": 1}, True, False),
        ({"bumped": 1}, False, True),
        ({"bumped": 2}, False, False),
        ({"bumped": 3}, False, False),
    ],
)
def test_which_job_is_lesser(facts: dict[str, Any], second: bool, *, lesser: bool) -> None:
    assert masks(unit(**driving_to(call(**facts), second=second))) == NOTHING | {"lesser": lesser}


def test_a_drill_is_left_from_anywhere_and_is_neither_lesser_nor_yielding() -> None:
    drill = call(drill=True, yields=True)
    for state in (AssignmentState.ARRIVED, AssignmentState.EN_ROUTE, AssignmentState.OFFERED):
        assert masks(unit(**driving_to(drill, 5, state=state))) == NOTHING | {"drilling": True}


def test_a_drill_is_left_from_the_scene_as_well_though_it_yields_to_nobody() -> None:
    for facts in ({}, {"priority": 1}, {"kind": IncidentKind.WEAPON}):
        busy = driving_to(call(drill=True, **facts), state=AssignmentState.ARRIVED)
        assert masks(unit(**busy)) == NOTHING | {"drilling": True}
    flood = urgent(yields=True)
    assert masks(unit(**driving_to(flood, state=AssignmentState.ARRIVED))) == NOTHING, "a real case is not"


def test_the_second_unit_of_what_yields_is_on_a_lesser_job_too() -> None:
    helper = unit(**driving_to(urgent(yields=True), second=True))
    assert masks(helper) == NOTHING | {"yielding": True, "lesser": True}


def test_a_simulation_may_let_a_case_lose_its_unit_more_or_less_often() -> None:
    bumped = unit(**driving_to(call(bumped=1)))
    for most, lesser in ((1, False), (2, True)):
        layout = Layout(situation([call()], [bumped]), Delegation(), Rules(most_bumps=most, most_swaps=9 - most), NOW)
        assert layout.lesser.tolist() == [lesser]


def test_what_yields_may_be_left_for_a_sender_within_the_limit() -> None:
    flood = urgent(yields=True)
    assert masks(unit(**driving_to(flood))) == NOTHING | {"yielding": True}


@pytest.mark.parametrize("state", [AssignmentState.OFFERED, AssignmentState.EN_ROUTE])
def test_unless_the_radio_room_has_found_it_violent(state: AssignmentState) -> None:
    """Accepting what the unit was asked to leave it for would be refused."""
    violent = urgent(yields=True, kind=IncidentKind.VIOLENCE)
    assert masks(unit(**driving_to(violent, state=state))) == NOTHING


def test_who_holds_one_job_and_is_asked_for_another_may_leave_neither() -> None:
    held, asked = driving_to(call()), driving_to(call(), state=AssignmentState.OFFERED)
    assert masks(unit(**(asked | held))) == NOTHING
    assert masks(unit(**(held | {"fix_at": NOW - 121 * SECOND}))) == NOTHING, "nor may one that is lost"


def test_seconds_are_known_for_units_with_a_position_and_calls_with_a_row() -> None:
    place, other = call(0), call(99)
    layout = laid_out([place], [unit(100), unit(lat=None), unit(300)])
    assert layout.seconds_to(place.incident_id).tolist() == [10, NEVER, 30]
    assert layout.seconds_to(other.incident_id).tolist() == [NEVER] * 3
    assert laid_out([place], []).seconds_to(place.incident_id).tolist() == []


def test_a_unit_the_travel_times_do_not_know_is_never_there() -> None:
    place, known, unknown = call(0), unit(100), unit(200)
    snapshot = situation([place], [known])
    snapshot = type(snapshot)([place], [unknown, known], snapshot.times, {})
    layout = Layout(snapshot, Delegation(), Rules(), NOW)
    assert layout.seconds_to(place.incident_id).tolist() == [NEVER, 10]
    assert layout.eta(unknown, place) == Eta(NEVER, "straight_line")
    assert layout.eta(known, place) == Eta(10.0, "road")


def test_what_is_forbidden() -> None:
    place = call(0, needs=Needs(crew=2))
    fit, alone, barred = unit(0, crew=2), unit(0, crew=1), unit(0, crew=2)
    layout = laid_out([place], [fit, alone, barred])
    costs = layout.forbid(np.array([1.0, 2.0, 3.0]), place, np.array([True, True, False]))
    assert costs.tolist() == [1.0, NEVER, NEVER]


def test_a_silent_unit_costs_more_than_any_ride_and_one_that_declined_never_goes() -> None:
    place = call(0)
    units = [unit(100 * n) for n in range(4)]
    answers = [
        Refusal(declined=False, silent_at=NOW - 61 * SECOND),
        Refusal(declined=False, silent_at=NOW - 59 * SECOND),
        Refusal(declined=True, silent_at=None),
    ]
    refusals = {(place.incident_id, u.unit_id): answer for u, answer in zip(units, answers, strict=False)}
    refusals[call().incident_id, units[3].unit_id] = answers[2]  # of another case
    refusals[place.incident_id, unit().unit_id] = answers[2]  # of a unit that has gone off duty
    layout = laid_out([place], units, refusals=refusals)
    nobody = np.zeros(4, dtype=bool)
    assert layout.idle_arrivals(place, nobody).tolist() == [100_000, NEVER, NEVER, 30]
    assert layout.forbid(np.full(4, NEVER), place, ~nobody)[0] == NEVER, "never is not more than never"


def test_the_nearest_idle_unit_is_neither_taken_nor_the_one_chosen_nor_silent() -> None:
    place = call(0)
    units = [unit(metres, callsign=str(n)) for n, metres in enumerate((100, 200, 300, 0), 1)]
    silent = {(place.incident_id, units[3].unit_id): Refusal(declined=False, silent_at=NOW - 61 * SECOND)}
    layout = laid_out([place], units, refusals=silent)
    nobody = np.zeros(4, dtype=bool)
    found = layout.nearest_idle(place, nobody, beside=0)
    assert found is not None
    assert (found.callsign, found.seconds) == ("2", 20.0)
    taken = np.array([True, True, True, False])
    assert layout.nearest_idle(place, taken, beside=0) is None
    assert layout.idle_arrivals(place, taken)[:3].tolist() == [NEVER] * 3


@pytest.mark.parametrize(
    ("seconds", "almost"), [(0, True), (40, True), (40.5, False), (-40, True), (-40.5, False), (None, False)]
)
def test_almost_there_is_within_forty_seconds_either_way(seconds: float | None, *, almost: bool) -> None:
    expected = None if seconds is None else NOW + seconds * SECOND
    assert laid_out([], []).almost_there(expected) == almost


def wanted(place: Call, *moves: Move) -> list[tuple[int, bool]]:
    return [(need.priority, need.first) for need in needs([place], moves)]


HERE = leg(unit(0), 60)


@pytest.mark.parametrize(
    ("facts", "still"),
    [
        ({"missing": 0}, []),
        ({"missing": 1}, [(2, True)]),
        ({"missing": 3}, [(2, True), (3, False), (3, False)]),
        ({"missing": 1, "legs": (HERE,)}, [(3, False)]),
        ({"missing": 1, "been": 1}, [(3, False)]),
        ({"missing": 1, "asked": 1}, [(3, False)]),
    ],
)
def test_only_the_first_unit_of_a_case_counts_fully(facts: dict[str, Any], still: list[tuple[int, bool]]) -> None:
    assert wanted(call(**facts)) == still


@pytest.mark.parametrize(
    ("state", "standing", "again"),
    [
        (AssignmentState.OFFERED, Delegated.AUTOMATIC, [(2, True)]),
        (AssignmentState.OFFERED, Delegated.PROPOSED, []),
        (AssignmentState.EN_ROUTE, Delegated.AUTOMATIC, []),  # only once the unit has accepted
    ],
)
def test_an_offer_taken_back_is_wanted_again_in_the_same_plan(
    state: AssignmentState, standing: Delegated, again: list[tuple[int, bool]]
) -> None:
    place = call(missing=0, asked=1)
    job = driving_to(place, state=state)
    gone = Move(
        MoveKind.DIVERSION, standing, urgent(), unit(), Eta(1, "road"), leaves=job.get("offered") or job.get("held")
    )
    assert wanted(place, gone) == again
    assert wanted(call(missing=0, asked=1), gone) == [], "of that case alone"
    twice = call(missing=0, asked=2, incident_id=place.incident_id)
    assert wanted(twice, gone) == [(3, False) for _ in again], "another unit is still being asked"
    idle = Move(MoveKind.OFFER, Delegated.AUTOMATIC, urgent(), unit(), Eta(1, "road"))
    assert wanted(place, idle) == []


def test_a_unit_in_a_move_is_taken() -> None:
    units = [unit(), unit(), unit()]
    moves = [Move(MoveKind.OFFER, Delegated.AUTOMATIC, call(), units[1], Eta(1, "road"))]
    assert laid_out([], units).taken(moves).tolist() == [False, True, False]

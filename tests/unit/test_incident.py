"""Priorities, what is violent or a tip-off, the state of a case, and its number."""

import pytest

from api.domain.errors import WrongState
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import (
    ENDED,
    PRIORITY,
    TIP_OFFS,
    VIOLENT,
    Hazard,
    IncidentKind,
    IncidentState,
    ReportKind,
    corrected_priority,
    demand_active,
    priority_of,
    reference,
    state_from,
)


def test_priorities() -> None:
    by_priority = {1: set[str](), 2: set[str](), 3: set[str]()}
    for kind in IncidentKind:
        by_priority[priority_of(kind)].add(kind)
    assert by_priority == {
        1: {"sos", "violence", "officer_emergency", "domestic", "weapon"},
        2: {
            *("theft", "crash", "drugs", "suspicious", "intrusion", "crowd"),
            *("watchlist_face", "watchlist_plate"),
        },
        3: {"traffic", "nuisance", "tamper", "other"},
    }
    assert set(PRIORITY) == set(IncidentKind)


@pytest.mark.parametrize(
    ("hazards", "injured", "priority"),
    [
        ((), False, 3),
        ((), True, 1),
        ((Hazard.WEAPON,), False, 1),
        ((Hazard.DOG, Hazard.WEAPON), False, 1),
        ((Hazard.DOG, Hazard.SILENT, Hazard.CHEMICAL, Hazard.SEVERAL_PEOPLE), False, 3),
    ],
)
def test_an_injury_or_a_weapon_makes_anything_urgent(hazards: tuple[Hazard, ...], injured: bool, priority: int) -> None:
    assert priority_of(IncidentKind.NUISANCE, hazards, injured=injured) == priority


def test_what_is_never_left_and_whose_reporter_is_protected() -> None:
    assert {"violence", "domestic", "weapon", "officer_emergency"} == VIOLENT
    assert {"drugs", "suspicious"} == TIP_OFFS


def test_what_a_citizen_may_report_is_a_kind_of_incident() -> None:
    assert {IncidentKind(kind.value) for kind in ReportKind} <= set(IncidentKind)


@pytest.mark.parametrize(
    ("assignments", "state"),
    [
        ([], IncidentState.OPEN),
        (["offered"], IncidentState.OFFERING),
        (["offered", "accepted"], IncidentState.ASSIGNED),
        (["accepted", "en_route"], IncidentState.EN_ROUTE),
        (["en_route", "arrived", "accepted"], IncidentState.ON_SCENE),
        (["cleared"], IncidentState.CLOSED),
        (["cleared", "en_route"], IncidentState.EN_ROUTE),
        (["declined", "expired", "withdrawn"], IncidentState.OPEN),
        (["declined", "cleared"], IncidentState.CLOSED),
    ],
)
def test_a_case_is_as_far_as_its_furthest_unit(assignments: list[str], state: IncidentState) -> None:
    assert state_from([AssignmentState(each) for each in assignments]) == state


@pytest.mark.parametrize("state", IncidentState)
def test_what_has_ended_takes_no_more_orders(state: IncidentState) -> None:
    assert (state in ENDED) == (state in {"closed", "cancelled", "merged"})
    if state in ENDED:
        with pytest.raises(WrongState) as raised:
            demand_active(state)
        assert raised.value.facts == {"state": state}
    else:
        demand_active(state)


@pytest.mark.parametrize(
    ("year", "number", "said"), [(2026, 1, "26-00001"), (2005, 99999, "05-99999"), (2100, 12, "00-00012")]
)
def test_the_number_of_a_case(year: int, number: int, said: str) -> None:
    assert reference(year, number) == said


NUISANCE, THEFT = IncidentKind.NUISANCE, IncidentKind.THEFT
DOG, WEAPON = Hazard.DOG, Hazard.WEAPON


@pytest.mark.parametrize(
    ("before", "kinds", "hazards", "priority"),
    [
        (3, (NUISANCE, NUISANCE), ([], []), 3),
        (1, (NUISANCE, NUISANCE), ([], []), 1),  # whoever made it urgent knows more than its kind says
        (3, (NUISANCE, THEFT), ([], []), 2),
        (1, (NUISANCE, THEFT), ([], []), 2),
        (1, (THEFT, NUISANCE), ([], []), 3),
        (2, (THEFT, NUISANCE), ([WEAPON], [WEAPON]), 1),
        (2, (THEFT, THEFT), ([], [WEAPON]), 1),
        (2, (THEFT, THEFT), ([DOG], [DOG, WEAPON]), 1),
        (1, (THEFT, THEFT), ([], [DOG]), 1),
        (3, (THEFT, THEFT), ([], [DOG]), 2),
        (3, (THEFT, THEFT), ([DOG], [DOG]), 3),
        (1, (THEFT, THEFT), ([WEAPON], []), 1),  # a hazard taken back makes nothing less urgent
        (3, (THEFT, THEFT), ([WEAPON], [WEAPON]), 3),
    ],
)
def test_the_priority_of_a_corrected_case(
    before: int, kinds: tuple[IncidentKind, IncidentKind], hazards: tuple[list[Hazard], list[Hazard]], priority: int
) -> None:
    assert corrected_priority(before, kinds, hazards) == priority

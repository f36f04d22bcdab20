"""A quicker unit takes over, or goes as well: at the limit, just short of it and just past it."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from api.domain.dispatching.delegation import Delegated, Delegation
from api.domain.dispatching.dispatch import Needs, Refusal, Rules
from api.domain.dispatching.layout import Layout
from api.domain.dispatching.moves import DelayReason, Move, MoveKind
from api.domain.dispatching.relief import backups, swaps
from api.domain.dispatching.situation import Call
from api.domain.incidents.assignment import AssignmentState
from api.domain.incidents.incident import IncidentKind
from api.domain.roads.travel import Eta
from api.domain.units.unit import Unit
from tests.unit.situations import NOW, call, leg, situation, unit, urgent

SECOND = timedelta(seconds=1)
FREE = unit(1000, callsign="22")
"""A hundred seconds from a call at 0."""
SLOW = unit(90_000, callsign="14", status=AssignmentState.EN_ROUTE)


def laid_out(calls: list[Call], units: list[Unit], delegation: Delegation | None = None, **more: Any) -> Layout:
    return Layout(situation(calls, units, **more), delegation or Delegation(), Rules(), NOW)


def held(
    seconds: float = 900, of: Unit = SLOW, state: AssignmentState = AssignmentState.EN_ROUTE, **facts: Any
) -> Call:
    return call(0, **({"missing": 0, "legs": (leg(of, seconds, state=state),)} | facts))


def swapped(place: Call, *units: Unit, **more: Any) -> list[Move]:
    return swaps(laid_out([place], [SLOW, *(units or (FREE,))], **more), [place], [])


@pytest.mark.parametrize(
    ("priority", "gain", "worth"),
    [(1, 45, True), (1, 44.5, False), (2, 60, True), (2, 59.5, False), (3, 60, True), (3, 59.5, False)],
)
def test_by_priority_how_much_sooner_another_must_be(priority: int, gain: float, *, worth: bool) -> None:
    moves = swapped(held(100 + gain, priority=priority, kind=IncidentKind.CRASH))
    assert [(move.kind, move.unit.callsign, move.gain_s) for move in moves] == (
        [(MoveKind.SWAP, "22", gain)] if worth else []
    )


@pytest.mark.parametrize(
    ("facts", "swaps_it"),
    [
        ({}, True),
        ({"swaps": 1}, True),
        ({"swaps": 2}, False),
        ({"swaps": 3}, False),
        ({"missing": 1}, False),
        ({"asked": 1}, False),
        ({"kind": IncidentKind.DOMESTIC}, False),
        ({"legs": ()}, False),
        ({"legs": (leg(SLOW, 900, lead=False),)}, False),  # only the unit that has the case is relieved
        ({"legs": (leg(SLOW, 900, state=AssignmentState.ACCEPTED),)}, True),
        ({"legs": (leg(SLOW, 900, state=AssignmentState.ARRIVED),)}, False),
        ({"legs": (leg(SLOW, 900, state=AssignmentState.OFFERED),)}, False),
    ],
)
def test_when_a_case_changes_hands(facts: dict[str, Any], *, swaps_it: bool) -> None:
    assert len(swapped(held(**facts))) == swaps_it


@pytest.mark.parametrize(("seconds", "moves"), [(40, 0), (-40, 0), (45, 1)])
def test_nobody_who_is_almost_there_is_relieved(seconds: float, moves: int) -> None:
    at_the_scene = unit(0)
    assert len(swapped(held(seconds, priority=1), at_the_scene)) == moves


def test_nothing_is_known_of_the_arrival_so_nothing_is_gained() -> None:
    nowhere = leg(SLOW, 0)
    unknown = type(nowhere)(nowhere.assignment_id, SLOW.unit_id, "14", nowhere.state, True, None)
    assert swapped(held(legs=(unknown,))) == []


def test_the_first_of_several_is_relieved_and_the_move_says_so() -> None:
    first, second = leg(SLOW, 900), leg(unit(5), 100, lead=False)
    (move,) = swapped(held(legs=(second, first)))
    assert (move.replaces, move.gain_s, move.eta, move.standing) == (first, 800, Eta(100, "road"), Delegated.PROPOSED)


def test_a_silent_unit_relieves_nobody() -> None:
    place, near = held(), unit(0)
    silent = {(place.incident_id, near.unit_id): Refusal(declined=False, silent_at=NOW - 61 * SECOND)}
    assert swapped(place, near, refusals=silent) == []
    assert swaps(laid_out([place], []), [place], []) == [], "nor nobody anybody"


@pytest.mark.parametrize("standing", Delegated)
def test_the_station_decides_whether_units_are_swapped(standing: Delegated) -> None:
    moves = swapped(held(), delegation=Delegation(swaps=standing))
    assert [move.standing for move in moves] == ([] if standing == Delegated.OFF else [standing])


def test_the_greatest_gain_gets_the_unit_both_want() -> None:
    little, much = held(400), held(900)
    for order in ([little, much], [much, little]):
        (move,) = swaps(laid_out(order, [SLOW, FREE]), order, [])
        assert move.call == much
    already = Move(MoveKind.OFFER, Delegated.AUTOMATIC, call(), FREE, Eta(1, "road"))
    assert swaps(laid_out([much], [SLOW, FREE]), [much], [already]) == []


def test_two_cases_are_relieved_by_two_units() -> None:
    one, other = held(900), call(50_000, missing=0, legs=(leg(SLOW, 900),))
    units = [SLOW, FREE, unit(50_000, callsign="31")]
    moves = swaps(laid_out([one, other], units), [one, other], [])
    assert {(move.call.incident_id, move.unit.callsign) for move in moves} == {
        (one.incident_id, "22"),
        (other.incident_id, "31"),
    }


def late(seconds: float = 900, **facts: Any) -> Call:
    """Due in two minutes."""
    return held(seconds, **({"due_at": NOW + 120 * SECOND} | facts))


def backed(place: Call, *units: Unit, before: tuple[Move, ...] = (), **more: Any) -> list[Move]:
    return backups(laid_out([place], [*units] or [SLOW, FREE], **more), [place], [*before])


@pytest.mark.parametrize(
    ("expected_in", "proposed"),
    [
        (120, False),  # it meets the target
        (121, False),  # another would hardly be sooner
        (129.5, False),
        (130, True),  # half a minute sooner
        (900, True),
    ],
)
def test_one_more_beside_a_late_one_if_it_is_half_a_minute_sooner(expected_in: float, *, proposed: bool) -> None:
    place = late(expected_in)
    assert [(m.kind, m.standing, m.unit, m.worry, m.beside, m.gain_s) for m in backed(place)] == (
        [(MoveKind.BACKUP, Delegated.PROPOSED, FREE, DelayReason.LATE, place.legs[0], expected_in - 100)]
        if proposed
        else []
    )


@pytest.mark.parametrize("standing", Delegated)
def test_one_more_is_always_the_radio_rooms_decision(standing: Delegated) -> None:
    moves = backed(late(), delegation=Delegation(swaps=standing, offers=standing, diversions=standing))
    assert [move.standing for move in moves] == [Delegated.PROPOSED]


@pytest.mark.parametrize(
    ("expected_in", "worry"),
    [(-41, DelayReason.OVERDUE), (-40, None), (40, None), (41, None), (121, None), (130, DelayReason.LATE)],
)
def test_what_is_wrong_with_the_one_on_its_way(expected_in: float, worry: DelayReason | None) -> None:
    assert [move.worry for move in backed(late(expected_in))] == ([] if worry is None else [worry])


def test_overdue_and_silent_units_are_backed_by_anybody_however_far() -> None:
    (move,) = backed(late(-600), SLOW, unit(40_000, callsign="31"))
    assert (move.unit.callsign, move.gain_s) == ("31", None)


@pytest.mark.parametrize(
    ("fix_age", "worry"), [(120, None), (121, DelayReason.SILENT), (None, DelayReason.SILENT), ("gone", None)]
)
def test_a_unit_without_a_fresh_position_is_silent(fix_age: int | str | None, worry: DelayReason | None) -> None:
    fix_at = NOW - fix_age * SECOND if isinstance(fix_age, int) else None
    lost = unit(90_000, unit_id=SLOW.unit_id, callsign="14", fix_at=fix_at, status="en_route")
    known = [FREE] if fix_age == "gone" else [lost, FREE]
    assert [move.worry for move in backed(held(300), *known)] == ([] if worry is None else [worry])


@pytest.mark.parametrize(
    "facts",
    [
        {"missing": 1},
        {"asked": 1},
        {"been": 1},
        {"legs": ()},
        {"legs": (leg(SLOW, 900, state=AssignmentState.ARRIVED),)},
        {"legs": (leg(SLOW, 900), leg(unit(0), 100, lead=False))},  # one of them will be in time
    ],
)
def test_nobody_is_added_where_somebody_is_or_will_be(facts: dict[str, Any]) -> None:
    assert backed(late(**facts)) == []


def test_the_unit_that_has_the_case_is_the_one_named() -> None:
    helper, lead = leg(unit(0, callsign="15"), 700, lead=False), leg(SLOW, 900)
    (move,) = backed(late(legs=(helper, lead)))
    assert (move.beside, move.gain_s) == (lead, 800)
    (move,) = backed(late(legs=(helper, leg(SLOW, 900, lead=False))))
    assert move.beside == helper, "or the first, if none has it"


def test_no_second_move_for_a_case_and_no_second_case_for_a_unit() -> None:
    place, twin = late(), late()
    swap = Move(MoveKind.SWAP, Delegated.PROPOSED, place, unit(), Eta(1, "road"))
    units = [SLOW, FREE, swap.unit]
    assert backed(place, *units, before=(swap,)) == []
    moves = backups(laid_out([place, twin], [SLOW, FREE]), [place, twin], [])
    assert [move.call for move in moves] == [place]
    taken = Move(MoveKind.OFFER, Delegated.AUTOMATIC, call(), FREE, Eta(1, "road"))
    assert backed(place, SLOW, FREE, before=(taken,)) == []


def test_the_next_case_is_looked_at_when_one_needs_nobody() -> None:
    fine, hardly, worried = held(300), late(121), late()
    order = [fine, hardly, worried]
    assert [move.call for move in backups(laid_out(order, [SLOW, FREE]), order, [])] == [worried]
    unfit = late(needs=Needs(crew=9))
    assert [m.call for m in backups(laid_out([unfit, worried], [SLOW, FREE]), [unfit, worried], [])] == [worried]


def test_in_time_is_up_to_the_target_and_unknown_is_not_late() -> None:
    assert backed(held(300, due_at=NOW + 300 * SECOND)) == []
    assert len(backed(held(300, due_at=NOW + 299 * SECOND))) == 1
    unknown = msgspec.structs.replace(leg(SLOW, 0), arrives_at=None)
    assert backed(late(legs=(unknown,))) == []


def test_whoever_is_almost_there_is_left_alone_however_small_a_gain_is_enough() -> None:
    place, rules = held(40), Rules(swap_gain_s=(1.0, 1.0, 1.0))
    layout = Layout(situation([place], [SLOW, unit(0)]), Delegation(), rules, NOW)
    assert swaps(layout, [place], []) == []


def test_a_silent_unit_is_no_backup() -> None:
    place, near = late(-600), unit(0)
    silent = {(place.incident_id, near.unit_id): Refusal(declined=False, silent_at=NOW - 61 * SECOND)}
    assert backed(place, SLOW, near, refusals=silent) == []
    assert backups(laid_out([place], []), [place], []) == []


def test_a_case_whose_first_helper_is_known_to_be_late_waits_for_nothing_else() -> None:
    nobody_free = backed(urgent(0, missing=0, due_at=NOW, legs=(leg(SLOW, 900),)), SLOW)
    assert nobody_free == []


def test_a_simulation_may_swap_a_case_more_or_less_often() -> None:
    place = held(swaps=1)
    for most, moves in ((1, 0), (2, 1)):
        rules = Rules(most_swaps=most, most_bumps=9 - most)
        layout = Layout(situation([place], [SLOW, FREE]), Delegation(), rules, NOW)
        assert len(swaps(layout, [place], [])) == moves

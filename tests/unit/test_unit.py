"""What a unit is doing, and how its phone is known to be reachable."""

from datetime import datetime, timedelta

import pytest

from api.domain.incidents.assignment import HELD
from api.domain.units.unit import Reachability, Unit, UnitStatus, drives, reachable_by, status_of
from tests.unit.situations import NOW, unit

STARTED = NOW - timedelta(hours=2)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("started", "push_seen", "stream_seen", "how"),
    [
        (STARTED, STARTED + SECOND, None, Reachability.PUSH),
        (STARTED, STARTED, None, Reachability.PUSH),
        (STARTED, STARTED - SECOND, None, None),  # a receipt of the shift before proves nothing
        (STARTED, None, None, None),
        (None, STARTED, None, None),
        (None, None, NOW - timedelta(seconds=30), Reachability.LIVE),
        (None, None, NOW - timedelta(seconds=31), None),
        (STARTED, STARTED, NOW - timedelta(seconds=30), Reachability.LIVE),
        (STARTED, STARTED, NOW - timedelta(seconds=31), Reachability.PUSH),
    ],
)
def test_by_an_open_stream_or_a_receipt_in_this_shift(
    started: datetime | None, push_seen: datetime | None, stream_seen: datetime | None, how: Reachability | None
) -> None:
    patrol = unit(shift_started_at=started, push_seen_at=push_seen, stream_seen_at=stream_seen)
    assert reachable_by(patrol, NOW) == how


def test_a_patrol_of_which_nothing_more_is_said_is_one_officer_who_is_free() -> None:
    known = unit()
    bare = Unit(known.unit_id, "14", known.kind, known.status, None, None, None, None, None, None)
    assert (bare.crew, bare.capabilities, bare.held, bare.offered) == (1, frozenset(), None, None)


@pytest.mark.parametrize(
    ("simulated", "driven_by_simulation", "age_s", "moves"),
    [
        (False, False, 0, True),
        (False, True, 0, True),
        (True, True, 0, True),
        (True, False, 0, False),
        (True, False, 599, False),
        (True, False, 600, True),
        (True, False, None, True),
    ],
)
def test_a_simulated_officer_stands_aside_for_a_person(
    *, simulated: bool, driven_by_simulation: bool, age_s: float | None, moves: bool
) -> None:
    fix_at = None if age_s is None else NOW - timedelta(seconds=age_s)
    assert drives(simulated=simulated, driven_by_simulation=driven_by_simulation, fix_at=fix_at, now=NOW) is moves


def test_a_unit_is_as_far_as_the_job_that_it_holds() -> None:
    for held in HELD:
        for offered in (False, True):  # a more urgent one may be offered beside it
            assert status_of(held, offered=offered, on_duty=True) == held.value
            assert status_of(held, offered=offered, on_duty=False) == held.value


def test_a_unit_without_a_job_is_offered_one_or_free_or_off_duty() -> None:
    assert status_of(None, offered=True, on_duty=True) == UnitStatus.OFFERED
    assert status_of(None, offered=True, on_duty=False) == UnitStatus.OFFERED
    assert status_of(None, offered=False, on_duty=True) == UnitStatus.AVAILABLE
    assert status_of(None, offered=False, on_duty=False) == UnitStatus.OFF_DUTY

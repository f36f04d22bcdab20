"""When a position is shown as doubtful, and when it is believed again."""

from datetime import timedelta

import pytest

from api.domain.units.doubt import Doubt, doubt_after
from api.domain.units.fix import SUSPICIOUS, FixProblem, FixVerdict, RecordedFix
from tests.unit.situations import NOW

JUMP, FROZEN, MOCKED = FixProblem.IMPLAUSIBLE_SPEED, FixProblem.FROZEN, FixProblem.MOCKED
SEEN = NOW - timedelta(seconds=20)
BEFORE = Doubt(JUMP, NOW - timedelta(minutes=5), SEEN)


def verdict(*problems: FixProblem | None, confirmed: bool = False) -> FixVerdict:
    fix = RecordedFix(NOW, 13.77, 100.57, 5.0, None, None, NOW)
    return FixVerdict(list(problems), [], [fix] if confirmed else [], None)


@pytest.mark.parametrize("problem", FixProblem)
def test_only_what_contradicts_the_unit_is_suspicious(problem: FixProblem) -> None:
    assert (problem in SUSPICIOUS) == (problem in {JUMP, FROZEN, MOCKED})
    assert doubt_after(None, verdict(problem), NOW) == (
        Doubt(problem, NOW, NOW) if problem in {JUMP, FROZEN, MOCKED} else None
    )


def test_the_last_suspicion_of_a_batch_is_the_one_shown() -> None:
    assert doubt_after(None, verdict(JUMP, MOCKED, FixProblem.REPLAYED, None), NOW) == Doubt(MOCKED, NOW, NOW)


def test_a_doubt_goes_on_from_when_it_began() -> None:
    assert doubt_after(BEFORE, verdict(FROZEN), NOW) == Doubt(FROZEN, BEFORE.since, NOW)


def test_a_confirmed_place_ends_it_at_once() -> None:
    assert doubt_after(BEFORE, verdict(None, confirmed=True), NOW) is None


@pytest.mark.parametrize(
    ("seconds", "problem", "ended"),
    [(29, None, False), (30, None, True), (31, None, True), (31, FixProblem.REPLAYED, False)],
)
def test_it_ends_half_a_minute_after_the_last_suspicion_with_a_trusted_fix(
    seconds: int, problem: FixProblem | None, *, ended: bool
) -> None:
    assert (doubt_after(BEFORE, verdict(problem), SEEN + timedelta(seconds=seconds)) is None) == ended


def test_nothing_new_about_a_unit_that_was_never_doubted() -> None:
    assert doubt_after(None, verdict(None), NOW) is None

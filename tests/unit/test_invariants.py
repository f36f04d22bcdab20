"""What must never be true can be said in a sentence each."""

from api.domain.dispatching.dispatch import Rules
from api.domain.records.invariants import BROKEN, Invariant


def test_each_has_its_own_sentence_in_the_same_order() -> None:
    assert list(BROKEN) == list(Invariant)
    assert len(set(BROKEN.values())) == len(Invariant)


def test_how_often_a_case_may_lose_its_unit_is_said_as_the_rules_have_it() -> None:
    assert Rules().most_bumps == 2
    assert BROKEN[Invariant.BUMPED_TOO_OFTEN].endswith("more than twice")

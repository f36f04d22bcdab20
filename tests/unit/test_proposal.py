"""How long a proposal stands, and what ends it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from api.domain.dispatching.proposal import LIFETIME, ProposalKind, Proposed, is_over
from tests.unit.situations import NOW

CASE, OTHER_CASE, UNIT, OTHER_UNIT = uuid4(), uuid4(), uuid4(), uuid4()
LATER = NOW + timedelta(seconds=1)
SWAP: Proposed = (ProposalKind.SWAP, CASE, UNIT)


def test_a_proposal_lapses_after_a_minute() -> None:
    assert timedelta(seconds=60) == LIFETIME


@pytest.mark.parametrize("reviewed_at", [None, NOW])
def test_what_the_plan_makes_again_stands(reviewed_at: datetime | None) -> None:
    assert not is_over(SWAP, LATER, [SWAP], NOW, reviewed_at=reviewed_at)
    assert not is_over(SWAP, LATER, [(ProposalKind.SWAP, CASE, OTHER_UNIT), SWAP], NOW, reviewed_at=reviewed_at)


def test_another_unit_for_the_same_case_supersedes_it() -> None:
    assert is_over(SWAP, LATER, [(ProposalKind.SWAP, CASE, OTHER_UNIT)], NOW, reviewed_at=None)
    assert not is_over(SWAP, LATER, [(ProposalKind.SWAP, OTHER_CASE, UNIT)], NOW, reviewed_at=None)
    assert not is_over(SWAP, LATER, [(ProposalKind.BACKUP, CASE, OTHER_UNIT)], NOW, reviewed_at=None)


@pytest.mark.parametrize("kind", ProposalKind)
def test_what_a_review_of_the_whole_station_does_not_make_again_is_over(kind: ProposalKind) -> None:
    made_elsewhere = kind in {ProposalKind.AID, ProposalKind.REPOSITIONING}
    assert is_over((kind, CASE, UNIT), LATER, [], NOW, reviewed_at=NOW) == (not made_elsewhere)
    assert not is_over((kind, CASE, UNIT), LATER, [], NOW, reviewed_at=None)


def test_what_has_lapsed_is_over_unless_it_is_made_again() -> None:
    for kind in ProposalKind:
        assert is_over((kind, CASE, UNIT), NOW, [], NOW, reviewed_at=None)
        assert not is_over((kind, CASE, UNIT), NOW, [(kind, CASE, UNIT)], NOW, reviewed_at=None)


def test_what_was_proposed_after_the_review_began_stands() -> None:
    assert is_over(SWAP, NOW + LIFETIME, [], NOW, reviewed_at=NOW)
    assert not is_over(SWAP, NOW + LIFETIME + timedelta(microseconds=1), [], NOW, reviewed_at=NOW)

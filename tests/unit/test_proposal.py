"""How long a proposal stands, and what ends it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from api.domain.dispatching.proposal import LIFETIME, ProposalKind, Proposed, is_over
from tests.unit.situations import NOW

CASE, OTHER_CASE, UNIT, OTHER_UNIT = uuid4(), uuid4(), uuid4(), uuid4()
LATER = NOW + timedelta(seconds=1)
SWAP: Proposed = (ProposalKind.SWAP, CASE, UNIT)


def test_a_proposal_lapses_after_a_minute() -> None:
    assert timedelta(seconds=60) == LIFETIME


@pytest.mark.parametrize("whole", [False, True])
def test_what_the_plan_makes_again_stands(*, whole: bool) -> None:
    assert not is_over(SWAP, LATER, [SWAP], NOW, whole=whole)
    assert not is_over(SWAP, LATER, [(ProposalKind.SWAP, CASE, OTHER_UNIT), SWAP], NOW, whole=whole)


def test_another_unit_for_the_same_case_supersedes_it() -> None:
    assert is_over(SWAP, LATER, [(ProposalKind.SWAP, CASE, OTHER_UNIT)], NOW, whole=False)
    assert not is_over(SWAP, LATER, [(ProposalKind.SWAP, OTHER_CASE, UNIT)], NOW, whole=False)
    assert not is_over(SWAP, LATER, [(ProposalKind.BACKUP, CASE, OTHER_UNIT)], NOW, whole=False)


@pytest.mark.parametrize("kind", ProposalKind)
def test_what_a_review_of_the_whole_station_does_not_make_again_is_over(kind: ProposalKind) -> None:
    made_elsewhere = kind in {ProposalKind.AID, ProposalKind.REPOSITIONING}
    assert is_over((kind, CASE, UNIT), LATER, [], NOW, whole=True) == (not made_elsewhere)
    assert not is_over((kind, CASE, UNIT), LATER, [], NOW, whole=False)


def test_what_has_lapsed_is_over_unless_it_is_made_again() -> None:
    for kind in ProposalKind:
        assert is_over((kind, CASE, UNIT), NOW, [], NOW, whole=False)
        assert not is_over((kind, CASE, UNIT), NOW, [(kind, CASE, UNIT)], NOW, whole=False)

from datetime import timedelta

from api.domain.dispatching.proposal import LIFETIME


def test_a_proposal_lapses_after_a_minute() -> None:
    assert timedelta(seconds=60) == LIFETIME

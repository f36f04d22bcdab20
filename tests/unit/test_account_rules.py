"""Invitations, the last administrator, idle sessions and recent proofs."""

from datetime import timedelta
from uuid import uuid4

import pytest

from api.domain.access.account import INVITATION_LIFETIME, MUST_PROVE_TWICE, is_last, is_open
from api.domain.access.permissions import Role
from api.domain.access.session import LIFETIME, NOTED_EVERY, STEPPED_UP, has_stepped_up, is_idle, use_is_news
from tests.unit.situations import NOW

SECOND = timedelta(seconds=1)


def test_terms() -> None:
    assert (timedelta(hours=13), timedelta(minutes=1), timedelta(minutes=15)) == (LIFETIME, NOTED_EVERY, STEPPED_UP)
    assert timedelta(days=3) == INVITATION_LIFETIME
    assert {Role.ADMIN, Role.COMMANDER, Role.PROVINCE} == MUST_PROVE_TWICE


def test_the_last_administrator_stays() -> None:
    last, other = uuid4(), uuid4()
    assert is_last(last, [last])
    assert not is_last(last, [last, other])
    assert not is_last(last, [other])


def test_an_invitation_is_taken_up_once_and_in_time() -> None:
    assert is_open(NOW + SECOND, None, NOW)
    assert not is_open(NOW, None, NOW)
    assert not is_open(NOW + SECOND, NOW, NOW)


@pytest.mark.parametrize("role", Role)
def test_whose_session_ends_when_it_is_left_alone(role: Role) -> None:
    ends = role in {Role.ADMIN, Role.AUDITOR, Role.PROVINCE}
    assert is_idle(role, NOW - timedelta(minutes=30), NOW) == ends
    assert not is_idle(role, NOW - timedelta(minutes=30) + SECOND, NOW)


def test_a_use_is_noted_once_a_minute_and_a_proof_is_good_for_a_while() -> None:
    assert use_is_news(NOW - NOTED_EVERY, NOW)
    assert not use_is_news(NOW - NOTED_EVERY + SECOND, NOW)
    assert has_stepped_up(NOW - STEPPED_UP + SECOND, NOW)
    assert not has_stepped_up(NOW - STEPPED_UP, NOW)

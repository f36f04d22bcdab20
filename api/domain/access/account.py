"""What an administrator may do to accounts, and how long an invitation is good for."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from api.domain.access.permissions import Role

INVITATION_LIFETIME = timedelta(days=3)
MUST_PROVE_TWICE = frozenset({Role.ADMIN, Role.COMMANDER, Role.PROVINCE})
"""Roles that need a second factor."""


def is_last(account_id: UUID, admins: Collection[UUID]) -> bool:
    """Whether nobody else administers the station. `admins`: its administrators who are not locked."""
    return set(admins) == {account_id}


def is_open(expires_at: datetime, used_at: datetime | None, now: datetime) -> bool:
    """Whether an invitation can still be taken up, which it can be once."""
    return used_at is None and now < expires_at

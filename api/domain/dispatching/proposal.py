"""What Sipha decided, and what it would do if the radio room agrees."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class DecisionKind(StrEnum):
    OFFER = "offer"
    DIVERSION = "diversion"
    SWAP = "swap"
    BACKUP = "backup"
    CHOSEN = "chosen"
    """The operator chose the unit."""
    ORDER = "order"
    """The operator ordered it by radio."""
    AID = "aid"
    """A neighbouring station's unit."""


class ProposalKind(StrEnum):
    OFFER = "offer"
    DIVERSION = "diversion"
    SWAP = "swap"
    BACKUP = "backup"
    REPOSITIONING = "repositioning"
    AID = "aid"


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    """The situation changed, or nobody decided in time."""


LIFETIME = timedelta(seconds=60)
"""Travel times are stale after this; the next review renews the proposal if it still holds."""

_BY_PLAN = frozenset(ProposalKind) - {ProposalKind.AID, ProposalKind.REPOSITIONING}
"""The others are made elsewhere, and expire by themselves."""

Proposed = tuple[ProposalKind, UUID | None, UUID]
"""What is proposed: its kind, the incident and the unit."""


def is_over(
    standing: Proposed,
    expires_at: datetime,
    made: Collection[Proposed],
    now: datetime,
    *,
    reviewed_at: datetime | None,
) -> bool:
    """Whether an open proposal ends. `made`: what the plan proposes now; for the same incident it supersedes another
    unit. `reviewed_at`: when the whole station was looked at for this plan, if it was; what was proposed before that
    and is not made again no longer holds.
    """
    if standing in made:
        return False
    superseded = any(each[:2] == standing[:2] for each in made)
    dropped = reviewed_at is not None and expires_at <= reviewed_at + LIFETIME and standing[0] in _BY_PLAN
    return superseded or expires_at <= now or dropped

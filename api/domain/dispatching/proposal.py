"""What Sipha decided, and what it would do if the radio room agrees."""

from datetime import timedelta
from enum import StrEnum


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

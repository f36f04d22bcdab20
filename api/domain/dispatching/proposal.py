"""What Sipha decided, and what it would do if the radio room agrees."""

from datetime import timedelta
from enum import StrEnum


class DecisionKind(StrEnum):
    OFFER = "offer"
    DIVERSION = "diversion"
    SWAP = "swap"
    BACKUP = "backup"
    CHOSEN = "chosen"
    """The operator named the unit."""
    ORDER = "order"
    """The operator gave it by radio."""
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
"""Travel times are old after this; the next look makes a new proposal where it still holds."""

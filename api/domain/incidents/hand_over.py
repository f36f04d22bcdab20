"""Handing a case over to another station: until that accepts, the giver owns it."""

from datetime import timedelta
from enum import StrEnum


class HandOverAnswer(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    """The giver kept the case after all."""


def answer_within(priority: int) -> timedelta:
    """When the giver and the province are told that nobody has answered."""
    return timedelta(seconds=60) if priority == 1 else timedelta(minutes=5)

"""The ladder of an offer and of a case that waits: what is due when, and what to do when it is.

`services/deadlines.py` carries it out with rows; a simulation can run the same rule with other times.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.deadline import DeadlineKind


class Step(StrEnum):
    OFFER_NEXT_AS_WELL = "offer_next_as_well"
    """The first offer stays open: that phone may still ring."""
    REMIND = "remind"
    EXPIRE = "expire"
    """Take the silent unit's offer back; the next one is asked in the same commit."""
    SEEK = "seek"
    WAIT = "wait"


class Response(msgspec.Struct, frozen=True):
    """To one deadline: the step to take, and the alarm to raise with it."""

    step: Step
    alarm: AlarmReason | None = None


class Ladder(msgspec.Struct, frozen=True):
    """A station's times. `delivery`: until the phone must have the offer; `answer`: from then until the offer ends."""

    delivery: timedelta = timedelta(seconds=10)
    answer: timedelta = timedelta(seconds=30)
    try_again: timedelta = timedelta(seconds=15)
    no_taker: timedelta = timedelta(seconds=60)
    report_opened: timedelta = timedelta(seconds=20)
    report_decided: timedelta = timedelta(seconds=45)
    decision: timedelta = timedelta(minutes=10)
    """For a person to decide on a match, or to open a report that is not urgent."""

    def offered(self, now: datetime) -> dict[DeadlineKind, datetime]:
        """An offer that never reaches a phone ends after one answer window."""
        return {DeadlineKind.OFFER_DELIVERY: now + self.delivery, DeadlineKind.OFFER_EXPIRY: now + self.answer}

    def delivered(self, now: datetime) -> dict[DeadlineKind, datetime]:
        """The answer window runs from the phone's receipt, with a reminder half-way."""
        return {DeadlineKind.OFFER_REMINDER: now + self.answer / 2, DeadlineKind.OFFER_EXPIRY: now + self.answer}

    def nobody_free(self, now: datetime) -> dict[DeadlineKind, datetime]:
        return {DeadlineKind.TRY_AGAIN: now + self.try_again}

    def opened(self, now: datetime) -> dict[DeadlineKind, datetime]:
        """From now on somebody must take the case."""
        return {DeadlineKind.NO_TAKER: now + self.no_taker}

    def waits_for_a_person(self, now: datetime, *, urgent: bool, offered_unheard: bool) -> dict[DeadlineKind, datetime]:
        """A report that the radio room must open. `offered_unheard`: an urgent one is then offered automatically."""
        due = {DeadlineKind.REPORT_UNOPENED: now + (self.report_opened if urgent else self.decision)}
        if urgent and offered_unheard:
            due[DeadlineKind.REPORT_UNHEARD] = now + self.report_decided
        return due


def response(kind: DeadlineKind, *, priority: int, held: bool) -> Response:
    """What an offer's or an unanswered case's deadline asks for. `held`: some unit has accepted the case.

    Raises ValueError for a deadline that is not part of the ladder.
    """
    match kind:
        case DeadlineKind.OFFER_DELIVERY:
            return Response(Step.OFFER_NEXT_AS_WELL)
        case DeadlineKind.OFFER_REMINDER:
            return Response(Step.REMIND)
        case DeadlineKind.OFFER_EXPIRY:
            return Response(Step.EXPIRE, AlarmReason.FIRST_SILENCE if priority == 1 else None)
        case DeadlineKind.TRY_AGAIN:
            return Response(Step.SEEK)
        case DeadlineKind.NO_TAKER:
            return Response(Step.WAIT, None if held else AlarmReason.NO_TAKER)
        case _:
            raise ValueError(f"{kind} is not part of the ladder")

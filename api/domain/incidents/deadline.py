"""Moments at which something must happen by itself. Each is a row, and outlives any restart."""

from datetime import timedelta
from enum import StrEnum


class DeadlineKind(StrEnum):
    OFFER_DELIVERY = "offer_delivery"
    """The phone should have the offer by now; else the next unit is offered as well."""
    OFFER_REMINDER = "offer_reminder"
    OFFER_EXPIRY = "offer_expiry"
    TRY_AGAIN = "try_again"
    """Nobody could be offered the job: look again."""
    NO_TAKER = "no_taker"
    FORECAST = "forecast"
    REPLAN = "replan"
    """Look at the whole station again: its subject is the station."""
    ALARM_CHAIN = "alarm_chain"
    """Nobody acknowledged the alarm: it goes up."""
    AID_OVER = "aid_over"
    """What a neighbour asked for is no longer needed: its subject is the incident that stands for theirs."""
    REPORT_UNOPENED = "report_unopened"
    """Nobody of the radio room has looked at a report that waits for a person: the alarm is raised."""
    REPORT_UNHEARD = "report_unheard"
    """And nobody has decided on it: an urgent one is offered to an idle unit as an SOS would be."""
    ALERT_DECISION = "alert_decision"
    """A pending match that nobody decided on expires."""


LOOKS = frozenset({DeadlineKind.FORECAST, DeadlineKind.REPLAN, DeadlineKind.AID_OVER})
"""What may take a while and rings nobody by itself: never in the way of offers and alarms."""

TRY_AGAIN_EVERY = timedelta(seconds=15)
REPLAN_EVERY = timedelta(seconds=30)
QUIET_EVERY = timedelta(minutes=5)
"""With nothing to do: where would the idle better wait?"""
FORECAST_EVERY = timedelta(seconds=30)
FORECAST_NEWS = timedelta(seconds=5)
"""A travel time older than this is measured anew when the unit has moved."""
REPORT_OPENED_WITHIN = timedelta(seconds=20)
REPORT_DECIDED_WITHIN = timedelta(seconds=45)
NO_TAKER_AFTER = timedelta(seconds=60)

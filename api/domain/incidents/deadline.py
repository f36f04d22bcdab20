"""Moments at which something must happen automatically. Each is a row and survives any restart."""

from datetime import datetime, timedelta
from enum import StrEnum


class DeadlineKind(StrEnum):
    OFFER_DELIVERY = "offer_delivery"
    """The phone should have the offer by now; otherwise the next unit is offered it as well."""
    OFFER_REMINDER = "offer_reminder"
    OFFER_EXPIRY = "offer_expiry"
    TRY_AGAIN = "try_again"
    """No unit could be offered the job: try again."""
    NO_TAKER = "no_taker"
    FORECAST = "forecast"
    REPLAN = "replan"
    """Review the whole station; its subject is the station."""
    ALARM_CHAIN = "alarm_chain"
    """Nobody acknowledged the alarm: escalate it."""
    AID_OVER = "aid_over"
    """A neighbour no longer needs the unit it asked for; its subject is our proxy for the neighbour's incident."""
    HAND_OVER_UNANSWERED = "hand_over_unanswered"
    """The other station has not said whether it takes our case over: tell the province."""
    HANDED_OVER = "handed_over"
    """Another station has taken our case over: let go of it."""
    REPORT_UNOPENED = "report_unopened"
    """Nobody in the radio room has opened a report that waits for a person: raise the alarm."""
    REPORT_UNHEARD = "report_unheard"
    """Nobody has decided on it either: offer an urgent one to an idle unit, as an SOS would be."""
    ALERT_DECISION = "alert_decision"
    """A pending match that nobody has decided on expires."""
    WELFARE = "welfare"
    """Ask a unit at a scene whether all is well, or alarm others; its subject is the assignment."""


LOOKS = frozenset({DeadlineKind.FORECAST, DeadlineKind.REPLAN, DeadlineKind.AID_OVER})
"""Slower work that rings nobody; must never delay offers and alarms."""

REPLAN_EVERY = timedelta(seconds=30)
QUIET_EVERY = timedelta(minutes=5)
"""When nothing else is due: should idle units wait elsewhere?"""
FORECAST_EVERY = timedelta(seconds=30)
FORECAST_NEWS = timedelta(seconds=5)
"""A travel time older than this is recomputed if the unit has moved."""


def next_review(now: datetime, *, cases: bool, on_duty: bool) -> datetime | None:
    """When to review the whole station again. `cases`: some are active; `on_duty`: some unit is. None: at the next case
    or shift."""
    if cases:
        return now + REPLAN_EVERY
    return now + QUIET_EVERY if on_duty else None

"""The response target, and the current forecast against it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from api.domain.incidents.deadline import FORECAST_EVERY

TARGET_SECONDS = 15 * 60
PRIORITY_1_SECONDS = 5 * 60
"""The target for priority 1, unless the station or a shorter general target overrides it."""


JUST_PAST = timedelta(milliseconds=100)
"""Who looks at the target itself is not late yet."""


class Forecast(StrEnum):
    ON_TIME = "on_time"
    AT_RISK = "at_risk"
    LATE = "late"
    UNASSIGNED = "unassigned"
    MET = "met"
    MISSED = "missed"


BAD = frozenset({Forecast.AT_RISK, Forecast.LATE})
"""Forecasts that the radio room must be alarmed about while they last."""


def target_seconds(priority: int, default_seconds: int, station: Mapping[int, int]) -> int:
    """Seconds from received to first arrival. `station`: the station's own targets by priority."""
    if priority in station:
        return station[priority]
    return min(default_seconds, PRIORITY_1_SECONDS) if priority == 1 else default_seconds


class Coming(msgspec.Struct, frozen=True):
    """A unit that has the case, ours or a neighbour's. `arrives_at`: None while its travel time is unknown."""

    callsign: str
    arrives_at: datetime | None


def soonest(coming: Sequence[Coming]) -> Coming | None:
    """The one expected first; while no arrival is known, the first of them. None if nobody has the case."""
    known = [(each.arrives_at, each) for each in coming if each.arrives_at is not None]
    return min(known, key=lambda pair: pair[0])[1] if known else next(iter(coming), None)


def forecast(
    now: datetime,
    due_at: datetime,
    first: Coming | None,
    *,
    arrived_at: datetime | None,
    ended: bool = False,
) -> Forecast:
    """`first`: the soonest unit. A case that ended without an arrival was missed, not met."""
    if arrived_at is not None:
        return Forecast.MET if arrived_at <= due_at else Forecast.MISSED
    if ended:
        return Forecast.MISSED
    if now > due_at:
        return Forecast.LATE
    if first is None:
        return Forecast.UNASSIGNED
    if first.arrives_at is not None and first.arrives_at > due_at:
        return Forecast.AT_RISK
    return Forecast.ON_TIME


class ReasonCode(StrEnum):
    ARRIVES_IN_TIME = "arrives_in_time"
    ARRIVES_AFTER_TARGET = "arrives_after_target"
    PAST_TARGET = "past_target"
    ARRIVAL_UNKNOWN = "arrival_unknown"
    """A unit has it, but its travel time was never measured: no position."""
    NOBODY_HAS_IT = "nobody_has_it"


class ForecastReason(msgspec.Struct, frozen=True):
    """The reason for the forecast. `seconds`: to spare before the target, over it, or past it; always positive."""

    code: ReasonCode
    seconds: float | None = None
    callsign: str | None = None


def forecast_reason(forecast: Forecast, now: datetime, due_at: datetime, first: Coming | None) -> ForecastReason | None:
    """None once a unit has arrived or the case has ended. `first`: the soonest unit."""
    if forecast in {Forecast.MET, Forecast.MISSED}:
        return None
    if forecast == Forecast.LATE:
        return ForecastReason(ReasonCode.PAST_TARGET, _seconds(now - due_at), first and first.callsign)
    if first is None:
        return ForecastReason(ReasonCode.NOBODY_HAS_IT, _seconds(due_at - now))
    if first.arrives_at is None:
        return ForecastReason(ReasonCode.ARRIVAL_UNKNOWN, None, first.callsign)
    late = forecast == Forecast.AT_RISK
    code = ReasonCode.ARRIVES_AFTER_TARGET if late else ReasonCode.ARRIVES_IN_TIME
    return ForecastReason(code, _seconds(abs(first.arrives_at - due_at)), first.callsign)


def _seconds(span: timedelta) -> float:
    return round(max(0.0, span.total_seconds()), 1)


def next_look(now: datetime, due_at: datetime, *, opened: bool = False) -> datetime:
    """When the forecast is recomputed: regularly, and just past the target. `opened`: the case has just been opened, so
    it is looked at now if its target has passed already."""
    past = due_at + JUST_PAST
    if past > now:
        return min(now + FORECAST_EVERY, past)
    return now if opened else now + FORECAST_EVERY


def expected_arrival(asked_at: datetime, eta_seconds: float | None) -> datetime | None:
    """When a unit should be there, from a travel time measured at `asked_at`."""
    return None if eta_seconds is None else asked_at + timedelta(seconds=eta_seconds)


def seconds_left(arrives_at: datetime, now: datetime) -> float:
    """Until a unit should be there; 0 once it should have been."""
    return _seconds(arrives_at - now)

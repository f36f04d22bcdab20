"""The target, the forecast against it to the second, and the reason given for a forecast."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from api.domain.incidents.sla import (
    BAD,
    PRIORITY_1_SECONDS,
    TARGET_SECONDS,
    Coming,
    Forecast,
    ForecastReason,
    ReasonCode,
    expected_arrival,
    forecast,
    forecast_reason,
    next_look,
    seconds_left,
    soonest,
    target_seconds,
)
from tests.unit.situations import NOW

DUE = NOW + timedelta(minutes=15)
SECOND = timedelta(seconds=1)


def coming(arrives_at: datetime | None, callsign: str = "14") -> Coming:
    return Coming(callsign, arrives_at)


def test_a_quarter_of_an_hour_and_five_minutes_for_what_is_urgent() -> None:
    assert (TARGET_SECONDS, PRIORITY_1_SECONDS) == (900, 300)


@pytest.mark.parametrize(
    ("priority", "default", "station", "seconds"),
    [
        (1, 900, {}, 300),
        (1, 301, {}, 300),
        (1, 299, {}, 299),  # a station that promises more to everybody promises it to the urgent as well
        (2, 900, {}, 900),
        (2, 299, {}, 299),
        (3, 900, {}, 900),
        (1, 900, {1: 600}, 600),
        (2, 900, {1: 600}, 900),
        (3, 900, {3: 1800}, 1800),
    ],
)
def test_the_target_by_priority(priority: int, default: int, station: dict[int, int], seconds: int) -> None:
    assert target_seconds(priority, default, station) == seconds


@pytest.mark.parametrize(
    ("now", "facts", "says"),
    [
        (NOW, {}, Forecast.UNASSIGNED),
        (DUE, {}, Forecast.UNASSIGNED),
        (DUE + SECOND, {}, Forecast.LATE),
        (NOW, {"first": coming(None)}, Forecast.ON_TIME),  # no position, so nothing speaks against it
        (NOW, {"first": coming(DUE)}, Forecast.ON_TIME),
        (NOW, {"first": coming(DUE + SECOND)}, Forecast.AT_RISK),
        (DUE, {"first": coming(DUE)}, Forecast.ON_TIME),
        (DUE + SECOND, {"first": coming(DUE)}, Forecast.LATE),
        (DUE + SECOND, {"first": coming(None), "arrived_at": DUE}, Forecast.MET),
        (DUE + SECOND, {"first": coming(None), "arrived_at": DUE + SECOND}, Forecast.MISSED),
        (NOW, {"ended": True}, Forecast.MISSED),
        (NOW, {"first": coming(None), "ended": True}, Forecast.MISSED),
        (DUE + SECOND, {"ended": True, "arrived_at": DUE}, Forecast.MET),
    ],
)
def test_the_forecast_to_the_second(now: datetime, facts: dict[str, Any], says: Forecast) -> None:
    usual = {"first": None, "arrived_at": None}
    assert forecast(now, DUE, **(usual | facts)) == says


def test_the_radio_room_is_alarmed_about_what_will_be_or_is_late() -> None:
    assert {Forecast.AT_RISK, Forecast.LATE} == BAD


@pytest.mark.parametrize(
    ("says", "now", "first", "reason"),
    [
        (Forecast.MET, NOW, coming(DUE), None),
        (Forecast.MISSED, NOW, None, None),
        (Forecast.LATE, DUE + 90 * SECOND, coming(DUE), ForecastReason(ReasonCode.PAST_TARGET, 90.0, "14")),
        (Forecast.LATE, DUE + SECOND, None, ForecastReason(ReasonCode.PAST_TARGET, 1.0, None)),
        (Forecast.UNASSIGNED, NOW, None, ForecastReason(ReasonCode.NOBODY_HAS_IT, 900.0)),
        (Forecast.UNASSIGNED, DUE, None, ForecastReason(ReasonCode.NOBODY_HAS_IT, 0.0)),
        (Forecast.UNASSIGNED, DUE + SECOND, None, ForecastReason(ReasonCode.NOBODY_HAS_IT, 0.0)),
        (Forecast.ON_TIME, NOW, coming(None), ForecastReason(ReasonCode.ARRIVAL_UNKNOWN, None, "14")),
        (Forecast.ON_TIME, NOW, coming(DUE - 65 * SECOND), ForecastReason(ReasonCode.ARRIVES_IN_TIME, 65.0, "14")),
        (Forecast.AT_RISK, NOW, coming(DUE + 65 * SECOND), ForecastReason(ReasonCode.ARRIVES_AFTER_TARGET, 65.0, "14")),
        (Forecast.ON_TIME, NOW, coming(DUE - SECOND / 8), ForecastReason(ReasonCode.ARRIVES_IN_TIME, 0.1, "14")),
    ],
)
def test_the_reason_names_the_unit_and_the_seconds(
    says: Forecast, now: datetime, first: Coming | None, reason: ForecastReason | None
) -> None:
    assert forecast_reason(says, now, DUE, first) == reason


def test_when_a_unit_should_be_there() -> None:
    assert expected_arrival(NOW, 61.5) == NOW + timedelta(seconds=61.5)
    assert expected_arrival(NOW, None) is None


@pytest.mark.parametrize(
    ("due_in", "look_in", "once_opened_in"),
    [
        (60.0, 30.0, 30.0),
        (29.9, 30.0, 30.0),
        (29.8, 29.9, 29.9),
        (10.0, 10.1, 10.1),  # at the target itself it is not late yet
        (0.0, 0.1, 0.1),
        (-0.1, 30.0, 0.0),
        (-60.0, 30.0, 0.0),
    ],
)
def test_the_forecast_is_recomputed_regularly_and_just_past_the_target(
    due_in: float, look_in: float, once_opened_in: float
) -> None:
    due_at = NOW + timedelta(seconds=due_in)
    assert next_look(NOW, due_at) == NOW + timedelta(seconds=look_in)
    assert next_look(NOW, due_at, opened=True) == NOW + timedelta(seconds=once_opened_in)
    assert forecast(due_at, due_at, coming(None), arrived_at=None) == Forecast.ON_TIME


def test_the_soonest_of_those_who_have_it() -> None:
    unseen, later, sooner, as_soon = coming(None, "0"), coming(DUE, "1"), coming(NOW, "2"), coming(NOW, "3")
    assert soonest([unseen, later, sooner, as_soon]) == sooner
    assert soonest([unseen, later]) == later
    assert soonest([unseen, coming(None, "9")]) == unseen, "somebody has it, though nobody knows when"
    assert soonest([]) is None


@pytest.mark.parametrize(("seconds", "left"), [(61.26, 61.3), (0.04, 0.0), (0.0, 0.0), (-5.0, 0.0)])
def test_how_long_it_will_take(seconds: float, left: float) -> None:
    assert seconds_left(NOW + timedelta(seconds=seconds), NOW) == left

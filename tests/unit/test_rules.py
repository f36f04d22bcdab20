"""The small rules: clock, watchlist, arrival, alerts, words on the phone."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.citizens.report import coarse_eta
from api.domain.errors import ClockAhead, Forbidden, Invalid, WrongState
from api.domain.incidents import sla
from api.domain.incidents.sla import Forecast
from api.domain.recognition import alert, watchlist
from api.domain.units import arrival

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_targets_priority_one_gets_the_smaller_and_the_station_overrides_both() -> None:
    assert [sla.target_seconds(priority, 900, {}) for priority in (1, 2, 3)] == [300, 900, 900]
    assert sla.target_seconds(1, 240, {}) == 240
    assert sla.target_seconds(1, 900, {1: 420}) == 420


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({}, Forecast.UNASSIGNED),
        ({"first": sla.Coming("14", NOW + MINUTE)}, Forecast.ON_TIME),
        ({"first": sla.Coming("14", NOW + 20 * MINUTE)}, Forecast.AT_RISK),
        ({"arrived_at": NOW}, Forecast.MET),
        ({"arrived_at": NOW + 16 * MINUTE}, Forecast.MISSED),
        ({"ended": True}, Forecast.MISSED),
    ],
)
def test_forecast(facts: dict[str, object], says: Forecast) -> None:
    usual = {"first": None, "arrived_at": None}
    assert sla.forecast(NOW, NOW + 15 * MINUTE, **(usual | facts)) == says  # type: ignore[arg-type]


def test_past_the_target_nothing_is_on_time_any_more() -> None:
    late = sla.forecast(NOW, NOW - MINUTE, sla.Coming("14", NOW), arrived_at=None)
    assert late == Forecast.LATE


def test_a_match_never_dispatches_by_itself_whatever_the_station_says() -> None:
    everything = frozenset(str(kind) for kind in alert.AlertKind)
    for kind in alert.WATCHLIST:
        assert alert.first_state(kind, NOW, NOW, entry_valid=True, automatic=everything) == alert.AlertState.PENDING
        assert alert.first_state(kind, NOW, NOW, entry_valid=False, automatic=everything) == alert.AlertState.EXPIRED


def test_old_news_dispatches_nothing_and_the_future_is_refused() -> None:
    old = NOW - timedelta(hours=1)
    assert alert.first_state(alert.AlertKind.SOS, old, NOW, entry_valid=True, automatic=frozenset()) == "pending"
    assert alert.first_state(alert.AlertKind.SOS, NOW, NOW, entry_valid=True, automatic=frozenset()) == "dispatched"
    alert.check_clock(NOW + timedelta(seconds=60), NOW)
    with pytest.raises(ClockAhead):
        alert.check_clock(NOW + timedelta(hours=1), NOW)


def test_two_people_and_no_children() -> None:
    asker = uuid4()
    with pytest.raises(Forbidden):
        watchlist.check_approval(watchlist.EntryState.DRAFT, asker, asker)
    with pytest.raises(WrongState):
        watchlist.check_approval(watchlist.EntryState.EXPIRED, asker, uuid4())
    with pytest.raises(Invalid):
        watchlist.check_draft(date(2010, 1, 2), NOW + MINUTE, NOW, minor_permitted=False)
    watchlist.check_draft(date(2008, 1, 1), NOW + MINUTE, NOW, minor_permitted=False)
    watchlist.check_draft(date(2010, 1, 2), NOW + MINUTE, NOW, minor_permitted=True)
    assert watchlist.age(date(2008, 2, 29), date(2026, 2, 28)) == 17


def test_arrival_needs_to_stay_and_to_be_slow() -> None:
    def fix(second: int, metres: float, speed: float = 0.0, accuracy: float = 5.0) -> arrival.SceneFix:
        return arrival.SceneFix(NOW + timedelta(seconds=second), metres, accuracy, speed)

    assert arrival.stayed_since([fix(0, 30), fix(5, 20)]) is None
    assert arrival.stayed_since([fix(0, 300), fix(10, 30), fix(21, 20)]) == NOW + timedelta(seconds=10)
    assert arrival.stayed_since([fix(0, 10, speed=15), fix(12, 10, speed=15)]) is None
    assert arrival.stayed_since([fix(0, 70, accuracy=80), fix(12, 75, accuracy=80)]) == NOW


@given(st.floats(-600, 7200))
def test_citizens_get_a_range_wide_enough_to_be_kept(seconds: float) -> None:
    eta = coarse_eta(seconds)
    assert max(seconds, 0) >= eta.low * 60
    assert eta.high is None or (seconds < eta.high * 60 and eta.high - eta.low >= 2)

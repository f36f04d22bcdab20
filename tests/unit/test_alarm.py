"""Who is called next, and which alarms are passed on."""

import pytest

from api.domain.incidents.alarm import CHAINED, LOOKED_AFTER, STANDING, AlarmReason, Level, above


def test_an_alarm_climbs_to_the_commander_and_no_further() -> None:
    assert above(Level.OPERATOR) == Level.SHIFT_SUPERVISOR
    assert above(Level.SHIFT_SUPERVISOR) == Level.COMMANDER
    assert above(Level.COMMANDER) is None


@pytest.mark.parametrize("reason", AlarmReason)
def test_only_a_citizens_message_may_wait_on_the_screen(reason: AlarmReason) -> None:
    assert (reason in CHAINED) == (reason != AlarmReason.REPORTER)


def test_a_lasting_state_is_not_raised_again_once_acknowledged() -> None:
    assert {"no_taker", "nobody_left", "forecast_late", "report_unopened"} == STANDING


def test_which_alarms_end_once_a_unit_has_the_case() -> None:
    assert {"no_taker", "nobody_left", "first_silence", "report_unopened"} == LOOKED_AFTER

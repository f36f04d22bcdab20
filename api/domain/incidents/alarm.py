"""What alarms the radio room, and who is called if it does not respond."""

from enum import StrEnum


class AlarmReason(StrEnum):
    NO_TAKER = "no_taker"
    FIRST_SILENCE = "first_silence"
    NOBODY_LEFT = "nobody_left"
    FORECAST_LATE = "forecast_late"
    REPORTER = "reporter"
    SOS_OVER_LIMIT = "sos_over_limit"
    ENTRY_WITHDRAWN = "entry_withdrawn"
    BACKUP = "backup"
    AID_WANTED = "aid_wanted"
    """A neighbouring station asks for a unit."""
    HAND_OVER_ASKED = "hand_over_asked"
    """Another station wants to hand a case over to us."""
    HAND_OVER_REFUSED = "hand_over_refused"
    HAND_OVER_UNANSWERED = "hand_over_unanswered"
    REPORT_UNOPENED = "report_unopened"
    """An urgent report that nobody in the radio room has opened."""
    ABOUT_POLICE = "about_police"
    """A case about the police: the commanders decide who handles it."""
    OFFICER_EMERGENCY = "officer_emergency"
    """An officer calls for help, again, or is left alone without a word of safety."""
    OFFICER_SILENT = "officer_silent"
    """A unit at a scene was asked twice whether all is well, and did not answer."""
    RESTORED = "restored"
    """The database was restored from a backup: whatever fell due meanwhile was not done."""


class Level(StrEnum):
    """Who the alarm is with now. The fall-back channels are used together with the commander's phone."""

    OPERATOR = "operator"
    SHIFT_SUPERVISOR = "shift_supervisor"
    COMMANDER = "commander"


CHAINED = frozenset(AlarmReason) - {AlarmReason.REPORTER}
"""Alarms that are passed on if nobody acknowledges them; a citizen's message just waits on the screen."""

STANDING = frozenset(
    {AlarmReason.NO_TAKER, AlarmReason.NOBODY_LEFT, AlarmReason.FORECAST_LATE, AlarmReason.REPORT_UNOPENED}
)
"""Alarms about a lasting state: raised while it lasts, and not again once somebody has acknowledged it. The others are
about events, and are raised each time one happens."""

LOOKED_AFTER = frozenset(
    {AlarmReason.NO_TAKER, AlarmReason.NOBODY_LEFT, AlarmReason.FIRST_SILENCE, AlarmReason.REPORT_UNOPENED}
)
"""Alarms that are settled once a unit has the case."""

_ABOVE = {Level.OPERATOR: Level.SHIFT_SUPERVISOR, Level.SHIFT_SUPERVISOR: Level.COMMANDER}


def above(level: Level) -> Level | None:
    return _ABOVE.get(level)

"""What makes the radio room look up."""

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

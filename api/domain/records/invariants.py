"""What must never be true, whatever happened in whatever order. `api/db/sql/doctor.sql` looks for each."""

from enum import StrEnum


class Invariant(StrEnum):
    UNIT_TWICE = "unit_twice"
    TWO_LEADS = "two_leads"
    UNIT_STATUS = "unit_status"
    INCIDENT_STATE = "incident_state"
    NOBODY_ANSWERS_FOR_IT = "nobody_answers_for_it"
    OFFER_WITHOUT_END = "offer_without_end"
    FORECAST_WITHOUT_ALARM = "forecast_without_alarm"
    STEP_WITHOUT_TIME = "step_without_time"
    TIME_TWICE = "time_twice"
    CALLED_BACK = "called_back"
    DRILL_OVER_REAL = "drill_over_real"
    BUMPED_TOO_OFTEN = "bumped_too_often"
    ENDED_WITH_UNITS = "ended_with_units"
    ENDED_WITH_ALARM = "ended_with_alarm"
    ENDED_WITH_PROPOSAL = "ended_with_proposal"
    DEADLINE_MISSED = "deadline_missed"
    MESSAGE_STUCK = "message_stuck"


BROKEN: dict[Invariant, str] = {
    Invariant.UNIT_TWICE: "a unit holds two jobs, or is asked for two",
    Invariant.TWO_LEADS: "two units lead one case",
    Invariant.UNIT_STATUS: "a unit's status does not follow from its shift and its jobs",
    Invariant.INCIDENT_STATE: "a case's state does not follow from its units",
    Invariant.NOBODY_ANSWERS_FOR_IT: "a case waits without a deadline or an alarm",
    Invariant.OFFER_WITHOUT_END: "an offer has no deadline",
    Invariant.FORECAST_WITHOUT_ALARM: "a case is late, or will be, and nobody has been alarmed",
    Invariant.STEP_WITHOUT_TIME: "a unit's step has no time point",
    Invariant.TIME_TWICE: "a step has two time points of one source",
    Invariant.CALLED_BACK: "a unit that had been at the scene was sent back by itself",
    Invariant.DRILL_OVER_REAL: "a real case lost its unit to a drill",
    Invariant.BUMPED_TOO_OFTEN: "a case has lost its unit more than twice",
    Invariant.ENDED_WITH_UNITS: "a case has ended, but a unit is still on it",
    Invariant.ENDED_WITH_ALARM: "a case has ended, but its alarm is still open",
    Invariant.ENDED_WITH_PROPOSAL: "a case has ended, but something is still proposed for it",
    Invariant.DEADLINE_MISSED: "a deadline is overdue: is `sipha jobs` running?",
    Invariant.MESSAGE_STUCK: "a message is overdue: is `sipha jobs` running?",
}

"""Why a unit was sent: clauses in the order in which they are read out over the radio, worded where they are shown."""

from datetime import datetime
from enum import StrEnum

import msgspec

from api.domain.dispatching.dispatch import Candidate
from api.domain.dispatching.moves import DelayReason, Move
from api.domain.dispatching.repositioning import Repositioning
from api.domain.dispatching.situation import Leg
from api.domain.incidents.assignment import AssignmentState
from api.domain.roads.travel import EtaSource
from api.domain.units.unit import Job


class ClauseCode(StrEnum):
    """Beside each, the parameters it has."""

    ARRIVES = "arrives"
    """`callsign`, `seconds` by road"""
    ARRIVES_STRAIGHT = "arrives_straight"
    """`callsign`, `seconds` estimated from the straight line"""
    NEIGHBOUR_ARRIVES = "neighbour_arrives"
    """`callsign`, `seconds`, `station`"""
    NOBODY_FREE = "nobody_free"
    NEAREST_IDLE = "nearest_idle"
    """The free unit it was compared with: `callsign`, `seconds`"""
    SOONER = "sooner"
    """By `seconds` than `callsign`, which is on its way"""
    SOONER_THAN_LATE = "sooner_than_late"
    """By `seconds` than `callsign`, which is on its way and will be late"""
    POSITION_LOST = "position_lost"
    """`callsign` is on its way, but its position is no longer known"""
    OVERDUE = "overdue"
    """`callsign` should have arrived `seconds` ago"""
    LEAVES_DRILL = "leaves_drill"
    """`callsign`, `reference`"""
    LEAVES_OFFER = "leaves_offer"
    """`callsign` was being asked for `reference` of `priority`"""
    LEAVES_JOB = "leaves_job"
    """`callsign` was driving to `reference` of `priority`"""
    LEFT_WAITS = "left_waits"
    """What it leaves waits for a unit to come free"""
    LEFT_TAKEN = "left_taken"
    """`callsign` takes what it leaves"""
    LEFT_TAKEN_IN_TIME = "left_taken_in_time"
    """`callsign` takes it, no later"""
    LEFT_TAKEN_LATER = "left_taken_later"
    """`callsign` takes it, `seconds` later"""
    CHOSEN = "chosen"
    """`callsign`, by the radio room"""
    ORDERED = "ordered"
    """`callsign`, by radio"""
    POSITION_UNKNOWN = "position_unknown"
    LEFT_OUT = "left_out"
    """By rule, for `excluded_because`"""
    FIRST_CHOICE = "first_choice"
    """What the order would have been: `callsign`, `seconds`"""
    NO_OWN_UNIT = "no_own_unit"
    OWN_UNIT_LATE = "own_unit_late"
    """The station's own would be there in `seconds`, past the target"""
    REPOSITIONED = "repositioned"
    """`callsign` to another area: of recent calls `share_after` would be reached in time, now `share_before`"""


class StationName(msgspec.Struct, frozen=True):
    th: str
    en: str


class Clause(msgspec.Struct, frozen=True, omit_defaults=True):
    """`seconds` of travel, gained or lost; shares from 0 to 1."""

    code: ClauseCode
    callsign: str | None = None
    seconds: float | None = None
    priority: int | None = None
    reference: str | None = None
    excluded_because: str | None = None
    station: StationName | None = None
    share_before: float | None = None
    share_after: float | None = None


class Explanation(msgspec.Struct, frozen=True):
    """`th` and `en`: the sentence of a decision that an earlier release made, as it was worded; else empty."""

    clauses: tuple[Clause, ...] = ()
    th: str = ""
    en: str = ""


def explain(move: Move, now: datetime) -> Explanation:
    return Explanation((_arrival(move), _beside(move, now), *_left(move, now)))


def _arrival(move: Move) -> Clause:
    code = ClauseCode.ARRIVES if move.eta.source == EtaSource.ROAD else ClauseCode.ARRIVES_STRAIGHT
    return Clause(code, move.unit.callsign, move.eta.seconds)


def _beside(move: Move, now: datetime) -> Clause:
    """The unit it was compared with."""
    leg = move.replaces or move.beside
    if leg is not None:
        return _worried(move.worry, leg, now) or _sooner(leg, move.gain_s or 0.0, late=move.worry == DelayReason.LATE)
    if move.nearest_idle is None:
        return Clause(ClauseCode.NOBODY_FREE)
    return Clause(ClauseCode.NEAREST_IDLE, move.nearest_idle.callsign, move.nearest_idle.seconds)


def _sooner(leg: Leg, gain_s: float, *, late: bool) -> Clause:
    return Clause(ClauseCode.SOONER_THAN_LATE if late else ClauseCode.SOONER, leg.callsign, gain_s)


def _worried(worry: DelayReason | None, leg: Leg, now: datetime) -> Clause | None:
    if worry == DelayReason.SILENT:
        return Clause(ClauseCode.POSITION_LOST, leg.callsign)
    if worry == DelayReason.OVERDUE and leg.arrives_at is not None:
        return Clause(ClauseCode.OVERDUE, leg.callsign, (now - leg.arrives_at).total_seconds())
    return None


def _left(move: Move, now: datetime) -> tuple[Clause, ...]:
    job = move.leaves
    if job is None:
        return ()
    if job.drill:
        return (Clause(ClauseCode.LEAVES_DRILL, move.unit.callsign, reference=job.reference),)
    code = ClauseCode.LEAVES_OFFER if job.state == AssignmentState.OFFERED else ClauseCode.LEAVES_JOB
    left = Clause(code, move.unit.callsign, priority=job.priority, reference=job.reference)
    return left, _taken_over(job, move, now)


def _taken_over(job: Job, move: Move, now: datetime) -> Clause:
    taker = move.taker
    if taker is None:
        return Clause(ClauseCode.LEFT_WAITS)
    if job.arrives_at is None:
        return Clause(ClauseCode.LEFT_TAKEN, taker.callsign)
    later = taker.seconds - (job.arrives_at - now).total_seconds()
    if later < _NOTICEABLE_SECONDS:
        return Clause(ClauseCode.LEFT_TAKEN_IN_TIME, taker.callsign)
    return Clause(ClauseCode.LEFT_TAKEN_LATER, taker.callsign, later)


_NOTICEABLE_SECONDS = 30.0
"""Less is said to be no later."""


def explain_choice(chosen: Candidate, best: Candidate | None, *, ordered: bool) -> Explanation:
    """The operator chose the unit; the recommended order is kept beside it."""
    clauses = [Clause(ClauseCode.ORDERED if ordered else ClauseCode.CHOSEN, chosen.callsign)]
    if chosen.eta_seconds is None:
        clauses.append(Clause(ClauseCode.POSITION_UNKNOWN))
    else:
        code = ClauseCode.ARRIVES if chosen.eta_source == EtaSource.ROAD else ClauseCode.ARRIVES_STRAIGHT
        clauses.append(Clause(code, chosen.callsign, chosen.eta_seconds))
    if chosen.excluded_because is not None:
        clauses.append(Clause(ClauseCode.LEFT_OUT, excluded_because=chosen.excluded_because))
    if best is not None and best.unit_id != chosen.unit_id and best.eta_seconds is not None:
        clauses.append(Clause(ClauseCode.FIRST_CHOICE, best.callsign, best.eta_seconds))
    return Explanation(tuple(clauses))


def explain_aid(chosen: Candidate, station: StationName, own: datetime | None, now: datetime) -> Explanation:
    """A neighbour's unit. `own`: when our own unit would be there."""
    arrives = Clause(ClauseCode.NEIGHBOUR_ARRIVES, chosen.callsign, chosen.eta_seconds or 0.0, station=station)
    if own is None:
        return Explanation((arrives, Clause(ClauseCode.NO_OWN_UNIT)))
    return Explanation((arrives, Clause(ClauseCode.OWN_UNIT_LATE, seconds=(own - now).total_seconds())))


def explain_repositioning(move: Repositioning) -> Explanation:
    before, after = move.share_before, move.share_after
    moved = Clause(ClauseCode.REPOSITIONED, move.unit.callsign, share_before=before, share_after=after)
    return Explanation((moved,))

"""Who goes. Pure: the same units and the same clock always give the same order and the same reasons.

`rank` is the seam for travel times by road: it takes whatever `eta_seconds` the caller measured and says in
`eta_source` where they came from.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec


class Exclusion(StrEnum):
    OFF_DUTY = "off_duty"
    BUSY = "busy"
    OFFERED = "offered"
    WRONG_KIND = "wrong_kind"
    NO_FIX = "no_fix"
    STALE_FIX = "stale_fix"
    UNREACHABLE = "unreachable"
    DECLINED = "declined"
    SILENT = "silent"


class Reason(StrEnum):
    NEAREST = "nearest"
    REACHABLE_LIVE = "reachable_live"
    REACHABLE_PUSH = "reachable_push"


class UnitStatus(StrEnum):
    OFF_DUTY = "off_duty"
    AVAILABLE = "available"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"


STREAM_ALIVE = timedelta(seconds=30)
"""A live stream seen this recently means that somebody's screen is on."""

SILENCE_COOLS = timedelta(seconds=60)
"""A unit that let an offer pass is asked again only after this, and only when nobody else is left."""


class Unit(msgspec.Struct, frozen=True):
    """A unit as the dispatcher sees it: position age, reachability, and its history with this incident.

    `distance_m` and `eta_seconds` are to the incident; None without a position.
    """

    unit_id: UUID
    callsign: str
    kind: str
    status: UnitStatus
    fix_at: datetime | None
    distance_m: float | None
    shift_started_at: datetime | None
    push_seen_at: datetime | None
    stream_seen_at: datetime | None
    declined: bool
    silent_at: datetime | None
    eta_seconds: float | None = None
    eta_source: str = "straight_line"


class Rules(msgspec.Struct, frozen=True):
    """The station's delegation for this pick. `kinds` None: any kind of unit will do."""

    fix_limit: timedelta = timedelta(seconds=120)
    kinds: frozenset[str] | None = None


class Candidate(msgspec.Struct, frozen=True):
    unit_id: UUID
    callsign: str
    eta_seconds: float | None
    eta_source: str
    distance_m: float | None
    fix_age_s: float | None
    reasons: list[str]
    excluded_because: str | None = None


def reachable_by(unit: Unit, now: datetime) -> Reason | None:
    """How the unit's phone is known to answer: a receipt in this shift, or a stream open just now."""
    if unit.stream_seen_at is not None and now - unit.stream_seen_at <= STREAM_ALIVE:
        return Reason.REACHABLE_LIVE
    started, seen = unit.shift_started_at, unit.push_seen_at
    if started is not None and seen is not None and seen >= started:
        return Reason.REACHABLE_PUSH
    return None


def exclusion(unit: Unit, rules: Rules, now: datetime) -> Exclusion | None:
    """Why this unit may not be offered the job, the plainest reason first; None when it may."""
    if unit.status == UnitStatus.OFF_DUTY:
        return Exclusion.OFF_DUTY
    if unit.status == UnitStatus.OFFERED:
        return Exclusion.OFFERED
    if unit.status != UnitStatus.AVAILABLE:
        return Exclusion.BUSY
    if rules.kinds is not None and unit.kind not in rules.kinds:
        return Exclusion.WRONG_KIND
    if unit.declined:
        return Exclusion.DECLINED
    if unit.fix_at is None or unit.distance_m is None:
        return Exclusion.NO_FIX
    if now - unit.fix_at > rules.fix_limit:
        return Exclusion.STALE_FIX
    if reachable_by(unit, now) is None:
        return Exclusion.UNREACHABLE
    if unit.silent_at is not None:
        return Exclusion.SILENT
    return None


def rank(units: Iterable[Unit], rules: Rules, now: datetime) -> list[Candidate]:
    """All units, the soonest that may go first, then those left out with the reason, nearest first."""
    judged = [(exclusion(unit, rules, now), unit) for unit in units]
    judged.sort(key=lambda pair: (pair[0] is not None, _soonness(pair[1]), pair[1].callsign))
    candidates = [_candidate(unit, why, now) for why, unit in judged]
    if candidates and candidates[0].excluded_because is None:
        first = candidates[0]
        candidates[0] = msgspec.structs.replace(first, reasons=[Reason.NEAREST, *first.reasons])
    return candidates


def choose(units: Iterable[Unit], rules: Rules, now: datetime) -> UUID | None:
    """The unit to offer to: the soonest that may go, else the soonest that was silent long enough ago."""
    known = list(units)
    ranked = rank(known, rules, now)
    best = next((candidate.unit_id for candidate in ranked if candidate.excluded_because is None), None)
    if best is not None:
        return best
    silent = {unit.unit_id for unit in known if unit.silent_at is not None and now - unit.silent_at > SILENCE_COOLS}
    second_round = (c.unit_id for c in ranked if c.excluded_because == Exclusion.SILENT and c.unit_id in silent)
    return next(second_round, None)


def _soonness(unit: Unit) -> float:
    if unit.eta_seconds is not None:
        return unit.eta_seconds
    return float("inf")


def _candidate(unit: Unit, why: Exclusion | None, now: datetime) -> Candidate:
    heard = reachable_by(unit, now)
    return Candidate(
        unit_id=unit.unit_id,
        callsign=unit.callsign,
        eta_seconds=None if unit.eta_seconds is None else round(unit.eta_seconds, 1),
        eta_source=unit.eta_source,
        distance_m=None if unit.distance_m is None else round(unit.distance_m, 1),
        fix_age_s=None if unit.fix_at is None else round((now - unit.fix_at).total_seconds(), 1),
        reasons=[] if heard is None else [heard],
        excluded_because=why,
    )

"""Who goes. Pure: the same units and the same clock always give the same order and the same reasons.

`rank` takes the travel times that `api.roads.eta` measured and says in `eta_source` where they came from.
"""

from collections.abc import Iterable, Mapping
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

    `distance_m` is to the incident in a straight line; None without a position.
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


class Eta(msgspec.Struct, frozen=True):
    """Travel time from the unit's last fix; `source` is `road` or `straight_line`."""

    seconds: float
    source: str


class Rules(msgspec.Struct, frozen=True):
    """The station's delegation for this pick. `kinds` None: any kind of unit will do."""

    fix_limit: timedelta = timedelta(seconds=120)
    kinds: frozenset[str] | None = None


class Candidate(msgspec.Struct, frozen=True):
    unit_id: UUID
    callsign: str
    eta_seconds: float | None
    eta_source: str | None
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
    stale = unit.fix_at is not None and now - unit.fix_at > rules.fix_limit
    causes = (
        (unit.status == UnitStatus.OFF_DUTY, Exclusion.OFF_DUTY),
        (unit.status == UnitStatus.OFFERED, Exclusion.OFFERED),
        (unit.status != UnitStatus.AVAILABLE, Exclusion.BUSY),
        (rules.kinds is not None and unit.kind not in rules.kinds, Exclusion.WRONG_KIND),
        (unit.declined, Exclusion.DECLINED),
        (unit.fix_at is None or unit.distance_m is None, Exclusion.NO_FIX),
        (stale, Exclusion.STALE_FIX),
        (reachable_by(unit, now) is None, Exclusion.UNREACHABLE),
        (unit.silent_at is not None, Exclusion.SILENT),
    )
    return next((cause for applies, cause in causes if applies), None)


def rank(units: Iterable[Unit], etas: Mapping[UUID, Eta], rules: Rules, now: datetime) -> list[Candidate]:
    """All units, the soonest that may go first, then those left out with the reason, nearest first."""
    judged = [(exclusion(unit, rules, now), unit) for unit in units]
    judged.sort(key=lambda pair: (pair[0] is not None, _soonness(etas.get(pair[1].unit_id)), pair[1].callsign))
    candidates = [_candidate(unit, etas.get(unit.unit_id), why, now) for why, unit in judged]
    if candidates and candidates[0].excluded_because is None:
        first = candidates[0]
        candidates[0] = msgspec.structs.replace(first, reasons=[Reason.NEAREST, *first.reasons])
    return candidates


def choose(candidates: Iterable[Candidate], units: Iterable[Unit], now: datetime) -> Candidate | None:
    """The candidate to offer to: the soonest that may go, else the soonest that was silent long enough ago.

    `candidates` as `rank` gave them.
    """
    ranked = list(candidates)
    best = next((candidate for candidate in ranked if candidate.excluded_because is None), None)
    if best is not None:
        return best
    cooled = {unit.unit_id for unit in units if unit.silent_at is not None and now - unit.silent_at > SILENCE_COOLS}
    again = (c for c in ranked if c.excluded_because == Exclusion.SILENT and c.unit_id in cooled)
    return next(again, None)


def _soonness(eta: Eta | None) -> float:
    return float("inf") if eta is None else eta.seconds


def _candidate(unit: Unit, eta: Eta | None, why: Exclusion | None, now: datetime) -> Candidate:
    heard = reachable_by(unit, now)
    return Candidate(
        unit_id=unit.unit_id,
        callsign=unit.callsign,
        eta_seconds=None if eta is None else round(eta.seconds, 1),
        eta_source=None if eta is None else eta.source,
        distance_m=None if unit.distance_m is None else round(unit.distance_m, 1),
        fix_age_s=None if unit.fix_at is None else round((now - unit.fix_at).total_seconds(), 1),
        reasons=[] if heard is None else [heard],
        excluded_because=why,
    )

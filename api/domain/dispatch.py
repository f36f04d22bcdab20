"""Who may go, and in which order. Pure: the same units and the same clock always give the same order and reasons.

`api.domain.planning` decides with these rules for all calls at once.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from api.domain.travel import Eta
from api.domain.unit import Unit, UnitStatus, reachable_by


class Exclusion(StrEnum):
    OFF_DUTY = "off_duty"
    BUSY = "busy"
    OFFERED = "offered"
    WRONG_KIND = "wrong_kind"
    CREW_TOO_SMALL = "crew_too_small"
    DECLINED = "declined"
    NO_FIX = "no_fix"
    STALE_FIX = "stale_fix"
    UNREACHABLE = "unreachable"
    SILENT = "silent"


NEAREST = "nearest"
"""The reason of whoever is first in the order; `Heard` gives the others."""

SILENCE_COOLS = timedelta(seconds=60)
"""A unit that let an offer pass is asked again only after this, and only when nobody else is left."""


class Needs(msgspec.Struct, frozen=True):
    """What an incident asks of a unit. `kinds` empty: any kind of unit will do."""

    kinds: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    crew: int = 1


class Refusal(msgspec.Struct, frozen=True):
    """What came of asking a unit for this incident before."""

    declined: bool
    silent_at: datetime | None


class Rules(msgspec.Struct, frozen=True):
    fix_limit: timedelta = timedelta(seconds=120)


class Candidate(msgspec.Struct, frozen=True):
    """`correction`: the learned factor that is in `eta_seconds` already."""

    unit_id: UUID
    callsign: str
    eta_seconds: float | None
    eta_source: str | None
    distance_m: float | None
    fix_age_s: float | None
    reasons: list[str]
    excluded_because: str | None = None
    correction: float = 1.0


class Ranked(msgspec.Struct, frozen=True):
    """A unit with what is known of its way to one incident; `distance_m` in a straight line."""

    unit: Unit
    eta: Eta | None
    distance_m: float | None
    refusal: Refusal | None = None


def exclusion(ranked: Ranked, needs: Needs, rules: Rules, now: datetime) -> Exclusion | None:
    """Why this unit may not be offered the incident, the plainest reason first; None when it may."""
    unit, refusal = ranked.unit, ranked.refusal
    before = _occupied(unit) or unfit(unit, needs)
    if before is None and refusal is not None and refusal.declined:
        return Exclusion.DECLINED
    return before or unready(unit, rules, now) or (None if refusal is None else Exclusion.SILENT)


def _occupied(unit: Unit) -> Exclusion | None:
    if unit.status == UnitStatus.OFF_DUTY:
        return Exclusion.OFF_DUTY
    if unit.status == UnitStatus.OFFERED:
        return Exclusion.OFFERED
    return None if unit.status == UnitStatus.AVAILABLE else Exclusion.BUSY


def unfit(unit: Unit, needs: Needs) -> Exclusion | None:
    if (needs.kinds and unit.kind not in needs.kinds) or not needs.capabilities <= unit.capabilities:
        return Exclusion.WRONG_KIND
    return Exclusion.CREW_TOO_SMALL if unit.crew < needs.crew else None


def unready(unit: Unit, rules: Rules, now: datetime) -> Exclusion | None:
    """What keeps a unit from any job: a position that is missing or old, a phone that has not answered."""
    if unit.fix_at is None or unit.lat is None:
        return Exclusion.NO_FIX
    if now - unit.fix_at > rules.fix_limit:
        return Exclusion.STALE_FIX
    return Exclusion.UNREACHABLE if reachable_by(unit, now) is None else None


def cooled(refusal: Refusal, now: datetime) -> bool:
    """A unit that was silent, not one that declined, may be asked again once its silence has cooled."""
    return not refusal.declined and refusal.silent_at is not None and now - refusal.silent_at > SILENCE_COOLS


def rank(units: Iterable[Ranked], needs: Needs, rules: Rules, now: datetime) -> list[Candidate]:
    """All units, the soonest that may go first, then those left out with the reason, nearest first."""
    judged = [(exclusion(each, needs, rules, now), each) for each in units]
    judged.sort(key=lambda pair: (pair[0] is not None, _soonness(pair[1].eta), pair[1].unit.callsign))
    candidates = [candidate(each, why, now) for why, each in judged]
    if candidates and candidates[0].excluded_because is None:
        first = candidates[0]
        candidates[0] = msgspec.structs.replace(first, reasons=[NEAREST, *first.reasons])
    return candidates


def candidate(ranked: Ranked, why: Exclusion | None, now: datetime) -> Candidate:
    unit, eta = ranked.unit, ranked.eta
    heard = reachable_by(unit, now)
    return Candidate(
        unit_id=unit.unit_id,
        callsign=unit.callsign,
        eta_seconds=None if eta is None else round(eta.seconds, 1),
        eta_source=None if eta is None else eta.source,
        distance_m=None if ranked.distance_m is None else round(ranked.distance_m, 1),
        fix_age_s=None if unit.fix_at is None else round((now - unit.fix_at).total_seconds(), 1),
        reasons=[] if heard is None else [heard],
        excluded_because=why,
        correction=1.0 if eta is None else round(eta.correction, 3),
    )


def _soonness(eta: Eta | None) -> float:
    return float("inf") if eta is None else eta.seconds


Refusals = Mapping[tuple[UUID, UUID], Refusal]
"""By incident and unit."""

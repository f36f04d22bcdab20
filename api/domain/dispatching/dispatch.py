"""Who may go, and in which order. Pure: the same units and the same clock always give the same order and reasons.

`api.domain.dispatching.planning` decides with these rules for all calls at once.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from api.domain.roads.travel import Eta, EtaSource
from api.domain.units.unit import Unit, UnitStatus, reachable_by


class Exclusion(StrEnum):
    OFF_DUTY = "off_duty"
    BUSY = "busy"
    OFFERED = "offered"
    WRONG_KIND = "wrong_kind"
    CREW_TOO_SMALL = "crew_too_small"
    DECLINED = "declined"
    BEEN_THERE = "been_there"
    """It has been at the scene and left: nobody is called back by a rule, only by a person."""
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
    """Why a unit is not asked for this incident again: it declined, it let an offer pass, or it has been there."""

    declined: bool
    silent_at: datetime | None
    been_there: bool = False


class Rules(msgspec.Struct, frozen=True):
    """What deciding goes by. A station sets `fix_limit`; a simulation may vary all of them.

    `almost_there`: a unit this close to its arrival is left alone. `most_bumps`, `most_swaps`: how often one incident
    may lose its unit. `swap_gain_s`: how much sooner, by priority, another unit must be there to take over, and
    `backup_gain_s` to be proposed beside one that will be late. `diversion_cost_s`: what taking a unit from another job
    must be worth; a tie goes to the idle one. `head_start_s`: how a fresh call counts when not all can be served: a
    priority 3 overtakes a fresh priority 2 after 20 minutes. `most_units_of_sender`: how many units the unverified
    SOS of one sender hold at once.
    """

    fix_limit: timedelta = timedelta(seconds=120)
    almost_there: timedelta = timedelta(seconds=40)
    most_bumps: int = 2
    most_swaps: int = 2
    swap_gain_s: tuple[float, float, float] = (45.0, 60.0, 60.0)
    backup_gain_s: float = 30.0
    diversion_cost_s: float = 15.0
    head_start_s: float = 600.0
    most_units_of_sender: int = 2


class Candidate(msgspec.Struct, frozen=True):
    """`correction`: the learned factor that is in `eta_seconds` already."""

    unit_id: UUID
    callsign: str
    eta_seconds: float | None
    eta_source: EtaSource | None
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
    if before is None and refusal is not None and (refusal.declined or refusal.been_there):
        return Exclusion.BEEN_THERE if refusal.been_there else Exclusion.DECLINED
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
    """Whether a unit that was silent may be asked again. One that declined or has been there may not."""
    if refusal.declined or refusal.been_there:
        return False
    return refusal.silent_at is not None and now - refusal.silent_at > SILENCE_COOLS


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

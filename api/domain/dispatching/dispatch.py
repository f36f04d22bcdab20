"""Which units may go, in which order. Pure: the same units and clock always give the same order and reasons.

`api.domain.dispatching.planning` applies these rules to all calls at once.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from api.domain.incidents.assignment import ON_ITS_WAY
from api.domain.incidents.incident import VIOLENT
from api.domain.roads.travel import Eta, EtaSource
from api.domain.units.unit import Job, Unit, UnitStatus, reachable_by


class Exclusion(StrEnum):
    OFF_DUTY = "off_duty"
    BUSY = "busy"
    OFFERED = "offered"
    WRONG_KIND = "wrong_kind"
    CREW_TOO_SMALL = "crew_too_small"
    DECLINED = "declined"
    IN_EMERGENCY = "in_emergency"
    """Somebody of its crew calls for help: it is sent nowhere until they are safe."""
    CONFLICT = "conflict"
    """Somebody of its crew must not handle the case: never offered, and never sent by hand."""
    BEEN_THERE = "been_there"
    """The unit was at the scene and left: only a person may call it back."""
    NO_FIX = "no_fix"
    STALE_FIX = "stale_fix"
    UNREACHABLE = "unreachable"
    SILENT = "silent"


NEAREST = "nearest"
"""The reason of the unit that is first in the order; `Heard` gives the others."""


class Needs(msgspec.Struct, frozen=True):
    """What an incident requires of a unit. `kinds` empty: any kind will do."""

    kinds: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    crew: int = 1


class Refusal(msgspec.Struct, frozen=True):
    """Why a unit is not offered this incident: it declined, did not answer, has been there, or somebody of its crew
    must not handle it."""

    declined: bool
    silent_at: datetime | None
    been_there: bool = False
    conflicted: bool = False


class Rules(msgspec.Struct, frozen=True):
    """Parameters of a decision. A station sets `fix_limit`; a simulation may vary all of them.

    `almost_there`: a unit this close to arriving is left alone. `most_bumps`, `most_swaps`: how often one incident
    may lose its unit. `swap_gain_s`: seconds sooner, by priority, another unit must arrive to take over;
    `backup_gain_s`: to be proposed beside a late one. `diversion_cost_s`: the gain that taking a unit off another job
    must exceed; a tie goes to the idle one. `head_start_s`: age credited to a fresh call when units are short: a
    priority 3 overtakes a fresh priority 2 after 20 minutes. `most_units_of_sender`: how many units one sender's
    unverified SOS calls may hold at once. `late_cost`: what a late second costs, by priority, the last for a further
    unit of a priority 3; `ride_cost`: what a second of riding costs, a tie-break between equally late choices.
    `silence_cools`: a unit that did not answer an offer is asked again only after this, and only if no other is left.
    `aid_gain`: seconds sooner, at least, that a neighbour's unit must be there than our own late one.
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
    late_cost: tuple[float, float, float, float] = (9.0, 3.0, 1.0, 1 / 3)
    ride_cost: float = 0.05
    silence_cools: timedelta = timedelta(seconds=60)
    aid_gain: timedelta = timedelta(seconds=60)


USUAL_RULES = Rules()


class Candidate(msgspec.Struct, frozen=True):
    """`correction`: the learned factor already included in `eta_seconds`."""

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
    """A unit and its travel to one incident; `distance_m` in a straight line."""

    unit: Unit
    eta: Eta | None
    distance_m: float | None
    refusal: Refusal | None = None


def exclusion(ranked: Ranked, needs: Needs, rules: Rules, now: datetime) -> Exclusion | None:
    """Why this unit may not be offered the incident, the most obvious reason first; None if it may."""
    unit, refusal = ranked.unit, ranked.refusal
    if unit.in_emergency:
        return Exclusion.IN_EMERGENCY
    if refusal is not None and refusal.conflicted:
        return Exclusion.CONFLICT
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
    """What bars a unit from any job: an emergency of its own, a missing or old position, or a phone that has not
    answered."""
    if unit.in_emergency:
        return Exclusion.IN_EMERGENCY
    if unit.fix_at is None or unit.lat is None:
        return Exclusion.NO_FIX
    if now - unit.fix_at > rules.fix_limit:
        return Exclusion.STALE_FIX
    return Exclusion.UNREACHABLE if reachable_by(unit, now) is None else None


def cooled(refusal: Refusal, rules: Rules, now: datetime) -> bool:
    """Whether a silent unit may be asked again. One that declined or has been there may not."""
    if refusal.declined or refusal.been_there or refusal.conflicted:
        return False
    return refusal.silent_at is not None and now - refusal.silent_at > rules.silence_cools


def may_be_left(job: Job, priority: int, rules: Rules) -> bool:
    """Whether a unit may leave the job that it holds for a case of this priority: checked on accepting, because since
    the offer the job's first unit may have given up, or another been taken off it."""
    if job.drill:
        return True
    if job.state not in ON_ITS_WAY or job.kind in VIOLENT:
        return False
    return job.yields or lesser(job, priority, rules)


def lesser(job: Job, priority: int, rules: Rules) -> bool:
    """Whether it ranks below this priority, and has not lost its unit too often."""
    return job.priority + job.second > priority and job.bumped < rules.most_bumps


def rank(units: Iterable[Ranked], needs: Needs, rules: Rules, now: datetime) -> list[Candidate]:
    """All units: those that may go, soonest first, then those left out with the reason, nearest first."""
    judged = [(exclusion(each, needs, rules, now), each) for each in units]
    judged.sort(key=lambda pair: (pair[0] is not None, _soonness(pair[1].eta), pair[1].unit.callsign))
    candidates = [candidate(each, why, now) for why, each in judged]
    if candidates and candidates[0].excluded_because is None:
        first = candidates[0]
        candidates[0] = msgspec.structs.replace(first, reasons=[NEAREST, *first.reasons])
    return candidates


def first_in_order(order: Iterable[Candidate], asked: UUID) -> UUID | None:
    """The unit that would be asked now; `asked`, which has an open offer, counts as free and keeps it in a tie."""
    reachable = [
        (each.eta_seconds, each.unit_id != asked, each.unit_id)
        for each in order
        if each.eta_seconds is not None and (each.excluded_because is None or each.unit_id == asked)
    ]
    return min(reachable)[2] if reachable else None


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

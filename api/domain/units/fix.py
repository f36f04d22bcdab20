"""Which fixes may be believed. One outlier never moves a unit, and a wrong old position never locks it out.

A fix is believed when the unit could have come there from its believed neighbours in time: great-circle distance, less
both accuracies, within the speed limit of its kind. One that isn't stays in the track with its problem and moves
nothing. It is believed after all once `CONFIRMING_FIXES` in a row, each within reach of the one before, stand against
the old position for `CONFIRMING_TIME`, by the phone's clock and by the server's: then the old position was wrong.
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from api.domain.roads.travel import UnitKind, metres_between

LIMITS_M_PER_S = {UnitKind.MOTORCYCLE: 55.0, UnitKind.CAR: 55.0, UnitKind.FOOT: 12.0}
"""200 km/h; on foot somebody who runs. A foot patrol that is driven is doubtful and follows half a minute behind."""
CLOCK_SLACK = timedelta(seconds=2)
"""Trackers send whole seconds, and the phone and the tracker of one unit have two clocks."""
UNKNOWN_ACCURACY_M = 50.0
WORST_ACCURACY_M = 500.0
"""Vaguer than this it says nothing about where in a station's area a unit is, and would excuse any jump."""
CONFIRMING_FIXES = 5
CONFIRMING_TIME = timedelta(seconds=30)
FROZEN_TIME = timedelta(seconds=30)
FROZEN_M_PER_S = 3.0
"""More than a receiver at rest reports of itself."""


class FixProblem(StrEnum):
    """Why a fix isn't believed. `replayed`: this very fix is known already. `frozen`: the same digits all along while
    the unit is said to drive. `mocked`: the phone itself says that an app made it up."""

    IMPLAUSIBLE_SPEED = "implausible_speed"
    REPLAYED = "replayed"
    FROZEN = "frozen"
    INACCURATE = "inaccurate"
    MOCKED = "mocked"


SUSPICIOUS = frozenset({FixProblem.IMPLAUSIBLE_SPEED, FixProblem.FROZEN, FixProblem.MOCKED})
"""What makes a unit's position doubtful; a repeated or a vague fix happens to everyone."""


class Fix(msgspec.Struct, frozen=True):
    """One position as the phone measured it: degrees, metres, metres a second, degrees from north."""

    at: datetime
    lat: float
    lon: float
    accuracy: float | None = None
    speed: float | None = None
    heading: float | None = None
    mocked: bool = False


class RecordedFix(msgspec.Struct, frozen=True):
    """A fix of the track; `received_at` by the server's clock, `problem` None where it is believed."""

    at: datetime
    lat: float
    lon: float
    accuracy: float | None
    speed: float | None
    problem: FixProblem | None
    received_at: datetime


class FixVerdict(msgspec.Struct, frozen=True):
    """`problems`: of each new fix, in their order; None where it is believed. `fixes`: those of them to be kept.

    `confirmed`: doubted ones from before that are believed from now on. `newest`: the newest that is believed, new or
    old; None when there is none.
    """

    problems: list[FixProblem | None]
    fixes: list[RecordedFix]
    confirmed: list[RecordedFix]
    newest: RecordedFix | None


def judge(fixes: Sequence[Fix], track: Sequence[RecordedFix], kind: UnitKind, now: datetime) -> FixVerdict:
    """`fixes` in order of time. `track`: what is known of the unit around them, its present position included."""
    believed = sorted((fix for fix in track if fix.problem is None), key=_at)
    known = {(fix.at, fix.lat, fix.lon) for fix in track}
    judged: list[RecordedFix] = []
    for fix in fixes:
        place = (fix.at, fix.lat, fix.lon)
        new = RecordedFix(*place, fix.accuracy, fix.speed, None, now)
        problem = FixProblem.REPLAYED if place in known else _problem(new, believed, kind, mocked=fix.mocked)
        judged.append(msgspec.structs.replace(new, problem=problem))
        known.add(place)
        if problem is None:
            insort(believed, new, key=_at)
    return _verdict(judged, track, believed, now)


def _verdict(
    judged: list[RecordedFix], track: Sequence[RecordedFix], believed: list[RecordedFix], now: datetime
) -> FixVerdict:
    run = _run_against([*track, *judged], believed[-1].at if believed else None)
    if not _confirms(run, now):
        run = []
    newest = run[-1] if run else (believed[-1] if believed else None)
    settled = [msgspec.structs.replace(fix, problem=None) if fix in run else fix for fix in judged]
    return FixVerdict(
        problems=[fix.problem for fix in settled],
        fixes=[fix for fix in settled if fix.problem != FixProblem.REPLAYED],
        confirmed=[fix for fix in run if fix not in judged],
        newest=newest,
    )


def _problem(fix: RecordedFix, believed: Sequence[RecordedFix], kind: UnitKind, *, mocked: bool) -> FixProblem | None:
    if mocked:
        return FixProblem.MOCKED
    if (fix.accuracy or 0.0) > WORST_ACCURACY_M:
        return FixProblem.INACCURATE
    index = bisect_right(believed, fix.at, key=_at)
    around = believed[max(0, index - 1) : index + 1]
    if not all(_within_reach(fix, other, LIMITS_M_PER_S[kind]) for other in around):
        return FixProblem.IMPLAUSIBLE_SPEED
    return FixProblem.FROZEN if _frozen(fix, believed[:index]) else None


def _within_reach(fix: RecordedFix, other: RecordedFix, limit: float) -> bool:
    """A clock that is ahead wins no time: what was received by then was measured by then."""
    gap = abs(min(fix.at, fix.received_at) - min(other.at, other.received_at)) + CLOCK_SLACK
    vague = (fix.accuracy or UNKNOWN_ACCURACY_M) + (other.accuracy or UNKNOWN_ACCURACY_M)
    return metres_between(fix.lat, fix.lon, other.lat, other.lon) <= limit * gap.total_seconds() + vague


def _frozen(fix: RecordedFix, before: Sequence[RecordedFix]) -> bool:
    since = fix.at
    for each in (fix, *reversed(before)):
        if (each.lat, each.lon) != (fix.lat, fix.lon) or (each.speed or 0.0) <= FROZEN_M_PER_S:
            break
        since = each.at
    return fix.at - since >= FROZEN_TIME


def _run_against(fixes: Sequence[RecordedFix], newest_believed: datetime | None) -> list[RecordedFix]:
    """The last fixes that contradict everything believed before them, but not each other."""
    run: list[RecordedFix] = []
    for fix in sorted(fixes, key=_at):
        if fix.problem != FixProblem.IMPLAUSIBLE_SPEED or (newest_believed is not None and fix.at <= newest_believed):
            continue
        if run and not _within_reach(run[-1], fix, max(LIMITS_M_PER_S.values())):
            run = []
        run.append(fix)
    return run


def _confirms(run: Sequence[RecordedFix], now: datetime) -> bool:
    if len(run) < CONFIRMING_FIXES or run[-1].at - run[0].at < CONFIRMING_TIME:
        return False
    return now - min(fix.received_at for fix in run) >= CONFIRMING_TIME


def _at(fix: RecordedFix) -> datetime:
    return fix.at

"""Which fixes to trust. One outlier never moves a unit, and a wrong old position never locks it out.

A fix is trusted if the unit could have got there from its trusted neighbours in time: great-circle distance, less
both accuracies, within its kind's top speed. An untrusted one stays in the track with its problem and moves
nothing. It is trusted after all once `CONFIRMING_FIXES` in a row, each within reach of the previous, contradict
the old position for `CONFIRMING_TIME`, by both the phone's and the server's clock: the old position was wrong.
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from api.domain.roads.travel import UnitKind, metres_between

LIMITS_M_PER_S = {UnitKind.MOTORCYCLE: 55.0, UnitKind.CAR: 55.0, UnitKind.FOOT: 12.0}
"""200 km/h; on foot, running speed. A foot patrol in a vehicle is doubtful and shown half a minute behind."""
CLOCK_SLACK = timedelta(seconds=2)
"""Trackers send whole seconds, and a unit's phone and tracker have separate clocks."""
UNKNOWN_ACCURACY_M = 50.0
WORST_ACCURACY_M = 500.0
"""Less accurate than this, a fix does not locate a unit within a station's area and would excuse any jump."""
CONFIRMING_FIXES = 5
CONFIRMING_TIME = timedelta(seconds=30)
FROZEN_TIME = timedelta(seconds=30)
FROZEN_M_PER_S = 3.0
"""More than a receiver at rest reports."""


class FixProblem(StrEnum):
    """Why a fix isn't believed. `replayed`: the same fix was received before. `frozen`: identical coordinates
    throughout while the unit reports moving. `mocked`: the phone itself says that an app made it up."""

    IMPLAUSIBLE_SPEED = "implausible_speed"
    REPLAYED = "replayed"
    FROZEN = "frozen"
    INACCURATE = "inaccurate"
    MOCKED = "mocked"


SUSPICIOUS = frozenset({FixProblem.IMPLAUSIBLE_SPEED, FixProblem.FROZEN, FixProblem.MOCKED})
"""Problems that make a unit's position doubtful; repeated or imprecise fixes are normal."""


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
    """A fix in the track; `received_at` by the server's clock; `problem` is None if it is trusted."""

    at: datetime
    lat: float
    lon: float
    accuracy: float | None
    speed: float | None
    problem: FixProblem | None
    received_at: datetime


class FixVerdict(msgspec.Struct, frozen=True):
    """`problems`: one per new fix, in order; None if it is trusted. `fixes`: those to keep.

    `confirmed`: earlier doubted ones that are trusted from now on. `newest`: the newest trusted one, new or
    old; None when there is none.
    """

    problems: list[FixProblem | None]
    fixes: list[RecordedFix]
    confirmed: list[RecordedFix]
    newest: RecordedFix | None


def judge(fixes: Sequence[Fix], track: Sequence[RecordedFix], kind: UnitKind, now: datetime) -> FixVerdict:
    """`fixes` in order of time. `track`: the unit's known fixes around them, including its current position."""
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


def judge_onward(fixes: Sequence[Fix], last: RecordedFix, kind: UnitKind, now: datetime) -> FixVerdict | None:
    """`judge` without the track, for the usual case: each fix newer than the one before and within its reach.

    `last`: the unit's current position, which nothing contradicts. None if the track must be looked at.
    """
    judged: list[RecordedFix] = []
    for fix in fixes:
        new = RecordedFix(fix.at, fix.lat, fix.lon, fix.accuracy, fix.speed, None, now)
        stands = (fix.lat, fix.lon) == (last.lat, last.lon) and (fix.speed or 0.0) > FROZEN_M_PER_S
        if fix.at <= last.at or stands or _problem(new, [last], kind, mocked=fix.mocked):
            return None
        judged.append(new)
        last = new
    return FixVerdict([None] * len(judged), judged, [], last)


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
    """A fast clock gains no time: a fix cannot have been measured after it was received."""
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
    """The last fixes that contradict everything trusted before them, but not each other."""
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

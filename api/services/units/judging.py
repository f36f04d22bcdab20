"""A unit's fixes: which are trusted, and what they change. Within the transaction that stores them (`positions.py`)."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from api.db.units import positions
from api.db.units.positions import PositionRow
from api.domain.incidents.deadline import FORECAST_NEWS
from api.domain.records.events import Event, EventKind
from api.domain.units.doubt import Doubt, doubt_after
from api.domain.units.fix import Fix, FixVerdict, RecordedFix, judge, judge_onward
from api.domain.units.unit import drives
from api.services.context import Context
from api.services.records import journal
from api.services.units.arrivals import mark_arrivals

_AROUND = timedelta(seconds=60)
_LONGEST_DOUBT = timedelta(minutes=10)


class UnitFixes(msgspec.Struct, frozen=True):
    """One sender's fixes for a unit, in order of time. `simulated`: by a demo's simulated officer."""

    unit_id: UUID
    fixes: list[Fix]
    received_at: datetime
    simulated: bool


class Judged(msgspec.Struct, frozen=True):
    """`position`: where the unit was before."""

    heard: UnitFixes
    position: PositionRow
    verdict: FixVerdict


async def judge_all(context: Context, heard: list[UnitFixes]) -> list[Judged]:
    """The track is read only for units whose fixes do not simply follow their position. Those that move nothing,
    because a simulation stands aside, are missing."""
    rows = await positions.read.all(context.connection, unit_ids=[each.unit_id for each in heard])
    position_of = {row.unit_id: row for row in rows}
    judged: list[Judged] = []
    unclear: list[tuple[UnitFixes, PositionRow]] = []
    for each in heard:
        position = position_of.get(each.unit_id)
        if position is None or not drives(
            simulated=each.simulated,
            driven_by_simulation=position.simulated,
            fix_at=position.fix_at,
            now=each.received_at,
        ):
            continue
        verdict = _at_once(each, position)
        if verdict is None:
            unclear.append((each, position))
        else:
            judged.append(Judged(each, position, verdict))
    tracks = await _tracks(context, unclear)
    return judged + [
        Judged(each, position, judge(each.fixes, tracks[each.unit_id], position.kind, each.received_at))
        for each, position in unclear
    ]


def _at_once(each: UnitFixes, position: PositionRow) -> FixVerdict | None:
    """None if the track must be looked at. A person's first fix owes nothing to where a simulation has been."""
    if position.simulated and not each.simulated:
        return judge(each.fixes, [], position.kind, each.received_at)
    last = None if position.doubtful_reason else _last(position)
    return judge_onward(each.fixes, last, position.kind, each.received_at) if last else None


def _last(position: PositionRow) -> RecordedFix | None:
    if position.fix_at is None or position.lat is None or position.lon is None:
        return None
    return RecordedFix(
        position.fix_at, position.lat, position.lon, position.accuracy, position.speed, None, position.fix_at
    )


async def _tracks(context: Context, unclear: list[tuple[UnitFixes, PositionRow]]) -> dict[UUID, list[RecordedFix]]:
    """The tracks around the new fixes and since the current positions, including those positions."""
    tracks: dict[UUID, list[RecordedFix]] = {each.unit_id: [] for each, _ in unclear}
    if not unclear:
        return tracks
    rows = await positions.tracks_between.all(
        context.connection,
        unit_ids=list(tracks),
        sinces=[_since(each.fixes[0].at, position.fix_at) for each, position in unclear],
        untils=[each.fixes[-1].at + _AROUND for each, _ in unclear],
    )
    for row in rows:
        fix = RecordedFix(row.at, row.lat, row.lon, row.accuracy, row.speed, row.problem, row.received_at)
        tracks[row.unit_id].append(fix)
    for each, position in unclear:
        track, last = tracks[each.unit_id], _last(position)
        if last is not None and not any(fix.at == last.at and fix.problem is None for fix in track):
            track.append(last)
    return tracks


def _since(first: datetime, fix_at: datetime | None) -> datetime:
    return max(min(first, fix_at or first), first - _LONGEST_DOUBT) - _AROUND


async def save(context: Context, judged: list[Judged]) -> None:
    """The units' rows are locked last, so that dispatch decisions wait for nothing before them."""
    if not judged:
        return
    await _add_tracks(context, judged)
    for each in judged:
        if each.verdict.confirmed:
            since, until = each.verdict.confirmed[0].at, each.verdict.confirmed[-1].at
            await positions.believe.run(context.connection, unit_id=each.position.unit_id, since=since, until=until)
    await mark_arrivals(
        context,
        {
            each.position.unit_id: each.verdict.newest
            for each in judged
            if each.position.expected and None in each.verdict.problems and each.verdict.newest
        },
    )
    moved = [(each, each.verdict.newest) for each in judged if _moves(each) and each.verdict.newest]
    await _move(context, moved)
    for each in judged:
        await _save_doubt(context, each)


async def _add_tracks(context: Context, judged: list[Judged]) -> None:
    kept = [(each.position.unit_id, fix) for each in judged for fix in each.verdict.fixes]
    if kept:
        await positions.add_track.run(
            context.connection,
            station_id=context.station_id,
            unit_ids=[unit_id for unit_id, _ in kept],
            ats=[fix.at for _, fix in kept],
            lats=[fix.lat for _, fix in kept],
            lons=[fix.lon for _, fix in kept],
            accuracies=[fix.accuracy for _, fix in kept],
            speeds=[fix.speed for _, fix in kept],
            problems=[fix.problem for _, fix in kept],
            received_ats=[fix.received_at for _, fix in kept],
        )


def _moves(each: Judged) -> bool:
    newest, fix_at = each.verdict.newest, each.position.fix_at
    return newest is not None and (fix_at is None or newest.at > fix_at)


async def _move(context: Context, moved: list[tuple[Judged, RecordedFix]]) -> None:
    if not moved:
        return
    await positions.save.run(
        context.connection,
        unit_ids=[each.position.unit_id for each, _ in moved],
        lats=[newest.lat for _, newest in moved],
        lons=[newest.lon for _, newest in moved],
        ats=[newest.at for _, newest in moved],
        accuracies=[newest.accuracy for _, newest in moved],
        speeds=[newest.speed for _, newest in moved],
        headings=[
            next((fix.heading for fix in each.heard.fixes if fix.at == newest.at), None) for each, newest in moved
        ],
        simulated=[each.heard.simulated for each, _ in moved],
        now=context.now,
    )
    expected = [each.position.unit_id for each, _ in moved if each.position.expected]
    if expected:
        await positions.hasten_forecasts.run(
            context.connection, unit_ids=expected, now=context.now, measured_before=context.now - FORECAST_NEWS
        )


async def _save_doubt(context: Context, each: Judged) -> None:
    """Screens hear when a doubt begins, changes or ends, not of every doubtful fix."""
    unit_id, before = each.position.unit_id, _doubt(each.position)
    after = doubt_after(before, each.verdict, each.heard.received_at)
    if after == before:
        return
    reason = after.reason if after else None
    since, seen_at = (after.since, after.seen_at) if after else (None, None)
    await positions.save_doubt.run(context.connection, unit_id=unit_id, reason=reason, since=since, seen_at=seen_at)
    if reason != (before.reason if before else None):
        journal.event(context, Event(EventKind.UNIT, unit_id, unit_id=unit_id))


def _doubt(position: PositionRow) -> Doubt | None:
    if position.doubtful_reason is None or position.doubtful_since is None or position.doubtful_seen_at is None:
        return None
    return Doubt(position.doubtful_reason, position.doubtful_since, position.doubtful_seen_at)

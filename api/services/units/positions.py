"""Unit positions: fixes are judged, move the unit and mark its arrival; phones and trackers alike."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from api.db.pool import Connection, Database
from api.db.units import positions
from api.db.units.positions import PositionRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import IdReused
from api.domain.incidents.deadline import FORECAST_NEWS
from api.domain.records.events import Event, EventKind
from api.domain.units.arrival import CLOCK_TOLERANCE
from api.domain.units.doubt import Doubt, doubt_after
from api.domain.units.fix import Fix, FixVerdict, RecordedFix, judge
from api.services.context import Context, entering
from api.services.records import journal
from api.services.units.arrivals import mark_arrivals

_OLDEST = timedelta(hours=24)
_AROUND = timedelta(seconds=60)
_LONGEST_DOUBT = timedelta(minutes=10)


class Rejected(msgspec.Struct, frozen=True):
    index: int
    code: str


class BatchAnswer(msgspec.Struct, frozen=True):
    accepted: int
    rejected: list[Rejected]


async def take_positions(db: Database, actor: Actor, batch_id: UUID, fixes: list[Fix], now: datetime) -> BatchAnswer:
    """Store a phone's batch once. A bad fix is named and does not block the rest."""
    demand(actor, Operation.POST_POSITIONS)
    content_hash = hashlib.sha256(msgspec.json.encode(fixes)).digest()
    async with entering(db, actor, now) as context:
        earlier = await positions.read_batch.one(context.connection, account_id=actor.id, id=batch_id)
        if earlier is not None:
            if earlier.content_hash != content_hash:
                raise IdReused(id=batch_id)
            return msgspec.json.decode(earlier.answer, type=BatchAnswer)
        answer = await take(context, actor.unit_id, fixes)
        await positions.keep_batch.run(
            context.connection,
            account_id=actor.id,
            id=batch_id,
            station_id=actor.station_id,
            hash=content_hash,
            answer=msgspec.json.encode(answer),
            now=now,
        )
        return answer


async def take(
    context: Context, unit_id: UUID | None, fixes: list[Fix], *, since: datetime | None = None
) -> BatchAnswer:
    """Take in a unit's fixes, in any order; without a unit, none of them. Those older than `since` are refused."""
    codes: dict[int, str] = {}
    for index, fix in enumerate(fixes):
        code = "off_duty" if unit_id is None or (since and fix.at < since) else _unusable(fix, context.now)
        if code is not None:
            codes[index] = code
    usable = sorted((i for i in range(len(fixes)) if i not in codes), key=lambda index: fixes[index].at)
    if usable and unit_id is not None:
        verdict = await _judge(context, unit_id, [fixes[index] for index in usable])
        codes |= {index: problem for index, problem in zip(usable, verdict.problems, strict=True) if problem}
    return BatchAnswer(len(fixes) - len(codes), [Rejected(index, codes[index]) for index in sorted(codes)])


def _unusable(fix: Fix, now: datetime) -> str | None:
    """Why a fix cannot be stored at all."""
    if not (-90 <= fix.lat <= 90 and -180 <= fix.lon <= 180):
        return "out_of_range"
    if fix.at > now + CLOCK_TOLERANCE:
        return "clock_ahead"
    if fix.at < now - _OLDEST:
        return "too_old"
    if (fix.accuracy or 0) < 0 or (fix.speed or 0) < 0:
        return "out_of_range"
    return None


async def _judge(context: Context, unit_id: UUID, fixes: list[Fix]) -> FixVerdict:
    """The unit's row is locked last, so that dispatch decisions wait for nothing before it."""
    await positions.lock.one(context.connection, unit_id=unit_id)
    unit = await positions.read.one(context.connection, unit_id=unit_id, actor_id=context.actor.id, now=context.now)
    if unit is None or (unit.asked_by_simulated and unit.person_heard):  # a person's phone goes before the simulation
        return FixVerdict([None] * len(fixes), [], [], None)
    first_of_person = unit.simulated and not unit.asked_by_simulated and not unit.person_heard
    track = [] if first_of_person else await _track(context.connection, unit_id, unit, fixes)
    verdict = judge(fixes, track, unit.kind, context.now)
    await _keep(context, unit_id, verdict)
    if unit.expected and None in verdict.problems:
        await mark_arrivals(context, unit_id)
    newest = verdict.newest
    if newest is not None and (unit.fix_at is None or newest.at > unit.fix_at):
        heading = next((fix.heading for fix in fixes if fix.at == newest.at), None)
        await positions.save.run(
            context.connection,
            unit_id=unit_id,
            at=newest.at,
            lat=newest.lat,
            lon=newest.lon,
            accuracy=newest.accuracy,
            speed=newest.speed,
            heading=heading,
        )
        if unit.expected:
            await positions.hasten_forecast.run(
                context.connection, unit_id=unit_id, now=context.now, measured_before=context.now - FORECAST_NEWS
            )
    await _save_doubt(context, unit_id, _doubt(unit), verdict)
    return verdict


async def _track(connection: Connection, unit_id: UUID, unit: PositionRow, fixes: list[Fix]) -> list[RecordedFix]:
    """The track around the new fixes and since the current position, including that position."""
    first, last = fixes[0].at, fixes[-1].at
    since = max(min(first, unit.fix_at or first), first - _LONGEST_DOUBT) - _AROUND
    track = await positions.track_between.all(connection, unit_id=unit_id, since=since, until=last + _AROUND)
    if unit.fix_at is None or unit.lat is None or unit.lon is None:
        return track
    if any(fix.at == unit.fix_at and fix.problem is None for fix in track):
        return track
    return [*track, RecordedFix(unit.fix_at, unit.lat, unit.lon, unit.accuracy, unit.speed, None, unit.fix_at)]


async def _keep(context: Context, unit_id: UUID, verdict: FixVerdict) -> None:
    kept = verdict.fixes
    if kept:
        await positions.add_track.run(
            context.connection,
            station_id=context.station_id,
            unit_id=unit_id,
            ats=[fix.at for fix in kept],
            lats=[fix.lat for fix in kept],
            lons=[fix.lon for fix in kept],
            accuracies=[fix.accuracy for fix in kept],
            speeds=[fix.speed for fix in kept],
            problems=[fix.problem for fix in kept],
            now=context.now,
        )
    if verdict.confirmed:
        since, until = verdict.confirmed[0].at, verdict.confirmed[-1].at
        await positions.believe.run(context.connection, unit_id=unit_id, since=since, until=until)


def _doubt(unit: PositionRow) -> Doubt | None:
    if unit.doubtful_reason is None or unit.doubtful_since is None or unit.doubtful_seen_at is None:
        return None
    return Doubt(unit.doubtful_reason, unit.doubtful_since, unit.doubtful_seen_at)


async def _save_doubt(context: Context, unit_id: UUID, before: Doubt | None, verdict: FixVerdict) -> None:
    """Screens hear when a doubt begins, changes or ends, not of every doubtful fix."""
    after = doubt_after(before, verdict, context.now)
    if after == before:
        return
    reason = after.reason if after else None
    since, seen_at = (after.since, after.seen_at) if after else (None, None)
    await positions.save_doubt.run(context.connection, unit_id=unit_id, reason=reason, since=since, seen_at=seen_at)
    if reason != (before.reason if before else None):
        journal.event(context, Event(EventKind.UNIT, unit_id, unit_id=unit_id))

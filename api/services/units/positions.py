"""Unit positions: fixes of many senders are judged, move their units and mark arrivals, in one commit."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from api.db.access import sessions
from api.db.pool import Database
from api.db.units import positions, trackers
from api.db.units.positions import PositionRow, SenderRow
from api.domain.access.permissions import Actor, Role, system_at
from api.domain.errors import DomainError, IdReused, SlowDown, Unauthenticated
from api.domain.incidents.deadline import FORECAST_NEWS
from api.domain.records.events import Event, EventKind
from api.domain.units.arrival import CLOCK_TOLERANCE
from api.domain.units.doubt import Doubt, doubt_after
from api.domain.units.fix import Fix, FixVerdict, RecordedFix, judge, judge_onward
from api.domain.units.unit import drives
from api.services.context import Context, entering
from api.services.records import journal
from api.services.units.arrivals import mark_arrivals

TRACKER_CALLS_PER_MINUTE = 300
"""A phone that comes out of a tunnel hands in what it has kept, one fix a call."""
_MINUTE = timedelta(minutes=1)
_OLDEST = timedelta(hours=24)
_AROUND = timedelta(seconds=60)
_LONGEST_DOUBT = timedelta(minutes=10)


class Rejected(msgspec.Struct, frozen=True):
    index: int
    code: str


class BatchAnswer(msgspec.Struct, frozen=True):
    accepted: int
    rejected: list[Rejected]


class Batch(msgspec.Struct, frozen=True):
    """The fixes of one call. A phone gives its batch an `id` and gets the same answer to a retry; a tracker does not,
    but the same fix has no second effect either."""

    actor: Actor
    fixes: list[Fix]
    received_at: datetime
    id: UUID | None = None
    content_hash: bytes = b""

    @property
    def sender_id(self) -> UUID:
        """The session or the token."""
        return self.actor.session_id or self.actor.id

    @property
    def from_tracker(self) -> bool:
        return self.actor.role == Role.TRACKER


class _Heard(msgspec.Struct, frozen=True):
    """The usable fixes of one unit, in order of time, and their `indices` in the batch."""

    batch: Batch
    position: PositionRow
    simulated: bool
    indices: list[int]
    fixes: list[Fix]
    verdict: FixVerdict

    def problems(self) -> dict[int, str]:
        pairs = zip(self.indices, self.verdict.problems, strict=True)
        return {index: problem for index, problem in pairs if problem}


async def take_in(
    db: Database, station_id: UUID, batches: Sequence[Batch], now: datetime
) -> list[BatchAnswer | DomainError | None]:
    """One commit for calls to one station, at most one for each unit. None where a unit's fixes are being taken in by
    another process: try again.

    Senders are checked here: nobody's fixes are kept after they signed out. The jobs are not woken, for most fixes give
    them nothing to do; within a second they find by themselves which forecasts are due.
    """
    answers: list[BatchAnswer | DomainError | None] = [None] * len(batches)
    async with entering(db, system_at(station_id), now, quiet=True) as context:
        senders = await _senders(context, batches)
        mine = await _lock(context, {row.unit_id for row in senders.values() if row.unit_id})
        slowed = await _impatient(
            context, [each for each in batches if each.from_tracker and each.sender_id in senders]
        )
        known = await _known(context, batches)
        waiting: list[tuple[int, Batch, SenderRow]] = []
        for index, batch in enumerate(batches):
            sender = senders.get(batch.sender_id)
            if sender is None:
                answers[index] = Unauthenticated()
            elif batch.sender_id in slowed:
                answers[index] = SlowDown(retry_after=slowed[batch.sender_id])
            elif (batch.actor.id, batch.id) in known:
                content_hash, answer = known[batch.actor.id, batch.id]
                answers[index] = answer if content_hash == batch.content_hash else IdReused(id=batch.id)
            elif sender.unit_id is None or sender.unit_id in mine:
                mine.discard(sender.unit_id)
                waiting.append((index, batch, sender))
        for index, answer in zip(
            [index for index, *_ in waiting], await _take(context, [each[1:] for each in waiting]), strict=True
        ):
            answers[index] = answer
        await _keep_answers(context, [(batch, answers[index]) for index, batch, _ in waiting])
    return answers


async def _senders(context: Context, batches: Sequence[Batch]) -> dict[UUID, SenderRow]:
    rows = await positions.senders.all(
        context.connection,
        session_ids=[each.sender_id for each in batches if not each.from_tracker],
        tracker_ids=[each.sender_id for each in batches if each.from_tracker],
        now=context.now,
    )
    return {row.id: row for row in rows}


async def _lock(context: Context, unit_ids: set[UUID]) -> set[UUID | None]:
    rows = await positions.lock.all(context.connection, unit_ids=list(unit_ids))
    return {row.unit_id for row in rows if row.mine}


async def _impatient(context: Context, batches: list[Batch]) -> dict[UUID, int]:
    """Trackers above their limit, and in how many seconds each may call again. The others are noted as heard from."""
    if not batches:
        return {}
    ids = list({each.sender_id for each in batches})
    minute = context.now.replace(second=0, microsecond=0)
    counts = await sessions.count_requests.all(
        context.connection, callers=[each.bytes for each in ids], window_at=minute
    )
    wait = max(1, round((minute + _MINUTE - context.now).total_seconds()))
    slowed = {UUID(bytes=row.caller): wait for row in counts if row.calls > TRACKER_CALLS_PER_MINUTE}
    heard = [each for each in ids if each not in slowed]
    await trackers.used.run(context.connection, ids=heard, now=context.now, before=context.now - _MINUTE)
    return slowed


async def _known(
    context: Context, batches: Sequence[Batch]
) -> dict[tuple[UUID, UUID | None], tuple[bytes, BatchAnswer]]:
    """Answers to batches that came before, read under the units' locks."""
    numbered = [each for each in batches if each.id is not None]
    rows = await positions.read_batches.all(
        context.connection, account_ids=[each.actor.id for each in numbered], ids=[each.id for each in numbered]
    )
    return {
        (row.account_id, row.id): (row.content_hash, msgspec.json.decode(row.answer, type=BatchAnswer)) for row in rows
    }


async def _take(context: Context, calls: list[tuple[Batch, SenderRow]]) -> list[BatchAnswer]:
    refused = [_refused(batch, sender) for batch, sender in calls]
    usable = [
        (batch, sender, indices)
        for (batch, sender), codes in zip(calls, refused, strict=True)
        if (indices := _in_time(batch, codes))
    ]
    heard = await _judge(context, usable)
    await _save(context, heard)
    problems = {each.position.unit_id: each.problems() for each in heard}
    return [
        _answer(len(batch.fixes), codes | problems.get(sender.unit_id, {}) if sender.unit_id else codes)
        for (batch, sender), codes in zip(calls, refused, strict=True)
    ]


def _in_time(batch: Batch, refused: dict[int, str]) -> list[int]:
    """The indices of those not refused, oldest fix first."""
    usable = (index for index in range(len(batch.fixes)) if index not in refused)
    return sorted(usable, key=lambda index: batch.fixes[index].at)


def _answer(sent: int, codes: dict[int, str]) -> BatchAnswer:
    return BatchAnswer(sent - len(codes), [Rejected(index, codes[index]) for index in sorted(codes)])


def _refused(batch: Batch, sender: SenderRow) -> dict[int, str]:
    """Why fixes cannot be stored at all, by their place in the batch."""
    since = None if sender.since is None else sender.since - CLOCK_TOLERANCE
    codes: dict[int, str] = {}
    for index, fix in enumerate(batch.fixes):
        off_duty = sender.unit_id is None or (since is not None and fix.at < since)
        code = "off_duty" if off_duty else _unusable(fix, batch.received_at)
        if code is not None:
            codes[index] = code
    return codes


def _unusable(fix: Fix, now: datetime) -> str | None:
    if not (-90 <= fix.lat <= 90 and -180 <= fix.lon <= 180):
        return "out_of_range"
    if fix.at > now + CLOCK_TOLERANCE:
        return "clock_ahead"
    if fix.at < now - _OLDEST:
        return "too_old"
    if (fix.accuracy or 0) < 0 or (fix.speed or 0) < 0:
        return "out_of_range"
    return None


async def _judge(context: Context, calls: list[tuple[Batch, SenderRow, list[int]]]) -> list[_Heard]:
    """The track is read only for units whose fixes do not simply follow their position."""
    unit_ids = [sender.unit_id for _, sender, _ in calls]
    rows = {row.unit_id: row for row in await positions.read.all(context.connection, unit_ids=unit_ids)}
    heard: list[_Heard] = []
    unclear: list[_Heard] = []
    for batch, sender, indices in calls:
        position = rows.get(sender.unit_id) if sender.unit_id else None
        if position is None or not drives(
            simulated=sender.simulated,
            driven_by_simulation=position.simulated,
            fix_at=position.fix_at,
            now=batch.received_at,
        ):
            continue
        fixes = [batch.fixes[index] for index in indices]
        anew = position.simulated and not sender.simulated
        last = None if anew or position.doubtful_reason else _last(position)
        verdict = judge_onward(fixes, last, position.kind, batch.received_at) if last else None
        if anew:
            verdict = judge(fixes, [], position.kind, batch.received_at)
        each = _Heard(batch, position, sender.simulated, indices, fixes, verdict or FixVerdict([], [], [], None))
        (unclear if verdict is None else heard).append(each)
    tracks = await _tracks(context, unclear)
    for each in unclear:
        track = tracks[each.position.unit_id]
        verdict = judge(each.fixes, track, each.position.kind, each.batch.received_at)
        heard.append(msgspec.structs.replace(each, verdict=verdict))
    return heard


def _last(position: PositionRow) -> RecordedFix | None:
    if position.fix_at is None or position.lat is None or position.lon is None:
        return None
    return RecordedFix(
        position.fix_at, position.lat, position.lon, position.accuracy, position.speed, None, position.fix_at
    )


async def _tracks(context: Context, unclear: list[_Heard]) -> dict[UUID, list[RecordedFix]]:
    """The tracks around the new fixes and since the current positions, including those positions."""
    tracks: dict[UUID, list[RecordedFix]] = {each.position.unit_id: [] for each in unclear}
    if not unclear:
        return tracks
    sinces = [
        max(min(each.fixes[0].at, each.position.fix_at or each.fixes[0].at), each.fixes[0].at - _LONGEST_DOUBT)
        for each in unclear
    ]
    rows = await positions.tracks_between.all(
        context.connection,
        unit_ids=list(tracks),
        sinces=[since - _AROUND for since in sinces],
        untils=[each.fixes[-1].at + _AROUND for each in unclear],
    )
    for row in rows:
        fix = RecordedFix(row.at, row.lat, row.lon, row.accuracy, row.speed, row.problem, row.received_at)
        tracks[row.unit_id].append(fix)
    for each in unclear:
        track, last = tracks[each.position.unit_id], _last(each.position)
        if last is not None and not any(fix.at == last.at and fix.problem is None for fix in track):
            track.append(last)
    return tracks


async def _save(context: Context, heard: list[_Heard]) -> None:
    """The units' rows are locked last, so that dispatch decisions wait for nothing before them."""
    if not heard:
        return
    await _add_tracks(context, heard)
    for each in heard:
        if each.verdict.confirmed:
            since, until = each.verdict.confirmed[0].at, each.verdict.confirmed[-1].at
            await positions.believe.run(context.connection, unit_id=each.position.unit_id, since=since, until=until)
    await mark_arrivals(
        context,
        {
            each.position.unit_id: each.verdict.newest
            for each in heard
            if each.position.expected and None in each.verdict.problems and each.verdict.newest
        },
    )
    moved = [(each, each.verdict.newest) for each in heard if _moves(each) and each.verdict.newest]
    await _move(context, moved)
    for each in heard:
        await _save_doubt(context, each)


async def _add_tracks(context: Context, heard: list[_Heard]) -> None:
    kept = [(each.position.unit_id, fix) for each in heard for fix in each.verdict.fixes]
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


def _moves(each: _Heard) -> bool:
    newest, fix_at = each.verdict.newest, each.position.fix_at
    return newest is not None and (fix_at is None or newest.at > fix_at)


async def _move(context: Context, moved: list[tuple[_Heard, RecordedFix]]) -> None:
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
        headings=[next((fix.heading for fix in each.fixes if fix.at == newest.at), None) for each, newest in moved],
        simulated=[each.simulated for each, _ in moved],
        now=context.now,
    )
    expected = [each.position.unit_id for each, _ in moved if each.position.expected]
    if expected:
        await positions.hasten_forecasts.run(
            context.connection, unit_ids=expected, now=context.now, measured_before=context.now - FORECAST_NEWS
        )


async def _save_doubt(context: Context, each: _Heard) -> None:
    """Screens hear when a doubt begins, changes or ends, not of every doubtful fix."""
    unit_id, before = each.position.unit_id, _doubt(each.position)
    after = doubt_after(before, each.verdict, each.batch.received_at)
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


async def _keep_answers(context: Context, answered: list[tuple[Batch, BatchAnswer | DomainError | None]]) -> None:
    kept = [(batch, answer) for batch, answer in answered if batch.id is not None]
    if kept:
        await positions.keep_batches.run(
            context.connection,
            station_id=context.station_id,
            account_ids=[batch.actor.id for batch, _ in kept],
            ids=[batch.id for batch, _ in kept],
            hashes=[batch.content_hash for batch, _ in kept],
            answers=[msgspec.json.encode(answer) for _, answer in kept],
            now=context.now,
        )

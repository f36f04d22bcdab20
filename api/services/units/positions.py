"""Unit positions: the fixes of many senders in one commit. Who sent them, and what each is answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from api.db.access import sessions
from api.db.pool import Database
from api.db.units import positions, trackers
from api.db.units.positions import SenderRow
from api.domain.access.permissions import Actor, Role, system_at
from api.domain.errors import DomainError, IdReused, SlowDown, Unauthenticated
from api.domain.units.arrival import CLOCK_TOLERANCE
from api.domain.units.fix import Fix
from api.services.context import Context, entering
from api.services.units.judging import UnitFixes, judge_all, save

TRACKER_CALLS_PER_MINUTE = 300
"""A phone that comes out of a tunnel hands in what it has kept, one fix a call."""
_MINUTE = timedelta(minutes=1)
_OLDEST = timedelta(hours=24)


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
    codes = [_refused(batch, sender) for batch, sender in calls]
    usable = {
        sender.unit_id: (codes[number], _in_time(batch, codes[number]), batch, sender)
        for number, (batch, sender) in enumerate(calls)
        if sender.unit_id is not None
    }
    heard = [
        UnitFixes(unit_id, [batch.fixes[index] for index in indices], batch.received_at, sender.simulated)
        for unit_id, (_, indices, batch, sender) in usable.items()
        if indices
    ]
    judged = await judge_all(context, heard)
    await save(context, judged)
    for each in judged:
        refused, indices, *_ = usable[each.heard.unit_id]
        problems = zip(indices, each.verdict.problems, strict=True)
        refused |= {index: problem for index, problem in problems if problem}
    return [_answer(len(batch.fixes), refused) for (batch, _), refused in zip(calls, codes, strict=True)]


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

"""Where positions wait for their commit: calls to one station are taken in together, and answered once stored."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import msgspec

from api.db.pool import Database
from api.domain.errors import DomainError, Unavailable
from api.services.units.positions import Batch, BatchAnswer, take_in

_MOST_WAITING = 2000
"""Calls; beyond that, senders are asked to come back."""
_MOST_CALLS, _MOST_FIXES = 100, 1000
"""In one commit."""
_PAUSE_SECONDS = 0.05
"""Between two commits of one station, while calls gather."""
_AT_ONCE = 2
"""Stations whose positions are being stored at the same time, each over one connection."""
_ANSWERED_AT_ONCE = 4
_TRIES = 60
"""For a unit whose fixes are being taken in elsewhere, or whose arrival waits for a lock."""
_LOCKED = (asyncpg.LockNotAvailableError, asyncpg.TransactionRollbackError)
_REFUSED = (asyncpg.DataError, OverflowError)
"""What one call in a commit may do to the others, who are then taken in without it."""


class _Waiting(msgspec.Struct):
    batch: Batch
    answer: asyncio.Future[BatchAnswer]
    tries: int = 0


class PositionIntake:
    """`calm` waits while something more urgent is being served."""

    def __init__(self, db: Database, calm: Callable[[], Awaitable[None]]) -> None:
        self._db, self._calm = db, calm
        self._waiting: dict[UUID, deque[_Waiting]] = {}
        self._count = 0
        self._rooms = asyncio.Semaphore(_AT_ONCE)
        self._stations: dict[UUID, asyncio.Task[None]] = {}

    async def take(self, batch: Batch) -> BatchAnswer:
        """Returns once the fixes are on disk. Raises Unavailable if too many calls wait already, otherwise what
        `take_in` answers for this call."""
        if self._count >= _MOST_WAITING:
            raise Unavailable(retry_after=2)
        station_id, answer = batch.actor.station_id, asyncio.get_running_loop().create_future()
        self._waiting.setdefault(station_id, deque()).append(_Waiting(batch, answer))
        self._count += 1
        if station_id not in self._stations:
            self._stations[station_id] = asyncio.create_task(self._serve(station_id), name="positions")
        return await answer

    async def stop(self) -> None:
        """Whatever still waits was never acknowledged: its sender has kept it."""
        serving = list(self._stations.values())
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, station_id: UUID) -> None:
        waiting = self._waiting[station_id]
        try:
            while waiting:
                async with self._rooms:
                    await self._calm()
                    calls = _next(waiting)
                    self._count -= len(calls)
                    try:
                        again = await self._store(station_id, calls)
                    except BaseException as error:
                        _fail(calls, error)
                        raise
                    waiting.extendleft(reversed(again))
                    self._count += len(again)
                await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            del self._stations[station_id], self._waiting[station_id]
            self._count -= len(waiting)
            _fail(list(waiting), Unavailable())

    async def _store(self, station_id: UUID, calls: list[_Waiting]) -> list[_Waiting]:
        """Returns those to be tried again."""
        try:
            answers = await take_in(self._db, station_id, [each.batch for each in calls], self._db.now())
        except (*_LOCKED, *_REFUSED) as error:
            if len(calls) > 1:
                return [again for each in calls for again in await self._store(station_id, [each])]
            if isinstance(error, _LOCKED):
                return _again(calls[0])
            _fail(calls, error)
            return []
        except Exception as error:  # noqa: BLE001 - each call is answered, by the one table of errors
            _fail(calls, error)
            return []
        again: list[_Waiting] = []
        for number, (each, answer) in enumerate(zip(calls, answers, strict=True)):
            if number % _ANSWERED_AT_ONCE == 0:
                await asyncio.sleep(0)  # whatever else is ready runs first
            if answer is None:
                again += _again(each)
            elif isinstance(answer, DomainError):
                _fail([each], answer)
            elif not each.answer.done():
                each.answer.set_result(answer)
        return again


def _next(waiting: deque[_Waiting]) -> list[_Waiting]:
    """The oldest calls."""
    calls: list[_Waiting] = []
    fixes = 0
    while waiting and len(calls) < _MOST_CALLS and (not calls or fixes + len(waiting[0].batch.fixes) <= _MOST_FIXES):
        calls.append(waiting.popleft())
        fixes += len(calls[-1].batch.fixes)
    return calls


def _again(call: _Waiting) -> list[_Waiting]:
    call.tries += 1
    if call.tries < _TRIES and not call.answer.done():
        return [call]
    _fail([call], Unavailable())
    return []


def _fail(calls: list[_Waiting], error: BaseException) -> None:
    for each in calls:
        if not each.answer.done():
            each.answer.set_exception(error if isinstance(error, Exception) else Unavailable())

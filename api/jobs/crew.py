"""Work that is done side by side: each piece alone, a bounded number at once, and only so many for one target."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

import structlog

from api.db.absence import AWAY, outage
from api.db.pool import Database

Target = TypeVar("Target")

_log = structlog.get_logger()
_POLL_SECONDS = 1.0
LULL_SECONDS = 0.1
"""For what is due at a set time, and sooner only now and then; a push is looked for at once."""


class Crew(Generic[Target]):
    """One piece that hangs, or fails in a way that nobody thought of, holds up no other.

    `lull`: seconds that a look for work waits after a commit, so that many commits are one look.
    """

    def __init__(self, name: str, at_once: int, per_target: int, lull: float = 0.0) -> None:
        self._name, self._at_once, self._per_target, self._lull = name, at_once, per_target, lull
        self._running: dict[asyncio.Task[None], Target] = {}
        self._done = asyncio.Event()

    @property
    def free(self) -> int:
        """How many more pieces may begin now; for one target never more than its share."""
        return min(self._per_target, self._at_once - len(self._running))

    @property
    def busy(self) -> list[Target]:
        """Targets that have their share."""
        return [target for target, count in Counter(self._running.values()).items() if count >= self._per_target]

    def begin(self, target: Target, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(self._alone(work))
        self._running[task] = target
        task.add_done_callback(self._end)

    async def rest(self, woken: asyncio.Event, seconds: float | None) -> None:
        """Until a piece is done, somebody has committed something, or time is up; nobody sleeps for long."""
        waits = [asyncio.ensure_future(woken.wait()), asyncio.ensure_future(self._done.wait())]
        try:
            await asyncio.wait(
                waits,
                timeout=_POLL_SECONDS if seconds is None else min(_POLL_SECONDS, max(0.005, seconds)),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            for wait in waits:
                wait.cancel()
        if woken.is_set() and not self._done.is_set():
            await asyncio.sleep(self._lull if seconds is None else min(self._lull, max(0.0, seconds)))
        self._done.clear()

    async def stop(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _alone(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - its row comes back by its lease or its deadline; the others go on
            if isinstance(error, AWAY):
                outage.noticed(error)
            else:
                _log.exception("piece of work failed", of=self._name)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._done.set()


def seconds_until(db: Database, due: Any) -> float | None:
    """None where nothing is due at all."""
    return None if due is None else (due - db.now()).total_seconds()

"""Runs pieces of work concurrently and independently, with a limit overall and per target."""

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
"""For work due at a set time and rarely sooner; pushes are checked at once."""


class Crew(Generic[Target]):
    """A piece that hangs or fails unexpectedly holds up no other.

    `lull`: seconds to wait after a commit before checking for work, so that many commits cost one check.
    """

    def __init__(self, name: str, at_once: int, per_target: int, lull: float = 0.0) -> None:
        self._name, self._at_once, self._per_target, self._lull = name, at_once, per_target, lull
        self._running: dict[asyncio.Task[None], Target] = {}
        self._done = asyncio.Event()

    @property
    def free(self) -> int:
        """How many more pieces may start now; never more than its share for one target."""
        return min(self._per_target, self._at_once - len(self._running))

    @property
    def busy(self) -> list[Target]:
        """Targets that have reached their share."""
        return [target for target, count in Counter(self._running.values()).items() if count >= self._per_target]

    def begin(self, target: Target, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(self._alone(work))
        self._running[task] = target
        task.add_done_callback(self._end)

    async def rest(self, woken: asyncio.Event, seconds: float | None) -> None:
        """Waits until a piece is done, somebody commits, or time is up; never for long."""
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
    """None if nothing is due at all."""
    return None if due is None else (due - db.now()).total_seconds()

"""The database's time. Anything processes share and compare with "now" uses this one clock, never their own."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncpg

    AnyConnection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

_PRECISE_SECONDS = 0.25
"""A reading that took longer than this is too imprecise."""


def since_boot() -> float:
    """Seconds on a clock that cannot be set and that keeps running while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """The database's time when last read, plus what has elapsed locally since. Call `measure` before the first `now`.

    `wall` is this machine's own clock, in seconds since 1970: it is only compared, so that an error can be reported.
    """

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._told: datetime | None = None
        self._at = 0.0

    async def measure(self, connection: "AnyConnection", tries: int = 1) -> None:
        """`tries`: how often to retry a reading that took too long; the very first one is kept anyway."""
        for _ in range(tries):
            if await self._measure(connection):
                return

    async def _measure(self, connection: "AnyConnection") -> bool:
        begun = since_boot()
        told: datetime = await connection.fetchval("SELECT clock_timestamp()")
        ended = since_boot()
        precise = ended - begun <= _PRECISE_SECONDS
        if self._told is None or precise:
            self._told, self._at = told, (begun + ended) / 2
        return precise

    def now(self) -> datetime:
        if self._told is None:
            raise RuntimeError("the database's time has not been read yet")
        return self._told + timedelta(seconds=since_boot() - self._at)

    @property
    def error_seconds(self) -> float:
        """How far this machine's own clock is ahead of the database's; negative: behind."""
        return (datetime.fromtimestamp(self._wall(), UTC) - self.now()).total_seconds()

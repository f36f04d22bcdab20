"""The database's time. Whatever two processes compare with "now" is compared by this one clock, never by their own."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncpg

    AnyConnection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

_PRECISE_SECONDS = 0.25
"""A look whose answer took longer says too little about the moment that it was given."""


def since_boot() -> float:
    """Seconds that nobody can set, and that go on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """The database's time as it was last told, and what has passed here since. `measure` before the first `now`.

    `wall` is this machine's own clock, in seconds since 1970: it is only ever compared, so that people hear of it.
    """

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._told: datetime | None = None
        self._at = 0.0

    async def measure(self, connection: "AnyConnection", tries: int = 1) -> None:
        """`tries`: how often an answer that took too long is asked for again; the first one of all is kept anyway."""
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
            raise RuntimeError("the database has not told its time yet")
        return self._told + timedelta(seconds=since_boot() - self._at)

    @property
    def error_seconds(self) -> float:
        """How far this machine's own clock is ahead of the database's; negative: behind."""
        return (datetime.fromtimestamp(self._wall(), UTC) - self.now()).total_seconds()

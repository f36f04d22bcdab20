"""The server's time: a street box has no reliable clock, and the gallery's times are the server's."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

import structlog

from recognition_worker.troubles import Trouble

LARGE = timedelta(seconds=10)
"""A difference between this machine's clock and the server's that is worth reporting."""
_WHOLE_SECONDS = timedelta(seconds=1)
"""A Date header is truncated to the second."""

log = structlog.get_logger()


def since_boot() -> float:
    """Seconds on a clock that cannot be set and that keeps running while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _wall() -> datetime:
    return datetime.now(UTC)


class Clock:
    """The server's time from its answers plus the time elapsed since; before the first answer, this machine's own
    clock."""

    def __init__(self, wall: Callable[[], datetime] = _wall, ticks: Callable[[], float] = since_boot) -> None:
        self._wall, self._ticks = wall, ticks
        self._lock = Lock()
        self._between: tuple[datetime, datetime] | None = None
        self._told = False

    def tick(self) -> float:
        return self._ticks()

    @property
    def sure(self) -> bool:
        """Whether the server's time is known yet."""
        return self._between is not None

    def now(self) -> datetime:
        return self.at(self._ticks())

    def at(self, tick: float) -> datetime:
        """The time at a tick of this clock, even one from before the server's time was known."""
        with self._lock:
            if self._between is None:
                return self._wall() - timedelta(seconds=self._ticks() - tick)
            earliest, latest = self._between
            return earliest + (latest - earliest) / 2 + timedelta(seconds=tick)

    def heard(self, date: datetime, asked: float, answered: float) -> None:
        """Records an answer's `date` to a request made at that tick. Answers narrow the time down; one that no longer
        fits means that a clock was set, and replaces the earlier ones."""
        earliest, latest = date - timedelta(seconds=answered), date + _WHOLE_SECONDS - timedelta(seconds=asked)
        with self._lock:
            if self._between is not None:
                narrowed = max(self._between[0], earliest), min(self._between[1], latest)
                earliest, latest = narrowed if narrowed[0] <= narrowed[1] else (earliest, latest)
            self._between = (earliest, latest)
        self._tell()

    def ahead(self) -> timedelta:
        """How far this machine's own clock is ahead of the server's; negative: behind."""
        return self._wall() - self.now()

    @property
    def trouble(self) -> Trouble | None:
        """A large difference. It does no harm here, but other software on this machine may rely on its clock."""
        ahead = self.ahead() if self.sure else timedelta(0)
        if abs(ahead) < LARGE:
            return None
        way = "ahead of" if ahead > timedelta(0) else "behind"
        return Trouble("clock", f"the worker's clock is {abs(ahead).total_seconds():.0f} s {way} the server's")

    def _tell(self) -> None:
        """Logs once per change, not with every answer."""
        trouble = self.trouble
        if (trouble is not None) != self._told:
            self._told = trouble is not None
            log.warning("clock_differs" if trouble else "clock_agrees", seconds=round(self.ahead().total_seconds()))

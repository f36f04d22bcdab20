"""The server's time: a box in the street has no clock to rely on, and the gallery's times are the server's."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

import structlog

from recognition_worker.troubles import Trouble

LARGE = timedelta(seconds=10)
"""A difference between this machine's clock and the server's that people should hear of."""
_WHOLE_SECONDS = timedelta(seconds=1)
"""A Date header is cut to the second."""

log = structlog.get_logger()


def since_boot() -> float:
    """Seconds that nobody can set, and that go on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _wall() -> datetime:
    return datetime.now(UTC)


class Clock:
    """What the server's answers told and what has passed here since; before the first one, this machine's own clock."""

    def __init__(self, wall: Callable[[], datetime] = _wall, ticks: Callable[[], float] = since_boot) -> None:
        self._wall, self._ticks = wall, ticks
        self._lock = Lock()
        self._between: tuple[datetime, datetime] | None = None
        self._told = False

    def tick(self) -> float:
        return self._ticks()

    @property
    def sure(self) -> bool:
        """Whether the server has told its time yet."""
        return self._between is not None

    def now(self) -> datetime:
        return self.at(self._ticks())

    def at(self, tick: float) -> datetime:
        """The time at a tick of this clock, also of one before the server had told its time."""
        with self._lock:
            if self._between is None:
                return self._wall() - timedelta(seconds=self._ticks() - tick)
            earliest, latest = self._between
            return earliest + (latest - earliest) / 2 + timedelta(seconds=tick)

    def heard(self, date: datetime, asked: float, answered: float) -> None:
        """An answer of `date` to what was asked at that tick. Answers narrow the time down; one that fits no longer
        means that a clock was set, and counts alone."""
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
        """A large difference. It does no harm here, but what else runs on this machine may rely on its clock."""
        ahead = self.ahead() if self.sure else timedelta(0)
        if abs(ahead) < LARGE:
            return None
        way = "ahead of" if ahead > timedelta(0) else "behind"
        return Trouble("clock", f"the worker's clock is {abs(ahead).total_seconds():.0f} s {way} the server's")

    def _tell(self) -> None:
        """Once per change, not with every answer."""
        trouble = self.trouble
        if (trouble is not None) != self._told:
            self._told = trouble is not None
            log.warning("clock_differs" if trouble else "clock_agrees", seconds=round(self.ahead().total_seconds()))

"""Alerts waiting for the server, on disk if possible, else in memory; and the open visits."""

import errno
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple
from uuid import UUID

import msgspec
import structlog

from recognition_worker.clock import Clock
from recognition_worker.spool.disk import Depth, Disk
from recognition_worker.spool.kept import Dropped, Hold, Kept, Limits, Waiting
from recognition_worker.spool.schema import SpoolBroken
from recognition_worker.troubles import Trouble
from recognition_worker.visits import UNSEEN, Visit, begins
from recognition_worker.wire import Alert

TOUCH_EVERY = timedelta(seconds=15)
OUTCOMES = ("raised", "acknowledged", "repeated", "held", "dropped", "picture_dropped")
_NOTHING = Depth(0, 0, 0, 0)
_TROUBLES = (sqlite3.Error, OSError)
_MAY_PASS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)

log = structlog.get_logger()


class _Later(NamedTuple):
    attempts: int
    tick: float


class Outbox:
    """Nothing here raises because of the disk: what cannot be written stays in memory, is sent first, and is
    reported."""

    def __init__(self, open_disk: Callable[[], Disk], clock: Clock, limits: Limits) -> None:
        """Raises if there can be no spool at all; continues without one if the disk is merely full."""
        self._open, self._clock, self._limits = open_disk, clock, limits
        self._lock = Lock()
        self._disk: Disk | None = None
        self._memory: dict[UUID, Kept] = {}
        self._delivered: set[UUID] = set()
        self._later: dict[UUID, _Later] = {}
        self._seen: dict[Visit, datetime] = {}
        self._written: dict[Visit, datetime] = {}
        self._unwritten: set[Visit] = set()
        self._trouble: str | None = None
        self._dropped = Dropped()
        self.outcomes: Counter[str] = Counter()
        with self._lock:
            self._reopen(first=True)

    def close(self) -> None:
        with self._lock:
            self._settle()
            if self._memory:
                log.error("alerts_lost", alerts=len(self._memory))
            if self._disk is not None:
                self._disk.close()

    def sighted(self, visit: Visit, now: datetime, unseen: timedelta = UNSEEN) -> bool:
        """Records a sighting of an open visit; True if there is none, so that an alert is due."""
        with self._lock:
            if begins(self._seen.get(visit), now, unseen):
                return True
            self._seen[visit] = max(now, self._seen[visit])
            if now - self._written[visit] >= TOUCH_EVERY:
                self._write(visit, now)
            return False

    def _write(self, visit: Visit, now: datetime) -> None:
        self._written[visit] = now
        if self._try(lambda disk: disk.write_visit(visit, now)):
            self._unwritten.discard(visit)
        else:
            self._unwritten.add(visit)

    def put(self, alert: Alert, visit: Visit | None, now: datetime, tick: float | None = None) -> None:
        """One commit: queues the alert and opens its visit. If on disk, both survive a power cut once this returns.

        `tick`: of the clock, if the alert's time is not certain yet.
        """
        kept = Kept(alert, now, tick)
        with self._lock:
            self.outcomes["raised"] += 1
            spooled = self._try(lambda disk: self._note(disk.put(kept, visit, now)))
            if not spooled:
                self._remember(kept)
            if visit is not None:
                self._seen[visit] = self._written[visit] = now
                if not spooled:
                    self._unwritten.add(visit)

    def due(self, tick: float, limit: int = 20) -> list[Waiting]:
        """Those not on disk first, then the oldest first."""
        with self._lock:
            ids: list[UUID] = [kept.id for kept in self._memory.values() if kept.hold is None]
            self._try(lambda disk: ids.extend(one for one in disk.waiting() if one not in self._memory))
            self._later = {one: later for one, later in self._later.items() if one in set(ids)}
            ready = [one for one in ids if self._is_due(one, tick)]
            found: list[Waiting] = []
            for one in ready:
                kept = self._find(one)
                if kept is not None:
                    found.append(Waiting(kept.dated(self._clock), self._attempts(one)))
                if len(found) == limit:
                    break
            return found

    def _is_due(self, alert_id: UUID, tick: float) -> bool:
        later = self._later.get(alert_id)
        return alert_id not in self._delivered and (later is None or later.tick <= tick)

    def _attempts(self, alert_id: UUID) -> int:
        later = self._later.get(alert_id)
        return 0 if later is None else later.attempts

    def _find(self, alert_id: UUID) -> Kept | None:
        if alert_id in self._memory:
            return self._memory[alert_id]
        found: list[Kept | None] = []
        self._try(lambda disk: found.append(disk.read(alert_id)))
        return found[0] if found else None

    def postpone(self, alert_id: UUID, until: float) -> None:
        """Until a tick of the clock. In memory: after a restart everything is tried at once."""
        with self._lock:
            self._later[alert_id] = _Later(self._attempts(alert_id) + 1, until)

    def remove(self, alert_id: UUID, outcome: str) -> None:
        """The server has it: it is not sent again, even if the disk cannot delete it yet."""
        with self._lock:
            self.outcomes[outcome] += 1
            self._later.pop(alert_id, None)
            self._memory.pop(alert_id, None)
            self._delivered.add(alert_id)
            self._forget_delivered()

    def hold(self, alert_id: UUID, hold: Hold) -> None:
        """The server refuses it: set aside, so that nothing waits behind it and a person can see why."""
        with self._lock:
            self.outcomes["held"] += 1
            self._later.pop(alert_id, None)
            if alert_id in self._memory or not self._try(lambda disk: self._note(disk.hold(alert_id, hold))):
                kept = self._find(alert_id)
                if kept is not None:
                    self._remember(msgspec.structs.replace(kept, hold=hold))

    def release_unless(self, under: str) -> None:
        """Retries what was refused under other settings, or by another version of the server."""
        with self._lock:
            for one, kept in list(self._memory.items()):
                if kept.hold is not None and kept.hold.under != under:
                    self._memory[one] = msgspec.structs.replace(kept, hold=None)
            released: list[int] = []
            self._try(lambda disk: released.append(disk.release(disk.held_elsewhere(under))))
            if any(released):
                log.info("alerts_tried_again", alerts=sum(released))

    def tidy(self, now: datetime) -> None:
        with self._lock:
            self._try(lambda disk: self._note(disk.tidy(now, self._clock.sure)))
            old = now - timedelta(days=1)
            self._seen = {visit: seen for visit, seen in self._seen.items() if seen >= old}
            self._written = {visit: seen for visit, seen in self._written.items() if visit in self._seen}
            self._unwritten &= set(self._seen)

    def settle(self) -> None:
        """Retries the writes and deletions that the disk did not take."""
        with self._lock:
            self._settle()

    def _settle(self) -> None:
        if self._disk is None:
            with suppress(SpoolBroken):
                self._reopen()
        if self._delivered:
            self._forget_delivered()
        for one, kept in list(self._memory.items()):
            if not self._try(lambda disk, kept=kept: self._note(disk.put(kept, None, kept.made_at))):
                return
            del self._memory[one]
        for visit in list(self._unwritten):
            self._write(visit, self._seen.get(visit, self._clock.now()))
        if self._disk is not None and self._trouble is not None and not (self._delivered or self._unwritten):
            self._trouble = None
            log.info("spool_works_again")

    def _forget_delivered(self) -> None:
        gone = list(self._delivered)
        if self._try(lambda disk: disk.remove(gone)):
            self._delivered.clear()

    def _remember(self, kept: Kept) -> None:
        """Held ones are dropped first if there is no room, then the oldest."""
        self._memory[kept.id] = kept
        while len(self._memory) > self._limits.memory_alerts:
            gone = min(self._memory.values(), key=lambda one: (one.hold is None, one.made_at))
            del self._memory[gone.id]
            self._note(Dropped(alerts=1))

    def _note(self, dropped: Dropped) -> None:
        if any(dropped):
            self._dropped = self._dropped + dropped
            self.outcomes["dropped"] += dropped.alerts
            self.outcomes["picture_dropped"] += dropped.pictures
            log.error("spool_over_its_bounds", alerts=dropped.alerts, pictures=dropped.pictures)

    def _reopen(self, *, first: bool = False) -> None:
        try:
            self._disk = self._open()
            seen = self._disk.visits()
        except _TROUBLES as error:
            if first and isinstance(error, OSError) and error.errno not in _MAY_PASS:
                raise SpoolBroken(str(error)) from error
            self._disk = None
            self._fail(error)
            return
        self._seen = seen | self._seen
        self._written = seen | self._written

    def _try(self, work: Callable[[Disk], object]) -> bool:
        if self._disk is None:
            return False
        try:
            work(self._disk)
        except _TROUBLES as error:
            self._fail(error)
            return False
        return True

    def _fail(self, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        if self._trouble is None:
            log.error("spool_failed", reason=reason)
        self._trouble = reason

    def depth(self) -> Depth:
        """On disk only."""
        with self._lock:
            found: list[Depth] = []
            self._try(lambda disk: found.append(disk.depth()))
            return found[0] if found else _NOTHING

    def waiting(self) -> int:
        with self._lock:
            ids: set[UUID] = {kept.id for kept in self._memory.values() if kept.hold is None}
            self._try(lambda disk: ids.update(disk.waiting()))
            return len(ids - self._delivered)

    def in_memory(self) -> int:
        with self._lock:
            return len(self._memory)

    def holds(self) -> list[Hold]:
        with self._lock:
            found = [kept.hold for kept in self._memory.values() if kept.hold is not None]
            self._try(lambda disk: found.extend(disk.holds()))
            return found

    def troubles(self) -> list[Trouble]:
        said: list[Trouble] = []
        if self._trouble is not None:
            words = f"alerts cannot be kept on disk ({self._trouble}); {self.in_memory()} in memory"
            said.append(Trouble("spool_failed", words))
        held = Counter(hold.reason for hold in self.holds())
        if held:
            said.append(Trouble("held", f"refused by the server: {sum(held.values())} ({held.most_common(1)[0][0]})"))
        if any(self._dropped):
            words = f"dropped unsent: {self._dropped.alerts} alerts, {self._dropped.pictures} pictures"
            said.append(Trouble("dropped", words))
        return said

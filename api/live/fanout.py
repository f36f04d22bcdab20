"""Sends committed events, and where units have moved to, to every open stream: one reader per process, one queue per
stream, nothing stored."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from api.db import stations
from api.db.absence import AWAY, outage
from api.db.access import sessions
from api.db.pool import Database
from api.db.records import log
from api.db.records.log import EventRow
from api.db.stations import DeploymentRow, JobsRow
from api.db.units import positions, units
from api.domain.access.permissions import Actor, Role
from api.domain.errors import SlowDown
from api.live import messages
from api.live.cursor import OLDEST, Cursor
from api.live.messages import MovedUnit
from api.live.subscriber import StreamSignal, Subscriber
from api.services.doctor import CLOCK_ERROR_SECONDS, DOCTOR_SILENT_SECONDS, JOBS_SILENT_SECONDS

_log = structlog.get_logger()
_POLL_SECONDS = 1.0
_AGAIN_SECONDS = 0.1
"""Delay after a wake-up before reading again: an event committed during a longer transaction becomes visible only
later."""
_WATCH_SECONDS = 2.0
_SEEN_SECONDS = 10.0
"""Officers' screens are noted as on this often: well within `STREAM_ALIVE`."""
_MOVED_SECONDS = 1.0
_MOVED_BEFORE = timedelta(seconds=5)
"""A move's time is taken before its commit, so it may be this much older than the last look."""
MOST_STREAMS = 32
"""Of one account."""
_SLOW_COMMIT = timedelta(minutes=10)
"""An event's time is taken before its commit, so one after a cursor may be this much older than the cursor."""
MOST = 500
"""Events read at once; a reader that missed this many reloads everything."""


class Fanout:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._watching: dict[UUID, set[Subscriber]] = {}
        self._cursors: dict[UUID, Cursor] = {}
        self._told: dict[UUID, dict[UUID, datetime]] = {}
        """By station: the fix of each unit that the radio room has been told of."""
        self._tasks: list[asyncio.Task[None]] = []
        self.generation = UUID(int=0)
        self._jobs: JobsRow | None = None
        self._seen_at = 0.0
        self.restored = False
        """Restored from a backup: nothing is dispatched until `sipha resume`."""

    async def start(self) -> None:
        async with self._db.stationless() as connection:
            deployment = await stations.read_deployment.one(connection)
        if deployment is not None:
            self.generation, self.restored = deployment.generation, deployment.restored_at is not None
        loops = (
            self._read_forever(),
            _repeat(self._watch, _WATCH_SECONDS),
            _repeat(self._follow_units, _MOVED_SECONDS),
        )
        self._tasks = [asyncio.create_task(loop) for loop in loops]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        for group in self._watching.values():
            for subscriber in group:
                subscriber.put(StreamSignal.ENDED)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def jobs_silent(self) -> bool:
        """`sipha jobs` has gone silent, or work that was due is still not done."""
        if self._jobs is None or self._jobs.seen_at is None:
            return True
        return max(self._age(self._jobs.seen_at), self._jobs.late_seconds) > JOBS_SILENT_SECONDS

    @property
    def jobs_seen_at(self) -> datetime | None:
        return None if self._jobs is None else self._jobs.seen_at

    @property
    def findings(self) -> int:
        """Contradictions that `sipha jobs` has found in the records."""
        return 0 if self._jobs is None else self._jobs.findings

    @property
    def doctor_silent(self) -> bool:
        """Nobody examines the records any more, although `sipha jobs` is alive."""
        if self._jobs is None or self.jobs_silent:
            return False
        return self._jobs.doctor_seen_at is None or self._age(self._jobs.doctor_seen_at) > DOCTOR_SILENT_SECONDS

    @property
    def clock_error_seconds(self) -> float | None:
        """The larger clock error of this server and the jobs, if it is worth an alarm."""
        errors = [self._db.clock.error_seconds, 0.0 if self._jobs is None else self._jobs.clock_error_seconds]
        worst = max(errors, key=abs)
        return round(worst, 1) if abs(worst) > CLOCK_ERROR_SECONDS else None

    def now(self) -> datetime:
        return self._db.now()

    def _age(self, at: datetime) -> float:
        return (self._db.now() - at).total_seconds()

    def demand_room(self, actor: Actor) -> None:
        """Raises SlowDown if this account already has more streams open here than anybody needs."""
        group = self._watching.get(actor.station_id, set())
        if sum(other.actor.id == actor.id for other in group) >= MOST_STREAMS:
            raise SlowDown(retry_after=30)

    async def subscribe(self, actor: Actor) -> tuple[Subscriber, Cursor]:
        """Start listening: events that become visible after the cursor are queued. The caller reads older ones."""
        subscriber = Subscriber(actor)
        group = self._watching.setdefault(actor.station_id, set())
        if not group:
            head = await self._head()
            if not group:  # nobody subscribed meanwhile whose events a newer cursor would skip
                self._cursors[actor.station_id] = head
        # No await between here and reading the cursor: the reader moves it as it queues events.
        group.add(subscriber)
        start = self._cursors[actor.station_id]
        try:
            await self._seen(actor.station_id, [subscriber])
        except AWAY as error:  # noted at the next look
            outage.noticed(error)
        except BaseException:
            self.unsubscribe(subscriber)
            raise
        return subscriber, start

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self._watching.get(subscriber.actor.station_id, set()).discard(subscriber)

    async def missed(self, actor: Actor, since: Cursor) -> list[EventRow]:
        """Events committed after `since`; a full answer (`MOST` rows) means too many to replay."""
        return await self._after({actor.station_id: since})

    async def _head(self) -> Cursor:
        async with self._db.stationless() as connection:
            tx = await log.event_head.get(connection)
        return Cursor(tx or 0, 2**62, int(self._db.now().timestamp()))

    async def _after(self, cursors: dict[UUID, Cursor]) -> list[EventRow]:
        """Of all these stations in one query, for there are many and events are few."""
        async with self._db.statement() as connection:
            return await log.events_of.all(
                connection,
                station_ids=list(cursors),
                txs=[cursor.tx for cursor in cursors.values()],
                ids=[cursor.id for cursor in cursors.values()],
                since=self._db.now() - OLDEST - _SLOW_COMMIT,
                most=MOST,
            )

    async def _read_forever(self) -> None:
        while True:
            try:
                async with self._db.woken() as woken:
                    wait = _POLL_SECONDS
                    while True:
                        with contextlib.suppress(TimeoutError):
                            async with asyncio.timeout(wait):  # wait_for may swallow a cancellation
                                await woken.wait()
                        wait = _AGAIN_SECONDS if woken.is_set() else _POLL_SECONDS
                        woken.clear()
                        await self._read()
            except AWAY as error:  # streams stay open and resume where they were
                outage.noticed(error)
                await asyncio.sleep(_POLL_SECONDS)
            except Exception:  # noqa: BLE001 - as in every loop: one bad row must not end it
                _log.exception("live reader failed, starting again")
                await asyncio.sleep(_POLL_SECONDS)

    async def _read(self) -> None:
        asked_at = int(self._db.now().timestamp())
        cursors = {station_id: self._cursors[station_id] for station_id, group in self._watching.items() if group}
        rows = await self._after(cursors) if cursors else []
        # Where everybody left and somebody joined meanwhile, the newcomer's cursor counts.
        same = {station_id for station_id, cursor in cursors.items() if self._cursors[station_id] is cursor}
        for row in rows:
            if row.station_id not in same:
                continue
            cursor = Cursor(row.tx, row.id, int(row.at.timestamp()))
            self._cursors[row.station_id] = cursor
            live = messages.event(self.generation, row)
            for subscriber in self._watching[row.station_id]:
                if subscriber.may_hear(row):
                    subscriber.put(live)
        for station_id in same - {row.station_id for row in rows}:
            cursor = cursors[station_id]
            self._cursors[station_id] = Cursor(cursor.tx, cursor.id, asked_at)

    async def _follow_units(self) -> None:
        """One message for each radio room, encoded once, with the units that have moved since the last one."""
        rooms = {
            station_id: desks
            for station_id, group in self._watching.items()
            if (desks := [each for each in group if each.actor.role != Role.OFFICER])
        }
        self._told = {station_id: self._told.get(station_id, {}) for station_id in rooms}
        if not rooms:
            return
        now = self._db.now()
        async with self._db.statement() as connection:
            rows = await positions.moved.all(connection, station_ids=list(rooms), since=now - _MOVED_BEFORE)
        news: dict[UUID, list[MovedUnit]] = {}
        for row in rows:
            told = self._told[row.station_id]
            if told.get(row.unit_id) != row.fix_at:
                told[row.unit_id] = row.fix_at
                age = round((now - row.fix_at).total_seconds(), 1)
                news.setdefault(row.station_id, []).append(MovedUnit(row.unit_id, row.lat, row.lon, age))
        for station_id, moved in news.items():
            live = messages.positions(moved)
            for subscriber in rooms[station_id]:
                subscriber.put(live)

    async def look_at_jobs(self) -> None:
        async with self._db.stationless() as connection:
            self._jobs = await stations.jobs_seen.one(connection, now=self._db.now())

    async def _watch(self) -> None:
        """Close streams whose session has ended, follow officers' shifts, and record whose screens are on."""
        groups = {station_id: list(group) for station_id, group in self._watching.items()}
        everyone = [subscriber.actor.session_id for group in groups.values() for subscriber in group]
        ids = [session_id for session_id in everyone if session_id is not None]
        await self.look_at_jobs()
        async with self._db.stationless() as connection:
            deployment = await stations.read_deployment.one(connection)
            callers = await sessions.live_callers.all(connection, ids=ids) if ids else []
        units_of = {row.session_id: row.unit_id for row in callers}
        if deployment is not None:
            await self._follow(deployment)
        due = asyncio.get_running_loop().time() - self._seen_at >= _SEEN_SECONDS
        if due:
            self._seen_at = asyncio.get_running_loop().time()
        for station_id, group in groups.items():  # nobody who has joined since the question was asked
            followed = [subscriber for subscriber in group if self._follow_session(subscriber, units_of)]
            await self._seen(station_id, group if due else followed)

    def _follow_session(self, subscriber: Subscriber, units_of: dict[UUID, UUID | None]) -> bool:
        """End the stream with its session; True if the officer has changed units."""
        session_id = subscriber.actor.session_id
        if session_id is None or session_id not in units_of:
            subscriber.put(StreamSignal.ENDED)
            return False
        return subscriber.actor.role == Role.OFFICER and subscriber.follow(units_of[session_id])

    async def _follow(self, deployment: DeploymentRow) -> None:
        """The database may have been replaced by a restored backup, with different events and numbering."""
        self.restored = deployment.restored_at is not None
        if deployment.generation == self.generation:
            return
        head = await self._head()
        self.generation = deployment.generation
        for station_id, group in self._watching.items():
            self._cursors[station_id] = head
            for subscriber in group:
                subscriber.put(StreamSignal.RELOAD)

    async def _seen(self, station_id: UUID, group: list[Subscriber]) -> None:
        officers = [subscriber for subscriber in group if subscriber.actor.role == Role.OFFICER]
        if not officers:
            return
        async with self._db.transaction(Actor(station_id, Role.SYSTEM, station_id)) as connection:
            await connection.execute("SET LOCAL synchronous_commit = off")
            ids = [subscriber.actor.id for subscriber in officers]
            await units.seen_by_stream.run(connection, account_ids=ids, now=self._db.now())


async def _repeat(work: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        try:
            await work()
        except AWAY as error:
            outage.noticed(error)
        except Exception:  # noqa: BLE001 - as in every loop: one bad row must not end it
            _log.exception("live loop failed", of=work.__name__)
        await asyncio.sleep(seconds)

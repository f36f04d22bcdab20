"""Connections, and the only way to use them: a transaction opened for an Actor."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import msgspec

from api.db.absence import outage
from api.db.clock import Clock
from api.domain.access.permissions import Actor
from api.domain.errors import DomainError, Taken
from api.settings import SettingsError

if TYPE_CHECKING:  # asyncpg's classes are generic for the type checker only
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    Pool, Connection = asyncpg.Pool, asyncpg.pool.PoolConnectionProxy

WAKE_CHANNEL = "sipha"
_TIME_SECONDS = 5
_FIRST_TRIES = 4
CONNECT_SECONDS = 10
_CLOSE_SECONDS = 3
RESTORING = "a restore of this database has not finished: run `sipha restore` again"
_QUEUE_SECONDS = 10
connection_share: ContextVar[str | None] = ContextVar("connection_share", default=None)
"""On whose behalf connections are taken: each class of calls has at most its share of them."""
_SHARES = {"positions": 0.15, "figures": 0.1, "ordinary": 0.4}
"""Of all connections. What is vital, and what a process does by itself, finds the rest."""
_STATEMENTS = 400
"""Every query is prepared on each connection: row-level security makes some take longer to plan than to run."""
_QUERIES = 2_000_000
"""After this the connection is replaced, to shed whatever the backend has accumulated."""
_ANSWER_SECONDS = {"sipha_app": 20, "sipha_jobs": 60}
"""For a server that hangs; `statement_timeout` stops a working one sooner."""
_ALIKE = {"pg_trgm.similarity_threshold": "0.35"}
"""Below this a name is not the one that was meant; the default of 0.3 reads far more."""
_TIMEOUTS = {
    "sipha_app": {"statement_timeout": "15s", "idle_in_transaction_session_timeout": "15s"},
    "sipha_jobs": {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "30s"},
}


class Wake(asyncio.Event):
    """Also set when the listening connection is lost; then `clear` raises, because nothing would ever set it again."""

    _lost = False

    def lose(self, *_: object) -> None:
        self._lost = True
        self.set()

    def clear(self) -> None:
        if self._lost:
            raise asyncpg.ConnectionDoesNotExistError("the listening connection was closed")
        super().clear()


class StationTransaction:
    """BEGIN and the station's setting in one round trip, for which asyncpg's own transactions need two."""

    def __init__(
        self, connection: Connection, station_id: UUID, *, read_only: bool = False, reader: UUID | None = None
    ) -> None:
        self._connection = connection
        mode = " READ ONLY" if read_only else ""
        only = f", set_config('sipha.reader', '{reader}', true)" if reader else ""
        self._begin = f"BEGIN{mode}; SELECT set_config('sipha.station_id', '{station_id}', true){only}"

    async def start(self) -> None:
        await self._connection.execute(self._begin)

    async def commit(self) -> None:
        await self._connection.execute("COMMIT")

    async def rollback(self) -> None:
        if self._connection.is_in_transaction():  # False also if the connection is lost
            await self._connection.execute("ROLLBACK")

    async def __aenter__(self) -> None:
        await self.start()

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await (self.commit() if kind is None else self.rollback())


class Database:
    """Created by `open_database`. Every commit wakes the readers of committed work: jobs and live screens."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self.clock = pool, clock
        self._timekeeper: asyncio.Task[None] | None = None
        self._committed = asyncio.Event()
        self._waker: asyncio.Task[None] | None = None
        size = pool.get_max_size()
        self._shares = {name: asyncio.Semaphore(max(2, round(part * size))) for name, part in _SHARES.items()}

    @asynccontextmanager
    async def transaction(
        self, actor: Actor, *, duplicate: DomainError | None = None, quiet: bool = False
    ) -> AsyncGenerator[Connection, None]:
        """One commit, seen through the row-level security of the actor's station. `quiet`: it wakes nobody.

        Raises `duplicate`, by default Taken, on a uniqueness violation.
        """
        try:
            async with self._acquired() as connection:
                async with StationTransaction(connection, actor.station_id):
                    yield connection
                if not quiet:
                    self.wake()
        except asyncpg.UniqueViolationError as error:
            raise duplicate or Taken(because=error.detail) from None
        outage.over()

    @asynccontextmanager
    async def looking(self, actor: Actor, *, counting: bool = False) -> AsyncGenerator[Connection, None]:
        """Read-only: it wakes nobody, or readers woken by commits would wake themselves for ever. Row-level security
        hides from a person what only others may see, unless cases are only counted."""
        async with (
            self._acquired() as connection,
            StationTransaction(connection, actor.station_id, read_only=True, reader=None if counting else actor.reader),
        ):
            yield connection

    @asynccontextmanager
    async def stationless(self) -> AsyncGenerator[Connection, None]:
        """For work before a station is known (signing in) and for queues that span stations."""
        async with self._acquired() as connection, connection.transaction():
            yield connection
        outage.over()

    @asynccontextmanager
    async def statement(self) -> AsyncGenerator[Connection, None]:
        """For one statement of that kind: a transaction by itself, in one round trip instead of three."""
        async with self._acquired() as connection:
            yield connection
        outage.over()

    @asynccontextmanager
    async def _acquired(self) -> AsyncGenerator[Connection, None]:
        """Raises TimeoutError if all connections of this class stay busy: better an answer than an endless queue."""
        share = self._shares.get(connection_share.get() or "")
        if share is None:
            async with self._pool.acquire(timeout=_QUEUE_SECONDS) as connection:
                yield connection
            return
        async with asyncio.timeout(_QUEUE_SECONDS):
            await share.acquire()
        try:
            async with self._pool.acquire(timeout=_QUEUE_SECONDS) as connection:
                yield connection
        finally:
            share.release()

    def wake(self) -> None:
        """There is committed work for the jobs and the live screens."""
        self._committed.set()

    def now(self) -> datetime:
        """The database's time, used for every decision instead of the local clock."""
        return self.clock.now()

    async def start(self) -> None:
        async with self._pool.acquire() as connection:
            await self.clock.measure(connection, tries=_FIRST_TRIES)
        self._timekeeper = asyncio.create_task(self._keep_time(), name="keep time")
        self._waker = asyncio.create_task(self._wake_readers(), name="wake readers")

    async def close(self) -> None:
        """Within seconds, also when the database hangs: connections that do not end are cut."""
        own = [task for task in (self._waker, self._timekeeper) if task is not None]
        for task in own:
            task.cancel()
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await asyncio.gather(*own, return_exceptions=True)
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def woken(self) -> AsyncGenerator["Wake", None]:
        """An event that is set whenever any process commits; poll as well, because a NOTIFY can be lost."""
        event = Wake()
        async with self._acquired() as connection:

            def wake(*_: object) -> None:
                event.set()

            await connection.add_listener(WAKE_CHANNEL, wake)
            connection.add_termination_listener(event.lose)
            try:
                yield event
            finally:
                with suppress(asyncpg.InterfaceError, asyncpg.PostgresError, OSError):
                    connection.remove_termination_listener(event.lose)
                    await connection.remove_listener(WAKE_CHANNEL, wake)

    async def _wake_readers(self) -> None:
        """NOTIFY inside the writing transaction would serialise all commits, so it is sent after them, coalesced."""
        while True:
            await self._committed.wait()
            self._committed.clear()
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self._pool.execute(f"NOTIFY {WAKE_CHANNEL}")

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(_TIME_SECONDS)
            with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                async with self._pool.acquire() as connection:
                    await self.clock.measure(connection)


async def open_database(url: str, role: str, *, size: int = 10, clock: Clock | None = None) -> Database:
    """A pool whose connections act as `role`, whatever login the URL has. Raises OSError or asyncpg errors."""
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=2,
            max_size=size,
            init=_teach_json,
            statement_cache_size=_STATEMENTS,
            max_cached_statement_lifetime=0,
            max_queries=_QUERIES,
            reset=_reset,
            server_settings={
                "role": role,
                "application_name": role,
                "timezone": "UTC",
                **_ALIKE,
                **_TIMEOUTS.get(role, {}),
            },
            timeout=CONNECT_SECONDS,
            command_timeout=_ANSWER_SECONDS.get(role, 60),
        )
    except asyncpg.ObjectNotInPrerequisiteStateError:  # `sipha restore` lets nobody in until it has finished
        raise SettingsError(RESTORING) from None
    database = Database(pool, clock or Clock())
    await database.start()
    return database


async def _reset(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """All settings are per transaction, so the reset round trip would have nothing to undo."""
    if connection.is_in_transaction():
        await connection.reset()


async def _teach_json(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda value: msgspec.json.decode(value[1:]),
    )

"""The administrator's part of a restore: a separate database, the clean-up, and the swap.

Besides `bootstrap`, the only statements outside `sql/`: no role of the running system may do any of this.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import msgspec

from api.db import bootstrap
from api.db.recognition.watchlist import Withdrawal


class Counts(msgspec.Struct, frozen=True):
    """What the clean-up changed."""

    sessions: int
    tokens: int
    withdrawn: int
    entries_waiting: int
    deadlines: int
    open_cases: int


class RestoreRunning(Exception):
    """Another restore of the same database is in progress."""


def renamed(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def name_of(url: str) -> str:
    return urlsplit(url).path.strip("/")


@asynccontextmanager
async def administrator(url: str) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]", None]:
    """A connection to another database, so that this one can be locked and renamed; one restore of it at a time."""
    connection = await asyncpg.connect(renamed(url, "postgres"))
    try:
        lock = "SELECT pg_try_advisory_lock(hashtextextended('restore ' || $1, 0))"
        if not await connection.fetchval(lock, name_of(url)):
            raise RestoreRunning
        yield connection
    finally:
        await connection.close()


async def is_locked(connection: "asyncpg.Connection[asyncpg.Record]", database: str) -> bool | None:
    """Whether the database accepts no connections; None if there is no such database."""
    return await connection.fetchval("SELECT NOT datallowconn FROM pg_database WHERE datname = $1", database)


async def lock(connection: "asyncpg.Connection[asyncpg.Record]", url: str) -> list[Withdrawal]:
    """Block new connections and end existing ones; a killed restore leaves it like this. Returns the withdrawals
    known to the database, read once nobody can add any more."""
    await unlock(connection, name_of(url))  # an earlier attempt may have left it like this
    inside = await asyncpg.connect(url)
    try:
        await connection.execute(f'ALTER DATABASE "{name_of(url)}" ALLOW_CONNECTIONS false')
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1 AND pid <> $2",
            name_of(url),
            inside.get_server_pid(),
        )
        return await _withdrawals(inside)
    finally:
        await inside.close()


async def unlock(connection: "asyncpg.Connection[asyncpg.Record]", database: str) -> None:
    await connection.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')


async def make_empty(connection: "asyncpg.Connection[asyncpg.Record]", database: str) -> None:
    """The roles named in the dump, and a fresh database; drops what an earlier attempt left."""
    await connection.execute(bootstrap.ROLES)
    await drop(connection, database)
    await connection.execute(f'CREATE DATABASE "{database}" TEMPLATE template0 OWNER sipha_owner')


async def drop(connection: "asyncpg.Connection[asyncpg.Record]", database: str) -> None:
    await connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


async def swap(connection: "asyncpg.Connection[asyncpg.Record]", database: str, restored: str, replaced: str) -> None:
    """In one commit: at any moment clients find either the old database, locked, or the restored one, complete."""
    await drop(connection, replaced)
    await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", restored)
    async with connection.transaction():
        if await is_locked(connection, database) is not None:
            await connection.execute(f'ALTER DATABASE "{database}" RENAME TO "{replaced}"')
        await connection.execute(f'ALTER DATABASE "{restored}" RENAME TO "{database}"')
    await drop(connection, replaced)


async def _withdrawals(connection: "asyncpg.Connection[asyncpg.Record]") -> list[Withdrawal]:
    try:
        rows = await connection.fetch(
            "SELECT id, withdrawn_at, withdraw_reason AS reason FROM watchlist_entry WHERE withdrawn_at IS NOT NULL"
        )
    except asyncpg.UndefinedTableError:  # created by `sipha bootstrap`, still empty
        return []
    return [msgspec.convert(dict(row), Withdrawal) for row in rows]


async def settle(url: str, now: datetime, known: Sequence[Withdrawal], by: UUID) -> Counts:
    """The clean-up, in one commit, before anybody can see the restored database."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(_NEW_LIFE, now)
            withdrawn = await connection.fetch(
                _WITHDRAW, [each.id for each in known], [each.withdrawn_at for each in known], [e.reason for e in known]
            )
            await connection.execute(_END_ALERTS, now)
            counts = Counts(
                sessions=await _rows(connection, _END_SESSIONS, now),
                tokens=await _rows(connection, _END_TOKENS, now),
                withdrawn=len(withdrawn),
                entries_waiting=await _rows(connection, _UNAPPROVE),
                deadlines=await _rows(connection, _DROP_DEADLINES, now),
                open_cases=await _rows(connection, _MARK_CASES, now),
            )
            for statement in (_END_OFFERS, _END_PROPOSALS, _END_MESSAGES, _END_OLD_PUSHES, _END_OLD_FALLBACKS):
                await _rows(connection, statement, *((now,) if "$1" in statement else ()))
            await connection.execute(_FREE_UNITS)
            await connection.execute(_REOPEN)
            await connection.execute(_ONE_ALARM, now)
            facts = msgspec.json.encode(counts).decode()
            await connection.execute(_AUDIT, by, facts, now)
    finally:
        await connection.close()
    return counts


async def _rows(connection: "asyncpg.Connection[asyncpg.Record]", statement: str, *values: object) -> int:
    status = await connection.execute(statement, *values)
    return int(status.rsplit(" ", 1)[-1])


_NEW_LIFE = """
UPDATE deployment SET generation = gen_random_uuid(), restored_at = $1, tx_offset = greatest(0,
    (SELECT max(tx::text::bigint) FROM (SELECT max(tx) AS tx FROM event UNION ALL SELECT max(tx) FROM audit
                                        UNION ALL SELECT max(upto_tx) FROM audit_seal
                                        UNION ALL SELECT max(tx) FROM audit_head) AS written)
    - pg_current_xact_id()::text::bigint + 1)
"""
"""Makes new transaction ids follow every restored one, whatever this cluster's own counter."""

_END_SESSIONS = "UPDATE session SET revoked_at = $1 WHERE revoked_at IS NULL"
_END_TOKENS = "UPDATE machine_token SET revoked_at = $1 WHERE revoked_at IS NULL"
_WITHDRAW = """
UPDATE watchlist_entry e SET withdrawn_at = k.at, withdraw_reason = k.reason
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS k (id, at, reason)
WHERE e.id = k.id AND e.withdrawn_at IS NULL RETURNING e.id
"""
_UNAPPROVE = """
UPDATE watchlist_entry SET approved_by = NULL, approved_at = NULL, approved_hash = NULL
WHERE approved_at IS NOT NULL AND withdrawn_at IS NULL
"""
"""A commander must approve each again before it matches."""
_END_ALERTS = """
UPDATE alert SET state = 'expired' WHERE state = 'pending'
  AND (decide_by < $1 OR watchlist_entry_id IN (SELECT id FROM watchlist_entry WHERE withdrawn_at IS NOT NULL))
"""
_DROP_DEADLINES = "DELETE FROM deadline WHERE due_at <= $1"
_MARK_CASES = "UPDATE incident SET restored_at = $1 WHERE state NOT IN ('closed', 'cancelled', 'merged')"
_END_OFFERS = "UPDATE assignment SET state = 'expired', ended_at = $1 WHERE state = 'offered'"
_END_PROPOSALS = "UPDATE proposal SET state = 'expired', decided_at = $1 WHERE state = 'open'"
_END_MESSAGES = "UPDATE outgoing SET state = 'expired', last_error = 'restored' WHERE state = 'due'"
_END_OLD_PUSHES = "UPDATE push_delivery SET state = 'expired' WHERE state = 'due'"
_END_OLD_FALLBACKS = "UPDATE fallback_delivery SET state = 'expired' WHERE state = 'due'"
"""The previous release's queues."""
_FREE_UNITS = """
UPDATE unit_live SET status = CASE WHEN shift_started_at IS NULL THEN 'off_duty' ELSE 'available' END
WHERE status = 'offered'
"""
_REOPEN = """
UPDATE incident i SET state = 'open', forecast = 'unassigned' WHERE state = 'offering'
"""
_ONE_ALARM = """
INSERT INTO alarm (station_id, incident_id, reason, raised_at)
SELECT DISTINCT ON (station_id) station_id, id, 'restored', $1::timestamptz FROM incident
WHERE restored_at = $1 ORDER BY station_id, priority, received_at
ON CONFLICT DO NOTHING
"""
"""One per station, on its most urgent open case, for everything that was due and not done."""
_AUDIT = """
INSERT INTO audit (station_id, actor_id, role, action, facts, at)
SELECT id, $1, 'system', 'database.restore', $2::jsonb, $3 FROM station
"""

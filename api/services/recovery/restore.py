"""From a backup to a running station: restored beside, made harmless, swapped in, and resumed by a person's word."""

import asyncio
from datetime import datetime
from pathlib import Path

import asyncpg
from alembic.util import CommandError

from api.db import migrate, stations
from api.db.pool import Database, open_database
from api.db.recognition.watchlist import Withdrawal
from api.db.recovery import restore as databases
from api.db.recovery.restore import Counts
from api.domain.access.permissions import SYSTEM_ID
from api.services.context import entering
from api.services.every_station import at_every_station
from api.services.recognition import withdrawals
from api.services.records import journal, retention
from api.services.recovery import backup
from api.settings import SettingsError


async def restore(url: str, file: Path, identity: Path | None, home: Path) -> Counts:
    """As the database's administrator. Where the backup does not hold, nothing has changed; where we are killed, the
    database lets nobody in until a restore has finished."""
    keys = backup.identities(identity)
    backup.check(file, keys)
    database = databases.name_of(url)
    fresh = f"{database}_restoring"
    known = withdrawals.read(withdrawals.file_in(home))
    try:
        async with databases.administrator(url) as connection:
            now: datetime = await connection.fetchval("SELECT clock_timestamp()")
            locked = await databases.is_locked(connection, database)
            if locked is not None:
                known += await databases.lock(connection, url)
            try:
                counts = await _beside(connection, databases.renamed(url, fresh), file, keys, known, now)
            except BaseException:  # Ctrl-C too
                await databases.drop(connection, fresh)
                if locked is False:
                    await databases.unlock(connection, database)
                raise
            await databases.swap(connection, database, fresh, f"{database}_replaced")
    except databases.RestoreRunning:
        raise SettingsError("a restore of this database is running already") from None
    return counts


async def _beside(
    connection: "asyncpg.Connection[asyncpg.Record]",
    url: str,
    file: Path,
    keys: list[backup.Identity],
    known: list[Withdrawal],
    now: datetime,
) -> Counts:
    await databases.make_empty(connection, databases.name_of(url))
    await asyncio.to_thread(backup.read, file, keys, url)
    try:
        await asyncio.to_thread(migrate.upgrade, url)
    except CommandError as error:
        raise SettingsError(f"this backup is from another Sipha, perhaps a newer one: {error}") from None
    counts = await databases.settle(url, now, known, SYSTEM_ID)
    db = await open_database(url, "sipha_jobs", size=2)
    try:
        await retention.sweep(db, now)
    finally:
        await db.close()
    return counts


async def resume(db: Database, now: datetime) -> bool:
    """As `sipha_jobs`: all that is open is looked at again, then offers and deadlines go on. False: nothing waited."""
    async with db.stationless() as connection:
        if not await stations.dispatch_waits.get(connection):
            return False
    for actor in await at_every_station(db):
        async with entering(db, actor, now) as context:
            await stations.look_again.run(context.connection, station_id=actor.station_id, now=now)
            await journal.audit(context, "database.resume", None, reason=None)
    async with db.stationless() as connection:
        await stations.resume_dispatch.run(connection)
    return True

"""Sends due messages over the fall-back channels, one Apprise call each."""

import asyncio
from uuid import UUID

import apprise
import structlog

from api.db.alarms import FallbackRow
from api.db.pool import Database
from api.jobs.crew import Crew
from api.services import fallback

_log = structlog.get_logger()
_AT_ONCE = 16
_PER_CHANNEL = 2
_PATIENCE_SECONDS = 30


async def run(db: Database) -> None:
    crew: Crew[UUID] = Crew("fall-back", _AT_ONCE, _PER_CHANNEL)
    try:
        async with db.woken() as woken:
            while True:
                woken.clear()
                claimed = await fallback.claim(db, db.now(), crew.free, crew.busy) if crew.free > 0 else []
                for row in claimed:
                    crew.begin(row.channel_id, _send(db, row))
                if not claimed:
                    await crew.rest(woken, None)
    finally:
        await crew.stop()


async def _send(db: Database, row: FallbackRow) -> None:
    why = "refused by the service"
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            taken = row.url is not None and await _notify(row.url, row)
    except Exception as error:  # noqa: BLE001 - whatever a service's library does, the row is settled
        taken, why = False, "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
    if taken:
        await fallback.sent(db, row, db.now())
        _log.info("fall-back sent", delivery_id=str(row.id))
        return
    await fallback.failed(db, row, db.now(), why)
    _log.warning("fall-back failed", delivery_id=str(row.id), attempt=row.attempts)


async def _notify(url: str, row: FallbackRow) -> bool:
    channel = apprise.Apprise()
    channel.add(url)
    return bool(await channel.async_notify(title=row.title, body=row.body))

"""Sends due messages over the fall-back channels, one Apprise call each."""

import asyncio
import contextlib

import apprise
import structlog

from api.db.alarms import FallbackRow
from api.db.pool import Database
from api.services import fallback

_log = structlog.get_logger()
_POLL_SECONDS = 1
_AT_ONCE = 8
_PATIENCE_SECONDS = 30


async def run(db: Database) -> None:
    async with db.woken() as woken:
        while True:
            woken.clear()
            if not await send_due(db):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_SECONDS):
                        await woken.wait()


async def send_due(db: Database) -> int:
    claimed = await fallback.claim(db, db.now(), _AT_ONCE)
    await asyncio.gather(*(_send(db, row) for row in claimed))
    return len(claimed)


async def _send(db: Database, row: FallbackRow) -> None:
    why = "refused by the service"
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            taken = row.url is not None and await _notify(row.url, row)
    except TimeoutError:
        taken, why = False, "no answer in time"
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

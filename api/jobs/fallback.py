"""Sends due messages over the fall-back channels, one Apprise call each."""

import asyncio
from uuid import UUID

import apprise
import structlog

from api.db.incidents.alarms import FallbackRow
from api.db.pool import Database
from api.domain.errors import Invalid
from api.jobs.confinement import confine
from api.jobs.crew import LULL_SECONDS, Crew
from api.services.notifying import fallback, fallback_hosts

_log = structlog.get_logger()
_AT_ONCE = 16
_PER_CHANNEL = 2
_PATIENCE_SECONDS = 30


async def run(db: Database, allowed: tuple[str, ...]) -> None:
    """`allowed`: hosts that a channel may use; loopback only if listed."""
    confine(allowed)
    crew: Crew[UUID] = Crew("fall-back", _AT_ONCE, _PER_CHANNEL, LULL_SECONDS)
    try:
        async with db.woken() as woken:
            while True:
                woken.clear()
                claimed = await fallback.claim(db, db.now(), crew.free, crew.busy) if crew.free > 0 else []
                for row in claimed:
                    crew.begin(row.channel_id, _send(db, row, allowed))
                if not claimed:
                    await crew.rest(woken, None)
    finally:
        await crew.stop()


async def _send(db: Database, row: FallbackRow, allowed: tuple[str, ...]) -> None:
    why = "refused by the service"
    try:
        if row.url is not None:
            fallback_hosts.check(row.url, allowed)
    except Invalid as error:
        await fallback.refused(db, row, db.now(), str(error.facts["errors"]))
        return
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

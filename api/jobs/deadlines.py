"""Carries out due deadlines, whichever process finds them first; nothing is kept in memory."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import structlog

from api.db import push
from api.db.absence import AWAY, outage
from api.db.pool import Database
from api.db.push import DeadlineRow
from api.services.deadlines import carry_out

_log = structlog.get_logger()
_POLL = timedelta(seconds=1)
_MOST = 50


async def run(db: Database) -> None:
    async with db.woken() as woken:
        while True:
            woken.clear()
            if not await carry_out_due(db):
                await _until_next(db, woken)


async def carry_out_due(db: Database) -> int:
    """All that is due now, one commit each; a failure postpones its own row and no other."""
    async with db.stationless() as connection:
        due = await push.due_deadlines.all(connection, now=datetime.now(UTC), most=_MOST)
    done = 0
    for row in due:
        done += await _carry_out(db, row)
    return done


async def _carry_out(db: Database, row: DeadlineRow) -> bool:
    structlog.contextvars.bind_contextvars(request_id=row.request_id)
    try:
        done = await carry_out(db, row, datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 - one bad row or a database that went away must not stop the rest
        if isinstance(error, AWAY):
            outage.noticed(error)
        else:
            _log.exception("deadline failed", kind=row.kind, subject_id=str(row.subject_id))
        async with db.stationless() as connection:
            await push.postpone_deadline.run(connection, id=row.id, now=datetime.now(UTC))
        return False
    if done:
        late = datetime.now(UTC) - row.due_at
        _log.info("deadline done", kind=row.kind, subject_id=str(row.subject_id), late_s=round(late.total_seconds(), 2))
    return done


async def _until_next(db: Database, woken: asyncio.Event) -> None:
    async with db.stationless() as connection:
        due = await push.next_deadline.get(connection)
    wait = _POLL if due is None else min(_POLL, max(timedelta(milliseconds=5), due - datetime.now(UTC)))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait.total_seconds()):
            await woken.wait()

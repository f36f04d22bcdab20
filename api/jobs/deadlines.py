"""Carries out due deadlines; the first process to find one does it, and nothing is kept in memory.

Offers and alarms have their own lane, apart from forecasts and whole-station reviews, and within a lane stations
are served in parallel: no answer window waits for another station's work.
"""

from collections.abc import Iterable
from uuid import UUID

import structlog

from api.db.absence import AWAY, outage
from api.db.notifying import push
from api.db.notifying.push import DeadlineRow
from api.domain.incidents.deadline import LOOKS, DeadlineKind
from api.jobs.crew import LULL_SECONDS, Crew, seconds_until
from api.services.context import Runtime
from api.services.deadlines import carry_out

_log = structlog.get_logger()
_STATIONS_AT_ONCE = 12
_MOST = 20
"""How many of one station to do in a row before checking the lane again."""


LADDER = frozenset(DeadlineKind) - LOOKS


async def run(runtime: Runtime, kinds: Iterable[DeadlineKind]) -> None:
    """Runs one lane for ever."""
    db = runtime.db
    crew: Crew[UUID] = Crew("deadlines", _STATIONS_AT_ONCE, 1, LULL_SECONDS)
    listed = [str(kind) for kind in kinds]
    try:
        async with db.woken() as woken:
            while True:
                woken.clear()
                if not await _begin_due(runtime, crew, listed):
                    async with db.statement() as connection:
                        due = await push.next_deadline.get(connection, kinds=listed, busy=crew.busy)
                    await crew.rest(woken, seconds_until(db, due))
    finally:
        await crew.stop()


async def _begin_due(runtime: Runtime, crew: Crew[UUID], kinds: list[str]) -> int:
    """Starts one piece of work per station that has something due and is not being served; returns how many."""
    room = _STATIONS_AT_ONCE if crew.free else 0
    async with runtime.db.statement() as connection:
        due = await push.stations_due.all(connection, now=runtime.db.now(), kinds=kinds, busy=crew.busy, most=room)
    begun = 0
    for station in due:
        if crew.free:
            crew.begin(station.id, _serve(runtime, station.id, kinds))
            begun += 1
    return begun


async def _serve(runtime: Runtime, station_id: UUID, kinds: list[str]) -> None:
    """One station's due deadlines, one commit each; a failure postpones only its own row."""
    db = runtime.db
    async with db.statement() as connection:
        due = await push.due_deadlines.all(connection, station_id=station_id, kinds=kinds, now=db.now(), most=_MOST)
    for row in due:
        await _carry_out(runtime, row)


async def _carry_out(runtime: Runtime, row: DeadlineRow) -> None:
    db = runtime.db
    structlog.contextvars.bind_contextvars(request_id=row.request_id)
    try:
        done = await carry_out(runtime, row, db.now())
    except Exception as error:  # noqa: BLE001 - one bad row or a database that went away must not stop the rest
        if isinstance(error, AWAY):
            outage.noticed(error)
        else:
            _log.exception("deadline failed", kind=row.kind, subject_id=str(row.subject_id))
        async with db.stationless() as connection:
            await push.postpone_deadline.run(connection, id=row.id, now=db.now())
        return
    if done:
        late = db.now() - row.due_at
        _log.info("deadline done", kind=row.kind, subject_id=str(row.subject_id), late_s=round(late.total_seconds(), 2))

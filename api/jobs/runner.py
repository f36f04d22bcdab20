"""The background process: push, deadlines, retention, audit seals, and a heartbeat that tells screens it is alive."""

import asyncio
import itertools
import signal
import socket
from collections.abc import Awaitable, Callable

import structlog

from api.db import stations
from api.db.absence import AWAY, outage
from api.db.pool import Database, open_database
from api.domain.incidents.deadline import LOOKS
from api.jobs import deadlines, doctor, outgoing
from api.jobs.fallback import FallbackHandler
from api.jobs.push import PushHandler
from api.services.access import keys
from api.services.audit.sealing import Sealing
from api.services.citizens import caller_locations
from api.services.context import Runtime
from api.services.figures import corrections, roll_ups
from api.services.recognition.withdrawals import Journal, file_in
from api.services.records import retention
from api.services.roads.in_service import RoadsInService
from api.settings import Settings

_log = structlog.get_logger()
_BEAT_SECONDS = 2
_SWEEP_SECONDS = 600
_FORGET_SECONDS = 60
_JOURNAL_SECONDS = 5
_LEARN_SECONDS = 3600
_COUNT_SECONDS = 30
_DAYS_EVERY, _THOROUGHLY_EVERY = 10, 2880
_RESTART_SECONDS = 0.5
_END_SECONDS = 2
_LONGEST_PAUSE = 4.0
"""Overdue work waits no longer than this once the database is back."""


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Every loop survives a temporary loss of the database."""
    db = await open_database(settings.database_url, "sipha_jobs", size=settings.jobs_connections)
    roads = RoadsInService()
    runtime = Runtime(db, roads, settings.target_seconds)
    push, fallback = PushHandler(db, settings, await keys.vapid(db)), FallbackHandler(settings.fallback_hosts)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    loops: dict[str, Callable[[], Awaitable[None]]] = {
        "push": lambda: outgoing.run(db, push),
        "offers and alarms": lambda: deadlines.run(runtime, deadlines.LADDER),
        "forecasts and looks": lambda: deadlines.run(runtime, LOOKS),
        "fall-back channels": lambda: outgoing.run(db, fallback),
        "previous release": lambda: outgoing.adopt(db),
        "heartbeat": lambda: _beat(db),
        "doctor": lambda: doctor.run(db),
        "corrections": lambda: _learn(db),
        "figures of stations": lambda: _count(db),
        "retention": lambda: _sweep(db),
        "callers' locations": lambda: _forget(db),
        "audit seals": Sealing(db, settings).run,
        "withdrawals": lambda: _journal(db, Journal(db, file_in(settings.home))),
        "roads": lambda: roads.follow(db, settings.database_url, "sipha_jobs"),
    }
    tasks = [asyncio.create_task(_forever(name, loop), name=name) for name, loop in loops.items()]
    _log.info("jobs running")
    await stop.wait()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=_END_SECONDS)
    await db.close()  # a loop that waits for a hung database has lost its connection now


async def _forever(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    pause = _RESTART_SECONDS
    while True:
        begun = asyncio.get_running_loop().time()
        try:
            await loop()
        except AWAY as error:
            outage.noticed(error)
        except Exception:  # noqa: BLE001 - one bad row must not stop the rest
            _log.exception("loop failed, starting again", loop=name)
        went_well = asyncio.get_running_loop().time() - begun > _LONGEST_PAUSE
        pause = _RESTART_SECONDS if went_well else min(_LONGEST_PAUSE, pause * 2)
        await asyncio.sleep(pause)


async def _beat(db: Database) -> None:
    name = f"jobs on {socket.gethostname()}"
    while True:
        async with db.stationless() as connection:
            error = db.clock.error_seconds
            await stations.beat.run(connection, name=name, now=db.now(), clock_error_seconds=error, findings=0)
        await asyncio.sleep(_BEAT_SECONDS)


async def _journal(db: Database, journal: Journal) -> None:
    while True:
        await journal.write(db.now())
        await asyncio.sleep(_JOURNAL_SECONDS)


async def _learn(db: Database) -> None:
    while True:
        await corrections.learn_all(db, db.now())
        await asyncio.sleep(_LEARN_SECONDS)


async def _count(db: Database) -> None:
    for number in itertools.count():
        await roll_ups.count_states(db, db.now())
        if number % _DAYS_EVERY == 0:
            await roll_ups.count_days(db, db.now(), thoroughly=number % _THOROUGHLY_EVERY == 0)
        await asyncio.sleep(_COUNT_SECONDS)


async def _forget(db: Database) -> None:
    while True:
        await caller_locations.forget_unmatched(db, db.now())
        await asyncio.sleep(_FORGET_SECONDS)


async def _sweep(db: Database) -> None:
    while True:
        await retention.sweep(db, db.now())
        await asyncio.sleep(_SWEEP_SECONDS)

"""Examines the records every few seconds; what it finds is logged and counted on every staff screen."""

import asyncio
import socket

import structlog

from api.db import stations
from api.db.pool import Database
from api.services import doctor
from api.services.doctor import StationFinding

_log = structlog.get_logger()
_EVERY_SECONDS = 5


async def run(db: Database) -> None:
    """The row that it leaves tells when the last round ended: its own silence shows."""
    name, known = f"doctor on {socket.gethostname()}", set[StationFinding]()
    while True:
        found = set(await doctor.examine(db))
        for new in found - known:
            _log.error(
                "records contradict each other",
                invariant=new.finding.invariant,
                subject=str(new.finding.subject),
                station_id=str(new.station_id),
            )
        known = found
        async with db.stationless() as connection:
            error = db.clock.error_seconds
            await stations.beat.run(connection, name=name, now=db.now(), clock_error_seconds=error, findings=len(found))
        await asyncio.sleep(_EVERY_SECONDS)

"""Looks for contradictions in what is stored, independently of the code that stored it."""

from datetime import timedelta
from uuid import UUID

import msgspec

from api.db import doctor, stations
from api.db.doctor import Finding
from api.db.pool import Database
from api.services.every_station import at_every_station

GRACE = timedelta(seconds=15)
"""How late due work may be on a busy machine."""
JOBS_SILENT_SECONDS = 10.0
DOCTOR_SILENT_SECONDS = 60.0
CLOCK_ERROR_SECONDS = 2.0


class StationFinding(msgspec.Struct, frozen=True):
    station_id: UUID
    finding: Finding


async def examine(db: Database) -> list[StationFinding]:
    """Every station, as `sipha_jobs`."""
    found: list[StationFinding] = []
    for actor in await at_every_station(db):
        async with db.looking(actor) as connection:
            rows = await doctor.examine_station.all(connection, station_id=actor.station_id, now=db.now(), grace=GRACE)
        found += [StationFinding(actor.station_id, row) for row in rows]
    return found


async def complaints(db: Database) -> list[str]:
    """About the processes rather than the records: a sentence each."""
    async with db.stationless() as connection:
        seen = await stations.jobs_seen.one(connection, now=db.now())
        deployment = await stations.read_deployment.one(connection)
    said: list[str] = []
    if seen is None or seen.seen_at is None:
        said.append("`sipha jobs` has never run")
    else:
        silent = (db.now() - seen.seen_at).total_seconds()
        if silent > JOBS_SILENT_SECONDS:
            said.append(f"`sipha jobs` was last heard from {silent:.0f} s ago")
        elif seen.doctor_seen_at is None or (db.now() - seen.doctor_seen_at).total_seconds() > DOCTOR_SILENT_SECONDS:
            said.append("`sipha jobs` runs, but has stopped examining the records")
        if abs(seen.clock_error_seconds) > CLOCK_ERROR_SECONDS:
            said.append(f"the clock of a machine with `sipha jobs` is {seen.clock_error_seconds:+.1f} s off")
    if deployment is not None and deployment.restored_at is not None:
        said.append("restored from a backup: nothing is dispatched until `sipha resume`")
    return said

"""Deletes what may no longer be kept, and writes down how much it was."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from api.db import log, stations
from api.db.pool import Connection, Database
from api.domain.permissions import SYSTEM_ID, Actor, Role
from api.services import records

TRACKS = timedelta(days=30)
DELIVERIES = timedelta(days=31)
KEYS = timedelta(days=7)
COUNTS = timedelta(days=1)
AUDIT = timedelta(days=400)

_log = structlog.get_logger()


def audit_kept_since(now: datetime) -> datetime:
    """The begin of the oldest month of which every audit row must be there."""
    return (now - AUDIT).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


async def sweep(db: Database, now: datetime) -> dict[str, int]:
    """One pass over everything; returns how many rows of each kind went."""
    async with db.stationless() as connection:
        await log.ensure_partitions.get(connection)
        removed = {
            "keys": await log.delete_old_keys.run(connection, before=now - KEYS),
            "counts": await log.delete_old_counts.run(connection, before=now - COUNTS),
            "failures": await log.delete_old_failures.run(connection, before=now - COUNTS),
            "images": await log.delete_old_images.run(connection, now=now),
        }
        ids = await stations.all_ids.all(connection)
    for station in ids:
        actor = Actor(SYSTEM_ID, Role.SYSTEM, station.id)
        async with db.transaction(actor) as connection:
            for name, count in (await _of_station(connection, station.id, now)).items():
                removed[name] = removed.get(name, 0) + count
            await records.audit(connection, actor, "retention.sweep", None, now, reason=None, **removed)
    _log.info("retention swept", **removed)
    return removed


async def _of_station(connection: Connection, station_id: UUID, now: datetime) -> dict[str, int]:
    return {
        "tracks": await log.delete_old_tracks.run(connection, station_id=station_id, before=now - TRACKS),
        "batches": await log.delete_old_batches.run(connection, station_id=station_id, before=now - KEYS),
        "deliveries": await log.delete_old_deliveries.run(connection, station_id=station_id, before=now - DELIVERIES),
    }

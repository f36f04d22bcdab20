"""Deletes what may no longer be kept, and writes down, station by station, how much it was.

Every kind of personal data has a term; a legal hold on a case stops the clock for all that belongs to it. What the
figures need (kind, times, coarse place, how it ended) stays.
"""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from api.db.pool import Connection, Database
from api.db.records import log, retention
from api.services.context import entering
from api.services.every_station import at_every_station
from api.services.records import journal

AUDIT = timedelta(days=400)


class Deletion(Protocol):
    async def run(self, connection: Connection, *, station_id: UUID | None, before: datetime | None) -> int: ...


TERMS: dict[str, tuple[Deletion, timedelta]] = {
    "tracks": (retention.delete_old_tracks, timedelta(days=30)),
    "batches": (retention.delete_old_batches, timedelta(days=7)),
    "deliveries": (retention.delete_old_deliveries, timedelta(days=31)),
    "outgoing": (retention.delete_old_outgoing, timedelta(days=31)),
    "fallbacks": (retention.delete_old_fallbacks, timedelta(days=31)),
    "sessions": (retention.delete_old_sessions, timedelta(days=31)),
    "invitations": (retention.delete_old_invitations, timedelta(days=31)),
    "rosters": (retention.delete_old_rosters, timedelta(days=365)),
    "messages": (retention.delete_old_messages, timedelta(days=90)),
    "unit_messages": (retention.delete_old_unit_messages, timedelta(days=90)),
    "caller_locations": (retention.delete_old_caller_locations, timedelta(days=31)),
    "caller_links": (retention.delete_old_caller_links, timedelta(days=31)),
    "premises_warnings": (retention.delete_old_warnings, timedelta(days=90)),
    "photos": (retention.delete_old_photos, timedelta(days=90)),
    "reporters": (retention.forget_reporters, timedelta(days=90)),
    "callers": (retention.forget_callers, timedelta(days=90)),
    "cases": (retention.forget_cases, timedelta(days=365)),
    "clearing_notes": (retention.forget_clearing_notes, timedelta(days=365)),
    "safety_notes": (retention.forget_safety_notes, timedelta(days=365)),
    "alerts": (retention.forget_alerts, timedelta(days=365)),
    "templates": (retention.delete_old_templates, timedelta(days=31)),
    "pictures": (retention.delete_old_pictures, timedelta(days=31)),
    "entries": (retention.forget_entries, timedelta(days=365)),
}
"""What goes how long after it was written, or after the end of the case or entry that it belongs to."""
_KEYS = timedelta(days=7)
_COUNTS = timedelta(days=1)
_log = structlog.get_logger()


def audit_kept_since(now: datetime) -> datetime:
    """The start of the oldest month whose audit must be complete."""
    return (now - AUDIT).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


async def sweep(db: Database, now: datetime) -> dict[str, int]:
    """One pass over everything; returns how many rows of each kind were deleted, over all stations."""
    async with db.stationless() as connection:
        await log.ensure_partitions.get(connection)
        removed = {
            "keys": await log.delete_old_keys.run(connection, before=now - _KEYS),
            "counts": await log.delete_old_counts.run(connection, before=now - _COUNTS),
            "failures": await log.delete_old_failures.run(connection, before=now - _COUNTS),
        }
    for actor in await at_every_station(db):
        async with entering(db, actor, now) as context:
            gone = await _of_station(context.connection, actor.station_id, now)
            await journal.audit(context, "retention.sweep", None, reason=None, **gone)
        for name, count in gone.items():
            removed[name] = removed.get(name, 0) + count
    async with db.stationless() as connection:
        removed["partitions"] = await retention.delete_old_partitions.get(connection, today=now.date()) or 0
    _log.info("retention swept", **removed)
    return removed


async def _of_station(connection: Connection, station_id: UUID, now: datetime) -> dict[str, int]:
    gone = {"images": await retention.delete_old_images.run(connection, station_id=station_id, now=now)}
    for name, (command, term) in TERMS.items():
        gone[name] = await command.run(connection, station_id=station_id, before=now - term)
    return gone

from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings


class Payload(msgspec.Struct, frozen=True):
    """Ids and states only: what a screen needs in order to know which of its lists is out of date."""

    incident_id: UUID | None = None
    unit_id: UUID | None = None
    state: str | None = None
    readers: list[UUID] | None = None


class EventRow(msgspec.Struct, frozen=True):
    station_id: UUID
    tx: int
    id: int
    kind: str
    subject: UUID
    payload: Payload
    at: datetime


add_pending = bindings.AddPending()
events_of = bindings.EventsOf(EventRow)
event_head = bindings.EventHead()
add_audit = bindings.AddAudit()
delete_old_keys = bindings.DeleteOldKeys()
delete_old_counts = bindings.DeleteOldCounts()
delete_old_failures = bindings.DeleteOldFailures()
ensure_partitions = bindings.EnsurePartitions()

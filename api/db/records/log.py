from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query, Value


class Payload(msgspec.Struct, frozen=True):
    """Ids and states only: what a screen needs to know which of its lists is out of date."""

    incident_id: UUID | None = None
    unit_id: UUID | None = None
    state: str | None = None


class EventRow(msgspec.Struct, frozen=True):
    tx: int
    id: int
    kind: str
    subject: UUID
    payload: Payload
    at: datetime


add_event = Command("add_event")
events_after = Query("events_after", EventRow)
event_head = Value("event_head", int)
add_audit = Command("add_audit")
delete_old_keys = Command("delete_old_keys")
delete_old_counts = Command("delete_old_counts")
delete_old_failures = Command("delete_old_failures")
ensure_partitions = Value("ensure_partitions", str)

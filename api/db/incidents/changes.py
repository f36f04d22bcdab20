from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query
from api.domain.incidents.joining import ChangeKind, Nearby


class ChangeLock(msgspec.Struct, frozen=True):
    """Sightings went from `incident_id` to `other_id`."""

    id: UUID
    incident_id: UUID
    other_id: UUID | None
    kind: ChangeKind
    sighting_ids: list[UUID]
    at: datetime


class ChangeRow(msgspec.Struct, frozen=True):
    id: UUID
    incident_id: UUID
    reference: str
    other_id: UUID | None
    other_reference: str | None
    kind: ChangeKind
    at: datetime
    by: str | None
    undone_at: datetime | None


nearby = Query("nearby_incidents", Nearby)
add = Command("add_change")
last_of = Query("last_change_of", ChangeLock)
changes_of = Query("changes_of", ChangeRow)
undo = Command("undo_change")
reopen = Command("reopen_incident")

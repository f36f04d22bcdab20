from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.incidents.joining import ChangeKind, Nearby


class ChangeLock(msgspec.Struct, frozen=True):
    """Sightings moved from `incident_id` to `other_id`."""

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


nearby = bindings.NearbyIncidents(Nearby)
add = bindings.AddChange()
last_of = bindings.LastChangeOf(ChangeLock)
changes_of = bindings.ChangesOf(ChangeRow)
undo = bindings.UndoChange()
reopen = bindings.ReopenIncident()

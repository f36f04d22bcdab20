from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings


class TrackerRow(msgspec.Struct, frozen=True):
    id: UUID
    unit_id: UUID
    label: str
    created_by: str | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class TrackerKey(msgspec.Struct, frozen=True):
    id: UUID
    unit_id: UUID


add = bindings.AddTracker()
list_of_unit = bindings.ListTrackers(TrackerRow)
revoke = bindings.RevokeTracker(TrackerKey)
used = bindings.TrackersUsed()

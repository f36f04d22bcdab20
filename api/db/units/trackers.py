from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query


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


add = Command("add_tracker")
list_of_unit = Query("list_trackers", TrackerRow)
revoke = Query("revoke_tracker", TrackerKey)
used = Command("tracker_used")

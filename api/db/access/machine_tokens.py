from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.access.permissions import Role


class MachineTokenRow(msgspec.Struct, frozen=True):
    """`camera_ids`, `alert_kinds`: what a worker's is limited to; None: no limit. `callsign`: of a tracker's unit."""

    id: UUID
    role: Role
    label: str
    camera_ids: list[UUID] | None
    alert_kinds: list[str] | None
    callsign: str | None
    created_by: str | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


add = bindings.AddMachineToken()
list_all = bindings.ListMachineTokens(MachineTokenRow)
narrow = bindings.NarrowMachineToken()
rotate = bindings.RotateMachineToken()
revoke = bindings.RevokeMachineToken()
used = bindings.MachineUsed()

from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings


class IncidentMessageRow(msgspec.Struct, frozen=True):
    """`unit_id`, `callsign`: whose crew wrote it; None: the radio room. `read_at`: when the other side had it on a
    screen."""

    id: UUID
    unit_id: UUID | None
    callsign: str | None
    by: str
    text: str
    at: datetime
    read_at: datetime | None


class SentRow(msgspec.Struct, frozen=True):
    incident_id: UUID
    by: UUID
    text: str


add = bindings.AddIncidentMessage()
of_incident = bindings.IncidentMessagesOf(IncidentMessageRow)
sent = bindings.OneIncidentMessage(SentRow)
mark_read = bindings.ReadIncidentMessages()

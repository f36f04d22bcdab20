"""What a stream sends, as Server-Sent Events: encoded once, however many screens it goes to."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar.response import ServerSentEventMessage

from api.db.records.log import EventRow
from api.live import cursor as cursors
from api.live.cursor import Cursor


class Notice(msgspec.Struct):
    """What changed; the screen fetches what it needs."""

    kind: str
    subject: UUID
    incident_id: UUID | None
    unit_id: UUID | None
    state: str | None
    at: datetime


class MovedUnit(msgspec.Struct):
    """As in `GET /v1/units`."""

    id: UUID
    lat: float
    lon: float
    fix_age_s: float


class Moved(msgspec.Struct):
    items: list[MovedUnit]


class Live(msgspec.Struct, frozen=True):
    """One message. `cursor`: of the event in it; None if there is nothing to resume from."""

    data: bytes
    cursor: Cursor | None = None


def event(generation: UUID, row: EventRow) -> Live:
    notice = Notice(row.kind, row.subject, row.payload.incident_id, row.payload.unit_id, row.payload.state, row.at)
    cursor = Cursor(row.tx, row.id, int(row.at.timestamp()))
    return Live(message(row.kind, notice, cursors.write(generation, cursor)), cursor)


def positions(moved: list[MovedUnit]) -> Live:
    """Without a cursor: a later one makes up for any that was missed."""
    return Live(message("positions", Moved(moved)))


def message(kind: str, data: msgspec.Struct, where: str | None = None) -> bytes:
    return ServerSentEventMessage(data=msgspec.json.encode(data).decode(), event=kind, id=where).encode()

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query, Value
from api.domain.incidents.incident import Hazard, ReportKind


class ReportRow(msgspec.Struct, frozen=True):
    id: UUID
    incident_id: UUID | None
    kind: ReportKind
    description: str | None
    lat: float
    lon: float
    accuracy: float | None
    contact: str | None
    safe_to_call: bool | None
    silent: bool
    language: str
    covered: bool
    over_limit: bool
    content_hash: bytes
    sender: bytes | None
    hazards: list[Hazard]
    injured: bool
    secret_hash: bytes | None
    created_at: datetime
    safe_at: datetime | None
    cancelled_at: datetime | None


class MessageRow(msgspec.Struct, frozen=True):
    report_id: UUID
    sender: str
    text: str
    at: datetime


class PhotoKey(msgspec.Struct, frozen=True):
    id: UUID
    report_id: UUID


class PhotoDigest(msgspec.Struct, frozen=True):
    report_id: UUID
    digest: bytes


add = Command("add_report")
join = Command("join_report")
station_of = Value("report_station", UUID)
read = Query("read_report", ReportRow)
of_incident = Query("reports_of_incident", ReportRow)
messages_of = Query("messages_of", MessageRow)
photos_of = Query("photos_of", PhotoKey)
photo_digests = Query("photo_digests", PhotoDigest)
add_message = Command("add_message")
add_photo = Command("add_photo")
count_photos = Value("count_photos", int)
photo_of_unit = Value("photo_of_unit", bool)
read_photo = Value("read_photo", bytes)
move = Command("move_report")
mark_safe = Command("mark_report_safe")
mark_cancelled = Command("mark_report_cancelled")

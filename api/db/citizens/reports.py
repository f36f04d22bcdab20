from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.incidents.incident import Hazard, ReportKind


class ReportRow(msgspec.Struct, frozen=True):
    """`station_id`: whose report it is; another's while it is shared with us."""

    id: UUID
    station_id: UUID
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


add = bindings.AddReport()
join = bindings.JoinReport()
station_of = bindings.ReportStation()
read = bindings.ReadReport(ReportRow)
of_incident = bindings.ReportsOfIncident(ReportRow)
messages_of = bindings.MessagesOf(MessageRow)
photos_of = bindings.PhotosOf(PhotoKey)
photo_digests = bindings.PhotoDigests(PhotoDigest)
add_message = bindings.AddMessage()
add_photo = bindings.AddPhoto()
count_photos = bindings.CountPhotos()
photo_of_unit = bindings.PhotoOfUnit()
read_photo = bindings.ReadPhoto()
move = bindings.MoveReport()
mark_safe = bindings.MarkReportSafe()
mark_cancelled = bindings.MarkReportCancelled()

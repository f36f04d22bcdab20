from datetime import date, datetime
from uuid import UUID

import msgspec

from api.db import bindings


class EntryRow(msgspec.Struct, frozen=True):
    id: UUID
    label: str
    legal_basis: str
    warrant_number: str | None
    court: str | None
    expires_at: datetime
    review_at: datetime | None
    picture_source: str
    born: date | None
    plate: str | None
    priority: int
    created_at: datetime
    content_hash: bytes
    requested_by: UUID
    requested_by_name: str
    approved_by: UUID | None
    approved_by_name: str | None
    approved_at: datetime | None
    approved_hash: bytes | None
    withdrawn_at: datetime | None


class EntryLock(msgspec.Struct, frozen=True):
    id: UUID
    expires_at: datetime
    review_at: datetime | None
    priority: int
    requested_by: UUID
    approved_at: datetime | None
    approved_hash: bytes | None
    withdrawn_at: datetime | None
    label: str
    legal_basis: str
    warrant_number: str | None
    court: str | None
    picture_source: str
    born: date | None
    plate: str | None


class Usable(msgspec.Struct, frozen=True):
    usable: bool | None


class TemplateRow(msgspec.Struct, frozen=True):
    template: bytes | None
    problem: str | None


class Matchable(msgspec.Struct, frozen=True):
    id: UUID
    priority: int
    plate: str | None
    approved_at: datetime
    approved_hash: bytes


class PictureRow(msgspec.Struct, frozen=True):
    id: UUID
    entry_id: UUID
    jpeg: bytes


class TemplateInfo(msgspec.Struct, frozen=True):
    model: str
    quality: float | None
    problem: str | None


class PictureInfo(msgspec.Struct, frozen=True):
    id: UUID
    entry_id: UUID
    created_at: datetime
    templates: list[TemplateInfo]


class Enrolment(msgspec.Struct, frozen=True):
    picture_id: UUID
    entry_id: UUID


class GalleryRow(msgspec.Struct, frozen=True):
    entry_id: UUID
    expires_at: datetime
    template: bytes


class Withdrawal(msgspec.Struct, frozen=True):
    """An entry that may no longer be used to look for anybody."""

    id: UUID
    withdrawn_at: datetime
    reason: str | None


add = bindings.AddEntry()
read = bindings.ReadEntry(EntryRow)
lock = bindings.LockEntry(EntryLock)
list_all = bindings.ListEntries(EntryRow)
approve = bindings.ApproveEntry()
withdraw = bindings.WithdrawEntry()
permit_minor = bindings.PermitMinor()
minor_permitted = bindings.MinorPermitted()
matchable = bindings.EntryMatchable(Matchable)
add_picture = bindings.AddPicture()
read_picture = bindings.ReadPicture(PictureRow)
list_pictures = bindings.ListPictures(PictureInfo)
list_enrolments = bindings.ListEnrolments(Enrolment)
save_template = bindings.SaveTemplate()
read_gallery = bindings.ReadGallery(GalleryRow)
withdrawn = bindings.WithdrawnEntries(Withdrawal)
content = bindings.EntryContent()
pictures_usable = bindings.PicturesUsable(Usable)
read_template = bindings.ReadTemplate(TemplateRow)

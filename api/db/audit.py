from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query, Value


class AuditRow(msgspec.Struct, frozen=True):
    """`content`: the whole row as jsonb's text."""

    tx: int
    id: int
    at: datetime
    content: str


class LeafRow(msgspec.Struct, frozen=True):
    """`position` counts from 0 per station; `hash` is RFC 6962's of the row's content."""

    position: int
    tx: int
    audit_id: int
    at: datetime
    hash: bytes


class HeadRow(msgspec.Struct, frozen=True):
    """The tree of the first `size` leaves; `(tx, audit_id)` is the last one's row, `note` what was signed."""

    size: int
    tx: int
    audit_id: int
    peaks: bytes
    root: bytes
    note: str
    at: datetime


class SizeRow(msgspec.Struct, frozen=True):
    size: int


class NoteRow(msgspec.Struct, frozen=True):
    size: int
    note: str


class TimestampRow(msgspec.Struct, frozen=True):
    """`token`: the RFC 3161 response over the note of the head with this size."""

    size: int
    token: bytes
    at: datetime


lock_tree = Value("lock_tree", bool)
last_head = Query("last_head", HeadRow)
heads = Query("heads", HeadRow)
head_sizes = Query("head_sizes", SizeRow)
has_note = Value("has_note", bool)
add_head = Command("add_head")
add_leaves = Command("add_leaves")
leaves = Query("leaves", LeafRow)
leaf_hashes = Value("leaf_hashes", bytes)
leaf_of = Query("leaf_of", LeafRow)
audit_after = Query("audit_after", AuditRow)
audit_between = Query("audit_between", AuditRow)
generation = Value("generation", UUID)
last_timestamp = Query("last_timestamp", TimestampRow)
timestamps = Query("timestamps", TimestampRow)
add_timestamp = Command("add_timestamp")
stamped_notes = Query("stamped_notes", NoteRow)

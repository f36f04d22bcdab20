from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.access.permissions import Role


class AuditRow(msgspec.Struct, frozen=True):
    """`content`: the whole row as jsonb's text."""

    tx: int
    id: int
    at: datetime
    content: str


class AuditEntry(msgspec.Struct, frozen=True):
    """`by`: the person's name; None for machines and the system. `facts`: ids, counts and settings."""

    id: int
    at: datetime
    actor_id: UUID
    by: str | None
    role: Role
    action: str
    subject: UUID | None
    reason: str | None
    facts: dict[str, object]
    request_id: str | None


class LeafRow(msgspec.Struct, frozen=True):
    """`position` counts from 0 per station; `hash` is RFC 6962's of the row's content."""

    position: int
    tx: int
    audit_id: int
    at: datetime
    hash: bytes


class HeadRow(msgspec.Struct, frozen=True):
    """The tree of the first `size` leaves; `(tx, audit_id)` is the last leaf's row, `note` the signed text."""

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


read = bindings.ReadAudit(AuditEntry)
lock_tree = bindings.LockTree()
last_head = bindings.LastHead(HeadRow)
heads = bindings.Heads(HeadRow)
head_sizes = bindings.HeadSizes(SizeRow)
has_note = bindings.HasNote()
add_head = bindings.AddHead()
add_leaves = bindings.AddLeaves()
leaves = bindings.Leaves(LeafRow)
leaf_hashes = bindings.LeafHashes()
leaf_of = bindings.LeafOf(LeafRow)
audit_after = bindings.AuditAfter(AuditRow)
audit_between = bindings.AuditBetween(AuditRow)
generation = bindings.Generation()
last_timestamp = bindings.LastTimestamp(TimestampRow)
timestamps = bindings.Timestamps(TimestampRow)
add_timestamp = bindings.AddTimestamp()
stamped_notes = bindings.StampedNotes(NoteRow)

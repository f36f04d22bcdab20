"""HTTP payloads, in the contract's own names."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

CameraState = Literal["live", "overloaded", "not_matching", "stalled", "unreachable", "off"]
"""`overloaded`: too slow to be sure of finding anybody; `not_matching`: frames arrive, but nobody can be found."""
Problem = Literal["not_a_picture", "no_face", "several_faces", "poor_quality"]


class ModelUsed(msgspec.Struct, frozen=True):
    """`threshold` on the scale of `confidence`: 0..1, higher is more alike."""

    name: str
    version: str
    threshold: float


class Alert(msgspec.Struct, frozen=True, omit_defaults=True):
    """`snapshot`: base64 of a JPEG of at most 256 KiB."""

    id: UUID
    camera_id: UUID
    kind: Literal["watchlist_face", "tamper"]
    occurred_at: datetime
    confidence: float | None = None
    watchlist_entry_id: UUID | None = None
    model: ModelUsed | None = None
    snapshot: str | None = None
    note: str | None = None


class CameraStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """`frames` and `faces_scanned` count since the last status that the server acknowledged."""

    state: CameraState
    at: datetime
    frames: int
    faces_scanned: int
    detail: str | None = None
    gallery_version: str | None = None
    model: ModelUsed | None = None


class Enrolment(msgspec.Struct, frozen=True):
    picture_id: UUID
    entry_id: UUID


class Enrolments(msgspec.Struct, frozen=True):
    items: list[Enrolment]
    next: str | None = None


class Template(msgspec.Struct, frozen=True, omit_defaults=True):
    """Either `quality` (0..1) and `template` (base64, little-endian float32), or `problem`."""

    model: str
    quality: float | None = None
    template: str | None = None
    problem: Problem | None = None


class ProblemDetails(msgspec.Struct, frozen=True):
    code: str = "unknown"
    seconds: float | None = None


class Health(msgspec.Struct, frozen=True):
    version: str = ""

"""Who may be recognised right now. In memory only, and only for as long as the server's own times allow."""

import base64
import binascii
from datetime import UTC, datetime
from threading import Lock
from typing import Annotated
from uuid import UUID

import msgspec
import numpy as np

from recognition_worker.steps.match import People
from recognition_worker.troubles import Trouble

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Entry(msgspec.Struct, frozen=True):
    """`template`: base64 of little-endian float32."""

    entry_id: UUID
    expires_at: Moment
    template: str


class Content(msgspec.Struct, frozen=True):
    """As the server sends it; several pictures of one entry are several items."""

    version: str | int
    valid_until: Moment
    entries: list[Entry]


class Gallery:
    """Shared by all cameras. Every query passes the time, so that the gallery expires if the server goes silent."""

    def __init__(self, length: int | None) -> None:
        """`length`: dimension of this model's templates; others are left out."""
        self._length = length
        self._lock = Lock()
        self._empty()

    def _empty(self) -> None:
        self._version: str | None = None
        self._valid_until = datetime.min.replace(tzinfo=UTC)
        self._loaded_at = self._valid_until
        self._entries: list[UUID] = []
        self._expiries = np.empty(0, np.float64)
        self._vectors = np.empty((0, self._length or 0), np.float32)

    def load(self, content: Content, now: datetime) -> int:
        """Replaces everything; returns how many templates were unusable."""
        usable: list[tuple[Entry, np.ndarray]] = []
        for entry in content.entries:
            vector = _vector(entry.template)
            if vector is not None and len(vector) == (self._length or len(vector)):
                usable.append((entry, vector))
        with self._lock:
            self._version = str(content.version)
            self._valid_until, self._loaded_at = content.valid_until, now
            self._entries = [entry.entry_id for entry, _ in usable]
            self._expiries = np.array([entry.expires_at.timestamp() for entry, _ in usable], np.float64)
            self._vectors = np.stack([vector for _, vector in usable]) if usable else self._vectors[:0]
        return len(content.entries) - len(usable)

    def clear(self) -> None:
        """The server says that this worker may not match: nobody is recognised from now on."""
        with self._lock:
            self._empty()

    def renew(self, valid_until: datetime, now: datetime) -> None:
        """The server has confirmed that the content is valid until then."""
        with self._lock:
            self._valid_until, self._loaded_at = valid_until, now

    def people(self, now: datetime) -> People:
        """Entries that have not expired; none once the gallery itself has."""
        with self._lock:
            if now >= self._valid_until or not self._entries:
                return People([], self._vectors[:0])
            current = self._expiries > now.timestamp()
            if current.all():
                return People(self._entries, self._vectors)
            entries = [entry for entry, stays in zip(self._entries, current, strict=True) if stays]
            return People(entries, self._vectors[current])

    def version(self, now: datetime) -> str | None:
        """Version of the content matched against at `now`; None while nobody can be matched."""
        with self._lock:
            return self._version if now < self._valid_until else None

    def trouble(self, now: datetime) -> Trouble | None:
        """Why nobody can be matched at `now`."""
        if self.people(now).entries:
            return None
        with self._lock:
            if self._version is None:
                return Trouble("no_gallery", "there is no gallery: the server has not given one")
            if now >= self._valid_until:
                return Trouble("gallery_expired", "the gallery has expired, and the server gives no newer one")
            if self._entries:
                return Trouble("entries_expired", "the gallery is empty: all its entries have expired")
            return Trouble("gallery_empty", "the gallery is empty")

    def age(self, now: datetime) -> float | None:
        """Seconds since the server last confirmed it; None while there is no gallery."""
        with self._lock:
            return None if self._version is None else max(0.0, (now - self._loaded_at).total_seconds())

    def half_spent(self, now: datetime) -> bool:
        """Whether to fetch the whole content again, in case "not modified" gave no new expiry."""
        with self._lock:
            return now >= self._loaded_at + (self._valid_until - self._loaded_at) / 2


def _vector(template: str) -> np.ndarray | None:
    try:
        raw = base64.b64decode(template, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not raw or len(raw) % 4:
        return None
    vector = np.frombuffer(raw, "<f4").astype(np.float32)
    return vector if np.isfinite(vector).all() else None

"""Tells the server how each camera is: every change at once, and every 30 s that all is as it was."""

from datetime import UTC, datetime
from threading import Event, Lock
from time import monotonic
from typing import NamedTuple
from uuid import UUID

import structlog

from recognition_worker.client import Client, Refused, Unreachable
from recognition_worker.gallery import Gallery
from recognition_worker.wire import CameraState, CameraStatus, ModelUsed

TRY_AGAIN_SECONDS = 3.0

log = structlog.get_logger()


class _Known(NamedTuple):
    state: CameraState
    detail: str | None
    at: datetime


class _Line:
    """One camera: what is known of it, what the server acknowledged, what was counted since."""

    def __init__(self) -> None:
        self.known: _Known | None = None
        self.acknowledged: _Known | None = None
        self.next_post = 0.0
        self.frames = 0
        self.faces = 0


class StatusBoard:
    def __init__(self, client: Client, gallery: Gallery, model: ModelUsed, every: float) -> None:
        self._client, self._gallery, self._model, self._every = client, gallery, model, every
        self._lines: dict[UUID, _Line] = {}
        self._lock, self._wake = Lock(), Event()

    def report(self, camera_id: UUID, state: CameraState, detail: str | None = None) -> None:
        with self._lock:
            line = self._lines.setdefault(camera_id, _Line())
            if line.known is not None and (line.known.state, line.known.detail) == (state, detail):
                return
            line.known, line.next_post = _Known(state, detail, datetime.now(UTC)), 0.0
        log.info("camera_state", camera_id=str(camera_id), state=state, detail=detail)
        self._wake.set()

    def count(self, camera_id: UUID, faces: int) -> None:
        """One more frame was looked at, with so many new faces."""
        with self._lock:
            line = self._lines.setdefault(camera_id, _Line())
            line.frames += 1
            line.faces += faces

    def run(self, stop: Event) -> None:
        while not stop.is_set():
            self.round(monotonic())
            self._wake.wait(1.0)
            self._wake.clear()

    def close(self) -> None:
        """The last word on every camera: nobody looks through it any more."""
        for camera_id in list(self._lines):
            self.report(camera_id, "off", "the worker was stopped")
        self.round(monotonic())

    def round(self, tick: float) -> None:
        """Posts what is due; stops at the first sign that the server is away."""
        for camera_id, line in list(self._lines.items()):
            if line.known is None or tick < line.next_post:
                continue
            known, status = line.known, self._status(line, line.known)
            try:
                self._client.send_status(camera_id, status)
            except Unreachable:
                line.next_post = tick + TRY_AGAIN_SECONDS
                return
            except Refused as refusal:
                log.warning("status_refused", camera_id=str(camera_id), status=refusal.status, code=refusal.code)
                line.next_post = tick + self._every
                continue
            with self._lock:
                line.frames -= status.frames
                line.faces -= status.faces_scanned
                if line.known is known:
                    line.acknowledged, line.next_post = known, tick + self._every

    def _status(self, line: _Line, known: _Known) -> CameraStatus:
        """`at` is when the state began if that is news, else now. Gallery and model only if recognition ran."""
        now = datetime.now(UTC)
        with self._lock:
            ran = known.state == "live" or line.frames > 0
            return CameraStatus(
                state=known.state,
                at=now if line.acknowledged is known else known.at,
                frames=line.frames,
                faces_scanned=line.faces,
                detail=known.detail,
                gallery_version=self._gallery.version(now) if ran else None,
                model=self._model if ran else None,
            )

"""Reports each camera's state to the server: every change at once, and every 30 s without a change."""

from collections.abc import Callable
from threading import Event, Lock
from typing import NamedTuple
from uuid import UUID

import structlog

from recognition_worker.client import Client, Refused, Unreachable
from recognition_worker.gallery import Gallery
from recognition_worker.pace import Pace
from recognition_worker.troubles import Trouble
from recognition_worker.wire import CameraState, CameraStatus, ModelUsed

TRY_AGAIN_SECONDS = 3.0
OLD_SERVER_SECONDS = 600.0
OLD_WORDS: dict[CameraState, CameraState] = {"overloaded": "live", "not_matching": "off"}
"""For a server that does not know the newer states yet. The detail says the rest."""
LONGEST_DETAIL = 200

log = structlog.get_logger()


class _Known(NamedTuple):
    """`kinds`: other current troubles; `tick`: since when."""

    state: CameraState
    kinds: tuple[str, ...]
    tick: float


class _Line:
    """One camera: its source's state, what was reported, what was counted since."""

    def __init__(self) -> None:
        self.source: CameraState | None = None
        self.source_detail: str | None = None
        self.known: _Known | None = None
        self.acknowledged: _Known | None = None
        self.detail: str | None = None
        self.next_post = 0.0
        self.frames = 0
        self.faces = 0
        self.all_faces = 0
        self.pace = Pace()


class Figures(NamedTuple):
    """One camera's figures, for the metrics."""

    camera_id: UUID
    state: CameraState
    looks_per_second: float
    faces: int


class StatusBoard:
    def __init__(
        self,
        client: Client,
        gallery: Gallery,
        model: ModelUsed,
        every: float,
        troubles: Callable[[], list[Trouble]] = list,
    ) -> None:
        """`troubles`: of the whole worker, reported with every camera."""
        self._client, self._gallery, self._model, self._every = client, gallery, model, every
        self._clock, self._troubles = client.clock, troubles
        self._lines: dict[UUID, _Line] = {}
        self._lock, self._wake = Lock(), Event()
        self._old_until = float("-inf")

    def report(self, camera_id: UUID, state: CameraState, detail: str | None = None) -> None:
        """The source's state; changes are detected here."""
        with self._lock:
            line = self._lines.setdefault(camera_id, _Line())
            if (line.source, line.source_detail) == (state, detail):
                return
            line.source, line.source_detail = state, detail
            if state == "live":
                line.pace.begin(self._clock.tick())
            else:
                line.pace.end()
        self._wake.set()

    def count(self, camera_id: UUID, faces: int, skipped: int = 0) -> None:
        """One more frame was examined, with this many new faces; `skipped` were skipped before it."""
        with self._lock:
            line = self._lines.setdefault(camera_id, _Line())
            line.frames += 1
            line.faces += faces
            line.all_faces += faces
            line.pace.look(self._clock.tick(), skipped)

    def run(self, stop: Event) -> None:
        while not stop.is_set():
            self.round(self._clock.tick())
            self._wake.wait(1.0)
            self._wake.clear()

    def close(self) -> None:
        """The final report on every camera: recognition has stopped."""
        for camera_id in list(self._lines):
            self.report(camera_id, "off", "the worker was stopped")
        self.round(self._clock.tick())

    def figures(self) -> list[Figures]:
        tick = self._clock.tick()
        with self._lock:
            return [
                Figures(camera_id, line.known.state, line.pace.rate(tick), line.all_faces)
                for camera_id, line in self._lines.items()
                if line.known is not None
            ]

    def round(self, tick: float) -> None:
        """Posts what is due; stops at the first sign that the server is unreachable."""
        troubles = self._troubles()
        for camera_id, line in list(self._lines.items()):
            known = self._judge(camera_id, line, troubles, tick)
            if known is None or tick < line.next_post:
                continue
            status = self._status(line, known, tick)
            try:
                self._client.send_status(camera_id, status)
            except Unreachable:
                line.next_post = tick + TRY_AGAIN_SECONDS
                return
            except Refused as refusal:
                self._refused(camera_id, line, status, refusal, tick)
                continue
            with self._lock:
                line.frames -= status.frames
                line.faces -= status.faces_scanned
                line.acknowledged, line.next_post = known, tick + self._every

    def _judge(self, camera_id: UUID, line: _Line, troubles: list[Trouble], tick: float) -> _Known | None:
        """The state to report now: a camera that delivers frames may still find nobody."""
        with self._lock:
            if line.source is None:
                return None
            state: CameraState = line.source
            found = self._blindness(line, tick) if state == "live" else None
            if found is not None:
                state = "overloaded" if found.kind == "overloaded" else "not_matching"
            all_of_it = [*([found] if found else []), *troubles]
            words = [*([line.source_detail] if line.source_detail else []), *(one.words for one in all_of_it)]
            line.detail = "; ".join(words)[:LONGEST_DETAIL] or None
            kinds = (line.source_detail or "", *(one.kind for one in all_of_it))
            if line.known is None or (line.known.state, line.known.kinds) != (state, kinds):
                line.known, line.next_post = _Known(state, kinds, tick), 0.0
                log.info("camera_state", camera_id=str(camera_id), state=state, detail=line.detail)
            return line.known

    def _blindness(self, line: _Line, tick: float) -> Trouble | None:
        return self._gallery.trouble(self._clock.now()) or line.pace.trouble(tick)

    def _refused(self, camera_id: UUID, line: _Line, status: CameraStatus, refusal: Refused, tick: float) -> None:
        log.warning("status_refused", camera_id=str(camera_id), status=refusal.status, code=refusal.code)
        line.next_post = tick + self._every
        if status.state in OLD_WORDS and refusal.for_good:
            self._old_until, line.next_post = tick + OLD_SERVER_SECONDS, tick

    def _status(self, line: _Line, known: _Known, tick: float) -> CameraStatus:
        """`at` is when the state began if it is new, else now. Gallery and model only if recognition ran."""
        now = self._clock.now()
        with self._lock:
            ran = known.state in ("live", "overloaded") or line.frames > 0
            return CameraStatus(
                state=OLD_WORDS.get(known.state, known.state) if tick < self._old_until else known.state,
                at=now if line.acknowledged is known else min(now, self._clock.at(known.tick)),
                frames=line.frames,
                faces_scanned=line.faces,
                detail=line.detail,
                gallery_version=self._gallery.version(now) if ran else None,
                model=self._model if ran else None,
            )

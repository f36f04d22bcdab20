"""Wires up `sipha-worker run`: one thread per camera, and one for each of the three background tasks."""

import faulthandler
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Event, Thread, Timer
from time import monotonic, sleep

import cv2
import structlog

from recognition_worker import metrics
from recognition_worker.client import Client, Refused, Unreachable
from recognition_worker.courier import Courier
from recognition_worker.engine import Engine
from recognition_worker.gallery import Gallery
from recognition_worker.gallery_poll import GalleryPoll
from recognition_worker.onnx import manifest
from recognition_worker.onnx.store import ModelMissing, ModelTampered, Store
from recognition_worker.pipeline import Pipeline
from recognition_worker.settings import CameraSettings, Settings, token
from recognition_worker.sources.camera import Camera
from recognition_worker.sources.reader import Frame
from recognition_worker.spool.opening import open_disk
from recognition_worker.spool.outbox import Outbox
from recognition_worker.status import LONGEST_DETAIL, StatusBoard
from recognition_worker.tampering import Tampering
from recognition_worker.troubles import Trouble
from recognition_worker.wire import CameraStatus

PATIENCE_SECONDS = 3.0
"""How long the threads may take to stop before the process exits without them."""
END_SECONDS = 12.0
"""After this the process exits, whatever hangs: everything important is already on disk."""
_LOOK_EVERY = 0.2

log = structlog.get_logger()


class Worker:
    def __init__(self, settings: Settings, client: Client) -> None:
        self._settings = settings
        store = Store(settings.models.folder)
        self._engine = Engine.load(manifest.load(settings.models.manifest), store, settings.models)
        model = self._engine.embedder.model
        self._clock = client.clock
        self._outbox = Outbox(lambda: open_disk(settings), client.clock, settings.spool)
        gallery = Gallery(model.length)
        self._gallery = gallery
        self._courier = Courier(self._outbox, client, settings.fingerprint())
        self._poll = GalleryPoll(client, gallery, model.reference, settings.gallery_seconds)
        used = self._engine.used(self._engine.rules.good.distance)
        self._status = StatusBoard(client, gallery, used, settings.status_seconds, self.troubles)

    def troubles(self) -> list[Trouble]:
        """For the whole worker."""
        clock = self._clock.trouble
        return [*self._outbox.troubles(), *([clock] if clock else [])]

    def run(self, stop: Event) -> None:
        tasks = [self._poll.run, self._status.run, self._courier.run]
        tasks += [self._camera_task(camera) for camera in self._settings.camera]
        threads = [Thread(target=_guarded, args=(task, stop), daemon=True) for task in tasks]
        for thread in threads:
            thread.start()
        log.info("worker_started", cameras=len(self._settings.camera), alerts_waiting=self._outbox.waiting())
        end_metrics = self._serve_metrics()
        while not stop.is_set():  # without a lock that a signal handler would need
            sleep(_LOOK_EVERY)
        _end_in_time()
        end_metrics()
        self._courier.wake()
        until = monotonic() + PATIENCE_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - monotonic()))
        if self._outbox.in_memory():  # its last chance
            self._courier.round(self._clock.tick())
        self._status.close()
        self._outbox.close()
        log.info("worker_stopped")

    def _serve_metrics(self) -> Callable[[], None]:
        """A taken port must not keep cameras from being watched."""
        asked = self._settings.metrics
        if asked is not None:
            try:
                figures = metrics.Figures(self._status, self._outbox, self._gallery, self._clock)
                return metrics.serve(figures, asked.host, asked.port)
            except OSError as error:
                log.error("metrics_unavailable", port=asked.port, reason=error.strerror)  # noqa: TRY400 - one line
        return lambda: None

    def _camera_task(self, settings: CameraSettings) -> Callable[[Event], None]:
        unseen, wake = timedelta(minutes=self._settings.visit_minutes), self._courier.wake
        pipeline = Pipeline(settings.id, self._engine, self._gallery, self._outbox, self._clock, unseen, wake)
        tampering = Tampering(settings.id, self._outbox, self._clock, wake) if settings.fixed else None

        def take(frame: Frame) -> None:
            try:
                faces = pipeline.process(frame)
                if tampering is not None:
                    tampering.process(frame)
            except Exception:  # one bad frame must not stop a camera
                log.exception("frame_failed", camera_id=str(settings.id))
                return
            self._status.count(settings.id, faces, frame.skipped)

        camera = Camera(settings.url, settings.frames_per_second)
        return lambda stop: camera.run(
            stop, take, lambda state, detail: self._status.report(settings.id, state, detail)
        )


def _guarded(task: Callable[[Event], None], stop: Event) -> None:
    """A task that fails is restarted: the others would not notice that it is gone."""
    while not stop.is_set():
        try:
            task(stop)
        except Exception:
            log.exception("task_failed")
            stop.wait(1.0)


def _end_in_time() -> None:
    def end() -> None:
        log.error("worker_hangs", ended_after=END_SECONDS)
        faulthandler.dump_traceback(all_threads=True)
        os._exit(0)

    watchdog = Timer(END_SECONDS, end)
    watchdog.daemon = True
    watchdog.start()


def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    cv2.setNumThreads(1)  # cameras already share the cores
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    secret = token("SIPHA_WORKER_TOKEN", settings.api.token_file)
    with Client(settings.api.url, secret, settings.api.timeout_seconds) as client:
        try:
            worker = Worker(settings, client)
        except (ModelMissing, ModelTampered) as error:
            _tell_blind(settings, client, str(error))
            raise
        worker.run(stop)


def _tell_blind(settings: Settings, client: Client, reason: str) -> None:
    """Final report before exiting: otherwise the radio room would only see that the worker is silent."""
    with suppress(Refused, Unreachable):
        client.version()  # tells the time
    for camera in settings.camera:
        status = CameraStatus("not_matching", client.clock.now(), 0, 0, f"model missing: {reason}"[:LONGEST_DETAIL])
        with suppress(Refused, Unreachable):
            client.send_status(camera.id, status)

"""Wires everything of `sipha-worker run` together: one thread per camera, one each for the three errands."""

import signal
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import cv2
import structlog

from recognition_worker.client import Client
from recognition_worker.courier import Courier
from recognition_worker.engine import Engine
from recognition_worker.gallery import Gallery
from recognition_worker.gallery_poll import GalleryPoll
from recognition_worker.onnx import manifest
from recognition_worker.onnx.store import Store
from recognition_worker.pipeline import Pipeline
from recognition_worker.settings import CameraSettings, Settings, token
from recognition_worker.sources.camera import Camera
from recognition_worker.sources.reader import Frame
from recognition_worker.spool import Spool
from recognition_worker.status import StatusBoard
from recognition_worker.tampering import Tampering

SPOOL_FILE = "spool.sqlite"
PATIENCE_SECONDS = 3.0
"""How long a thread may take to end before the process ends without it."""

log = structlog.get_logger()


class Worker:
    def __init__(self, settings: Settings, client: Client) -> None:
        self._settings = settings
        store = Store(settings.models.folder)
        self._engine = Engine.load(manifest.load(settings.models.manifest), store, settings.models)
        model = self._engine.embedder.model
        self._spool = Spool(settings.state / SPOOL_FILE)
        gallery = Gallery(model.length)
        self._gallery = gallery
        self._courier = Courier(self._spool, client)
        self._poll = GalleryPoll(client, gallery, model.reference, settings.gallery_seconds)
        used = self._engine.used(self._engine.rules.good.distance)
        self._status = StatusBoard(client, gallery, used, settings.status_seconds)

    def run(self, stop: Event) -> None:
        tasks = [self._poll.run, self._status.run, self._courier.run]
        tasks += [self._camera_task(camera) for camera in self._settings.camera]
        threads = [Thread(target=_guarded, args=(task, stop), daemon=True) for task in tasks]
        for thread in threads:
            thread.start()
        log.info("worker_started", cameras=len(self._settings.camera), alerts_waiting=self._spool.waiting())
        stop.wait()
        self._courier.wake()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
        self._status.close()
        self._spool.close()
        log.info("worker_stopped")

    def _camera_task(self, settings: CameraSettings) -> Callable[[Event], None]:
        unseen = timedelta(minutes=self._settings.visit_minutes)
        pipeline = Pipeline(settings.id, self._engine, self._gallery, self._spool, unseen, self._courier.wake)

        tampering = Tampering(settings.id, self._spool, self._courier.wake) if settings.fixed else None

        def take(frame: Frame) -> None:
            try:
                faces = pipeline.process(frame)
                if tampering is not None:
                    tampering.process(frame)
            except Exception:  # one bad frame must not end a camera
                log.exception("frame_failed", camera_id=str(settings.id))
                return
            self._status.count(settings.id, faces)

        camera = Camera(settings.url, settings.frames_per_second)
        return lambda stop: camera.run(
            stop, take, lambda state, detail: self._status.report(settings.id, state, detail)
        )


def _guarded(task: Callable[[Event], None], stop: Event) -> None:
    """A task that breaks is begun again: the others would not notice that it is gone."""
    while not stop.is_set():
        try:
            task(stop)
        except Exception:
            log.exception("task_failed")
            stop.wait(1.0)


def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    cv2.setNumThreads(1)  # cameras share the cores as it is
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    secret = token("SIPHA_WORKER_TOKEN", settings.api.token_file)
    with Client(settings.api.url, secret, settings.api.timeout_seconds) as client:
        Worker(settings, client).run(stop)

"""The enroller: turns watchlist pictures into templates, or says why a picture is unusable."""

import base64
import signal
from threading import Event
from typing import NamedTuple

import cv2
import numpy as np
import structlog

from recognition_worker.client import Client, Refused, Unreachable
from recognition_worker.engine import Engine
from recognition_worker.onnx import manifest
from recognition_worker.onnx.store import Store
from recognition_worker.settings import Settings, token
from recognition_worker.steps import quality
from recognition_worker.steps.faces import Detection, FloatArray, Image
from recognition_worker.wire import Enrolment, Problem, Template

LONGEST_SIDE = 1600
LARGEST_PIXELS = 64_000_000
BYSTANDER = 0.5
"""A second face at least this large, as a share of the first one's side, makes the picture ambiguous."""
POLL_SECONDS, LONGEST_PAUSE = 2.0, 30.0

log = structlog.get_logger()


class Enrolled(NamedTuple):
    template: FloatArray
    quality: float


def enrol(picture: bytes, engine: Engine) -> Enrolled | Problem:
    """A template from the one face of a picture."""
    image = read(picture)
    if image is None:
        return "not_a_picture"
    face = the_face(engine.detector(image))
    if not isinstance(face, Detection):
        return face
    points = engine.landmarks(image, face.box)
    chip = engine.embedder.chip(image, points)
    view = quality.measure(chip, points, face)
    if not quality.GOOD.passes(view):
        return "poor_quality"
    return Enrolled(engine.embedder(chip, mirrored=True), round(view.weight, 3))


def read(picture: bytes) -> Image | None:
    """Upright, at most 1600 px a side; None if it is not a picture, or would exhaust memory."""
    if not picture:
        return None
    try:
        image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    if image is None or image.shape[0] * image.shape[1] > LARGEST_PIXELS:
        return None
    scale = LONGEST_SIDE / max(image.shape[:2])
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return image.astype(np.uint8, copy=False)


def the_face(found: list[Detection]) -> Detection | Problem:
    """The only face, or the one next to which all others are small."""
    by_size = sorted(found, key=lambda face: face.box.side, reverse=True)
    if not by_size:
        return "no_face"
    if len(by_size) > 1 and by_size[1].box.side >= BYSTANDER * by_size[0].box.side:
        return "several_faces"
    return by_size[0]


class Enroller:
    def __init__(self, engine: Engine, client: Client) -> None:
        self._engine, self._client = engine, client
        self._model = engine.embedder.model.reference

    def round(self) -> int:
        """Processes what is waiting; returns how many were done. Raises `Unreachable` or `Refused` if nothing can be
        done."""
        done = 0
        for enrolment in self._client.enrolments(self._model):
            try:
                self._one(enrolment)
                done += 1
            except Refused as refusal:  # withdrawn meanwhile, or done by another enroller
                if refusal.not_allowed:
                    raise
                log.warning("enrolment_skipped", picture_id=str(enrolment.picture_id), reason=str(refusal))
        return done

    def _one(self, enrolment: Enrolment) -> None:
        result = enrol(self._client.picture(enrolment.picture_id), self._engine)
        if isinstance(result, Enrolled):
            vector = base64.b64encode(result.template.astype("<f4").tobytes()).decode("ascii")
            answer = Template(self._model, quality=result.quality, template=vector)
        else:
            answer = Template(self._model, problem=result)
        self._client.send_template(enrolment.picture_id, answer)
        log.info("picture_enrolled", picture_id=str(enrolment.picture_id), problem=answer.problem)


def run(settings: Settings, once: bool) -> int:
    """Runs until SIGTERM or SIGINT, or for one round; returns the exit code."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    secret = token("SIPHA_ENROLLER_TOKEN", settings.api.enroller_token_file)
    chosen = settings.models
    engine = Engine.load(manifest.load(chosen.manifest), Store(chosen.folder), chosen, chosen.enrolment_detector)
    with Client(settings.api.url, secret, settings.api.timeout_seconds) as client:
        enroller, pause = Enroller(engine, client), POLL_SECONDS
        while not stop.is_set():
            try:
                enroller.round()
                pause = POLL_SECONDS
            except (Refused, Unreachable) as error:
                log.warning("enrolments_unavailable", reason=str(error))
                if once:
                    return 1
                pause = min(LONGEST_PAUSE, pause * 2)
            if once:
                return 0
            stop.wait(pause)
    return 0

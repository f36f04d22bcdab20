"""The demo's clip: a swivelling camera scans a room, finds two bystanders and then the wanted person.

Made from one picture of the face-api package (`scene` in the manifest); another picture of the same
person (`enrolment`) goes into the watchlist. Nobody is enrolled from the clip's own picture.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from recognition_worker.onnx import manifest
from recognition_worker.onnx.session import Image
from recognition_worker.onnx.store import Store

SIZE = (1280, 720)
RATE = 12
NOISE = 2.0
"""Sensor noise in grey levels, so that no two frames are equal."""


class Look(NamedTuple):
    """At `second` the camera looks at the middle (x, y) of a window `width` px wide of the 1920×1280 picture."""

    second: float
    x: float
    y: float
    width: float


PATH = (
    Look(0.0, 290, 138, 480),  # an empty corner
    Look(1.5, 290, 138, 480),
    Look(3.0, 760, 560, 1250),  # two bystanders
    Look(4.5, 780, 560, 1240),
    Look(6.5, 1290, 480, 1240),  # one of them, and the wanted person
    Look(9.5, 1360, 440, 1100),
    Look(11.0, 1750, 92, 320),  # empty again
)
EMPTY_SECONDS = 4.0


def window(second: float) -> Look:
    """Where the camera looks, gliding from one keyframe to the next."""
    seconds = [look.second for look in PATH]
    at = min(max(second, seconds[0]), seconds[-1])
    after = next(index for index, value in enumerate(seconds) if value >= at)
    if after == 0:
        return PATH[0]
    start, end = PATH[after - 1], PATH[after]
    share = (at - start.second) / (end.second - start.second)
    eased = share * share * (3 - 2 * share)
    return Look(at, *(a + (b - a) * eased for a, b in zip(start[1:], end[1:], strict=True)))


def frame(scene: Image, second: float, noise: np.random.Generator) -> Image:
    look = window(second)
    scale = SIZE[0] / look.width
    into = np.array([[scale, 0, SIZE[0] / 2 - look.x * scale], [0, scale, SIZE[1] / 2 - look.y * scale]], np.float32)
    picture = cv2.warpAffine(scene, into, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    grain = noise.normal(0, NOISE, (SIZE[1], SIZE[0], 1)).astype(np.float32)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def make(store: Store, empty_seconds: float = EMPTY_SECONDS) -> Path:
    """An H.264 file in the model folder, created once; raises `ModelMissing` without the package."""
    picture = manifest.load().find_picture("scene")
    name = hashlib.sha256(f"{picture.sha256}{PATH}{SIZE}{RATE}{NOISE}{empty_seconds}".encode()).hexdigest()[:12]
    target = store.folder / "sample" / name / "sample.mp4"
    if not target.is_file():
        scene = cv2.imdecode(np.frombuffer(store.read(picture), np.uint8), cv2.IMREAD_COLOR)
        if scene is None:
            raise ValueError("the scene is no picture")
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"partial-{os.getpid()}.mp4")  # two processes may make it at once
        encode(scene.astype(np.uint8, copy=False), partial, PATH[-1].second + empty_seconds)
        partial.replace(target)
    return target


def encode(scene: Image, target: Path, seconds: float) -> None:
    """No B-frames and a key frame every second, as cameras send them."""
    import av

    noise = np.random.default_rng(15)
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23", "bf": "0", "g": str(RATE), "threads": "1"}
        for number in range(round(seconds * RATE)):
            image = av.VideoFrame.from_ndarray(frame(scene, number / RATE, noise), format="bgr24")
            container.mux(stream.encode(image))
        container.mux(stream.encode(None))

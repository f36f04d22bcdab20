"""The picture that the demo's watchlist entry is enrolled from: one person cut out of a group."""

from pathlib import Path

import cv2
import numpy as np

from recognition_worker.onnx import manifest
from recognition_worker.onnx.session import Image
from recognition_worker.onnx.store import Store

LEFT, TOP, RIGHT, BOTTOM = 1010, 90, 1440, 620
"""In px of the 1920×1350 picture: the woman in the middle, without her neighbours' faces."""


def crop(store: Store) -> Image:
    """Raises `ModelMissing` without the package."""
    content = store.read(manifest.load().find_picture("enrolment"))
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("the picture cannot be read")
    return image[TOP:BOTTOM, LEFT:RIGHT].astype(np.uint8, copy=False)


def write(store: Store, target: Path) -> None:
    done, encoded = cv2.imencode(".jpg", crop(store), [cv2.IMWRITE_JPEG_QUALITY, 92])
    if not done:
        raise ValueError("the picture cannot be written")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(encoded.tobytes())

"""Finds faces in a frame."""

import cv2
import numpy as np

from recognition_worker.onnx.session import Session, as_input
from recognition_worker.steps import decode
from recognition_worker.steps.faces import Box, Detection, FloatArray, Image

OVERLAP = 0.4
"""IoU above which two boxes are the same face."""


class Detector:
    def __init__(self, session: Session, threshold: float | None = None, width: int | None = None) -> None:
        """`width`: px that the longer side of a frame is scaled to; smaller is faster and misses small faces."""
        self._session = session
        self._threshold = session.model.threshold if threshold is None else threshold
        self._width = width or session.model.input.width

    def __call__(self, frame: Image) -> list[Detection]:
        """Best first; boxes in px of `frame`."""
        padded, scale = preprocess(frame, self._width, self._session.model.input.multiple_of)
        outputs = self._session.run(as_input(padded, self._session.model))
        read = decode.READERS[self._session.model.reading]
        return postprocess(*read(outputs, self._threshold, padded.shape[1]), scale)


def preprocess(frame: Image, width: int, multiple: int) -> tuple[Image, float]:
    """The frame scaled so that its longer side is `width`, padded with black on the right and below to the multiple."""
    height, wide = frame.shape[:2]
    scale = width / max(height, wide)
    new_w, new_h = max(1, round(wide * scale)), max(1, round(height * scale))
    if scale != 1:
        shrink = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        frame = cv2.resize(frame, (new_w, new_h), interpolation=shrink).astype(np.uint8, copy=False)
    padded = np.zeros((-(-new_h // multiple) * multiple, -(-new_w // multiple) * multiple, 3), np.uint8)
    padded[:new_h, :new_w] = frame
    return padded, scale


def postprocess(corners: FloatArray, scores: FloatArray, scale: float) -> list[Detection]:
    kept = decode.suppress(corners, scores, OVERLAP)
    found: list[Detection] = []
    for index in kept:
        x0, y0, x1, y1 = (float(value) / scale for value in corners[index])
        if x1 > x0 and y1 > y0:
            found.append(Detection(Box(x0, y0, x1 - x0, y1 - y0), float(scores[index])))
    return found

"""Five points of a face, for alignment."""

import cv2
import numpy as np

from recognition_worker.onnx.session import Session, as_input
from recognition_worker.steps.faces import Box, FloatArray, Image, Points

EYES, NOSE_TIP, MOUTH_CORNERS = (slice(36, 42), slice(42, 48)), 30, (48, 54)


class Landmarks:
    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, frame: Image, box: Box) -> Points:
        """In px of `frame`."""
        crop = preprocess(frame, box, self._session.model.input.width)
        shares = self._session.run(as_input(crop, self._session.model))[0][0]
        return postprocess(shares, box)


def preprocess(frame: Image, box: Box, side: int) -> Image:
    """The square around the box's centre, with its longer side; black outside the frame."""
    scale = side / box.side
    left, top = (middle - box.side / 2 for middle in box.middle)
    into = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]], np.float32)
    smooth = cv2.INTER_AREA if box.side > 2 * side else cv2.INTER_LINEAR
    return cv2.warpAffine(frame, into, (side, side), flags=smooth).astype(np.uint8, copy=False)


def postprocess(shares: FloatArray, box: Box) -> Points:
    """68 points as shares of the square's side → the five for alignment."""
    origin = np.array([middle - box.side / 2 for middle in box.middle], np.float32)
    points = shares * np.float32(box.side) + origin
    eyes = [points[eye].mean(axis=0) for eye in EYES]
    return np.stack([*eyes, points[NOSE_TIP], *(points[corner] for corner in MOUTH_CORNERS)]).astype(np.float32)

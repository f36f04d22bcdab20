"""Detects frames in which nothing moves, so that they need not be searched. About 0.1 ms a frame."""

import cv2
import numpy as np

from recognition_worker.steps.faces import FloatArray, Image

THUMBNAIL = (160, 90)
CHANGE = 12.0
"""Grey levels that a pixel must change by; above a camera's noise after blurring."""
SHARE = 0.002
"""Share of the thumbnail that must change: about a face of 24 px in a 720p frame."""
LEARN = 0.05


def thumbnail(frame: Image) -> Image:
    """160×90 in colour: the input for motion and cut detection."""
    return cv2.resize(frame, THUMBNAIL, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


class Motion:
    """Compares with a slowly learned background; the first frame counts as motion."""

    def __init__(self) -> None:
        self._background: FloatArray | None = None

    def __call__(self, small: Image) -> bool:
        grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0).astype(np.float32)
        if self._background is None:
            self._background = grey
            return True
        changed = float((np.abs(grey - self._background) > CHANGE).mean())
        self._background = (self._background + LEARN * (grey - self._background)).astype(np.float32)
        return changed > SHARE

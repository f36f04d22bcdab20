"""Tells a scene change (another camera angle, a switched feed) from movement. About 0.2 ms a frame."""

import cv2
import numpy as np

from recognition_worker.steps.faces import FloatArray, Image

COLOURS_APART = 0.30
"""Bhattacharyya distance of the hue and saturation histograms."""
PIXELS_APART = 20.0
"""Mean absolute difference in grey levels. A cut needs both: flashes and crowds have only one."""


class Cuts:
    def __init__(self) -> None:
        self._before: tuple[Image, FloatArray] | None = None

    def __call__(self, small: Image) -> bool:
        """Whether this thumbnail shows a different scene from the previous one."""
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
        hsv = cv2.cvtColor(small, cv2.COLOR_BGR2HSV)
        colours = cv2.calcHist([hsv], [0, 1], None, [16, 8], [0, 180, 0, 256])
        colours = (colours / max(float(colours.sum()), 1.0)).astype(np.float32)
        before, self._before = self._before, (grey, colours)
        if before is None:
            return False
        apart = cv2.compareHist(colours, before[1], cv2.HISTCMP_BHATTACHARYYA)
        return apart > COLOURS_APART and float(cv2.absdiff(grey, before[0]).mean()) > PIXELS_APART

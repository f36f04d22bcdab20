"""What the steps hand to each other."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recognition_worker.onnx.session import FloatArray, Image

__all__ = ["Box", "Detection", "FloatArray", "Image", "IntArray", "Points"]

IntArray = NDArray[np.intp]
Points = FloatArray
"""5,2 px: eye, eye (the image's left one first), nose tip, mouth corner, mouth corner."""


class Box(NamedTuple):
    """Left, top, width, height in px of the frame; may reach outside it."""

    x: float
    y: float
    w: float
    h: float

    @property
    def side(self) -> float:
        return max(self.w, self.h)

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    def moved(self, dx: float, dy: float) -> "Box":
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def overlap(self, other: "Box") -> float:
        """Intersection over union, 0..1."""
        wide = min(self.x + self.w, other.x + other.w) - max(self.x, other.x)
        high = min(self.y + self.h, other.y + other.h) - max(self.y, other.y)
        shared = max(0.0, wide) * max(0.0, high)
        total = self.w * self.h + other.w * other.h - shared
        return shared / total if total > 0 else 0.0


class Detection(NamedTuple):
    box: Box
    score: float

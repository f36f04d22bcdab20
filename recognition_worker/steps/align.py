"""Rotates and scales a face so that its five points lie where the embedder expects them."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition_worker.steps.faces import FloatArray, Image, Points

# dlib: median of the points in dlib's own 150 px chips (padding 0.25). arcface: insightface, 112 px.
TEMPLATES: dict[str, tuple[int, Points]] = {
    "dlib": (
        150,
        np.array(
            [[45.103, 43.801], [102.652, 42.537], [72.293, 77.017], [49.413, 100.493], [98.721, 99.196]], np.float32
        ),
    ),
    "arcface": (
        112,
        np.array(
            [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]],
            np.float32,
        ),
    ),
}


def align(frame: Image, points: Points, template: Literal["dlib", "arcface"], side: int) -> Image:
    """A square chip of `side` px, black where the frame ends."""
    drawn_for, target = TEMPLATES[template]
    into = similarity(points, target * np.float32(side / drawn_for))
    return cv2.warpAffine(frame, into, (side, side)).astype(np.uint8, copy=False)


def similarity(source: Points, target: Points) -> FloatArray:
    """2×3 matrix of rotation, uniform scale and shift that best maps `source` onto `target`.

    Least squares after Umeyama, PAMI 13(4), 1991; no reflection.
    """
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    centred = source - source_mean
    covariance: NDArray[np.float64] = (target - target_mean).T.astype(np.float64) @ centred / len(source)
    u, stretch, vt = np.linalg.svd(covariance)
    sign = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt)) or 1.0])
    variance = float(np.square(centred).sum()) / len(source)
    scale = float((stretch * sign).sum()) / max(variance, 1e-9)
    rotation = scale * (u * sign) @ vt
    shift = target_mean - rotation @ source_mean
    return np.column_stack([rotation, shift]).astype(np.float32)

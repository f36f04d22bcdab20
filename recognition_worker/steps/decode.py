"""Turns detector outputs into boxes. Pure: arrays in, arrays out, in px of the network's input."""

from collections.abc import Callable

import cv2
import numpy as np

from recognition_worker.onnx.manifest import Reading
from recognition_worker.steps.faces import FloatArray, IntArray

Boxes = tuple[FloatArray, FloatArray]
"""N,4 corners x0 y0 x1 y1 and N scores, all above the threshold."""

CENTERFACE_CELL = 4
YUNET_STRIDES = (8, 16, 32)


def boxes(outputs: list[FloatArray], threshold: float, _width: int) -> Boxes:
    """Already decoded by the graph: corners 1,N,4 and scores 1,N."""
    corners, scores = outputs[0][0], outputs[1][0]
    chosen = scores > threshold
    return corners[chosen], scores[chosen]


def centerface(outputs: list[FloatArray], threshold: float, _width: int) -> Boxes:
    """Heat of face centres on a grid of 4 px, log of height and width, offset of the centre (y first)."""
    heat, size, offset = outputs[0][0, 0], outputs[1][0], outputs[2][0]
    rows, columns = np.nonzero(heat > threshold)
    high, wide = np.exp(size[:, rows, columns]) * CENTERFACE_CELL
    y = (rows + offset[0, rows, columns] + 0.5) * CENTERFACE_CELL
    x = (columns + offset[1, rows, columns] + 0.5) * CENTERFACE_CELL
    corners = np.stack([x - wide / 2, y - high / 2, x + wide / 2, y + high / 2], axis=1)
    return corners.astype(np.float32), heat[rows, columns]


def yunet(outputs: list[FloatArray], threshold: float, width: int) -> Boxes:
    """Per stride 8, 16, 32: cls, obj, bbox (outputs in the order cls ×3, obj ×3, bbox ×3)."""
    found: list[FloatArray] = []
    scores: list[FloatArray] = []
    for level, stride in enumerate(YUNET_STRIDES):
        face, present, shape = (outputs[level + 3 * part][0] for part in range(3))
        score = np.sqrt(np.clip(face[:, 0], 0, 1) * np.clip(present[:, 0], 0, 1))
        cells = np.nonzero(score > threshold)[0]
        columns = width // stride
        centre = (np.stack([cells % columns, cells // columns], axis=1) + shape[cells, :2]) * stride
        half = np.exp(shape[cells, 2:]) * stride / 2
        found.append(np.concatenate([centre - half, centre + half], axis=1).astype(np.float32))
        scores.append(score[cells])
    return np.concatenate(found), np.concatenate(scores)


READERS: dict[Reading, Callable[[list[FloatArray], float, int], Boxes]] = {
    "boxes": boxes,
    "centerface": centerface,
    "yunet": yunet,
}


def suppress(corners: FloatArray, scores: FloatArray, overlap: float) -> IntArray:
    """Non-maximum suppression: indices kept after dropping the weaker of two boxes overlapping by more than `overlap`
    (IoU); best first."""
    sizes = corners[:, 2:] - corners[:, :2]
    boxes = np.hstack((corners[:, :2], sizes)).tolist()
    return np.asarray(cv2.dnn.NMSBoxes(boxes, scores.tolist(), 0.0, overlap), dtype=np.intp).reshape(-1)

"""The picture for human comparison: one face with a margin, and nobody else's."""

import cv2
import numpy as np

from recognition_worker.steps.faces import Box, Image

LIMIT = 256 * 1024
MARGIN = 0.6
"""Margin on each side, as a share of the face's side: hair, ears and shoulders help a person compare."""
LONGEST = 512
BLOCKS = 6


def completeness(frame: Image, face: Box) -> float:
    """0..1: how much of the face with its margin lies inside the frame."""
    side = face.side * (1 + 2 * MARGIN)
    middle_x, middle_y = face.middle
    height, width = frame.shape[:2]
    wide = min(width, middle_x + side / 2) - max(0.0, middle_x - side / 2)
    high = min(height, middle_y + side / 2) - max(0.0, middle_y - side / 2)
    return max(0.0, wide) * max(0.0, high) / side**2


def crop(frame: Image, face: Box, others: list[Box]) -> Image:
    """A copy with bystanders' faces made unrecognisable: they matched nobody and must not be sent."""
    reach = face.side * (0.5 + MARGIN)
    middle_x, middle_y = face.middle
    height, width = frame.shape[:2]
    left, top = max(0, round(middle_x - reach)), max(0, round(middle_y - reach))
    right, bottom = min(width, round(middle_x + reach)), min(height, round(middle_y + reach))
    picture = frame[top:bottom, left:right].copy()
    kept = _pixels(face.moved(-left, -top), picture, 0.0)
    own = picture[kept].copy()
    for other in others:
        hidden = _pixels(other.moved(-left, -top), picture, 0.15)
        if picture[hidden].size:
            picture[hidden] = _coarse(picture[hidden])
    picture[kept] = own
    return picture


def jpeg(picture: Image) -> bytes:
    """At most 256 KiB and 512 px a side."""
    longest = max(picture.shape[:2])
    if longest > LONGEST:
        scale = LONGEST / longest
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)
    for quality in (90, 75, 50, 25):
        done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if done and len(encoded) <= LIMIT:
            return encoded.tobytes()
    raise ValueError(f"a picture of {picture.shape} does not fit into {LIMIT} bytes")


def _pixels(box: Box, picture: Image, margin: float) -> tuple[slice, slice]:
    height, width = picture.shape[:2]
    grow_x, grow_y = box.w * margin, box.h * margin
    rows = slice(min(height, max(0, int(box.y - grow_y))), min(height, max(0, int(box.y + box.h + grow_y))))
    columns = slice(min(width, max(0, int(box.x - grow_x))), min(width, max(0, int(box.x + box.w + grow_x))))
    return rows, columns


def _coarse(area: Image) -> Image:
    height, width = area.shape[:2]
    few = cv2.resize(area, (min(BLOCKS, width), min(BLOCKS, height)), interpolation=cv2.INTER_AREA)
    return cv2.resize(few, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.uint8)

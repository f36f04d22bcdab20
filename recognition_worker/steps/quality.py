"""How much a single view of a face is worth. Views that are too poor are not compared at all."""

from typing import NamedTuple

import cv2
import numpy as np

from recognition_worker.steps.faces import Detection, Image, Points


class Quality(NamedTuple):
    """`width` px in the frame; `light`, `contrast` 0..255 and `sharpness` (variance of the Laplacian) of the chip;
    `turn`: the nose's offset from the midpoint of the eyes, in eye distances; `frontal`: eye distance over eye to
    mouth."""

    width: float
    score: float
    light: float
    contrast: float
    sharpness: float
    turn: float
    frontal: float

    @property
    def weight(self) -> float:
        """0..1: how much this view counts in a mean."""
        size, focus = min(self.width, 112) / 112, min(self.sharpness, 600) / 600
        return size * focus * max(0.05, 1 - 2 * self.turn)


class Gate(NamedTuple):
    """What a view must reach. The figures come from 80 portraits of 23 people."""

    width: float
    score: float
    light: tuple[float, float]
    contrast: float
    sharpness: float
    turn: float
    frontal: float

    def passes(self, view: Quality) -> bool:
        return (
            view.width >= self.width
            and view.score >= self.score
            and self.light[0] <= view.light <= self.light[1]
            and view.contrast >= self.contrast
            and view.sharpness >= self.sharpness
            and view.turn <= self.turn
            and view.frontal >= self.frontal
        )


GOOD = Gate(width=36, score=0.4, light=(35, 230), contrast=18, sharpness=60, turn=0.38, frontal=0.55)
WEAK = Gate(width=22, score=0.4, light=(30, 235), contrast=16, sharpness=8, turn=9.0, frontal=0.2)
"""In profile, small or soft: counts only together with others, and only as a possible match."""


def measure(chip: Image, points: Points, detection: Detection) -> Quality:
    """`chip`: the aligned face; `points`: where its five points lie in the frame."""
    side = chip.shape[0]
    inner = chip[side // 6 : side * 5 // 6, side // 6 : side * 5 // 6]
    grey = cv2.cvtColor(inner, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (64, 64), interpolation=cv2.INTER_AREA)
    between = points[1] - points[0]
    eyes = float(np.linalg.norm(between)) + 1e-6
    nose = float((points[2] - points[0]) @ between) / eyes**2
    to_mouth = (points[3] + points[4]) / 2 - (points[0] + points[1]) / 2
    return Quality(
        width=detection.box.w,
        score=detection.score,
        light=float(grey.mean()),
        contrast=float(grey.std()),
        sharpness=float(cv2.Laplacian(small, cv2.CV_32F).var()),
        turn=abs(nose - 0.5),
        frontal=eyes / (float(np.linalg.norm(to_mouth)) + 1e-6),
    )

"""Notices when a camera is covered, blurred, turned away or frozen. About 0.5 ms a frame."""

from typing import Literal, NamedTuple

import cv2
import numpy as np

from recognition_worker.steps.faces import FloatArray, Image

Trouble = Literal["covered", "blurred", "turned", "frozen"]

WARM_UP_FRAMES = 100
HOLD_SECONDS = 3.0
"""How long a trouble must last: a lorry in front of the lens does not count."""
FROZEN_SECONDS = 5.0
SAME_PICTURE = 0.01
"""Mean difference in grey levels below which two frames are identical: every live camera has noise."""
LEARN_PICTURE, LEARN_LEVEL = 0.01, 0.005


class Measures(NamedTuple):
    """Of one frame: `contrast` (standard deviation of grey), `sharpness` (of the Laplacian, by contrast)."""

    contrast: float
    sharpness: float


class Health:
    """One fixed camera; a swivelling one would seem turned away all the time, so it must not be checked."""

    def __init__(self) -> None:
        self._warm: list[Measures] = []
        self._usual: Measures | None = None
        self._background: FloatArray | None = None
        self._before: Image | None = None
        self._moved_at = 0.0
        self._since: dict[Trouble, float] = {}

    def __call__(self, frame: Image, now: float) -> set[Trouble]:
        """Troubles that have lasted long enough at `now` (monotonic seconds)."""
        middle = cv2.cvtColor(cv2.resize(frame, (320, 180)), cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
        small = cv2.resize(middle, (160, 90), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        if self._before is None or float(cv2.absdiff(small, self._before).mean()) >= SAME_PICTURE:
            self._moved_at = now
        self._before = small
        measures = _measure(small, middle)
        if self._usual is None or self._background is None:
            self._learn_first(small, measures)
            return set()
        seen = self._judge(small, measures, self._usual, self._background)
        if seen is None:
            self._learn(small, measures, self._usual, self._background)
        self._since = {seen: self._since.get(seen, now)} if seen else {}
        found: set[Trouble] = {what for what, since in self._since.items() if now - since >= HOLD_SECONDS}
        if now - self._moved_at >= FROZEN_SECONDS:
            found.add("frozen")
        return found

    def _learn_first(self, small: Image, measures: Measures) -> None:
        self._warm.append(measures)
        grey = small.astype(np.float32)
        before = grey if self._background is None else self._background
        self._background = (before + (grey - before) / len(self._warm)).astype(np.float32)
        if len(self._warm) >= WARM_UP_FRAMES:
            contrast, sharpness = np.median(np.array(self._warm), axis=0)
            self._usual = Measures(float(contrast), float(sharpness))
            self._warm.clear()

    def _judge(self, small: Image, now: Measures, usual: Measures, background: FloatArray) -> Trouble | None:
        likeness = _likeness(_details(small.astype(np.float32)), _details(background))
        focus = now.sharpness / max(usual.sharpness, 1e-6)
        faint = now.contrast < 0.35 * usual.contrast
        if now.contrast < 3 or (faint and (likeness < 0.4 or focus < 0.5)):
            return "covered"
        if likeness < 0.4:
            return "turned"
        return "blurred" if focus < 0.6 else None

    def _learn(self, small: Image, now: Measures, usual: Measures, background: FloatArray) -> None:
        """Adapts to daylight; learns only from a healthy picture."""
        self._background = (background + LEARN_PICTURE * (small - background)).astype(np.float32)
        self._usual = Measures(*(old + LEARN_LEVEL * (new - old) for old, new in zip(usual, now, strict=True)))


def _measure(small: Image, middle: Image) -> Measures:
    contrast = float(small.std())
    edges = float(cv2.Laplacian(middle, cv2.CV_16S).std())
    return Measures(contrast, edges / (contrast + 4))


def _details(grey: FloatArray) -> FloatArray:
    return (grey - cv2.GaussianBlur(grey, (0, 0), 4)).astype(np.float32)


def _likeness(one: FloatArray, other: FloatArray) -> float:
    """Normalised cross-correlation, -1..1."""
    return float((one * other).sum() / (np.sqrt((one * one).sum() * (other * other).sum()) + 1e-6))

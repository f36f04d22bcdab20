"""Follows faces from frame to frame, so that one person's views are judged together and never two people's."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

import numpy as np

from recognition_worker.steps.faces import Box, Detection, FloatArray
from recognition_worker.steps.quality import GOOD, WEAK, Quality

SAME_PLACE = 0.25
"""Minimum IoU with the predicted box for a detection to belong to a track."""
SURE_PLACE = 0.5
"""Below this, or after a gap, position alone is not trusted: the face is compared too."""
FORGET_SECONDS = 2.5
DOUBT_SECONDS = 1.0
KEPT_VIEWS = 12
ENOUGH_VIEWS = 8
"""Good views without a match after which a face counts as unknown and is rarely checked."""
SELDOM_SECONDS = 3.0
POOR_VIEW_SECONDS = 0.4


class View(NamedTuple):
    embedding: FloatArray
    quality: Quality

    @property
    def good(self) -> bool:
        return GOOD.passes(self.quality)


Look = Callable[[Detection], View]
"""Embeds a detected face of the current frame: the costly part."""


class Track:
    """One face for as long as it stays in the picture. Lives in memory only."""

    def __init__(self, number: int, detection: Detection, now: float) -> None:
        self.number = number
        self.box = detection.box
        self.seen_at = now
        self.views: list[View] = []
        self.looked = 0
        self.matched: set[UUID] = set()
        self._speed = (0.0, 0.0)
        self._look_at = now

    @property
    def good_views(self) -> list[View]:
        return [view for view in self.views if view.good]

    @property
    def undecided(self) -> bool:
        """While this holds, no frame may be skipped."""
        return not self.matched and self.looked < ENOUGH_VIEWS

    def expected(self, now: float) -> Box:
        passed = now - self.seen_at
        return self.box.moved(self._speed[0] * passed, self._speed[1] * passed)

    def due(self, now: float) -> bool:
        return now >= self._look_at

    def moved_to(self, box: Box, now: float) -> None:
        """Speeds in px/s, smoothed over two steps."""
        passed = max(now - self.seen_at, 1e-3)
        fresh = tuple((new - old) / passed for new, old in zip(box.middle, self.box.middle, strict=True))
        self._speed = (0.5 * self._speed[0] + 0.5 * fresh[0], 0.5 * self._speed[1] + 0.5 * fresh[1])
        self.box, self.seen_at = box, now

    def add(self, view: View, now: float) -> None:
        """Keeps the best views; ones that are too poor only delay the next check."""
        if not WEAK.passes(view.quality):
            self._look_at = now + POOR_VIEW_SECONDS
            return
        self.looked += 1
        self._look_at = now if self.undecided else now + SELDOM_SECONDS
        self.views.append(view)
        if len(self.views) > KEPT_VIEWS:
            self.views.remove(min(self.views, key=lambda kept: kept.quality.weight))


def template(views: list[View]) -> FloatArray:
    """Mean of the embeddings, each weighted by the quality of its view."""
    weights = np.array([[view.quality.weight] for view in views], np.float32)
    vectors = np.stack([view.embedding for view in views])
    return ((vectors * weights).sum(axis=0) / max(float(weights.sum()), 1e-9)).astype(np.float32)


class Seen(NamedTuple):
    """A track in this frame; `view` if its face was embedded."""

    track: Track
    detection: Detection
    view: View | None


class Tracker:
    """One camera's tracks. Times are seconds of a clock that never jumps."""

    def __init__(self, same_face: float) -> None:
        """`same_face`: L2 distance beyond which a view is not the track's person."""
        self._tracks: list[Track] = []
        self._same_face = same_face
        self._next = 1

    @property
    def undecided(self) -> bool:
        return any(track.undecided for track in self._tracks)

    @property
    def empty(self) -> bool:
        return not self._tracks

    @property
    def numbers(self) -> set[int]:
        return {track.number for track in self._tracks}

    def forget(self) -> None:
        """After a cut nobody is where they were."""
        self._tracks.clear()

    def tick(self, now: float) -> None:
        """Ends tracks that have not been seen for a while."""
        self._tracks = [track for track in self._tracks if now - track.seen_at <= FORGET_SECONDS]

    def step(self, detections: list[Detection], look: Look, now: float) -> list[Seen]:
        self.tick(now)
        seen: list[Seen] = []
        taken: set[int] = set()
        for track, index in _pairs(self._tracks, detections, now):
            if index in taken or any(track is done.track for done in seen):
                continue
            joined = self._join(track, detections[index], look, now)
            if joined is not None:
                taken.add(index)
                seen.append(joined)
        for index, detection in enumerate(detections):
            if index not in taken:
                seen.append(self._begin(detection, look, now))
        return seen

    def _join(self, track: Track, detection: Detection, look: Look, now: float) -> Seen | None:
        """None if another person is where the track was: the track then ends."""
        sure = track.expected(now).overlap(detection.box) >= SURE_PLACE and now - track.seen_at <= DOUBT_SECONDS
        view = look(detection) if track.due(now) or (track.views and not sure) else None
        if view is not None and track.views and WEAK.passes(view.quality):
            apart = float(np.linalg.norm(view.embedding - template(track.views)))
            if apart > self._same_face:
                self._tracks = [other for other in self._tracks if other is not track]
                return None
        track.moved_to(detection.box, now)
        if view is not None:
            track.add(view, now)
        return Seen(track, detection, view)

    def _begin(self, detection: Detection, look: Look, now: float) -> Seen:
        track = Track(self._next, detection, now)
        self._next += 1
        self._tracks.append(track)
        view = look(detection) if detection.box.w >= WEAK.width else None
        if view is not None:
            track.add(view, now)
        return Seen(track, detection, view)


def _pairs(tracks: list[Track], detections: list[Detection], now: float) -> list[tuple[Track, int]]:
    """Overlapping tracks and detections, closest first."""
    overlaps = [
        (track.expected(now).overlap(detection.box), track, index)
        for track in tracks
        for index, detection in enumerate(detections)
    ]
    near = [pair for pair in overlaps if pair[0] >= SAME_PLACE]
    near.sort(key=lambda pair: pair[0], reverse=True)
    return [(track, index) for _, track, index in near]

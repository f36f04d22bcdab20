"""One camera's way from a frame to an alert in the outbox."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import structlog

from recognition_worker.clock import Clock
from recognition_worker.engine import Engine
from recognition_worker.gallery import Gallery
from recognition_worker.sources.reader import Frame
from recognition_worker.spool.outbox import Outbox
from recognition_worker.steps import match, snapshot
from recognition_worker.steps.cut import Cuts
from recognition_worker.steps.faces import Image
from recognition_worker.steps.match import Match
from recognition_worker.steps.motion import Motion, thumbnail
from recognition_worker.steps.track import Seen, Track, Tracker, template
from recognition_worker.visits import Visit
from recognition_worker.wire import Alert

SEARCH_STILL_SECONDS = 2.0
"""How often to search a frame even if nothing moves and nobody is undecided."""
SEARCH_KNOWN_SECONDS = 0.45
"""How often to search while everyone in the picture has been decided on."""
SHOT_KEPT_SECONDS = 10.0
"""Only recent pictures compete: an alert shows the present, not minutes ago."""
WEAK_NOTE = "possible only: small, dark or turned away"

log = structlog.get_logger()


class Shot(NamedTuple):
    """The best view of a face so far. In memory only, discarded with its track."""

    weight: float
    picture: Image
    tick: float


class Pipeline:
    def __init__(
        self,
        camera_id: UUID,
        engine: Engine,
        gallery: Gallery,
        outbox: Outbox,
        clock: Clock,
        unseen: timedelta,
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called when an alert is waiting in the outbox."""
        self._camera_id, self._engine, self._gallery = camera_id, engine, gallery
        self._outbox, self._clock, self._unseen, self._wake = outbox, clock, unseen, wake
        gate = match.track_gate(engine.single_distance, engine.embedder.model.metric)
        self._cuts, self._motion, self._tracker = Cuts(), Motion(), Tracker(gate)
        self._shots: dict[int, Shot] = {}
        self._searched_at = float("-inf")

    def process(self, frame: Frame) -> int:
        """Number of faces that were not in the picture before."""
        small = thumbnail(frame.image)
        if self._cuts(small):
            self._tracker.forget()
        moving = self._motion(small)
        self._tracker.tick(frame.tick)
        if not self._worth_searching(moving, frame.tick):
            return 0
        self._searched_at = frame.tick
        detections = self._engine.detector(frame.image)
        known = set(self._shots)
        seen = self._tracker.step(detections, lambda face: self._engine.look(frame.image, face), frame.tick)
        for one in seen:
            if one.view is not None:
                self._keep_shot(one, seen, frame)
                self._consider(one.track)
        current = self._tracker.numbers
        self._shots = {number: shot for number, shot in self._shots.items() if number in current}
        return len(set(self._shots) - known)

    def _worth_searching(self, moving: bool, tick: float) -> bool:
        if self._tracker.undecided:
            return True
        passed = tick - self._searched_at
        if not moving:
            return passed >= SEARCH_STILL_SECONDS
        return self._tracker.empty or passed >= SEARCH_KNOWN_SECONDS

    def _keep_shot(self, one: Seen, seen: list[Seen], frame: Frame) -> None:
        if one.view is None:
            return
        before = self._shots.get(one.track.number)
        weight = one.view.quality.weight * snapshot.completeness(frame.image, one.detection.box) ** 2
        if before is None or weight > before.weight or frame.tick - before.tick > SHOT_KEPT_SECONDS:
            others = [other.detection.box for other in seen if other is not one]
            picture = snapshot.crop(frame.image, one.detection.box, others)
            self._shots[one.track.number] = Shot(weight, picture, frame.tick)

    def _consider(self, track: Track) -> None:
        now = self._clock.now()
        for found in self._matches(track, now):
            track.matched.add(found.entry_id)
            visit = Visit(found.entry_id, self._camera_id)
            if self._outbox.sighted(visit, now, self._unseen):
                self._raise_alert(found, visit, self._shots[track.number], now)

    def _matches(self, track: Track, now: datetime) -> list[Match]:
        people, rules, metric = self._gallery.people(now), self._engine.rules, self._engine.embedder.model.metric
        good = track.good_views
        if len(good) >= rules.good.views:
            found = match.matches(people, template(good), rules.good, metric, "good")
            if found:
                return found
        if len(track.views) >= rules.weak.views:
            return match.matches(people, template(track.views), rules.weak, metric, "weak")
        return []

    def _raise_alert(self, found: Match, visit: Visit, shot: Shot, now: datetime) -> None:
        rule = self._engine.rules.good if found.evidence == "good" else self._engine.rules.weak
        alert = Alert(
            id=uuid4(),
            camera_id=self._camera_id,
            kind="watchlist_face",
            occurred_at=self._clock.at(shot.tick),
            confidence=match.confidence(found.distance, self._engine.embedder.model.metric),
            watchlist_entry_id=found.entry_id,
            model=self._engine.used(rule.distance),
            snapshot=base64.b64encode(snapshot.jpeg(shot.picture)).decode("ascii"),
            note=WEAK_NOTE if found.evidence == "weak" else None,
        )
        self._outbox.put(alert, visit, now, None if self._clock.sure else shot.tick)
        log.info("alert_raised", alert_id=str(alert.id), camera_id=str(self._camera_id), evidence=found.evidence)
        self._wake()

"""Turns camera troubles into one alert each, not one per frame."""

from collections.abc import Callable
from uuid import UUID, uuid4

import structlog

from recognition_worker.clock import Clock
from recognition_worker.sources.reader import Frame
from recognition_worker.spool.outbox import Outbox
from recognition_worker.steps.health import Health, Trouble
from recognition_worker.wire import Alert

QUIET_SECONDS = 600.0
"""The same trouble is reported again only after it has been absent for this long."""
WORDS: dict[Trouble, str] = {
    "covered": "the lens is covered",
    "blurred": "the picture is out of focus",
    "turned": "the camera looks somewhere else",
    "frozen": "the picture stands still",
}

log = structlog.get_logger()


class Tampering:
    def __init__(self, camera_id: UUID, outbox: Outbox, clock: Clock, wake: Callable[[], None]) -> None:
        self._camera_id, self._outbox, self._clock, self._wake = camera_id, outbox, clock, wake
        self._health = Health()
        self._last_seen: dict[Trouble, float] = {}

    def process(self, frame: Frame) -> None:
        for trouble in self._health(frame.image, frame.tick):
            before = self._last_seen.get(trouble)
            if before is None or frame.tick - before > QUIET_SECONDS:
                self._tell(trouble, frame)
            self._last_seen[trouble] = frame.tick

    def _tell(self, trouble: Trouble, frame: Frame) -> None:
        """Has no picture: a whole frame would show people who matched nobody."""
        at = self._clock.at(frame.tick)
        alert = Alert(id=uuid4(), camera_id=self._camera_id, kind="tamper", occurred_at=at, note=WORDS[trouble])
        self._outbox.put(alert, None, self._clock.now(), None if self._clock.sure else frame.tick)
        log.info("tamper_raised", alert_id=str(alert.id), camera_id=str(self._camera_id), trouble=trouble)
        self._wake()

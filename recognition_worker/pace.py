"""How often one camera's frames are actually examined. Pure: times are seconds, given by the caller."""

from collections import deque

from recognition_worker.troubles import Trouble

WINDOW_SECONDS = 15.0
BLIND = 0.4
"""Frames examined a second below which people walking by were no longer found (measured)."""
ENOUGH, ENOUGH_AGAIN = 1.0, 1.25
"""A match needs three good views while somebody walks by; the gap between the limits prevents flicker."""
SKIPPED_SHARE = 0.2
"""With fewer skipped frames than this, the camera itself delivers few."""


class Pace:
    """For one camera, while it delivers frames."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, int]] = deque()
        self._began: float | None = None
        self._slow = False

    def look(self, tick: float, skipped: int) -> None:
        """One frame was examined; `skipped` were skipped since the previous one."""
        self.begin(tick)
        self._looks.append((tick, skipped))

    def begin(self, tick: float) -> None:
        self._began = tick if self._began is None else self._began

    def end(self) -> None:
        """The camera delivers nothing, so not examining frames means nothing."""
        self._looks.clear()
        self._began, self._slow = None, False

    def rate(self, tick: float) -> float:
        """Recent frames examined a second."""
        while self._looks and self._looks[0][0] < tick - WINDOW_SECONDS:
            self._looks.popleft()
        passed = WINDOW_SECONDS if self._began is None else min(WINDOW_SECONDS, tick - self._began)
        return len(self._looks) / max(passed, 1.0)

    def trouble(self, tick: float) -> Trouble | None:
        """None until it has been watched for long enough."""
        rate = self.rate(tick)
        if self._began is None or tick - self._began < WINDOW_SECONDS:
            return None
        skipped = sum(skipped for _, skipped in self._looks)
        skips = skipped > SKIPPED_SHARE * (len(self._looks) + skipped)
        self._slow = rate < (ENOUGH_AGAIN if self._slow else ENOUGH) and skips
        if rate < BLIND:
            return Trouble("not_matching", f"too few frames examined a second ({rate:.1f})")
        return Trouble("overloaded", f"too slow: {rate:.1f} frames examined a second") if self._slow else None

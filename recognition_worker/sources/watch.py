"""What a camera's silence means and when to retry. Pure: times are seconds, given by the caller."""

from typing import Literal

State = Literal["live", "stalled", "unreachable"]

OPENING_SECONDS = 8.0
"""A source that has delivered nothing for this long is unreachable; with the posting this stays below 15 s."""
STALL_SECONDS = 6.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


class Watch:
    """One camera. `state` is None until the first attempt has an outcome."""

    def __init__(self) -> None:
        self.state: State | None = None
        self.detail: str | None = None
        self._began = 0.0
        self._last_frame: float | None = None
        self._attempts = 0
        self._retry_at = 0.0

    def attempt(self, now: float) -> None:
        """A reader was started."""
        self._began, self._last_frame = now, None

    def heard(self, last_frame: float | None) -> None:
        """The reader's newest frame came at `last_frame`."""
        if last_frame is not None:
            self._last_frame = last_frame
            self._attempts = 0

    def failed(self, now: float, reason: str) -> None:
        """The attempt is over. One that had delivered frames is retried before anything is reported."""
        if self._last_frame is None:
            self.state, self.detail = "unreachable", reason
        self._plan(now)

    def judge(self, now: float) -> bool:
        """Updates the state; True if the reader hangs and must be abandoned."""
        quiet = now - (self._began if self._last_frame is None else self._last_frame)
        if self._last_frame is not None and quiet < STALL_SECONDS:
            self.state, self.detail = "live", None
            return False
        if self._last_frame is not None:
            self.state, self.detail = "stalled", "no picture for some seconds"
            self._plan(now)
            return True
        if quiet >= OPENING_SECONDS:
            self.state, self.detail = "unreachable", "no answer"
            self._plan(now)
            return True
        return False

    def between(self, now: float) -> None:
        """While no reader runs: missing frames become a stall."""
        if self.state == "live" and self._last_frame is not None and now - self._last_frame >= STALL_SECONDS:
            self.state, self.detail = "stalled", "no picture for some seconds"

    def may_retry(self, now: float) -> bool:
        return now >= self._retry_at

    def _plan(self, now: float) -> None:
        self._retry_at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2**self._attempts)
        self._attempts = min(self._attempts + 1, 10)

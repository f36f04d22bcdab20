"""Keeps one camera going: yields frames, reports its state, never waits for a hanging reader."""

from collections.abc import Callable
from threading import Event

from recognition_worker.clock import since_boot
from recognition_worker.sources.reader import Frame, Reader
from recognition_worker.sources.watch import State, Watch

Report = Callable[[State, str | None], None]
"""Called with the state repeatedly; the callee detects changes."""
LOOK_EVERY = 0.5


class Camera:
    def __init__(self, url: str, frames_per_second: float) -> None:
        self._url, self._rate = url, frames_per_second
        self._watch = Watch()
        self._reader: Reader | None = None

    def run(self, stop: Event, take: Callable[[Frame], None], report: Report) -> None:
        """Runs until `stop`. Other cameras have their own threads and are not affected."""
        while not stop.is_set():
            if self._reader is None:
                self._start_or_wait(stop)
            else:
                self._listen(self._reader, take)
            if self._watch.state is not None:
                report(self._watch.state, self._watch.detail)
        if self._reader is not None:
            self._reader.give_up()

    def _start_or_wait(self, stop: Event) -> None:
        now = since_boot()
        if self._watch.may_retry(now):
            self._watch.attempt(now)
            self._reader = Reader(self._url, self._rate)
        else:
            stop.wait(LOOK_EVERY)
            self._watch.between(since_boot())

    def _listen(self, reader: Reader, take: Callable[[Frame], None]) -> None:
        frame = reader.take(LOOK_EVERY)
        if frame is not None:
            take(frame)
        now = since_boot()
        self._watch.heard(reader.last_read)
        if reader.failure is not None:
            self._watch.failed(now, reader.failure)
            self._reader = None
        elif self._watch.judge(now):
            reader.give_up()
            self._reader = None

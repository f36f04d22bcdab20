"""Reads one source in its own thread. If the thread hangs in FFmpeg, it is abandoned, not joined."""

from threading import Condition, Event, Thread
from typing import NamedTuple

from recognition_worker.clock import since_boot
from recognition_worker.onnx.session import Image
from recognition_worker.sources.capture import CannotOpen, Capture, image, open_capture


class Frame(NamedTuple):
    """`tick`: arrival in seconds of `Clock`, which never jumps and can convert it to a time; `skipped`: frames
    dropped since the last one taken."""

    image: Image
    tick: float
    skipped: int = 0


class Reader:
    """Keeps only the newest frame: a slow consumer skips frames and never lags behind."""

    def __init__(self, url: str, frames_per_second: float) -> None:
        self._url, self._apart = url, 1.0 / frames_per_second
        self._changed = Condition()
        self._given_up = Event()
        self._frame: Frame | None = None
        self.last_read: float | None = None
        self.failure: str | None = None
        self._thread = Thread(target=self._run, name="reader", daemon=True)
        self._thread.start()

    def take(self, timeout: float) -> Frame | None:
        """The newest frame not yet taken; waits up to `timeout` s for one."""
        with self._changed:
            if self._frame is None and self.failure is None:
                self._changed.wait(timeout)
            frame, self._frame = self._frame, None
            return frame

    def give_up(self) -> None:
        """Returns at once; the thread ends by itself when FFmpeg lets go."""
        self._given_up.set()

    def _run(self) -> None:
        try:
            capture = open_capture(self._url)
        except CannotOpen as error:
            self._fail(str(error))
            return
        try:
            self._read(capture)
        except Exception as error:  # noqa: BLE001 - a broken stream may raise anything from the decoder
            self._fail(f"the stream broke ({type(error).__name__})")
        finally:
            capture.close()

    def _read(self, capture: Capture) -> None:
        kept = -self._apart
        for picture in capture.frames():
            if self._given_up.is_set():
                return
            now = since_boot()
            self.last_read = now
            if now - kept >= self._apart * 0.95:
                kept = now
                self._show(Frame(image(picture), now))
            if capture.pause:
                self._given_up.wait(max(0.0, capture.pause - (since_boot() - now)))
        self._fail("the stream ended")

    def _show(self, frame: Frame) -> None:
        with self._changed:
            if self._frame is not None:
                frame = frame._replace(skipped=self._frame.skipped + 1)
            self._frame = frame
            self._changed.notify_all()

    def _fail(self, reason: str) -> None:
        with self._changed:
            self.failure = reason
            self._changed.notify_all()

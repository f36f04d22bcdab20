"""Opens a stream or a file with FFmpeg, through PyAV.

Not through OpenCV: its `VideoCapture` opens under one process-wide lock, so that a camera which
accepts the connection but stays silent keeps every other camera from being opened (measured: 5 to 7 s each).
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError, InvalidDataError
from av.video.frame import VideoFrame

from recognition_worker.onnx.session import Image

STREAMS = frozenset({"rtsp", "rtsps", "http", "https"})
OPEN_SECONDS, READ_SECONDS = 7.0, 7.0
"""FFmpeg's own time-outs. Nothing relies on them: the watchdog abandons a hanging reader."""
PROBE_MICROSECONDS = 1_000_000
USUAL_RATE, HIGHEST_RATE = 25.0, 120.0
BROKEN_PACKETS = 100
"""After this many undecodable packets in a row the stream counts as broken."""


class SourceError(ValueError):
    """The address is not valid for a camera."""


class CannotOpen(RuntimeError):
    """Nothing answers there, or not with video. Never includes the address: it may carry a password."""


def check(url: str) -> None:
    """Raises `SourceError` with a sentence that does not repeat the address."""
    scheme = urlsplit(url).scheme.lower()
    if scheme in STREAMS:
        if not urlsplit(url).hostname:
            raise SourceError("the address names no host")
    elif scheme == "file" or not scheme:
        if not Path(urlsplit(url).path).is_file():
            raise SourceError("there is no such file")
    else:
        raise SourceError(f"addresses may begin with rtsp, rtsps, http, https or file, not with {scheme!r}")


class Capture:
    """`pause`: seconds between frames of a file, which would otherwise be read at disk speed."""

    def __init__(self, container: InputContainer, pause: float) -> None:
        self._container, self.pause = container, pause

    def frames(self) -> Iterator[VideoFrame]:
        """Yields until the stream ends; raises `FFmpegError` if it breaks. Blocks while nothing arrives."""
        broken = 0
        for packet in self._container.demux(self._container.streams.video[0]):
            try:
                decoded = packet.decode()
            except InvalidDataError:  # the start of a stream, or a lost packet
                broken += 1
                if broken > BROKEN_PACKETS:
                    raise
                continue
            for frame in decoded:
                broken = 0
                yield frame

    def close(self) -> None:
        self._container.close()


def image(frame: VideoFrame) -> Image:
    return frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)


def open_capture(url: str) -> Capture:
    """Blocks up to `OPEN_SECONDS` or longer: call it in a thread that can be abandoned. RTSP runs over TCP."""
    try:
        check(url)
    except SourceError as error:
        raise CannotOpen(str(error)) from error
    scheme = urlsplit(url).scheme.lower()
    options = {"analyzeduration": str(PROBE_MICROSECONDS)}
    if scheme in ("rtsp", "rtsps"):
        options["rtsp_transport"] = "tcp"
    where = url if scheme in STREAMS else urlsplit(url).path
    try:
        container = av.open(where, options=options, timeout=(OPEN_SECONDS, READ_SECONDS))
    except (FFmpegError, OSError, ValueError) as error:
        raise CannotOpen(f"cannot be opened ({type(error).__name__})") from None
    if not container.streams.video:
        container.close()
        raise CannotOpen("it has no video")
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 1
    rate = float(stream.average_rate or 0)
    usable = rate if 1 <= rate <= HIGHEST_RATE else USUAL_RATE
    return Capture(container, 0.0 if scheme in STREAMS else 1.0 / usable)

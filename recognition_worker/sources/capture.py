"""Opens a stream or a file with OpenCV's FFmpeg."""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import cv2

STREAMS = frozenset({"rtsp", "rtsps", "http", "https"})
OPEN_MS, READ_MS = 5_000, 5_000
"""OpenCV's own time-outs; a stalled RTSP stream blocks three times as long, so nobody relies on them."""

OPTIONS = [
    *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_MS),
    *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_MS),
    *(cv2.CAP_PROP_N_THREADS, 1),
]
USUAL_RATE, HIGHEST_RATE = 25.0, 120


class SourceError(ValueError):
    """The address is none that a camera can have."""


class CannotOpen(RuntimeError):
    """Nothing answers there, or not with video."""


class Capture(NamedTuple):
    """`pause`: seconds between frames of a file, which would else be read as fast as the disk goes."""

    video: cv2.VideoCapture
    pause: float


def check(url: str) -> None:
    """Raises `SourceError` with a sentence that never repeats the address: it may carry a password."""
    scheme = urlsplit(url).scheme.lower()
    if scheme in STREAMS:
        if not urlsplit(url).hostname:
            raise SourceError("the address names no host")
    elif scheme == "file" or not scheme:
        if not Path(urlsplit(url).path).is_file():
            raise SourceError("there is no such file")
    else:
        raise SourceError(f"addresses may begin with rtsp, rtsps, http, https or file, not with {scheme!r}")


def open_capture(url: str) -> Capture:
    """Blocks up to some 15 s: call it in a thread that can be given up. RTSP runs over TCP."""
    try:
        check(url)
    except SourceError as error:
        raise CannotOpen(str(error)) from error
    stream = urlsplit(url).scheme.lower() in STREAMS
    video = cv2.VideoCapture(url if stream else urlsplit(url).path, cv2.CAP_FFMPEG, OPTIONS)
    if not video.isOpened():
        video.release()
        raise CannotOpen("cannot be opened")
    rate = video.get(cv2.CAP_PROP_FPS)
    return Capture(video, 0.0 if stream else 1.0 / (rate if 1 <= rate <= HIGHEST_RATE else USUAL_RATE))

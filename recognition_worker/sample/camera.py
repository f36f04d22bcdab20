"""A real RTSP camera on loopback that loops the clip. For demo and tests, never for production."""

import asyncio
import contextlib
import logging
import signal
from pathlib import Path

from aio_rtsp_toolkit.server import RtspServer

STREAM = "sample.mp4"


class SampleCamera(RtspServer):
    """Every client gets the clip from its beginning, for ever."""

    def __init__(self, clip: Path, host: str, port: int) -> None:
        super().__init__(str(clip.parent), host=host, port=port, session_name="sample camera")
        self.logger = logging.getLogger("sample_camera")

    def parse_play_count(self, uri: str) -> int:  # noqa: ARG002 - the library asks so
        """0: endless, even for players that drop the query of an RTSP URL."""
        return 0


def serve(clip: Path, host: str, port: int) -> None:
    """Runs until SIGTERM or SIGINT. Raises `OSError` if the port is taken. Prints the address once it answers."""
    asyncio.run(_serve(clip, host, port))


async def _serve(clip: Path, host: str, port: int) -> None:
    camera = SampleCamera(clip, host, port)
    await camera.start()
    print(f"CAMERA rtsp://{host}:{port}/{STREAM}", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(camera.close(), 2)

"""The server's process: its socket, and when it collects garbage."""

import gc
import socket
from collections.abc import Sequence
from typing import Any

import uvicorn

_UNREAD_SECONDS = 30


class Server(uvicorn.Server):
    """Connections that take nothing of what they are sent are closed, or a stopped reader would stay for ever."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what stays for ever is not looked at again
        gc.set_threshold(50_000, 20, 20)
        for server in self.servers:
            limit_unread(server.sockets, seconds=_UNREAD_SECONDS)


def limit_unread(listening: Sequence[Any], *, seconds: int) -> None:
    """For connections accepted from now on. Linux alone knows the option."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    for each in listening:
        if option is not None:
            each.setsockopt(socket.IPPROTO_TCP, option, seconds * 1000)

"""Compresses responses with gzip, except those that carry a secret.

An attacker who can make a victim's browser send requests, and sees the response lengths, can guess a secret letter by
letter once it is compressed (BREACH). So a route that returns a secret sets `"secret": True` in its `opt`, and a test
looks for those that do not. Streams pass through, and content already compressed, such as pictures, is left alone.
"""

import asyncio
import gzip

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.types import ASGIApp, HTTPResponseBodyEvent, HTTPResponseStartEvent, Message, Receive, Scope, Send

from api.routes.http.encodings import best

SMALLEST = 1000
"""In bytes: anything that fits into one packet gains nothing."""
_LONG = 256 * 1024
"""From this size on a thread does it, so that nobody waits for it."""
_LEVEL = 5
_KINDS = {
    "application/json",
    "application/geo+json",
    "application/vnd.oai.openapi+json",
    "application/vnd.mapbox-vector-tile",
    "text/plain",
}


class Compression:
    """Litestar's own compresses by route only, pictures too, and reads `gzip;q=0` as a request for gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = scope.get("route_handler")
        if scope["type"] != "http" or handler is None or handler.opt.get("secret"):
            await self._app(scope, receive, send)
            return
        wanted = best(Headers.from_scope(scope).get("accept-encoding", ""), ["gzip"])
        start: HTTPResponseStartEvent | None = None

        async def compressed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _compressible(message):
                start = message
                return
            if start is not None and message["type"] == "http.response.body":
                begin, start = start, None
                if wanted is not None:
                    message = await _compress(begin, message)
                MutableScopeHeaders(begin).extend_header_value("vary", "Accept-Encoding")
                await send(begin)
            await send(message)

        await self._app(scope, receive, compressed)


def _compressible(start: HTTPResponseStartEvent) -> bool:
    headers = MutableScopeHeaders(start)
    kind = headers.get("content-type", "").partition(";")[0].strip()
    return kind in _KINDS and "content-encoding" not in headers and start["status"] not in (204, 304)


async def _compress(begin: HTTPResponseStartEvent, message: HTTPResponseBodyEvent) -> HTTPResponseBodyEvent:
    """The body, with its headers in `begin`. A body that comes in parts passes through unchanged."""
    body = message["body"]
    if message.get("more_body") or len(body) < SMALLEST:
        return message
    packed = await asyncio.to_thread(_gzip, body) if len(body) > _LONG else _gzip(body)
    headers = MutableScopeHeaders(begin)
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(packed))
    tag = headers.get("etag")
    if tag is not None and not tag.startswith("W/"):
        headers["etag"] = f"W/{tag}"  # the same content, different bytes
    return {"type": "http.response.body", "body": packed, "more_body": False}


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)

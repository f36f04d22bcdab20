"""Checks before authentication: hosts, body types, and a time limit for slow bodies."""

import asyncio
import time
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from litestar import Request, Response
from litestar.datastructures import Headers
from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send

from api.domain.errors import Malformed
from api.routes.http.errors import problem
from api.settings import Settings
from api.telemetry import begin_request

_BODY_SECONDS = 20
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104
_ASKED_BY_ADDRESS = {"/healthz", "/readyz", "/metrics"}
_BODIES = ("application/json", "multipart/form-data")
_log = structlog.get_logger()


class RequestScope:
    """Outermost middleware: a request id for everything that follows, and a time limit for bodies.

    A foreign `Host` is refused (DNS rebinding must find nothing), and so is a body that is
    neither JSON nor a form with files: foreign pages may send other types without a preflight.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._hosts = app, _hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()
        identifier = begin_request(Headers.from_scope(scope).get("x-request-id"))
        status = 0

        async def stamped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", identifier.encode())]
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal.to_asgi_response(None, Request(scope))(scope, receive, stamped)
        else:
            await self._app(scope, _Body(receive, begun), stamped)
        if scope["path"].startswith("/v1"):
            took = round((time.monotonic() - begun) * 1000, 1)
            _log.info("request", method=scope["method"], path=_shape(scope["path"]), status=status, milliseconds=took)

    def _refusal(self, scope: Scope) -> Response[bytes] | None:
        headers = Headers.from_scope(scope)
        host = urlsplit(f"//{headers.get('host', '')}").hostname
        if self._hosts is not None and host not in self._hosts and scope["path"] not in _ASKED_BY_ADDRESS:
            return problem("malformed", {"detail": "not a host name of this server: see SIPHA_PUBLIC_URL"})
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        foreign = scope["path"].startswith("/v1/ingest") or not scope["path"].startswith("/v1")
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if has_body and not foreign and kind not in _BODIES:
            return problem("malformed", {"detail": f"the body must be sent as {' or '.join(_BODIES)}"})
        return None


class _Body:
    """The body must arrive in time; the disconnect message after it may take any time."""

    def __init__(self, receive: Receive, begun: float) -> None:
        self._receive, self._until, self._whole = receive, begun + _BODY_SECONDS, False

    async def __call__(self) -> ReceiveMessage:
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout(max(0.01, self._until - time.monotonic())):
                message = await self._receive()
        except TimeoutError:
            raise Malformed(detail="the body did not arrive in time") from None
        self._whole = message["type"] != "http.request" or not message.get("more_body")
        return message


def _hosts(settings: Settings) -> set[str] | None:
    """The server's host names; None if unknown, because it listens everywhere and has no public address."""
    public = urlsplit(settings.public_url).hostname or ""
    if public in _EVERYWHERE:
        return None
    return {public, settings.host.lower(), *_LOOPBACK}


def _shape(path: str) -> str:
    """The path without ids, so that log lines identify no case."""
    return "/".join("*" if is_id(part) else part for part in path.split("/"))


def is_id(part: str) -> bool:
    try:
        UUID(part)
    except ValueError:
        return False
    return True

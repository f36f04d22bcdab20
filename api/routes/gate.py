"""Who comes in: cookie or bearer token, CSRF and origin, and the table of who may do what. Also repeats, by key."""

import asyncio
import hashlib
import hmac
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import structlog
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, HTTPRequestEvent, Message, Receive, ReceiveMessage, Scope, Send

from api.db import sessions as rows
from api.db.pool import Database
from api.domain.errors import CsrfFailed, Forbidden, IdReused, Malformed, SlowDown, Unauthenticated
from api.domain.permissions import Actor, Operation, demand
from api.routes.errors import problem
from api.services import sessions
from api.services.sessions import User
from api.settings import Settings
from api.telemetry import begin_request

_SAFE = {"GET", "HEAD", "OPTIONS"}
_BODY_SECONDS = 20
_ABANDONED = timedelta(seconds=30)
_MOST_BODY = 12 * 1024 * 1024
_log = structlog.get_logger()


class Identity(msgspec.Struct, frozen=True):
    """The caller of this request. `token` is the cookie's value, for deriving the CSRF token; None for machines."""

    actor: Actor
    user: User | None
    token: str | None


def cookie_name(settings: Settings) -> str:
    return "__Host-sipha_session" if settings.secure else "sipha_session"


async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every route: authenticate, then look the route's operation up in the one table."""
    identity = await _identify(connection)
    operation: Operation | None = handler.opt.get("operation")
    if operation is None:
        if not handler.opt.get("public"):
            raise Forbidden(because="route without an operation")
        return
    if identity is None:
        raise Unauthenticated
    demand(identity.actor, operation)
    if identity.token is not None and connection.scope["method"] not in _SAFE:  # type: ignore[typeddict-item]
        _check_csrf(connection, identity.token)


async def _identify(connection: ASGIConnection[Any, Any, Any, Any]) -> Identity | None:
    """Looked up once per request."""
    state = connection.scope["state"]
    if "identity" not in state:
        state["identity"] = await _look_up(connection)
    return state["identity"]


async def _look_up(connection: ASGIConnection[Any, Any, Any, Any]) -> Identity | None:
    db: Database = connection.app.state.db
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        machine = await sessions.machine(db, token.strip())
        return None if machine is None else Identity(machine, None, None)
    cookie = connection.cookies.get(cookie_name(connection.app.state.settings))
    if not cookie:
        return None
    who = await sessions.who(db, cookie)
    return None if who is None else Identity(who[0], who[1], cookie)


def _check_csrf(connection: ASGIConnection[Any, Any, Any, Any], token: str) -> None:
    given = connection.headers.get("x-csrf-token", "")
    if not hmac.compare_digest(given.encode(), sessions.csrf_token(token).encode()):
        raise CsrfFailed
    check_origin(connection)


def check_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """A browser says where a call comes from; a foreign page has no business here."""
    origin = connection.headers.get("origin")
    if origin is None:
        return
    settings: Settings = connection.app.state.settings
    ours = {urlsplit(settings.public_url).netloc, connection.headers.get("host", "")}
    if urlsplit(origin).netloc not in ours:
        raise CsrfFailed


def identity_of(request: Request[Any, Any, Any]) -> Identity:
    identity: Identity | None = request.scope["state"].get("identity")
    if identity is None:
        raise Unauthenticated
    return identity


def actor_of(request: Request[Any, Any, Any]) -> Actor:
    return identity_of(request).actor


class RequestScope:
    """Outermost: a request id for everything that follows, and an end for bodies that never end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()
        identifier = begin_request(Headers.from_scope(scope).get("x-request-id"))
        status = 0

        async def patient() -> ReceiveMessage:
            left = _BODY_SECONDS - (time.monotonic() - begun)
            if body_done:
                return await receive()
            try:
                async with asyncio.timeout(max(0.01, left)):
                    message = await receive()
            except TimeoutError:
                raise Malformed(detail="the body did not arrive in time") from None
            if message["type"] != "http.request" or not message.get("more_body"):
                finish()
            return message

        body_done = False

        def finish() -> None:
            nonlocal body_done
            body_done = True

        async def stamped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", identifier.encode())]
            await send(message)

        await self._app(scope, patient, stamped)
        if scope["path"].startswith("/v1"):
            took = round((time.monotonic() - begun) * 1000, 1)
            _log.info("request", method=scope["method"], path=_shape(scope["path"]), status=status, milliseconds=took)


def _shape(path: str) -> str:
    """The path without ids, so that a log line names no case."""
    return "/".join("*" if _is_id(part) else part for part in path.split("/"))


def _is_id(part: str) -> bool:
    try:
        UUID(part)
    except ValueError:
        return False
    return True


class OnceOnly:
    """`Idempotency-Key`: the first answer is kept for seven days and given again for the same call."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = None if scope["type"] != "http" else Headers.from_scope(scope).get("idempotency-key")
        handler = scope.get("route_handler")
        excluded = handler is None or handler.opt.get("public") or handler.opt.get("own_id")
        if key is None or excluded or scope["method"] in _SAFE:  # type: ignore[typeddict-item]
            await self._app(scope, receive, send)
            return
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope, receive=receive, send=send)
        identity = await _identify(connection)
        if identity is None or not _is_id(key):
            answer = problem("invalid", {"errors": [{"field": "Idempotency-Key", "message": "must be a UUID"}]})
            if identity is None:
                answer = problem("unauthenticated")
            await answer.to_asgi_response(None, Request(scope))(scope, receive, send)
            return
        if identity.token is not None:
            _check_csrf(connection, identity.token)
        await self._once(scope, receive, send, identity.actor, UUID(key))

    async def _once(self, scope: Scope, receive: Receive, send: Send, actor: Actor, key: UUID) -> None:
        db: Database = scope["app"].state.db  # type: ignore[typeddict-item]
        body = await _whole(receive)
        route = f"{scope['method']} {scope['path']}"  # type: ignore[typeddict-item]
        mine = {"principal_id": actor.id, "key": key}
        known = await self._claim(db, actor, mine, route, hashlib.sha256(route.encode() + b"\0" + body).digest())
        if known is not None:
            await _replay(known, send)
            return
        answered: list[Message] = []

        async def replayed() -> ReceiveMessage:
            request: HTTPRequestEvent = {"type": "http.request", "body": body, "more_body": False}
            return request

        async def recorded(message: Message) -> None:
            answered.append(message)

        status, content = 0, b""
        try:
            await self._app(scope, replayed, recorded)
            status = next((m["status"] for m in answered if m["type"] == "http.response.start"), 0)
            content = b"".join(m.get("body", b"") for m in answered if m["type"] == "http.response.body")
        finally:
            async with db.transaction(actor) as connection:
                if 200 <= status < 300:
                    await rows.answer_key.run(connection, status=status, body=content, **mine)
                else:
                    await rows.release_key.run(connection, **mine)
        for message in answered:  # only now: whoever repeats the call at once finds the answer kept, or the key free
            await send(message)

    async def _claim(
        self, db: Database, actor: Actor, mine: dict[str, UUID], route: str, content_hash: bytes
    ) -> rows.KeyRow | None:
        """None: the key is ours and the call is to be carried out; else the answer to give again."""
        now = db.now()
        async with db.transaction(actor) as connection:
            new = {"station_id": actor.station_id, "route": route, "hash": content_hash, "now": now}
            if await rows.claim_key.run(connection, **new, **mine):
                return None
            known = await rows.read_key.one(connection, **mine)
            if known is None:
                raise SlowDown(retry_after=1)
            if known.content_hash != content_hash or known.route != route:
                raise IdReused(key=mine["key"])
            if known.status is None:
                if now - known.at < _ABANDONED:
                    raise SlowDown(retry_after=1)
                return None  # whoever began it was killed: carry it out again, every step stands a repeat
            return known


async def _whole(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > _MOST_BODY or not message.get("more_body"):
            return b"".join(parts)


async def _replay(known: rows.KeyRow, send: Send) -> None:
    kind = (b"content-type", b"application/json")
    headers = [kind, (b"idempotency-replayed", b"true")] if known.body else [(b"idempotency-replayed", b"true")]
    await send({"type": "http.response.start", "status": known.status or 200, "headers": headers})
    await send({"type": "http.response.body", "body": known.body or b"", "more_body": False})

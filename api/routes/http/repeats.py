"""`Idempotency-Key`: a retry of an unsafe call gets the first answer again, and changes nothing."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.types import ASGIApp, HTTPRequestEvent, Message, Receive, ReceiveMessage, Scope, Send

from api.db.access import sessions as rows
from api.db.pool import Database
from api.domain.access.permissions import Actor
from api.domain.errors import IdReused, SlowDown
from api.routes.http.edge import is_id
from api.routes.http.errors import problem
from api.routes.http.gate import SAFE, check_csrf, identify

_ABANDONED = timedelta(seconds=30)
_MOST_BODY = 12 * 1024 * 1024


class OnceOnly:
    """The first answer is stored for seven days and returned again for the same call.

    Not for calls that take or return a secret (`"secret": True` in `opt`): a retry makes a new one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = None if scope["type"] != "http" else Headers.from_scope(scope).get("idempotency-key")
        handler = scope.get("route_handler")
        excluded = handler is None or any(handler.opt.get(name) for name in ("public", "own_id", "secret"))
        if key is None or excluded or scope["method"] in SAFE:  # type: ignore[typeddict-item]
            await self._app(scope, receive, send)
            return
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope, receive=receive, send=send)
        identity = await identify(connection)
        if identity is None or not is_id(key):
            answer = problem("invalid", {"errors": [{"field": "Idempotency-Key", "message": "must be a UUID"}]})
            if identity is None:
                answer = problem("unauthenticated")
            await answer.to_asgi_response(None, Request(scope))(scope, receive, send)
            return
        if identity.token is not None:
            check_csrf(connection, identity.token)
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
        for message in answered:  # only now: an immediate retry finds the answer stored, or the key free
            await send(message)

    async def _claim(
        self, db: Database, actor: Actor, mine: dict[str, UUID], route: str, content_hash: bytes
    ) -> rows.KeyRow | None:
        """None: the key is ours and the call must be carried out; else the answer to return again."""
        now = db.now()
        async with db.transaction(actor) as connection:
            claimed = await rows.claim_key.run(
                connection,
                principal_id=mine["principal_id"],
                key=mine["key"],
                station_id=actor.station_id,
                route=route,
                hash=content_hash,
                now=now,
            )
            if claimed:
                return None
            known = await rows.read_key.one(connection, **mine)
            if known is None:
                raise SlowDown(retry_after=1)
            if known.content_hash != content_hash or known.route != route:
                raise IdReused(key=mine["key"])
            if known.status is None:
                if now - known.at < _ABANDONED:
                    raise SlowDown(retry_after=1)
                return None  # the process that started it was killed: run it again, every step is idempotent
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

"""Authentication and permission: cookie or bearer token, CSRF and origin, and the table of who may do what."""

import hmac
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.db.pool import Database
from api.domain.access.account import MUST_PROVE_TWICE
from api.domain.access.permissions import SHOWN_WHILE_LOCKED, Actor, Operation, demand
from api.domain.access.session import has_stepped_up, use_is_news
from api.domain.errors import CsrfFailed, Forbidden, Locked, NeedsSecondFactor, NeedsStepUp, Unauthenticated
from api.services.access import sessions
from api.services.access.recent_callers import RecentCallers
from api.services.access.sessions import Caller, User
from api.settings import Settings

SAFE = {"GET", "HEAD", "OPTIONS"}


class Identity(msgspec.Struct, frozen=True):
    """The caller of this request. `token` is the cookie's value, for deriving the CSRF token; None for machines."""

    actor: Actor
    user: User | None
    token: str | None
    caller: Caller | None = None


def cookie_name(settings: Settings) -> str:
    return "__Host-sipha_session" if settings.secure else "sipha_session"


async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every route: authenticate, then look up the route's operation in the one table."""
    identity = await identify(connection)
    operation: Operation | None = handler.opt.get("operation")
    if operation is None:
        if not handler.opt.get("public"):
            raise Forbidden(because="route without an operation")
        return
    if identity is None:
        raise Unauthenticated
    try:
        demand(identity.actor, operation)
    except Forbidden:
        await sessions.refused(connection.app.state.db, identity.actor, operation)
        raise
    if identity.token is not None and connection.scope["method"] not in SAFE:  # type: ignore[typeddict-item]
        check_csrf(connection, identity.token)
    if identity.caller is not None:
        shows = connection.scope["method"] in SAFE and operation in SHOWN_WHILE_LOCKED  # type: ignore[typeddict-item]
        if identity.caller.is_locked(connection.app.state.db.now()) and not (shows or handler.opt.get("while_locked")):
            raise Locked
        _demand_proof(identity.caller, operation, connection.app.state, step_up=bool(handler.opt.get("step_up")))


def _demand_proof(caller: Caller, operation: Operation, state: Any, *, step_up: bool) -> None:
    """Some roles need a second factor before they may do anything but set it up, some calls a recent proof."""
    demanded = not state.settings.demo and caller.user.role in MUST_PROVE_TWICE
    if demanded and not caller.second_factor and operation not in {Operation.OWN_SESSION, Operation.OWN_ACCOUNT}:
        raise NeedsSecondFactor
    if step_up and not has_stepped_up(caller.proved_at, state.db.now()):
        raise NeedsStepUp


async def identify(connection: ASGIConnection[Any, Any, Any, Any]) -> Identity | None:
    """Looked up once per request."""
    state = connection.scope["state"]
    if "identity" not in state:
        state["identity"] = await _look_up(connection)
    return state["identity"]


async def _look_up(connection: ASGIConnection[Any, Any, Any, Any]) -> Identity | None:
    """A route with `"recent": True` checks its callers once more itself."""
    db: Database = connection.app.state.db
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        machine = await sessions.machine(db, token.strip())
        return None if machine is None else Identity(machine, None, None)
    cookie = connection.cookies.get(cookie_name(connection.app.state.settings))
    if not cookie:
        return None
    recent: RecentCallers = connection.app.state.recent
    handler = connection.scope.get("route_handler")
    who = await (recent.people.find(cookie) if handler and handler.opt.get("recent") else sessions.who(db, cookie))
    if who is None:
        return None
    if use_is_news(who.seen_at, db.now()):
        await sessions.note_use(db, who.actor)
    return Identity(who.actor, who.user, cookie, who)


async def welcome(connection: ASGIConnection[Any, Any, Any, Any], operation: Operation) -> Actor | None:
    """For a public route that shows more to some: who of them calls. None for everybody else, also on a locked
    screen."""
    identity = await identify(connection)
    if identity is None:
        return None
    try:
        demand(identity.actor, operation)
        if identity.caller is not None:
            _demand_proof(identity.caller, operation, connection.app.state, step_up=False)
    except (Forbidden, NeedsSecondFactor):
        return None
    locked = identity.caller is not None and identity.caller.is_locked(connection.app.state.db.now())
    return None if locked else identity.actor


def check_csrf(connection: ASGIConnection[Any, Any, Any, Any], token: str) -> None:
    given = connection.headers.get("x-csrf-token", "")
    if not hmac.compare_digest(given.encode(), sessions.csrf_token(token).encode()):
        raise CsrfFailed
    check_origin(connection)


def check_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Browsers send the origin of a call; foreign pages are refused."""
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

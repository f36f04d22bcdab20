"""Signing in and out, and what users see of themselves and their station."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.datastructures import Cookie

from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, Role
from api.domain.access.pin import LONGEST, SHORTEST
from api.domain.access.session import lasts_for
from api.domain.errors import Invalid, Unauthenticated
from api.locales.catalogue import LANGUAGES
from api.routes.access.passkeys import Credential, presented
from api.routes.http.devices import whence
from api.routes.http.fields import In
from api.routes.http.gate import check_origin, cookie_name, identity_of
from api.services.access import sessions
from api.services.access.sessions import Secret, User
from api.services.access.sessions import SignedIn as Opened
from api.services.dispatching import shifts
from api.settings import Settings

Password = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Otp = Annotated[
    str, msgspec.Meta(pattern=r"^(\d{6}|[2-9a-hj-km-np-zA-HJ-KM-NP-Z]{5}-[2-9a-hj-km-np-zA-HJ-KM-NP-Z]{5})$")
]
"""A one-time code, or one of the recovery codes."""
PinDigits = Annotated[str, msgspec.Meta(pattern=rf"^[0-9]{{{SHORTEST},{LONGEST}}}$")]
_Username = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[^\u0000]*$", examples=["operator"])]


class SignIn(In, kw_only=True):
    """`otp` or `passkey`, where there is a second factor."""

    username: _Username
    password: Password
    otp: Otp | None = None
    passkey: Credential | None = None


class Unlock(In, kw_only=True):
    """Either the PIN or the password (and the code or a passkey, where there is a second factor)."""

    username: _Username
    pin: PinDigits | None = None
    password: Password | None = None
    otp: Otp | None = None
    passkey: Credential | None = None


class SignedIn(msgspec.Struct):
    user: User
    csrf_token: str


class ShiftOut(msgspec.Struct):
    unit_id: UUID
    callsign: str
    started_at: datetime


class Me(msgspec.Struct):
    """`second_factor`: whether a code or passkey is asked for at sign-in and to prove once more who one is; `otp`:
    whether a code would do. `pin`: whether one is set. `locks_at`: from then on this screen of the radio room shows and
    does nothing."""

    user: User
    csrf_token: str
    shift: ShiftOut | None = None
    second_factor: bool = False
    pin: bool = False
    locks_at: datetime | None = None
    otp: bool = False


class Language(In, kw_only=True):
    """One that the server has words for."""

    language: Annotated[str, msgspec.Meta(max_length=35, examples=list(LANGUAGES))]


class Session(Controller):
    path = "/v1"
    tags = ("Who",)

    @post("/session", status_code=200, summary="Sign in", opt={"public": True, "secret": True})
    async def sign_in(
        self, request: Request[Any, Any, Any], db: Database, settings: Settings, data: SignIn
    ) -> Response[SignedIn]:
        check_origin(request)
        secret = Secret(data.password, data.otp, presented(data.passkey, settings))
        signed = await sessions.sign_in(db, data.username, secret, whence(request), db.now())
        return _answer(signed, settings)

    @post(
        "/session/lock",
        status_code=204,
        summary="Lock this screen of the radio room: it goes on showing",
        opt={"operation": Operation.OWN_SESSION, "own_id": True},
    )
    async def lock(self, db: Database, actor: Actor) -> None:
        await sessions.lock(db, actor, db.now())

    @post(
        "/session/unlock",
        status_code=200,
        summary="Take over a screen of the radio room",
        opt={"operation": Operation.OWN_SESSION, "secret": True, "while_locked": True},
    )
    async def unlock(
        self, request: Request[Any, Any, Any], db: Database, settings: Settings, actor: Actor, data: Unlock
    ) -> Response[SignedIn]:
        if (data.pin is None) == (data.password is None):
            raise Invalid("pin", "either the PIN or the password")
        secret = Secret(data.password, data.otp, presented(data.passkey, settings), data.pin)
        try:
            signed = await sessions.take_over(db, actor, data.username, secret, whence(request), db.now())
        except Unauthenticated:
            raise Invalid("pin" if data.pin else "password", "wrong") from None
        return _answer(signed, settings)

    @delete("/session", summary="Sign out everywhere at once", opt={"operation": Operation.OWN_SESSION, "own_id": True})
    async def sign_out(self, db: Database, actor: Actor) -> None:
        await sessions.sign_out(db, actor, db.now())

    @get("/me", summary="The signed-in user", opt={"operation": Operation.OWN_SESSION, "secret": True})
    async def me(self, request: Request[Any, Any, Any], db: Database) -> Me:
        return await _me(request, db)

    @patch("/me", summary="Set my language", opt={"operation": Operation.OWN_SESSION, "secret": True})
    async def choose_language(self, request: Request[Any, Any, Any], db: Database, actor: Actor, data: Language) -> Me:
        if data.language not in LANGUAGES:
            raise Invalid("language", f"not one of {', '.join(LANGUAGES)}")
        await sessions.set_language(db, actor, data.language)
        me = await _me(request, db)
        return msgspec.structs.replace(me, user=msgspec.structs.replace(me.user, language=data.language))


def _answer(signed: Opened, settings: Settings) -> Response[SignedIn]:
    cookie = Cookie(
        key=cookie_name(settings),
        value=signed.token,
        path="/",
        httponly=True,
        samesite="strict",
        secure=settings.secure,
        max_age=int(lasts_for(signed.user.role).total_seconds()),
    )
    return Response(SignedIn(signed.user, sessions.csrf_token(signed.token)), cookies=[cookie])


async def _me(request: Request[Any, Any, Any], db: Database) -> Me:
    identity = identity_of(request)
    if identity.user is None or identity.token is None:
        raise Unauthenticated
    shift = None
    if identity.actor.role == Role.OFFICER:
        row = await shifts.current_shift(db, identity.actor)
        shift = ShiftOut(row.unit_id, row.callsign, row.started_at) if row else None
    csrf, caller = sessions.csrf_token(identity.token), identity.caller
    if caller is None:
        return Me(identity.user, csrf, shift)
    return Me(identity.user, csrf, shift, caller.second_factor, caller.pin, caller.locks_at, caller.otp)

"""One's own account: password, second factor, sessions, and proving once more who one is."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, delete, get, post, put

from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Invalid, Unauthenticated
from api.routes.access.passkeys import Credential, presented
from api.routes.access.session import Otp, Password, PinDigits
from api.routes.http.addresses import address
from api.routes.http.fields import In, Items
from api.routes.http.gate import identity_of
from api.services.access import own_account, second_factor
from api.services.access.second_factor import SecondFactor
from api.services.access.sessions import Secret, User
from api.settings import Settings

_SECRET = {"operation": Operation.OWN_ACCOUNT, "secret": True}


class NewPassword(In, kw_only=True):
    old: Password
    new: Password


class Proof(In, kw_only=True):
    """One of them; the code or a passkey where there is a second factor."""

    password: Password | None = None
    otp: Otp | None = None
    passkey: Credential | None = None


class Pin(In, kw_only=True):
    pin: PinDigits


class Code(In, kw_only=True):
    otp: Annotated[str, msgspec.Meta(pattern=r"^\d{6}$")]


class SessionOut(msgspec.Struct):
    """`device`: browser and system, as far as it says. `seen_at`: the last use, to the minute. `current`: this one."""

    id: UUID
    device: str | None
    address: str | None
    created_at: datetime
    seen_at: datetime
    current: bool


class OwnAccount(Controller):
    path = "/v1"
    tags = ("Who",)

    @post("/password", status_code=204, summary="Change my password; my other sessions end", opt=_SECRET)
    async def change_password(
        self, request: Request[Any, Any, Any], db: Database, actor: Actor, data: NewPassword
    ) -> None:
        await own_account.change_password(db, actor, _user(request), data.old, data.new, address(request), db.now())

    @post("/step-up", status_code=204, summary="Prove once more who I am", opt=_SECRET)
    async def step_up(
        self, request: Request[Any, Any, Any], db: Database, actor: Actor, settings: Settings, data: Proof
    ) -> None:
        if [data.password, data.otp, data.passkey].count(None) != 2:
            raise Invalid("password", "either the password, a code or a passkey")
        secret = Secret(data.password, data.otp, presented(data.passkey, settings))
        await own_account.step_up(db, actor, _user(request), secret, address(request), db.now())

    @put("/pin", status_code=204, summary="Set the PIN that opens a locked screen", opt=_SECRET | {"step_up": True})
    async def set_pin(self, db: Database, actor: Actor, data: Pin) -> None:
        await own_account.set_pin(db, actor, data.pin, db.now())

    @delete("/pin", summary="Remove my PIN", opt=_SECRET | {"step_up": True})
    async def remove_pin(self, db: Database, actor: Actor) -> None:
        await own_account.set_pin(db, actor, None, db.now())

    @get("/sessions", summary="Where I am signed in", opt={"operation": Operation.OWN_ACCOUNT})
    async def sessions(self, db: Database, actor: Actor) -> Items[SessionOut]:
        rows = await own_account.own_sessions(db, actor)
        return Items(
            [
                SessionOut(row.id, row.device, row.address, row.created_at, row.seen_at, row.id == actor.session_id)
                for row in rows
            ]
        )

    @delete("/sessions/{session_id:uuid}", summary="End one of my sessions", opt={"operation": Operation.OWN_ACCOUNT})
    async def end_session(self, db: Database, actor: Actor, session_id: UUID) -> None:
        await own_account.end_session(db, actor, session_id, db.now())

    @delete("/sessions", summary="End all my other sessions", opt={"operation": Operation.OWN_ACCOUNT})
    async def end_others(self, db: Database, actor: Actor) -> None:
        await own_account.end_session(db, actor, None, db.now())

    @post("/otp", status_code=201, summary="Set up a second factor; asked for once it is confirmed", opt=_SECRET)
    async def begin_otp(self, request: Request[Any, Any, Any], db: Database, actor: Actor) -> SecondFactor:
        return await second_factor.begin(db, actor, _user(request).username, db.now())

    @post("/otp/confirm", status_code=204, summary="Confirm it with a first code", opt=_SECRET)
    async def confirm_otp(self, db: Database, actor: Actor, data: Code) -> None:
        await second_factor.confirm(db, actor, data.otp, db.now())

    @delete("/otp", summary="Remove my second factor", opt=_SECRET | {"step_up": True})
    async def remove_otp(self, db: Database, actor: Actor) -> None:
        await second_factor.remove(db, actor, db.now())


def _user(request: Request[Any, Any, Any]) -> User:
    user = identity_of(request).user
    if user is None:
        raise Unauthenticated
    return user

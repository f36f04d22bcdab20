"""The station's accounts, run by its administrator, and the invitations by which people choose their passwords."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, patch, post
from msgspec import UNSET, UnsetType

from api.db.access.accounts import AccountDetails
from api.db.access.sessions import SessionRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, Role
from api.domain.errors import Invalid
from api.locales.catalogue import LANGUAGES
from api.routes.access.session import Password
from api.routes.http.fields import In, Items, Name, given
from api.services.administration import accounts
from api.services.administration.accounts import NewAccount
from api.services.context import Runtime
from api.settings import Settings

_RUN = {"operation": Operation.RUN_ACCOUNTS}
_Username = Annotated[str, msgspec.Meta(min_length=2, max_length=64, pattern=r"^[\w.@+-]+$", examples=["somchai"])]
_Language = Annotated[str, msgspec.Meta(max_length=35, examples=list(LANGUAGES))]


class AccountIn(In, kw_only=True):
    """`id`: made by the caller; the same again changes nothing."""

    id: UUID
    role: Role
    username: _Username
    display_name: Name
    language: _Language = "th"
    default_unit_id: UUID | None = None


class AccountPatch(In, kw_only=True):
    """What is left out stays. `version`: the one the caller saw; if it is no longer current, 409 `changed`."""

    version: int
    role: Role | UnsetType = UNSET
    display_name: Name | UnsetType = UNSET
    language: _Language | UnsetType = UNSET
    default_unit_id: UUID | UnsetType | None = UNSET


class InvitationOut(msgspec.Struct):
    """`link` carries the code in its fragment, which no server sees."""

    code: str
    link: str
    expires_at: datetime


class Chosen(In, kw_only=True):
    password: Password


class Accepted(msgspec.Struct):
    """The name to sign in with."""

    username: str


class Accounts(Controller):
    path = "/v1/accounts"
    tags = ("Administration",)

    @get("/", summary="The station's accounts", opt=_RUN)
    async def listed(self, db: Database, actor: Actor) -> Items[AccountDetails]:
        return Items(await accounts.listed(db, actor))

    @post("/", summary="Add an account; its person is then invited", opt=_RUN | {"own_id": True})
    async def add(self, db: Database, actor: Actor, data: AccountIn) -> AccountDetails:
        _check_language(data.language)
        new = NewAccount(data.id, data.role, data.username, data.display_name, data.language, data.default_unit_id)
        return await accounts.add(db, actor, new, db.now())

    @patch("/{account_id:uuid}", summary="Change an account", opt=_RUN)
    async def change(self, db: Database, actor: Actor, account_id: UUID, data: AccountPatch) -> AccountDetails:
        _check_language(data.language)
        return await accounts.change(db, actor, account_id, given(data), data.version, db.now())

    @post(
        "/{account_id:uuid}/disable",
        status_code=200,
        summary="Lock an account: all ends at once",
        opt=_RUN,
    )
    async def disable(self, runtime: Runtime, actor: Actor, account_id: UUID) -> AccountDetails:
        return await accounts.set_disabled(runtime, actor, account_id, runtime.now(), disabled=True)

    @post("/{account_id:uuid}/enable", status_code=200, summary="Let a locked account in again", opt=_RUN)
    async def enable(self, runtime: Runtime, actor: Actor, account_id: UUID) -> AccountDetails:
        return await accounts.set_disabled(runtime, actor, account_id, runtime.now(), disabled=False)

    @post(
        "/{account_id:uuid}/invite",
        status_code=201,
        summary="A one-time link to choose a password; an earlier one ends",
        opt=_RUN | {"secret": True},
    )
    async def invite(self, db: Database, settings: Settings, actor: Actor, account_id: UUID) -> InvitationOut:
        made = await accounts.invite(db, actor, account_id, db.now())
        return InvitationOut(made.code, f"{settings.public_url}/invitation#{made.code}", made.expires_at)

    @get("/{account_id:uuid}/sessions", summary="Where somebody is signed in", opt=_RUN)
    async def sessions(self, db: Database, actor: Actor, account_id: UUID) -> Items[SessionRow]:
        return Items(await accounts.sessions_of(db, actor, account_id))

    @delete("/{account_id:uuid}/sessions/{session_id:uuid}", summary="End one of somebody's sessions", opt=_RUN)
    async def end_session(self, db: Database, actor: Actor, account_id: UUID, session_id: UUID) -> None:
        await accounts.end_sessions(db, actor, account_id, session_id, db.now())

    @delete("/{account_id:uuid}/sessions", summary="End all of somebody's sessions", opt=_RUN)
    async def end_sessions(self, db: Database, actor: Actor, account_id: UUID) -> None:
        await accounts.end_sessions(db, actor, account_id, None, db.now())


class Invitations(Controller):
    path = "/v1/invitations"
    tags = ("Administration",)

    @post("/{code:str}", status_code=200, summary="Choose a password, once", opt={"public": True, "secret": True})
    async def accept(self, db: Database, code: str, data: Chosen) -> Accepted:
        return Accepted(await accounts.accept(db, code, data.password, db.now()))


def _check_language(language: str | UnsetType) -> None:
    if language is not UNSET and language not in LANGUAGES:
        raise Invalid("language", f"not one of {', '.join(LANGUAGES)}")

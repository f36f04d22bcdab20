"""One's passkeys, and challenges for them."""

import binascii
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, delete, get, post
from msgspec import Meta

from api.db.access.passkeys import PasskeyRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Invalid, Unauthenticated
from api.routes.http.addresses import address
from api.routes.http.fields import In, Items, Name
from api.routes.http.gate import check_origin, identity_of
from api.services.access import passkeys
from api.services.access.passkeys import Presented, party_at
from api.services.citizens import rate_limits
from api.services.citizens.link_tokens import Tokens
from api.settings import Settings

_OWN = {"operation": Operation.OWN_ACCOUNT}
_SECRET = _OWN | {"secret": True, "step_up": True}
_Bytes = Annotated[str, Meta(max_length=8_000, pattern=r"^[A-Za-z0-9_=-]*$")]


class CredentialResponse(msgspec.Struct, omit_defaults=True):
    """As the browser gives it, in base64url; what it adds is ignored."""

    clientDataJSON: _Bytes  # noqa: N815 - the browser's names
    attestationObject: _Bytes | None = None  # noqa: N815
    authenticatorData: _Bytes | None = None  # noqa: N815
    signature: _Bytes | None = None
    userHandle: _Bytes | None = None  # noqa: N815
    transports: Annotated[list[Annotated[str, Meta(max_length=30)]], Meta(max_length=10)] = []


class Credential(msgspec.Struct, omit_defaults=True):
    """PublicKeyCredential's JSON."""

    id: _Bytes
    rawId: _Bytes  # noqa: N815
    type: Annotated[str, Meta(max_length=30)]
    response: CredentialResponse


class _ClientData(msgspec.Struct):
    challenge: Annotated[str, Meta(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


def presented(credential: Credential | None, settings: Settings) -> Presented | None:
    return None if credential is None else _answer(credential, settings)


def _answer(credential: Credential, settings: Settings) -> Presented:
    """Raises Invalid if there is no challenge in it."""
    try:
        padded = credential.response.clientDataJSON.rstrip("=") + "=="
        said = msgspec.json.decode(urlsafe_b64decode(padded), type=_ClientData)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise Invalid("credential", "not a browser's") from None
    return Presented(msgspec.json.encode(credential).decode(), said.challenge, party_at(settings.public_url))


class NewPasskey(In, kw_only=True):
    name: Name
    credential: Credential


class PasskeyOut(msgspec.Struct):
    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


class Passkeys(Controller):
    path = "/v1/passkeys"
    tags = ("Who",)

    @get("/", summary="My passkeys", opt=_OWN)
    async def listed(self, db: Database, actor: Actor) -> Items[PasskeyOut]:
        return Items([_shown(row) for row in await passkeys.listed(db, actor)])

    @post("/registration", status_code=201, summary="Begin to register a passkey", opt=_SECRET)
    async def begin(
        self, request: Request[Any, Any, Any], db: Database, actor: Actor, settings: Settings
    ) -> Response[msgspec.Raw]:
        """PublicKeyCredentialCreationOptions as JSON, good for two minutes."""
        user = identity_of(request).user
        if user is None:
            raise Unauthenticated
        party = party_at(settings.public_url)
        made = await passkeys.begin(db, actor, user.username, user.display_name, party, db.now())
        return Response(msgspec.Raw(made.encode()), status_code=201)

    @post("/", summary="Register a passkey", opt=_SECRET)
    async def add(self, db: Database, actor: Actor, settings: Settings, data: NewPasskey) -> PasskeyOut:
        answer, transports = _answer(data.credential, settings), data.credential.response.transports
        return _shown(await passkeys.add(db, actor, data.name, answer, transports, db.now()))

    @delete("/{passkey_id:uuid}", summary="Remove a passkey", opt=_SECRET)
    async def remove(self, db: Database, actor: Actor, passkey_id: UUID) -> None:
        await passkeys.remove(db, actor, passkey_id, db.now())

    @post(
        "/challenge",
        status_code=201,
        summary="Ask for a challenge to sign in with",
        opt={"public": True, "secret": True},
    )
    async def challenge(
        self, request: Request[Any, Any, Any], db: Database, settings: Settings, tokens: Tokens
    ) -> Response[msgspec.Raw]:
        """PublicKeyCredentialRequestOptions as JSON, the same for everybody, good once and for two minutes."""
        check_origin(request)
        caller = tokens.caller("passkeys " + address(request))
        await rate_limits.limit_calls(db, caller, db.now(), rate_limits.CHALLENGES_PER_WINDOW)
        made = await passkeys.challenge(db, party_at(settings.public_url), db.now())
        return Response(msgspec.Raw(made.encode()), status_code=201)


def _shown(row: PasskeyRow) -> PasskeyOut:
    return PasskeyOut(row.id, row.name, row.created_at, row.last_used_at)

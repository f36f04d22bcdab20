"""Tokens of workers and enrollers, run by the station's administrator."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, patch, post
from msgspec import UNSET, UnsetType

from api.db.access.machine_tokens import MachineTokenRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, Role
from api.domain.recognition.alert import AlertKind
from api.routes.http.fields import In, Items, Name, given
from api.services.administration import machine_tokens
from api.services.administration.machine_tokens import NewToken, TokenLimits

_TOKENS = {"operation": Operation.RUN_MACHINE_TOKENS}
_Cameras = Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=1000)]
_Kinds = Annotated[list[AlertKind], msgspec.Meta(min_length=1, max_length=20)]


class TokenIn(In, kw_only=True):
    """`camera_ids`, `alert_kinds`: what a worker's is limited to; null: every camera of the station, every kind."""

    role: Role
    label: Name
    camera_ids: _Cameras | None = None
    alert_kinds: _Kinds | None = None


class TokenPatch(In, kw_only=True):
    """What is left out stays."""

    label: Name | UnsetType = UNSET
    camera_ids: _Cameras | UnsetType | None = UNSET
    alert_kinds: _Kinds | UnsetType | None = UNSET


class MachineTokens(Controller):
    path = "/v1/machine-tokens"
    tags = ("Administration",)

    @get("/", summary="Tokens of workers, enrollers and trackers", opt=_TOKENS)
    async def listed(self, db: Database, actor: Actor) -> Items[MachineTokenRow]:
        return Items(await machine_tokens.listed(db, actor))

    @post("/", summary="Make a token; shown once", opt=_TOKENS | {"secret": True})
    async def make(self, db: Database, actor: Actor, data: TokenIn) -> NewToken:
        limits = TokenLimits(data.label, data.camera_ids, data.alert_kinds)
        return await machine_tokens.make(db, actor, data.role, limits, db.now())

    @patch("/{token_id:uuid}", summary="Limit a token to cameras and kinds", opt=_TOKENS)
    async def limit(self, db: Database, actor: Actor, token_id: UUID, data: TokenPatch) -> MachineTokenRow:
        return await machine_tokens.limit(db, actor, token_id, given(data), db.now())

    @post(
        "/{token_id:uuid}/rotate",
        summary="A new secret with the same limits, shown once; the old one ends",
        opt=_TOKENS | {"secret": True},
    )
    async def rotate(self, db: Database, actor: Actor, token_id: UUID) -> NewToken:
        return await machine_tokens.rotate(db, actor, token_id, db.now())

    @delete("/{token_id:uuid}", summary="Revoke a token", opt=_TOKENS)
    async def revoke(self, db: Database, actor: Actor, token_id: UUID) -> None:
        await machine_tokens.revoke(db, actor, token_id, db.now())

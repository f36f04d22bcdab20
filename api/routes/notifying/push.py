"""Push subscriptions, and receipts from phones."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, post, put

from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.domain.notifying.push import Stage
from api.routes.http.fields import In, Line
from api.routes.http.gate import Identity
from api.services.dispatching import receipts
from api.services.notifying import push
from api.settings import Settings

_Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Endpoint = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"^[!-~]+$")]


class Keys(In, kw_only=True):
    p256dh: _Key
    auth: _Key


class SubscriptionIn(In, kw_only=True):
    endpoint: _Endpoint
    keys: Keys
    device: Line | None = None


class ForgetIn(In, kw_only=True):
    """Without an endpoint: all of my phones."""

    endpoint: _Endpoint | None = None


class Nothing(In, kw_only=True):
    pass


class ReceiptIn(In, kw_only=True):
    delivery_id: UUID
    token: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
    stage: Stage


class PublicKey(msgspec.Struct):
    key: str


class Push(Controller):
    path = "/v1/push"
    tags = ("Push and live",)

    @get("/key", summary="The server's VAPID key", opt={"public": True, "secret": True})
    async def key(self, push_key: str) -> PublicKey:
        return PublicKey(push_key)

    @put(
        "/subscription",
        status_code=204,
        summary="Subscribe this phone to pushes",
        opt={"operation": Operation.OWN_PUSH},
    )
    async def subscribe(self, db: Database, actor: Actor, settings: Settings, data: SubscriptionIn) -> None:
        phone = push.Phone(data.endpoint, data.keys.p256dh, data.keys.auth, data.device)
        await push.subscribe(db, actor, phone, settings.push_hosts, db.now())

    @delete("/subscription", status_code=204, summary="Unsubscribe a phone", opt={"operation": Operation.OWN_PUSH})
    async def unsubscribe(self, db: Database, actor: Actor, data: ForgetIn | None = None) -> None:
        await push.unsubscribe(db, actor, data.endpoint if data else None)

    @post("/test", status_code=202, summary="Send a test push to my phones", opt={"operation": Operation.OWN_PUSH})
    async def test(self, db: Database, identity: Identity, data: Nothing | None = None) -> None:  # noqa: ARG002 - refuses unknown fields
        await push.send_test(db, identity.actor, db.now())

    @post("/receipts", status_code=204, summary="A phone's push receipt", opt={"public": True, "own_id": True})
    async def receipt(self, db: Database, data: ReceiptIn) -> None:
        await receipts.take(db, data.delivery_id, data.token, data.stage, db.now())

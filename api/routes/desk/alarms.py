"""Alarms, who they escalate to, and the fall-back channels used when no phone answers."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, post, put

from api.db.incidents.alarms import ChannelRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.routes.desk.cases import AlarmOut, shown_alarm
from api.routes.http.fields import In, Items, Line
from api.services.incidents import alarms
from api.services.notifying import fallback
from api.services.stations import supervision
from api.services.stations.supervision import Supervision
from api.settings import Settings


class SupervisorIn(In, kw_only=True):
    """None: nobody; alarms go straight to the commanders."""

    account_id: UUID | None


class ChannelIn(In, kw_only=True):
    """`url`: the service's address in Apprise format. It is never shown again. With `{to}` in it, the channel writes to
    callers' numbers, and only to them."""

    label: Line
    url: Annotated[str, msgspec.Meta(min_length=1, max_length=1000, pattern=r"^[!-~]+$")]


class ChannelTestIn(In, kw_only=True):
    """`to`: whom a channel that writes to callers should write to."""

    to: Line | None = None


class ChannelMade(msgspec.Struct):
    id: UUID


class Alarms(Controller):
    path = "/v1/alarms"
    tags = ("Alarms",)

    @get("/", summary="Open alarms", opt={"operation": Operation.SEE_ALARMS})
    async def listed(self, db: Database, actor: Actor) -> Items[AlarmOut]:
        return Items([shown_alarm(row) for row in await alarms.listed(db, actor)])

    @post(
        "/{alarm_id:uuid}/acknowledge",
        status_code=200,
        summary="Acknowledge an alarm",
        opt={"operation": Operation.SEE_ALARMS},
    )
    async def acknowledge(self, db: Database, actor: Actor, alarm_id: UUID) -> AlarmOut:
        return shown_alarm(await alarms.acknowledge(db, actor, alarm_id, db.now()))

    @get("/supervisor", summary="Who alarms escalate to", opt={"operation": Operation.SEE_ALARMS})
    async def supervisor(self, db: Database, actor: Actor) -> Supervision:
        return await supervision.read(db, actor)

    @put("/supervisor", summary="Appoint the shift's supervisor", opt={"operation": Operation.SEE_ALARMS})
    async def appoint(self, db: Database, actor: Actor, data: SupervisorIn) -> Supervision:
        return await supervision.appoint(db, actor, data.account_id, db.now())


class FallbackChannels(Controller):
    path = "/v1/fallback-channels"
    tags = ("Alarms",)

    @get("/", summary="The station's fall-back channels", opt={"operation": Operation.SEE_CHANNELS})
    async def listed(self, db: Database, actor: Actor) -> Items[ChannelRow]:
        return Items(await fallback.listed(db, actor))

    @post("/", summary="Add a fall-back channel", opt={"operation": Operation.SET_CHANNELS})
    async def add(self, db: Database, actor: Actor, settings: Settings, data: ChannelIn) -> Response[ChannelMade]:
        made = await fallback.add(db, actor, data.label, data.url, settings.fallback_hosts, db.now())
        return Response(ChannelMade(made), status_code=201)

    @post(
        "/{channel_id:uuid}/test",
        status_code=202,
        summary="Send a test message over a channel",
        opt={"operation": Operation.SET_CHANNELS},
    )
    async def test(self, db: Database, actor: Actor, channel_id: UUID, data: ChannelTestIn | None = None) -> None:
        await fallback.test(db, actor, channel_id, data.to if data else None, db.now())

    @delete("/{channel_id:uuid}", summary="Stop using a channel", opt={"operation": Operation.SET_CHANNELS})
    async def remove(self, db: Database, actor: Actor, channel_id: UUID) -> None:
        await fallback.remove(db, actor, channel_id, db.now())

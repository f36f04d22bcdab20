"""Messages between the radio room and the units of a case."""

from uuid import UUID

from litestar import Controller, get, post

from api.db.incidents.messages import IncidentMessageRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.routes.http.fields import In, Items, Text
from api.services.dispatching import messages
from api.services.dispatching.messages import NewMessage


class MessageIn(In, kw_only=True):
    id: UUID
    text: Text


class Messages(Controller):
    path = "/v1/incidents/{incident_id:uuid}/messages"
    tags = ("Incidents",)

    @get("/", summary="Messages between radio room and units", opt={"operation": Operation.MESSAGE_UNIT})
    async def listed(self, db: Database, actor: Actor, incident_id: UUID) -> Items[IncidentMessageRow]:
        return Items(await messages.listed(db, actor, incident_id, db.now()))

    @post(
        "/",
        summary="Send one; the units' phones ring",
        opt={"operation": Operation.MESSAGE_UNIT, "own_id": True},
    )
    async def send(self, db: Database, actor: Actor, incident_id: UUID, data: MessageIn) -> Items[IncidentMessageRow]:
        return Items(await messages.send(db, actor, incident_id, NewMessage(data.id, data.text), db.now()))

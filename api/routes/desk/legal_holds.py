"""Legal holds: nothing of a case is deleted until the commander releases it."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, post

from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.routes.http.fields import NeededReason
from api.services.desk import legal_holds


class HoldOut(msgspec.Struct):
    incident_id: UUID
    reason: str
    held_by: str
    held_at: datetime


class LegalHolds(Controller):
    path = "/v1/incidents"
    tags = ("Incidents",)

    @post(
        "/{incident_id:uuid}/hold",
        status_code=200,
        summary="Put a legal hold on a case: nothing of it is deleted",
        opt={"operation": Operation.HOLD_CASE},
    )
    async def hold(self, db: Database, actor: Actor, incident_id: UUID, data: NeededReason) -> HoldOut:
        held = await legal_holds.hold(db, actor, incident_id, data.reason, db.now())
        return HoldOut(incident_id, held.reason, held.held_by, held.held_at)

    @post(
        "/{incident_id:uuid}/release-hold",
        status_code=204,
        summary="Release a legal hold: retention applies again",
        opt={"operation": Operation.HOLD_CASE},
    )
    async def release(self, db: Database, actor: Actor, incident_id: UUID, data: NeededReason) -> None:
        await legal_holds.release(db, actor, incident_id, data.reason, db.now())

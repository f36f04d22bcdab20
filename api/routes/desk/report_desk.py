"""The radio room's side of citizens' reports."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.domain.incidents.incident import Hazard, ReportKind
from api.routes.citizens.reports import MessageOut
from api.routes.http.fields import In, Items, Text
from api.routes.recognition.shown_picture import picture
from api.services.desk import report_desk


class AnswerIn(In, kw_only=True):
    """`override_reason`: why a phone that must stay dark is messaged anyway."""

    text: Text
    override_reason: Text | None = None


class DeskReport(msgspec.Struct):
    """`sender`: the same for all reports from one network address; does not reveal the address."""

    id: UUID
    kind: ReportKind
    description: str | None
    lat: float
    lon: float
    accuracy: float | None
    contact: str | None
    safe_to_call: bool | None
    silent: bool
    language: str
    safe: bool
    cancelled: bool
    created_at: datetime
    hazards: list[Hazard]
    injured: bool
    over_limit: bool
    sender: str | None
    messages: list[MessageOut]
    photo_ids: list[UUID]


class ReportDesk(Controller):
    path = "/v1"
    tags = ("Citizens",)

    @get(
        "/incidents/{incident_id:uuid}/reports",
        summary="Citizens' reports of an incident",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def of_incident(self, db: Database, actor: Actor, incident_id: UUID) -> Items[DeskReport]:
        found = await report_desk.of_incident(db, actor, incident_id, db.now())
        return Items([_desk(each) for each in found])

    @post(
        "/incidents/{incident_id:uuid}/message",
        status_code=204,
        summary="Send a message to everyone who reported it",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def answer(self, db: Database, actor: Actor, incident_id: UUID, data: AnswerIn) -> None:
        await report_desk.answer(db, actor, incident_id, data.text, db.now(), override=data.override_reason)

    @get("/photos/{photo_id:uuid}", summary="A citizen's photo", opt={"operation": Operation.SEE_PHOTO})
    async def photo(self, db: Database, actor: Actor, photo_id: UUID) -> Response[bytes]:
        return await picture(await report_desk.photo(db, actor, photo_id, db.now()))


def _desk(each: report_desk.ReportOnDesk) -> DeskReport:
    row = each.report
    return DeskReport(
        id=row.id,
        kind=row.kind,
        description=row.description,
        lat=row.lat,
        lon=row.lon,
        accuracy=row.accuracy,
        contact=row.contact,
        safe_to_call=row.safe_to_call,
        silent=row.silent,
        language=row.language,
        safe=row.safe_at is not None,
        cancelled=row.cancelled_at is not None,
        created_at=row.created_at,
        hazards=row.hazards,
        injured=row.injured,
        over_limit=row.over_limit,
        sender=None if row.sender is None else row.sender.hex()[:8],
        messages=[MessageOut(m.at, m.sender, m.text) for m in each.messages],
        photo_ids=[photo.id for photo in each.photos],
    )

"""Alerts from cameras, the operator's decision on each, and the cameras themselves."""

import base64
import binascii
import hashlib
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import QueryParameter

from api.db.pool import Database
from api.db.recognition.alerts import AlertRow
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Invalid, NotFound, TooLarge
from api.domain.recognition.alert import WATCHLIST, AlertKind, AlertState, WarrantCheck
from api.routes.http.fields import In, Items, Line, Moment, NeededReason, Share, Text
from api.routes.recognition.shown_picture import picture
from api.services.context import Runtime
from api.services.recognition import alert_decisions, alerts, watchlist
from api.services.recognition.clean_pictures import fresh_jpeg

SNAPSHOT_BYTES = 256 * 1024
_BASE64_CHARACTERS = (SNAPSHOT_BYTES + 2) // 3 * 4 + 4


class Model(In, kw_only=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[^\u0000]*$", examples=["dlib-resnet"])]
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[^\u0000]*$", examples=["1"])]
    threshold: Annotated[float, msgspec.Meta(ge=0, le=1)]


class AlertIn(In, kw_only=True):
    """`snapshot`: base64 JPEG of at most 256 KiB. A watchlist alert needs entry, model and confidence."""

    id: UUID
    camera_id: UUID
    kind: AlertKind
    occurred_at: Moment
    confidence: Share | None = None
    watchlist_entry_id: UUID | None = None
    plate: Line | None = None
    model: Model | None = None
    snapshot: str | None = None
    note: Text | None = None


class AlertOut(msgspec.Struct):
    id: UUID
    state: AlertState
    incident_id: UUID | None = None


class AlertConfirmed(msgspec.Struct):
    """`first_word_by`: who confirmed first, if a second person must confirm too; until then it is `pending`."""

    id: UUID
    state: AlertState
    incident_id: UUID | None
    first_word_by: UUID | None


class WarrantCheckIn(In, kw_only=True):
    """What the police's own system said about the warrant, and when it was looked up."""

    at: Moment
    result: Literal["valid", "ended", "not_found"]


class ConfirmIn(In, kw_only=True):
    """`warrant_check`: required for a watchlist match."""

    reason: Text | None = None
    warrant_check: WarrantCheckIn | None = None


class CameraOfAlert(msgspec.Struct):
    id: UUID
    name: str
    lat: float
    lon: float


class EntryOfAlert(msgspec.Struct):
    id: UUID
    label: str
    legal_basis: str
    warrant_number: str | None
    court: str | None
    expires_at: datetime
    review_at: datetime | None
    picture_source: str
    state: str
    priority: int
    picture_ids: list[UUID]


class FirstWord(msgspec.Struct):
    """Confirmed by one person; a second must confirm too."""

    by: UUID
    name: str | None
    at: datetime


class Decision(msgspec.Struct):
    by: str | None
    at: datetime
    reason: str | None


class CameraRecord(msgspec.Struct):
    """How often people agreed with this camera's matches."""

    confirmed: int
    decided: int


class AlertDetail(msgspec.Struct):
    id: UUID
    kind: AlertKind
    state: AlertState
    camera: CameraOfAlert
    occurred_at: datetime
    received_at: datetime
    confidence: float | None
    model: Model | None
    plate: str | None
    note: str | None
    has_snapshot: bool
    watchlist_entry: EntryOfAlert | None
    incident_id: UUID | None
    decision: Decision | None
    warrant_checked_at: datetime | None
    first_word: FirstWord | None
    decide_by: datetime | None
    camera_record: CameraRecord


class Alerts(Controller):
    path = "/v1/alerts"
    tags = ("Recognition",)

    @post(
        "/",
        summary="Raise an alert from a camera",
        opt={"operation": Operation.POST_ALERT, "own_id": True},
        request_max_body_size=1024 * 1024,
    )
    async def receive(self, runtime: Runtime, actor: Actor, data: AlertIn) -> Response[AlertOut]:
        sent = await _new_alert(data)
        outcome = await alerts.receive(runtime, actor, sent, runtime.now())
        answer = AlertOut(outcome.id, outcome.state, outcome.incident_id)
        return Response(answer, status_code=201 if outcome.created else 200)

    @get("/", summary="Alerts, newest first", opt={"operation": Operation.SEE_ALERTS})
    async def listed(
        self,
        db: Database,
        actor: Actor,
        only: Annotated[AlertState | None, QueryParameter(name="state")] = None,
        before: Annotated[Moment | None, QueryParameter(name="cursor")] = None,
    ) -> Items[AlertDetail]:
        rows = await alerts.listed(db, actor, state=only, before=before)
        following = rows[-1].received_at.isoformat() if len(rows) == 100 else None
        return Items(await _details(db, actor, rows), following)

    @get("/{alert_id:uuid}", summary="One alert", opt={"operation": Operation.SEE_ALERTS})
    async def one(self, db: Database, actor: Actor, alert_id: UUID) -> AlertDetail:
        rows = await alerts.listed(db, actor, alert_id=alert_id)
        if not rows:
            raise NotFound(alert_id=alert_id)
        return (await _details(db, actor, rows))[0]

    @get("/{alert_id:uuid}/snapshot", summary="An alert's snapshot", opt={"operation": Operation.SEE_ALERTS})
    async def snapshot(self, db: Database, actor: Actor, alert_id: UUID, preview: bool = False) -> Response[bytes]:
        return await picture(await alerts.snapshot(db, actor, alert_id, db.now(), preview=preview), preview=preview)

    @post(
        "/{alert_id:uuid}/confirm",
        status_code=200,
        summary="Confirm an alert: send a patrol",
        opt={"operation": Operation.CONFIRM_ALERT},
    )
    async def confirm(
        self, runtime: Runtime, actor: Actor, alert_id: UUID, data: ConfirmIn | None = None
    ) -> AlertConfirmed:
        said = data or ConfirmIn()
        check = said.warrant_check
        warrant = None if check is None else WarrantCheck(check.at, check.result)
        done = await alert_decisions.confirm(runtime, actor, alert_id, said.reason, warrant, runtime.now())
        first = actor.id if done.state == AlertState.PENDING else None
        return AlertConfirmed(done.id, done.state, done.incident_id, first)

    @post(
        "/{alert_id:uuid}/reject",
        status_code=200,
        summary="Reject an alert",
        opt={"operation": Operation.DECIDE_ALERT},
    )
    async def reject(self, db: Database, actor: Actor, alert_id: UUID, data: NeededReason) -> AlertOut:
        done = await alert_decisions.reject(db, actor, alert_id, data.reason, db.now())
        return AlertOut(done.id, done.state, done.incident_id)


async def _new_alert(data: AlertIn) -> alerts.NewAlert:
    if data.kind in WATCHLIST:
        for field in ("watchlist_entry_id", "model", "confidence"):
            if getattr(data, field) is None:
                raise Invalid(field, f"a {data.kind} alert needs it")
    return alerts.NewAlert(
        id=data.id,
        camera_id=data.camera_id,
        kind=data.kind,
        occurred_at=data.occurred_at,
        confidence=data.confidence,
        watchlist_entry_id=data.watchlist_entry_id,
        plate=data.plate,
        model_name=data.model.name if data.model else None,
        model_version=data.model.version if data.model else None,
        threshold=data.model.threshold if data.model else None,
        note=data.note,
        snapshot=await _snapshot(data.snapshot),
        content_hash=hashlib.sha256(msgspec.json.encode(data)).digest(),
    )


async def _snapshot(text: str | None) -> bytes | None:
    if text is None:
        return None
    if len(text) > _BASE64_CHARACTERS:
        raise TooLarge(field="snapshot", bytes=SNAPSHOT_BYTES)
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("snapshot", "not base64") from None
    if len(data) > SNAPSHOT_BYTES:
        raise TooLarge(field="snapshot", bytes=SNAPSHOT_BYTES)
    return await fresh_jpeg(data, "snapshot", max_side=1280, formats=("JPEG",))


async def _details(db: Database, actor: Actor, rows: list[AlertRow]) -> list[AlertDetail]:
    wanted = [row.watchlist_entry_id for row in rows if row.watchlist_entry_id is not None]
    entries = await watchlist.entries_of_alerts(db, actor, wanted, db.now())
    return [_detail(row, entries.get(row.watchlist_entry_id) if row.watchlist_entry_id else None) for row in rows]


def _detail(row: AlertRow, entry: watchlist.Entry | None) -> AlertDetail:
    model = None
    if row.model_name is not None and row.model_version is not None:
        model = Model(name=row.model_name, version=row.model_version, threshold=row.threshold or 0.0)
    decision = None
    if row.decided_at is not None:
        decision = Decision(row.decided_by_name, row.decided_at, row.decision_reason)
    return AlertDetail(
        id=row.id,
        kind=row.kind,
        state=row.state,
        camera=CameraOfAlert(row.camera_id, row.camera_name, row.camera_lat, row.camera_lon),
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        confidence=row.confidence,
        model=model,
        plate=row.plate,
        note=row.note,
        has_snapshot=row.has_snapshot,
        watchlist_entry=_entry(entry) if entry else None,
        incident_id=row.incident_id,
        decision=decision,
        warrant_checked_at=row.warrant_checked_at,
        first_word=None
        if row.first_word_by is None or row.first_word_at is None
        else FirstWord(row.first_word_by, row.first_word_by_name, row.first_word_at),
        decide_by=row.decide_by,
        camera_record=CameraRecord(row.camera_confirmed, row.camera_decided),
    )


def _entry(entry: watchlist.Entry) -> EntryOfAlert:
    row = entry.row
    return EntryOfAlert(
        id=row.id,
        label=row.label,
        legal_basis=row.legal_basis,
        warrant_number=row.warrant_number,
        court=row.court,
        expires_at=row.expires_at,
        review_at=row.review_at,
        picture_source=row.picture_source,
        state=entry.state,
        priority=row.priority,
        picture_ids=[shown.id for shown in entry.pictures],
    )

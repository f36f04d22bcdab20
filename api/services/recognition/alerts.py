"""Alerts from cameras: taken exactly once, listed, shown."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from api.db import stations
from api.db.pool import Database
from api.db.recognition import alerts, watchlist
from api.db.stations import CameraRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import Forbidden, IdReused, NotFound, UnknownCamera, UnknownEntry
from api.domain.incidents.deadline import DeadlineKind
from api.domain.recognition import alert as rules
from api.domain.recognition.alert import AlertKind, AlertState
from api.domain.records.events import Event, EventKind
from api.services.context import Context, Deciding, Runtime, entering, lock_station
from api.services.dispatching import dispatch
from api.services.incidents.joining import join_or_open
from api.services.incidents.opening import NewIncident
from api.services.records import journal

_UNCONFIRMED_KEPT = timedelta(hours=24)

VIEWED, PREVIEWED = "alert.snapshot.view", "alert.snapshot.preview"


class NewAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as sent; `content_hash` tells a repeat from a reused id. `snapshot` is a clean JPEG."""

    id: UUID
    camera_id: UUID
    kind: AlertKind
    occurred_at: datetime
    confidence: float | None
    watchlist_entry_id: UUID | None
    plate: str | None
    model_name: str | None
    model_version: str | None
    threshold: float | None
    note: str | None
    snapshot: bytes | None
    content_hash: bytes


class Outcome(msgspec.Struct, frozen=True):
    """`created` is false if the same alert was taken before."""

    id: UUID
    state: AlertState
    incident_id: UUID | None
    created: bool = True


async def receive(runtime: Runtime, actor: Actor, sent: NewAlert, now: datetime) -> Outcome:
    """Take an alert exactly once. A `sos`, or what the station delegated, is dispatched in the same commit."""
    demand(actor, Operation.POST_ALERT)
    if actor.alert_kinds is not None and sent.kind not in actor.alert_kinds:
        raise Forbidden(kind=sent.kind)
    async with entering(runtime.db, actor, now) as context:
        earlier = await _repeat(context, sent)
        if earlier is not None:
            return earlier
        rules.check_clock(sent.occurred_at, now)
        camera = await _camera(context, sent.camera_id)
        return await _take(await lock_station(runtime, context), sent, camera)


async def _take(context: Deciding, sent: NewAlert, camera: CameraRow) -> Outcome:
    state, visit = await _first_state(context, sent)
    decide_by = (
        context.now + timedelta(seconds=context.station.decision_seconds) if state == AlertState.PENDING else None
    )
    values = msgspec.structs.asdict(sent)
    del values["snapshot"]
    added = await alerts.add.run(
        context.connection,
        **values,
        station_id=context.station_id,
        token_id=context.actor.id,
        state=visit.state if visit else state,
        received_at=context.now,
        visit_of=visit.id if visit else None,
        decide_by=None if visit else decide_by,
    )
    if not added:
        return await _lost_race(context, sent)
    if visit is not None:
        return Outcome(sent.id, visit.state, visit.incident_id)
    await _keep_image(context, sent)
    incident_id = None
    if state == AlertState.DISPATCHED:
        incident_id = await _dispatch(context, sent, camera)
    if decide_by is not None:
        journal.deadline(context, DeadlineKind.ALERT_DECISION, sent.id, decide_by)
    journal.event(context, Event(EventKind.ALERT, sent.id, incident_id, state=state))
    return Outcome(sent.id, state, incident_id)


async def _repeat(context: Context, sent: NewAlert) -> Outcome | None:
    row = await alerts.as_sent.one(context.connection, id=sent.id)
    if row is None:
        return None
    if row.token_id != context.actor.id or row.content_hash != sent.content_hash:
        raise IdReused(id=sent.id)
    return Outcome(row.id, row.state, row.incident_id, created=False)


async def _lost_race(context: Context, sent: NewAlert) -> Outcome:
    """The same id was committed between our look and our insert, or belongs to another station."""
    earlier = await _repeat(context, sent)
    if earlier is None:
        raise IdReused(id=sent.id)
    return earlier


async def _camera(context: Context, camera_id: UUID) -> CameraRow:
    camera = await stations.read_camera.one(context.connection, id=camera_id)
    if camera is None or (context.actor.camera_ids is not None and camera_id not in context.actor.camera_ids):
        raise UnknownCamera(camera_id=camera_id)
    return camera


async def _first_state(context: Deciding, sent: NewAlert) -> tuple[AlertState, alerts.Visit | None]:
    valid, visit = True, None
    if sent.watchlist_entry_id is not None:
        if await watchlist.read.one(context.connection, id=sent.watchlist_entry_id) is None:
            raise UnknownEntry(watchlist_entry_id=sent.watchlist_entry_id)
        valid = await watchlist.matchable.one(context.connection, id=sent.watchlist_entry_id) is not None
        if valid:
            visit = await _visit(context, sent)
    state = rules.first_state(
        sent.kind,
        sent.occurred_at,
        context.now,
        entry_valid=valid,
        automatic=frozenset(context.station.automatic_alerts),
    )
    return state, visit


async def _visit(context: Context, sent: NewAlert) -> alerts.Visit | None:
    where = {"entry_id": sent.watchlist_entry_id, "camera_id": sent.camera_id}
    await alerts.lock_visit.get(context.connection, **where)
    return await alerts.current_visit.one(
        context.connection, station_id=context.station_id, occurred_at=sent.occurred_at, visit=rules.VISIT, **where
    )


async def _keep_image(context: Context, sent: NewAlert) -> None:
    if sent.snapshot is not None:
        await alerts.add_image.run(
            context.connection,
            alert_id=sent.id,
            station_id=context.station_id,
            jpeg=sent.snapshot,
            delete_after=context.now + _UNCONFIRMED_KEPT,
        )


async def _dispatch(context: Deciding, sent: NewAlert, camera: CameraRow) -> UUID:
    new = NewIncident(
        id=uuid4(),
        kind=rules.incident_kind(sent.kind),
        lat=camera.lat,
        lon=camera.lon,
        received_at=context.now,
        verified=False,
        source="alert",
        place=camera.name,
        alert_id=sent.id,
        seen_at=sent.occurred_at,
        seeks=True,
    )
    place = await join_or_open(context, new)
    await dispatch.fill(context, place.incident, new=not place.joined)
    return place.incident.id


async def listed(
    db: Database,
    actor: Actor,
    *,
    state: AlertState | None = None,
    alert_id: UUID | None = None,
    before: datetime | None = None,
    most: int = 100,
) -> list[alerts.AlertRow]:
    demand(actor, Operation.SEE_ALERTS)
    async with db.looking(actor) as connection:
        return await alerts.list_all.all(
            connection, station_id=actor.station_id, state=state, id=alert_id, before=before, most=most
        )


async def snapshot(db: Database, actor: Actor, alert_id: UUID, now: datetime, *, preview: bool = False) -> bytes:
    """An alert's picture; every view is logged, previews as such."""
    demand(actor, Operation.SEE_ALERTS)
    async with entering(db, actor, now) as context:
        jpeg = await alerts.read_image.get(context.connection, alert_id=alert_id)
        if jpeg is None:
            raise NotFound(alert_id=alert_id)
        await journal.audit(context, PREVIEWED if preview else VIEWED, alert_id)
        return jpeg

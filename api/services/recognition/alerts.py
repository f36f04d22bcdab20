"""What cameras report, and what the radio room decides about it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from api.db import stations
from api.db.pool import Connection, Database
from api.db.recognition import alerts, watchlist
from api.db.stations import CameraRow, StationRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import Forbidden, IdReused, NotFound, UnknownCamera, UnknownEntry
from api.domain.incidents.deadline import DeadlineKind
from api.domain.recognition import alert as rules
from api.domain.recognition.alert import AlertKind, AlertState
from api.domain.records.events import Event, EventKind
from api.services.dispatching import dispatch
from api.services.incidents.joining import join_or_open
from api.services.incidents.opening import NewIncident
from api.services.records import journal

_UNCONFIRMED_KEPT = timedelta(hours=24)

VIEWED, PREVIEWED = "alert.snapshot.view", "alert.snapshot.preview"


class NewAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as it was sent; `content_hash` tells a repeat from a reuse of its id. `snapshot` is a clean JPEG."""

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
    """`created` is false when the same alert had been taken before."""

    id: UUID
    state: AlertState
    incident_id: UUID | None
    created: bool = True


async def receive(db: Database, actor: Actor, sent: NewAlert, default_target: int, now: datetime) -> Outcome:
    """Take an alert exactly once. A `sos`, and what the station delegated, is on its way in the same commit."""
    demand(actor, Operation.POST_ALERT)
    if actor.alert_kinds is not None and sent.kind not in actor.alert_kinds:
        raise Forbidden(kind=sent.kind)
    async with db.transaction(actor) as connection:
        known = await _known(connection, actor, sent)
        if known is not None:
            return known
        rules.check_clock(sent.occurred_at, now)
        camera = await _camera(connection, actor, sent.camera_id)
        station = await dispatch.begin(connection, actor.station_id)
        state, visit = await _first_state(connection, station, sent, now)
        decide_by = now + timedelta(seconds=station.decision_seconds) if state == AlertState.PENDING else None
        values = msgspec.structs.asdict(sent)
        del values["snapshot"]
        added = await alerts.add.run(
            connection,
            **values,
            station_id=station.id,
            token_id=actor.id,
            state=visit.state if visit else state,
            received_at=now,
            visit_of=visit.id if visit else None,
            decide_by=None if visit else decide_by,
        )
        if not added:
            return await _lost_race(connection, actor, sent)
        if visit is not None:
            return Outcome(sent.id, visit.state, visit.incident_id)
        await _keep_image(connection, station.id, sent, now)
        incident_id = None
        if state == AlertState.DISPATCHED:
            incident_id = await _dispatch(connection, station, sent, camera, default_target, now)
        if decide_by is not None:
            await journal.deadline(connection, station.id, DeadlineKind.ALERT_DECISION, sent.id, decide_by)
        await journal.event(connection, station.id, Event(EventKind.ALERT, sent.id, incident_id, state=state), now)
        return Outcome(sent.id, state, incident_id)


async def _known(connection: Connection, actor: Actor, sent: NewAlert) -> Outcome | None:
    row = await alerts.as_sent.one(connection, id=sent.id)
    if row is None:
        return None
    if row.token_id != actor.id or row.content_hash != sent.content_hash:
        raise IdReused(id=sent.id)
    return Outcome(row.id, row.state, row.incident_id, created=False)


async def _lost_race(connection: Connection, actor: Actor, sent: NewAlert) -> Outcome:
    """The same id was committed between our look and our insert, or belongs to a station that we can't see."""
    known = await _known(connection, actor, sent)
    if known is None:
        raise IdReused(id=sent.id)
    return known


async def _camera(connection: Connection, actor: Actor, camera_id: UUID) -> CameraRow:
    camera = await stations.read_camera.one(connection, id=camera_id)
    if camera is None or (actor.camera_ids is not None and camera_id not in actor.camera_ids):
        raise UnknownCamera(camera_id=camera_id)
    return camera


async def _first_state(
    connection: Connection, station: StationRow, sent: NewAlert, now: datetime
) -> tuple[AlertState, alerts.Visit | None]:
    valid, visit = True, None
    if sent.watchlist_entry_id is not None:
        if await watchlist.read.one(connection, id=sent.watchlist_entry_id) is None:
            raise UnknownEntry(watchlist_entry_id=sent.watchlist_entry_id)
        valid = await watchlist.matchable.one(connection, id=sent.watchlist_entry_id) is not None
        if valid:
            visit = await _visit(connection, station.id, sent)
    state = rules.first_state(
        sent.kind, sent.occurred_at, now, entry_valid=valid, automatic=frozenset(station.automatic_alerts)
    )
    return state, visit


async def _visit(connection: Connection, station_id: UUID, sent: NewAlert) -> alerts.Visit | None:
    where = {"entry_id": sent.watchlist_entry_id, "camera_id": sent.camera_id}
    await alerts.lock_visit.get(connection, **where)
    return await alerts.current_visit.one(
        connection, station_id=station_id, occurred_at=sent.occurred_at, visit=rules.VISIT, **where
    )


async def _keep_image(connection: Connection, station_id: UUID, sent: NewAlert, now: datetime) -> None:
    if sent.snapshot is not None:
        await alerts.add_image.run(
            connection,
            alert_id=sent.id,
            station_id=station_id,
            jpeg=sent.snapshot,
            delete_after=now + _UNCONFIRMED_KEPT,
        )


async def _dispatch(
    connection: Connection, station: StationRow, sent: NewAlert, camera: CameraRow, default_target: int, now: datetime
) -> UUID:
    new = NewIncident(
        id=uuid4(),
        kind=rules.incident_kind(sent.kind),
        lat=camera.lat,
        lon=camera.lon,
        received_at=now,
        verified=False,
        source="alert",
        place=camera.name,
        alert_id=sent.id,
        seen_at=sent.occurred_at,
    )
    place = await join_or_open(connection, station, default_target, new, now)
    await alerts.save_state.run(connection, id=sent.id, state=AlertState.DISPATCHED, incident_id=place.incident.id)
    await dispatch.fill(connection, station, place.incident, now)
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
    async with db.transaction(actor) as connection:
        return await alerts.list_all.all(
            connection, station_id=actor.station_id, state=state, id=alert_id, before=before, most=most
        )


async def snapshot(db: Database, actor: Actor, alert_id: UUID, now: datetime, *, preview: bool = False) -> bytes:
    """The picture behind an alert; every view is logged, a preview's as such."""
    demand(actor, Operation.SEE_ALERTS)
    async with db.transaction(actor) as connection:
        jpeg = await alerts.read_image.get(connection, alert_id=alert_id)
        if jpeg is None:
            raise NotFound(alert_id=alert_id)
        await journal.audit(connection, actor, PREVIEWED if preview else VIEWED, alert_id, now)
        return jpeg

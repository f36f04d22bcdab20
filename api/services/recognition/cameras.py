"""What workers report about their cameras, and the record of when recognition ran."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from api.db import stations
from api.db.pool import Database
from api.db.stations import CameraRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import UnknownCamera
from api.domain.recognition.alert import check_clock
from api.domain.records.events import Event, EventKind
from api.services.context import Context, entering
from api.services.records import journal

_PERIOD_GAP = timedelta(minutes=2)
SILENT_AFTER = timedelta(seconds=90)
"""A camera of which nothing was heard for this long is shown as unknown, whatever it said last."""


class CameraStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`frames` and `faces_scanned` count since the last acknowledged status."""

    state: str
    at: datetime
    detail: str | None
    gallery_version: str | None
    model_name: str | None
    model_version: str | None
    threshold: float | None
    frames: int
    faces_scanned: int


async def report_status(db: Database, actor: Actor, camera_id: UUID, status: CameraStatus, now: datetime) -> None:
    demand(actor, Operation.POST_CAMERA_STATUS)
    check_clock(status.at, now)
    async with entering(db, actor, now) as context:
        camera = await stations.read_camera.one(context.connection, id=camera_id)
        if camera is None or (actor.camera_ids is not None and camera_id not in actor.camera_ids):
            raise UnknownCamera(camera_id=camera_id)
        await stations.save_camera_state.run(
            context.connection, id=camera_id, state=status.state, detail=status.detail, at=status.at, now=now
        )
        if status.model_name is not None and status.gallery_version is not None:
            await _extend_period(context, camera_id, status)
        if camera.state != status.state:
            changed = Event(EventKind.CAMERA, camera_id, state=status.state)
            journal.event(context, changed)


async def _extend_period(context: Context, camera_id: UUID, status: CameraStatus) -> None:
    values: dict[str, Any] = {
        "camera_id": camera_id,
        "model_name": status.model_name,
        "model_version": status.model_version or "",
        "threshold": status.threshold or 0.0,
        "gallery_version": status.gallery_version,
        "at": status.at,
        "frames": status.frames,
        "faces_scanned": status.faces_scanned,
    }
    extended = await stations.extend_recognition_period.run(context.connection, since=status.at - _PERIOD_GAP, **values)
    if not extended:
        await stations.begin_recognition_period.run(context.connection, station_id=context.station_id, **values)


async def listed(db: Database, actor: Actor, now: datetime) -> list[CameraRow]:
    demand(actor, Operation.SEE_CAMERAS)
    async with db.looking(actor) as connection:
        rows = await stations.list_cameras.all(connection, station_id=actor.station_id)
    return [_honest(row, now) for row in rows]


def _honest(row: CameraRow, now: datetime) -> CameraRow:
    if row.state == "unknown" or (row.seen_at is not None and now - row.seen_at <= SILENT_AFTER):
        return row
    return msgspec.structs.replace(row, state="unknown", state_at=row.seen_at, detail="worker silent")

"""Cameras: the state of each, and the record of when recognition ran on it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post

from api.db.pool import Database
from api.db.stations import CameraRow
from api.domain.access.permissions import Actor, Operation
from api.routes.http.fields import In, Items, Line, Moment
from api.routes.recognition.alerts import Model
from api.services.recognition import cameras
from api.services.recognition.cameras import CameraStatus


class CameraOut(msgspec.Struct):
    id: UUID
    name: str
    lat: float
    lon: float
    state: str
    state_at: datetime | None
    detail: str | None


class StatusIn(In, kw_only=True):
    """`overloaded`, `not_matching`: frames arrive, but people may be missed, or would not be found at all; `detail`
    says why."""

    state: Literal["live", "overloaded", "not_matching", "stalled", "unreachable", "off"]
    at: Moment
    detail: Line | None = None
    gallery_version: Annotated[str, msgspec.Meta(max_length=80, pattern=r"^[^\u0000]*$")] | None = None
    model: Model | None = None
    frames: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0
    faces_scanned: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0


class Cameras(Controller):
    path = "/v1/cameras"
    tags = ("Recognition",)

    @get("/", summary="Cameras and whether they work", opt={"operation": Operation.SEE_CAMERAS})
    async def listed(self, db: Database, actor: Actor) -> Items[CameraOut]:
        rows = await cameras.listed(db, actor, db.now())
        return Items([_camera(row) for row in rows])

    @post(
        "/{camera_id:uuid}/status",
        status_code=204,
        summary="A camera's status, and the recognition that ran on it",
        opt={"operation": Operation.POST_CAMERA_STATUS},
    )
    async def status(self, db: Database, actor: Actor, camera_id: UUID, data: StatusIn) -> None:
        status = CameraStatus(
            state=data.state,
            at=data.at,
            detail=data.detail,
            gallery_version=data.gallery_version,
            model_name=data.model.name if data.model else None,
            model_version=data.model.version if data.model else None,
            threshold=data.model.threshold if data.model else None,
            frames=data.frames,
            faces_scanned=data.faces_scanned,
        )
        await cameras.report_status(db, actor, camera_id, status, db.now())


def _camera(row: CameraRow) -> CameraOut:
    return CameraOut(row.id, row.name, row.lat, row.lon, row.state, row.state_at, row.detail)

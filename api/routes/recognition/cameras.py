"""Cameras: the state of each, and the record of when recognition ran on it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, patch, post
from msgspec import UNSET, UnsetType

from api.db.pool import Database
from api.db.stations import CameraLock, CameraRow
from api.domain.access.permissions import Actor, Operation
from api.routes.http.fields import In, Items, Lat, Line, Lon, Moment, Name, given
from api.routes.recognition.alerts import Model
from api.services.administration import cameras as administration
from api.services.administration.cameras import CameraFacts
from api.services.recognition import cameras
from api.services.recognition.cameras import CameraStatus

_CAMERAS = {"operation": Operation.RUN_CAMERAS}
_Direction = Annotated[int, msgspec.Meta(ge=0, le=359)]


class CameraOut(msgspec.Struct):
    """`direction`: where it looks, in degrees from north."""

    id: UUID
    name: str
    lat: float
    lon: float
    direction: int | None
    version: int
    state: str
    state_at: datetime | None
    detail: str | None


class CameraIn(In, kw_only=True):
    """`id`: made by the caller; the same again changes nothing. `direction`: degrees from north."""

    id: UUID
    name: Name
    lat: Lat
    lon: Lon
    direction: _Direction | None = None


class CameraPatch(In, kw_only=True):
    """What is left out stays. `version`: the one the caller saw; if it is no longer current, 409 `changed`."""

    version: int
    name: Name | UnsetType = UNSET
    lat: Lat | UnsetType = UNSET
    lon: Lon | UnsetType = UNSET
    direction: _Direction | UnsetType | None = UNSET


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

    @post("/", summary="Add a camera", opt=_CAMERAS | {"own_id": True})
    async def add(self, db: Database, actor: Actor, data: CameraIn) -> CameraLock:
        new = CameraFacts(data.name, data.lat, data.lon, data.direction)
        return await administration.add(db, actor, data.id, new, db.now())

    @patch("/{camera_id:uuid}", summary="Change a camera", opt=_CAMERAS)
    async def change(self, db: Database, actor: Actor, camera_id: UUID, data: CameraPatch) -> CameraLock:
        return await administration.change(db, actor, camera_id, given(data), data.version, db.now())

    @delete("/{camera_id:uuid}", summary="Retire a camera; its history stays", opt=_CAMERAS)
    async def retire(self, db: Database, actor: Actor, camera_id: UUID) -> None:
        await administration.retire(db, actor, camera_id, db.now())


def _camera(row: CameraRow) -> CameraOut:
    return CameraOut(
        row.id, row.name, row.lat, row.lon, row.direction, row.version, row.state, row.state_at, row.detail
    )

"""A station's cameras, as its administrator runs them: added, moved, retired."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from api.db import stations
from api.db.pool import Database
from api.db.stations import CameraLock
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import IdReused, NotFound, Taken
from api.domain.records.events import Event, EventKind
from api.services.administration.versions import amended
from api.services.context import Context, entering
from api.services.records import journal


class CameraFacts(msgspec.Struct, frozen=True):
    """`direction`: degrees from north."""

    name: str
    lat: float
    lon: float
    direction: int | None


async def add(db: Database, actor: Actor, camera_id: UUID, new: CameraFacts, now: datetime) -> CameraLock:
    """The same camera again changes nothing. Raises IdReused if the id has other facts."""
    demand(actor, Operation.RUN_CAMERAS)
    async with entering(db, actor, now, duplicate=Taken(id=camera_id)) as context:
        present = await stations.lock_camera.one(context.connection, id=camera_id)
        if present is not None:
            if _facts(present) != new:
                raise IdReused(id=camera_id)
            return present
        await stations.add_camera.run(
            context.connection, id=camera_id, station_id=actor.station_id, **msgspec.structs.asdict(new)
        )
        await journal.audit(context, "camera.add", camera_id, after=new)
        return await _tell(context, camera_id)


async def change(
    db: Database, actor: Actor, camera_id: UUID, changes: Mapping[str, object], version: int, now: datetime
) -> CameraLock:
    """`changes`: the facts to replace; past alerts stay where they were. Raises Changed, with the present camera, if
    `version` is no longer current."""
    demand(actor, Operation.RUN_CAMERAS)
    async with entering(db, actor, now) as context:
        before = await _in_use(context, camera_id)
        wanted = amended(before, _facts(before), changes, version)
        if _facts(before) == wanted:
            return before
        await stations.change_camera.run(context.connection, id=camera_id, **msgspec.structs.asdict(wanted))
        await journal.audit(context, "camera.change", camera_id, before=_facts(before), after=wanted)
        return await _tell(context, camera_id)


async def retire(db: Database, actor: Actor, camera_id: UUID, now: datetime) -> None:
    """No alert is taken from it any more; those it has sent stay, and so does the record of when recognition ran."""
    demand(actor, Operation.RUN_CAMERAS)
    async with entering(db, actor, now) as context:
        await _in_use(context, camera_id)
        await stations.retire_camera.run(context.connection, id=camera_id, now=now)
        await journal.audit(context, "camera.retire", camera_id)
        journal.event(context, Event(EventKind.CAMERA, camera_id))


async def _in_use(context: Context, camera_id: UUID) -> CameraLock:
    found = await stations.lock_camera.one(context.connection, id=camera_id)
    if found is None or found.retired_at is not None:
        raise NotFound(camera_id=camera_id)
    return found


async def _tell(context: Context, camera_id: UUID) -> CameraLock:
    journal.event(context, Event(EventKind.CAMERA, camera_id))
    return await _in_use(context, camera_id)


def _facts(camera: CameraLock) -> CameraFacts:
    return CameraFacts(camera.name, round(camera.lat, 6), round(camera.lon, 6), camera.direction)

"""The station's beats."""

from uuid import UUID

import msgspec
from litestar import Controller, delete, get, patch, post
from msgspec import UNSET, UnsetType

from api.db.pool import Database
from api.db.units.rosters import BeatRow
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Changed
from api.routes.http.fields import In, Items, Name, given
from api.routes.stations import Polygon
from api.services.administration import beats
from api.services.administration.beats import BeatFacts

_RUN = {"operation": Operation.RUN_BEATS}


class BeatIn(In, kw_only=True):
    """`id`: made by the caller; the same again changes nothing."""

    id: UUID
    name: Name
    area: Polygon


class BeatPatch(In, kw_only=True):
    """What is left out stays. `version`: the one the caller saw; if it is no longer current, 409 `changed`."""

    version: int
    name: Name | UnsetType = UNSET
    area: Polygon | UnsetType = UNSET


class BeatOut(msgspec.Struct):
    """`callsigns`: of the units that name it."""

    id: UUID
    name: str
    area: Polygon
    version: int
    callsigns: list[str]


class Beats(Controller):
    path = "/v1/beats"
    tags = ("Administration",)

    @get("/", summary="The station's beats", opt={"operation": Operation.SEE_STATION})
    async def listed(self, db: Database, actor: Actor) -> Items[BeatOut]:
        return Items([_shown(row) for row in await beats.listed(db, actor)])

    @post("/", summary="Add a beat", opt=_RUN | {"own_id": True})
    async def add(self, db: Database, actor: Actor, data: BeatIn) -> BeatOut:
        new = BeatFacts(data.name, data.area.geojson())
        return _shown(await beats.add(db, actor, data.id, new, db.now()))

    @patch("/{beat_id:uuid}", summary="Change a beat; units follow its name", opt=_RUN)
    async def change(self, db: Database, actor: Actor, beat_id: UUID, data: BeatPatch) -> BeatOut:
        changes = given(data)
        if isinstance(data.area, Polygon):
            changes["area"] = data.area.geojson()
        try:
            return _shown(await beats.change(db, actor, beat_id, changes, data.version, db.now()))
        except Changed:
            present = next(row for row in await beats.listed(db, actor) if row.id == beat_id)
            raise Changed(present=_shown(present)) from None

    @delete("/{beat_id:uuid}", summary="Remove a beat", opt=_RUN)
    async def remove(self, db: Database, actor: Actor, beat_id: UUID) -> None:
        await beats.remove(db, actor, beat_id, db.now())


def _shown(row: BeatRow) -> BeatOut:
    return BeatOut(row.id, row.name, msgspec.json.decode(row.area, type=Polygon), row.version, row.callsigns)

"""Streets that are closed or slow."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, post
from msgspec import Meta

from api.db.pool import Database
from api.db.roads import ClosureRow
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Invalid
from api.domain.roads.closure import ClosureKind
from api.routes.http.fields import In, Items, Lat, Lon, Moment, Share, Text
from api.services.roads import closures
from api.services.roads.closures import NewClosure

_NAMES = {"begins_at": "from", "ends_at": "to"}
_Place = tuple[Lon, Lat]
_Places = Annotated[list[_Place], Meta(min_length=2, max_length=1000)]
_Ring = Annotated[list[_Place], Meta(min_length=4, max_length=1000)]


class PointShape(In, kw_only=True, tag_field="type", tag="Point"):
    coordinates: _Place


class LineShape(In, kw_only=True, tag_field="type", tag="LineString"):
    coordinates: _Places


class PolygonShape(In, kw_only=True, tag_field="type", tag="Polygon"):
    """Rings of [lon, lat], the outer one first, each closed."""

    coordinates: Annotated[list[_Ring], Meta(min_length=1, max_length=20)]


class LinesShape(In, kw_only=True, tag_field="type", tag="MultiLineString"):
    coordinates: list[_Places]


class ClosureIn(In, kw_only=True, rename=_NAMES):
    """`id`: made by the caller; the same again changes nothing. Either `geometry` (a point closes the nearest street, a
    line what runs along it, a polygon what lies inside) or `edge_ids`, the streets' ids in the map's tiles.
    `speed_factor`: of the usual speed, 0 for no vehicle at all. `from`: now, if it is left out."""

    id: UUID
    geometry: PointShape | LineShape | PolygonShape | None = None
    edge_ids: Annotated[list[Annotated[int, Meta(ge=0, lt=2**31)]], Meta(min_length=1, max_length=1000)] | None = None
    kind: ClosureKind
    speed_factor: Share
    begins_at: Moment | None = None
    ends_at: Moment
    reason: Text


class ClosureOut(msgspec.Struct, kw_only=True, rename=_NAMES):
    """`own`: this station's, which alone can open the street again. `streets`: names. `by`: null for other stations'.
    `lifted_at`: when it was opened before its time."""

    id: UUID
    own: bool
    station_id: UUID
    station_th: str
    station_en: str
    geometry: PointShape | LineShape | PolygonShape | LinesShape
    kind: ClosureKind
    speed_factor: float
    begins_at: datetime
    ends_at: datetime
    reason: str
    streets: list[str]
    by: str | None
    at: datetime
    lifted_at: datetime | None


class RoadClosures(Controller):
    path = "/v1/roads/closures"
    tags = ("Roads",)

    @get("/", summary="Streets closed or slow, now or later", opt={"operation": Operation.SEE_CLOSURES})
    async def listed(self, db: Database, actor: Actor) -> Items[ClosureOut]:
        return Items([_shown(actor, row) for row in await closures.listed(db, actor)])

    @post(
        "/",
        summary="Close a street, or slow it down",
        opt={"operation": Operation.CLOSE_ROADS, "own_id": True},
    )
    async def add(self, db: Database, actor: Actor, data: ClosureIn) -> Response[ClosureOut]:
        new = NewClosure(
            _geojson(data.geometry),
            data.edge_ids,
            data.kind,
            data.speed_factor,
            data.begins_at,
            data.ends_at,
            data.reason,
        )
        added = await closures.add(db, actor, data.id, new, db.now())
        return Response(_shown(actor, added.closure), status_code=201 if added.created else 200)

    @delete("/{closure_id:uuid}", summary="Open the street again", opt={"operation": Operation.CLOSE_ROADS})
    async def lift(self, db: Database, actor: Actor, closure_id: UUID) -> None:
        await closures.lift(db, actor, closure_id, db.now())


def _geojson(shape: PointShape | LineShape | PolygonShape | None) -> str | None:
    """Raises Invalid if a ring is not closed."""
    if shape is None:
        return None
    if isinstance(shape, PolygonShape) and any(ring[0] != ring[-1] for ring in shape.coordinates):
        raise Invalid("geometry", "a ring is not closed")
    return msgspec.json.encode(shape).decode()


def _shown(actor: Actor, row: ClosureRow) -> ClosureOut:
    facts: dict[str, Any] = msgspec.structs.asdict(row)
    shape = msgspec.json.decode(row.geometry, type=PointShape | LineShape | PolygonShape | LinesShape)
    return ClosureOut(**facts | {"geometry": shape, "own": row.station_id == actor.station_id})

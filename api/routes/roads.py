"""Our own streets: map tiles, current coverage, and a unit's route to its incident."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import h3.api.basic_int as h3
import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import PathParameter, QueryParameter

from api.db.pool import Database
from api.db.roads import NetworkRow
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import NotFound
from api.domain.roads.travel import EtaSource
from api.routes.figures.statistics import Polygon
from api.services.roads import coverage as road_coverage
from api.services.roads import tiles as road_tiles
from api.services.roads.in_service import RoadsInService
from api.services.roads.tiles import Tiles

_OSM = '<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap contributors</a>'
_MADE_UP = "Made-up sample streets"
_KEPT = "public, max-age=31536000, immutable"
_LOOKED_AT_AGAIN = "public, max-age=60"
TILE_TYPE = "application/vnd.mapbox-vector-tile"


class NetworkOut(msgspec.Struct):
    """`synthetic`: made-up streets, which maps must label as such."""

    source: str
    synthetic: bool
    imported_at: datetime


class Streets(msgspec.Struct):
    """TileJSON 3; `tiles` is empty if there is no network. `bounds`: west, south, east, north."""

    network: NetworkOut | None
    tiles: list[str]
    bounds: list[float] | None
    minzoom: int
    maxzoom: int
    attribution: str | None
    tilejson: Literal["3.0.0"] = "3.0.0"


class Covered(msgspec.Struct):
    """Seconds until the nearest free unit could be in this cell; `eta_source` is `road` or `straight_line`."""

    h3: str
    seconds: float
    eta_source: EtaSource


class CoveredFeature(msgspec.Struct):
    geometry: Polygon
    properties: Covered
    type: Literal["Feature"] = "Feature"


class CoverageOut(msgspec.Struct):
    """GeoJSON of the cells reached in time. `share_of_area`: of the station's area; `units`: how many are free;
    `units_unplaced`: how many more are left out because their position is unknown."""

    features: list[CoveredFeature]
    minutes: int
    share_of_area: float
    units: int
    units_unplaced: int
    network: NetworkOut | None
    type: Literal["FeatureCollection"] = "FeatureCollection"


class LineString(msgspec.Struct):
    coordinates: list[tuple[float, float]]
    type: Literal["LineString"] = "LineString"


class RouteFacts(msgspec.Struct):
    unit_id: UUID
    incident_id: UUID
    seconds: float
    metres: float
    eta_source: EtaSource
    fix_age_s: float


class RouteOut(msgspec.Struct):
    """GeoJSON: from the unit's last fix to the incident, by road or, where no road is known, as the crow flies."""

    geometry: LineString
    properties: RouteFacts
    type: Literal["Feature"] = "Feature"


class Roads(Controller):
    path = "/v1"
    tags = ("Roads",)

    @get(
        "/coverage", summary="Area that free units reach within some minutes", opt={"operation": Operation.SEE_COVERAGE}
    )
    async def coverage(
        self,
        db: Database,
        roads: RoadsInService,
        actor: Actor,
        minutes: Annotated[int, QueryParameter(ge=1, le=60)] = 5,
    ) -> Response[CoverageOut]:
        found = await road_coverage.coverage(db, roads, actor, minutes, db.now())
        features = [_feature(reached) for reached in found.reached]
        share = round(found.share_of_area, 4)
        body = CoverageOut(features, minutes, share, found.units, found.units_unplaced, _shown(found.network))
        return Response(body, media_type="application/geo+json")

    @get("/tiles", summary="Address of the street tiles", opt={"public": True})
    async def streets(self, roads: RoadsInService) -> Streets:
        network = roads.network
        if network is None:
            return Streets(None, [], None, road_tiles.LOWEST, road_tiles.HIGHEST, None)
        return Streets(
            _shown(network),
            [f"/v1/tiles/{{z}}/{{x}}/{{y}}.mvt?network={road_tiles.tag_of(network)}"],
            network.bounds,
            road_tiles.LOWEST,
            road_tiles.HIGHEST,
            _MADE_UP if network.synthetic else _OSM,
        )

    @get("/tiles/{z:int}/{x:int}/{y:str}", summary="Streets as a Mapbox vector tile", opt={"public": True})
    async def tile(
        self,
        request: Request[Any, Any, Any],
        tiles: Tiles,
        z: int,
        x: int,
        y: Annotated[str, PathParameter(description="row and `.mvt`", examples=[])],
        network: str | None = None,
    ) -> Response[bytes]:
        """204 if there is nothing to draw. Cached by the browser as long as the address refers to the same network."""
        row, dot, kind = y.partition(".")
        if not row.isdecimal() or len(row) > 9 or dot + kind != ".mvt":
            raise NotFound(y=y)
        found = await tiles.get(z, x, int(row))
        if found is None:
            return Response(b"", status_code=204, headers={"Cache-Control": "no-cache"})
        headers = {"ETag": f'"{found.tag}"', "Cache-Control": _KEPT if network == found.tag else _LOOKED_AT_AGAIN}
        if f'"{found.tag}"' in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=304, headers=headers)
        status = 200 if found.content else 204
        return Response(found.content, status_code=status, media_type=TILE_TYPE, headers=headers)

    @get(
        "/assignments/{assignment_id:uuid}/route",
        summary="A unit's route to its incident",
        opt={"operation": Operation.SEE_ROUTE},
    )
    async def route(self, db: Database, roads: RoadsInService, actor: Actor, assignment_id: UUID) -> Response[RouteOut]:
        found = await road_coverage.route_of(db, roads, actor, assignment_id)
        age = max(0.0, round((db.now() - found.fix_at).total_seconds(), 1))
        seconds, metres = round(found.way.seconds, 1), round(found.way.metres, 1)
        facts = RouteFacts(found.unit_id, found.incident_id, seconds, metres, found.way.source, age)
        body = RouteOut(LineString(found.way.coordinates), facts)
        return Response(body, media_type="application/geo+json")


def _shown(network: NetworkRow | None) -> NetworkOut | None:
    return None if network is None else NetworkOut(network.source, network.synthetic, network.imported_at)


def _feature(reached: road_coverage.ReachedCell) -> CoveredFeature:
    ring = [[round(lon, 5), round(lat, 5)] for lat, lon in h3.cell_to_boundary(reached.cell)]
    source = EtaSource.ROAD if reached.by_road else EtaSource.STRAIGHT_LINE
    covered = Covered(h3.int_to_str(reached.cell), round(reached.seconds, 1), source)
    return CoveredFeature(Polygon([[*ring, ring[0]]]), covered)

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from api.db import bindings
from api.db.pool import Connection
from api.domain.incidents.assignment import AssignmentState
from api.domain.roads.closure import ClosureKind
from api.domain.roads.travel import Start, UnitKind

_IMPORT_LOCK = 15_003
_EDGE_COLUMNS = (
    "network_id", "id", "source", "target", "class", "rank", "name", "name_en", "length_m",
    "motorcycle_along", "motorcycle_against", "car_along", "car_against", "foot_along", "foot_against",
    "left_out", "geometry",
)  # fmt: skip


class NetworkRow(msgspec.Struct, frozen=True):
    """`bounds`: west, south, east, north in degrees."""

    id: int
    source: str
    synthetic: bool
    imported_at: datetime
    bounds: list[float]
    nodes: int
    edges: int


class Leftover(msgspec.Struct, frozen=True):
    id: int
    edges: int
    places: int


class PackedEdges(msgspec.Struct, frozen=True):
    """Columns as bytes, numbers in network byte order; `coordinates` are pairs of little-endian doubles."""

    edges: int
    source: bytes
    target: bytes
    length_m: bytes
    motorcycle_along: bytes
    motorcycle_against: bytes
    car_along: bytes
    car_against: bytes
    foot_along: bytes
    foot_against: bytes
    left_out: bytes
    points: bytes
    coordinates: bytes


class PackedRestrictions(msgspec.Struct, frozen=True):
    comes_by: bytes
    leaves_by: bytes
    profiles: bytes


class Ground(msgspec.Struct, frozen=True):
    """`ring`: the outline of the area as [longitude, latitude]."""

    square_m: float
    ring: list[tuple[float, float]]
    speed_m_per_s: float
    fix_limit_seconds: int


class RouteEnds(msgspec.Struct, frozen=True):
    """The unit's last fix, if it has one, and the incident."""

    state: AssignmentState
    unit_id: UUID
    kind: UnitKind
    lat: float | None
    lon: float | None
    fix_at: datetime | None
    incident_id: UUID
    goal_lat: float
    goal_lon: float
    speed_m_per_s: float


class InForceRow(msgspec.Struct, frozen=True):
    id: UUID


class ClosedShape(msgspec.Struct, frozen=True):
    """`geometry`: WKB in EPSG:3857."""

    id: UUID
    kind: ClosureKind
    speed_factor: float
    geometry: bytes


class JudgedShape(msgspec.Struct, frozen=True):
    """`geometry`: WKB in EPSG:3857. `metres_away`: from the station's area; null at the office of a province."""

    sound: bool
    reason: str | None
    lat: float | None
    lon: float | None
    metres_away: float | None
    geometry: bytes | None


class ShapeOfEdges(msgspec.Struct, frozen=True):
    known: list[int] | None
    geojson: str | None


class EdgeNear(msgspec.Struct, frozen=True):
    """`line`: WKB in EPSG:3857."""

    id: int
    name: str | None
    line: bytes


class ClosureRow(msgspec.Struct, frozen=True):
    """`geometry`: GeoJSON. `by`: null for another station's people."""

    id: UUID
    station_id: UUID
    station_th: str
    station_en: str
    kind: ClosureKind
    speed_factor: float
    geometry: str
    streets: list[str]
    begins_at: datetime
    ends_at: datetime
    reason: str
    by: str | None
    at: datetime
    lifted_at: datetime | None


current = bindings.CurrentNetwork(NetworkRow)
read = bindings.ReadNetwork(NetworkRow)
packed_edges = bindings.PackedEdges(PackedEdges)
packed_restrictions = bindings.PackedRestrictions(PackedRestrictions)
ground = bindings.StationGround(Ground)
free_units = bindings.FreeUnits(Start)
ends_of_route = bindings.EndsOfRoute(RouteEnds)
unplaced_units = bindings.UnplacedUnits()
in_force = bindings.ClosuresInForce(InForceRow)
shapes = bindings.ClosedShapes(ClosedShape)
judge_shape = bindings.JudgeClosure(JudgedShape)
shape_of_edges = bindings.ShapeOfEdges(ShapeOfEdges)
edges_near = bindings.EdgesNear(EdgeNear)
add_closure = bindings.AddClosure()
find_closure = bindings.FindClosure(ClosureRow)
closures_near = bindings.ClosuresNear(ClosureRow)
lift_closure = bindings.LiftClosure()
tile = bindings.RoadTile()
tile_major = bindings.RoadTileMajor()
add = bindings.ImportNetwork()
retire = bindings.ImportRetire()
put_in_service = bindings.ImportInService()
leftovers = bindings.ImportLeftovers(Leftover)
delete_edges = bindings.DeleteOldRoadEdges()
delete_restrictions = bindings.DeleteOldRoadRestrictions()
delete_network = bindings.DeleteOldRoadNetwork()


async def add_edges(connection: Connection, rows: Iterable[tuple[object, ...]]) -> None:
    """By binary COPY, in the order of the columns; the line as EWKB in EPSG:3857."""
    await connection.set_type_codec("geometry", schema="public", encoder=bytes, decoder=bytes, format="binary")
    await connection.copy_records_to_table("road_edge", records=rows, columns=_EDGE_COLUMNS)


async def add_restrictions(connection: Connection, rows: Iterable[tuple[int, int, int, int]]) -> None:
    columns = ("network_id", "comes_by", "leaves_by", "profiles")
    await connection.copy_records_to_table("road_restriction", records=rows, columns=columns)


@asynccontextmanager
async def only_import(url: str) -> AsyncGenerator[bool, None]:
    """False if another import holds the lock; it is a session lock, so it ends with a killed process."""
    connection = await asyncpg.connect(url, server_settings={"role": "sipha_jobs", "application_name": "roads import"})
    try:
        yield bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", _IMPORT_LOCK))
    finally:
        await connection.close()

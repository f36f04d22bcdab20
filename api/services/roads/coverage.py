"""What the station's free units reach in so many minutes, and the way of one unit to its incident."""

from datetime import datetime, timedelta
from uuid import UUID

import h3.api.basic_int as h3
import msgspec
import numpy as np

from api.db import roads as rows
from api.db.pool import Database
from api.db.roads import NetworkRow
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.errors import NotFound, WrongState
from api.domain.incidents.assignment import HELD, AssignmentState
from api.domain.roads.travel import Goal, Start
from api.services.roads.in_service import RoadsInService, Way

_FINEST, _COARSEST = 10, 6
_SQUARE_M = {10: 15_047.0, 9: 105_333.0, 8: 737_328.0, 7: 5_161_293.0, 6: 36_129_062.0}
"""The mean area of an H3 cell, from H3's own table."""
_MOST_CELLS = 1_000
_NO_UNIT = UUID(int=0)


class ReachedCell(msgspec.Struct, frozen=True):
    cell: int
    seconds: float
    by_road: bool


class Coverage(msgspec.Struct, frozen=True):
    """`share_of_area`: of the station's cells, those that a free unit reaches in time; `units`: how many are free, and
    `units_unplaced` how many more, whose position is not known or too old."""

    reached: list[ReachedCell]
    share_of_area: float
    units: int
    units_unplaced: int
    resolution: int
    network: NetworkRow | None


class RouteToIncident(msgspec.Struct, frozen=True):
    unit_id: UUID
    incident_id: UUID
    fix_at: datetime
    way: Way


async def coverage(db: Database, roads: RoadsInService, actor: Actor, minutes: int, now: datetime) -> Coverage:
    """Cell by cell of the station's area, measured at the middle of the cell, with the walk from the nearest road."""
    demand(actor, Operation.SEE_COVERAGE)
    async with db.looking(actor) as connection:
        ground = await rows.ground.one(connection, station_id=actor.station_id)
        if ground is None:
            raise NotFound(station_id=actor.station_id)
        since = now - timedelta(seconds=ground.fix_limit_seconds)
        free = await rows.free_units.all(connection, station_id=actor.station_id, since=since)
        unplaced = await rows.unplaced_units.get(connection, station_id=actor.station_id, since=since) or 0
    resolution, cells = _cells(ground)
    middles = [Goal(_NO_UNIT, *h3.cell_to_latlng(cell)) for cell in cells]
    seconds, by_road = await roads.soonest(free, middles, 60 * minutes, ground.speed_m_per_s)
    in_time = np.isfinite(seconds).tolist()
    by_cell = zip(cells, seconds.tolist(), by_road.tolist(), in_time, strict=True)
    reached = [ReachedCell(cell, time, road) for cell, time, road, inside in by_cell if inside]
    return Coverage(reached, len(reached) / max(1, len(cells)), len(free), unplaced, resolution, roads.network)


def _cells(ground: rows.Ground) -> tuple[int, list[int]]:
    """As fine as a map of a thousand cells allows."""
    fits = (each for each in range(_FINEST, _COARSEST, -1) if ground.square_m / _SQUARE_M[each] <= _MOST_CELLS)
    resolution = next(fits, _COARSEST)
    outline = h3.LatLngPoly([(lat, lon) for lon, lat in ground.ring])
    return resolution, sorted(h3.h3shape_to_cells(outline, resolution))


async def route_of(db: Database, roads: RoadsInService, actor: Actor, assignment_id: UUID) -> RouteToIncident:
    """From the unit's last fix. An officer's own, while offered or held; the radio room's any of the station's."""
    demand(actor, Operation.SEE_ROUTE)
    async with db.looking(actor) as connection:
        ends = await rows.ends_of_route.one(connection, assignment_id=assignment_id)
    if ends is None or (actor.role == Role.OFFICER and ends.unit_id != actor.unit_id):
        raise NotFound(assignment_id=assignment_id)
    if ends.state not in {*HELD, AssignmentState.OFFERED}:
        raise WrongState(state=ends.state)
    if ends.lat is None or ends.lon is None or ends.fix_at is None:
        raise NotFound(because="the unit has not said yet where it is")
    start = Start(ends.unit_id, ends.kind, ends.lat, ends.lon)
    way = await roads.route(start, Goal(ends.incident_id, ends.goal_lat, ends.goal_lon), ends.speed_m_per_s)
    return RouteToIncident(ends.unit_id, ends.incident_id, ends.fix_at, way)

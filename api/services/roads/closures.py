"""Streets that a radio room closes or slows down, for itself and for its neighbours' decisions."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
import numpy as np
import shapely

from api.db import roads as rows
from api.db.pool import Connection, Database
from api.db.roads import ClosureRow, EdgeNear
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import IdReused, Invalid, NotFound, Taken
from api.domain.records.events import Event, EventKind
from api.domain.roads.closure import FARTHEST_M, SHOWN_WITHIN_M, ClosureKind, check_factor, check_times
from api.roads.closing import POINT_M, parts_covered
from api.services.context import entering
from api.services.records import journal

_MOST_STREETS = 5_000
_MOST_NAMES = 5


class NewClosure(msgspec.Struct, frozen=True):
    """`geometry`: GeoJSON; or else `edge_ids`, of the network in service."""

    geometry: str | None
    edge_ids: list[int] | None
    kind: ClosureKind
    speed_factor: float
    begins_at: datetime | None
    ends_at: datetime
    reason: str


class Added(msgspec.Struct, frozen=True):
    closure: ClosureRow
    created: bool


async def listed(db: Database, actor: Actor) -> list[ClosureRow]:
    """What holds now or will: the station's own, and others' within 20 km of its area."""
    demand(actor, Operation.SEE_CLOSURES)
    async with db.looking(actor) as connection:
        return await rows.closures_near.all(
            connection, station_id=actor.station_id, now=db.now(), within_m=SHOWN_WITHIN_M
        )


async def add(db: Database, actor: Actor, closure_id: UUID, new: NewClosure, now: datetime) -> Added:
    """Every process drives by it within seconds. The same again changes nothing. Raises Invalid, naming the field,
    IdReused if another has the id."""
    demand(actor, Operation.CLOSE_ROADS)
    async with db.looking(actor) as connection:
        present = await rows.find_closure.one(connection, id=closure_id)
        if present is not None:
            return Added(_same(actor, present, new), created=False)
        check_factor(new.kind, new.speed_factor)
        check_times(new.begins_at or now, new.ends_at, now)
        shape = await _shape(connection, new)
        streets = _streets_covered(*await _judged(connection, actor, shape, _field(new)), _field(new))
    facts = msgspec.structs.asdict(new)
    del facts["geometry"], facts["edge_ids"]
    facts |= {"begins_at": new.begins_at or now, "geojson": shape, "streets": streets}
    async with entering(db, actor, now, duplicate=Taken(id=closure_id)) as context:
        await rows.add_closure.run(
            context.connection, id=closure_id, station_id=actor.station_id, by=actor.id, now=now, **facts
        )
        added = await _find(context.connection, closure_id)
        await journal.audit(context, "road.close", closure_id, reason=new.reason, after=_audited(added))
        journal.event(context, Event(EventKind.CLOSURE, closure_id))
        return Added(added, created=True)


async def lift(db: Database, actor: Actor, closure_id: UUID, now: datetime) -> None:
    """The street is open again; a second time changes nothing. Raises NotFound for another station's."""
    demand(actor, Operation.CLOSE_ROADS)
    async with entering(db, actor, now) as context:
        present = await rows.find_closure.one(context.connection, id=closure_id)
        if present is None or present.station_id != actor.station_id:
            raise NotFound(closure_id=closure_id)
        if await rows.lift_closure.run(context.connection, id=closure_id, by=actor.id, now=now):
            await journal.audit(context, "road.open", closure_id, before=_audited(present))
            journal.event(context, Event(EventKind.CLOSURE, closure_id))


def _field(new: NewClosure) -> str:
    return "geometry" if new.edge_ids is None else "edge_ids"


def _same(actor: Actor, present: ClosureRow, new: NewClosure) -> ClosureRow:
    """Shapes are not compared: the database has rounded one, and made the other of edges that may be gone."""
    mine = present.station_id == actor.station_id
    begins_at = new.begins_at or present.begins_at
    wanted = (new.kind, new.speed_factor, begins_at, new.ends_at, new.reason)
    known = (present.kind, present.speed_factor, present.begins_at, present.ends_at, present.reason)
    if not mine or wanted != known:
        raise IdReused(id=present.id)
    return present


async def _shape(connection: Connection, new: NewClosure) -> str:
    """GeoJSON; of edges it is their lines."""
    if (new.geometry is None) == (new.edge_ids is None):
        raise Invalid("geometry", "either a geometry or edge_ids")
    if new.geometry is not None:
        return new.geometry
    wanted = set(new.edge_ids or ())
    found = await rows.shape_of_edges.one(connection, edge_ids=sorted(wanted))
    unknown = wanted - set(found.known or () if found else ())
    if unknown or found is None or found.geojson is None:
        raise Invalid("edge_ids", f"no such street: {', '.join(map(str, sorted(unknown)))}")
    return found.geojson


async def _judged(connection: Connection, actor: Actor, shape: str, field: str) -> tuple[bytes, list[EdgeNear]]:
    """WKB in EPSG:3857, and the streets near it."""
    try:
        judged = await rows.judge_shape.one(connection, station_id=actor.station_id, geojson=shape)
    except (asyncpg.DataError, asyncpg.InternalServerError):
        raise Invalid(field, "not a shape") from None
    if judged is None or judged.geometry is None or (field == "geometry" and not judged.sound):
        where = "" if judged is None or judged.lat is None else f" at {judged.lat:.6f}, {judged.lon:.6f}"
        raise Invalid(field, f"{judged.reason if judged and judged.reason else 'crosses itself'}{where}")
    if judged.metres_away is None or judged.metres_away > FARTHEST_M:
        raise Invalid(field, f"more than {FARTHEST_M / 1000:.0f} km from the station's area")
    near = await rows.edges_near.all(connection, geometry=judged.geometry, metres=2 * POINT_M, most=_MOST_STREETS + 1)
    if len(near) > _MOST_STREETS:
        raise Invalid(field, f"more than {_MOST_STREETS} streets")
    return judged.geometry, near


def _streets_covered(shape: bytes, near: Iterable[EdgeNear], field: str) -> list[str]:
    """Their names, as far as they have any, the first few. Raises Invalid if the shape covers none."""
    edges = list(near)
    lines = np.array(shapely.from_wkb([edge.line for edge in edges]), dtype=object)
    covered: list[int] = parts_covered(shape, lines, shapely.STRtree(lines)).stretch.tolist() if edges else []
    if not covered:
        raise Invalid(field, "touches no street")
    names = {edges[number].name: None for number in covered}
    return [name for name in names if name is not None][:_MOST_NAMES]


async def _find(connection: Connection, closure_id: UUID) -> ClosureRow:
    found = await rows.find_closure.one(connection, id=closure_id)
    if found is None:
        raise NotFound(closure_id=closure_id)
    return found


def _audited(closure: ClosureRow) -> dict[str, object]:
    """Without its shape, which may be a district's, and without names of people."""
    facts = msgspec.structs.asdict(closure)
    return {name: facts[name] for name in ("kind", "speed_factor", "streets", "begins_at", "ends_at", "reason")}

"""A station's names and its area, written by its commander."""

from datetime import datetime

import asyncpg
import msgspec

from api.db import stations
from api.db.pool import Connection, Database
from api.db.stations import StationFacts, StationRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import Changed, Invalid, NotFound
from api.domain.records.events import Event, EventKind
from api.services.context import entering
from api.services.records import journal

_SMALLEST, _LARGEST = 10_000.0, 2e10
"""Square metres: a street corner; more than Thailand's largest district."""


class Names(msgspec.Struct, frozen=True):
    name_th: str
    name_en: str
    phone: str | None


async def read(db: Database, actor: Actor) -> tuple[StationRow, StationFacts]:
    """The policy that screens show, and the facts that `write` takes."""
    demand(actor, Operation.SEE_STATION)
    async with db.looking(actor) as connection:
        station = await stations.read.one(connection, station_id=actor.station_id)
        facts = await stations.facts.one(connection, station_id=actor.station_id)
    if station is None or facts is None:
        raise NotFound(station_id=actor.station_id)
    return station, facts


async def write(db: Database, actor: Actor, names: Names, area: str, version: int, now: datetime) -> None:
    """`area`: GeoJSON of a polygon. Raises Invalid, naming the place, if it crosses itself or overlaps another
    station's by more than a hundredth; Changed if `version` is no longer current."""
    demand(actor, Operation.SET_STATION)
    async with entering(db, actor, now) as context:
        before = await stations.lock_facts.one(context.connection, station_id=actor.station_id)
        if before is None:
            raise NotFound(station_id=actor.station_id)
        if before.version != version:
            raise Changed(present={"version": before.version})
        await _check(context.connection, actor, area)
        await stations.change.run(
            context.connection, station_id=actor.station_id, geojson=area, **msgspec.structs.asdict(names)
        )
        after = await stations.lock_facts.one(context.connection, station_id=actor.station_id)
        await journal.audit(context, "station.change", actor.station_id, before=before, after=after)
        journal.event(context, Event(EventKind.STATION, actor.station_id))


async def _check(connection: Connection, actor: Actor, area: str) -> None:
    try:
        judged = await stations.judge_area.one(connection, geojson=area)
    except (asyncpg.DataError, asyncpg.InternalServerError):
        raise Invalid("area", "not a polygon") from None
    if judged is None or not judged.valid:
        where = "" if judged is None or judged.lat is None else f" at {judged.lat:.6f}, {judged.lon:.6f}"
        raise Invalid("area", f"{judged.reason if judged else 'not a polygon'}{where}")
    if not _SMALLEST <= (judged.square_metres or 0.0) <= _LARGEST:
        raise Invalid("area", f"{(judged.square_metres or 0) / 1e6:.3f} km² cannot be a station's area")
    others = await stations.overlapping.all(connection, own=actor.station_id, geojson=area)
    if others:
        first = others[0]
        raise Invalid("area", f"overlaps {first.name_th} ({first.name_en}) at {first.lat:.6f}, {first.lon:.6f}")

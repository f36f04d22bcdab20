"""A station's names and its area, written by its commander."""

from datetime import datetime

import msgspec

from api.db import stations
from api.db.pool import Database
from api.db.stations import StationFacts, StationRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import Changed, Invalid, NotFound
from api.domain.records.events import Event, EventKind
from api.services.context import entering
from api.services.records import journal
from api.services.stations.areas import check_area


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
        if before.area is None:
            raise Invalid("area", "the office of a province serves no place")
        if before.version != version:
            raise Changed(present={"version": before.version})
        await check_area(context.connection, actor.station_id, area)
        await stations.change.run(
            context.connection, station_id=actor.station_id, geojson=area, **msgspec.structs.asdict(names)
        )
        after = await stations.lock_facts.one(context.connection, station_id=actor.station_id)
        await journal.audit(context, "station.change", actor.station_id, before=before, after=after)
        journal.event(context, Event(EventKind.STATION, actor.station_id))

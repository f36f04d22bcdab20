"""The places that only this station knows by their names."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db import places as rows
from api.db.places import OwnPlace
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import IdReused, NotFound, Taken
from api.domain.places.place import PlaceKind
from api.domain.records.events import Event, EventKind
from api.services.context import Context, entering
from api.services.records import journal


class NewPlace(msgspec.Struct, frozen=True):
    kind: PlaceKind
    name: str
    name_en: str | None
    lat: float
    lon: float


async def listed(db: Database, actor: Actor) -> list[OwnPlace]:
    demand(actor, Operation.FIND_PLACES)
    async with db.looking(actor) as connection:
        return await rows.own.all(connection, station_id=actor.station_id, id=None)


async def add(db: Database, actor: Actor, place_id: UUID, new: NewPlace, now: datetime) -> OwnPlace:
    """The same place again changes nothing. Raises IdReused if another has the id."""
    demand(actor, Operation.RUN_PLACES)
    async with entering(db, actor, now, duplicate=Taken(id=place_id)) as context:
        present = await _find(context, place_id)
        if present is not None:
            if _facts(present) != _facts(new):
                raise IdReused(id=place_id)
            return present
        facts = msgspec.structs.asdict(new)
        await rows.add_own.run(context.connection, id=place_id, station_id=context.station_id, **facts)
        added = OwnPlace(id=place_id, **facts)
        await journal.audit(context, "place.add", place_id, after=added)
        journal.event(context, Event(EventKind.STATION, context.station_id))
        return added


async def remove(db: Database, actor: Actor, place_id: UUID, now: datetime) -> None:
    demand(actor, Operation.RUN_PLACES)
    async with entering(db, actor, now) as context:
        before = await _find(context, place_id)
        if before is None:
            raise NotFound(place_id=place_id)
        await rows.remove_own.run(context.connection, id=place_id)
        await journal.audit(context, "place.remove", place_id, before=before)
        journal.event(context, Event(EventKind.STATION, context.station_id))


def _facts(place: OwnPlace | NewPlace) -> tuple[object, ...]:
    return place.kind, place.name, place.name_en, round(place.lat, 6), round(place.lon, 6)


async def _find(context: Context, place_id: UUID) -> OwnPlace | None:
    found = await rows.own.all(context.connection, station_id=context.station_id, id=place_id)
    return found[0] if found else None

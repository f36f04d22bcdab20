"""A station's beats: the parts of its area that units patrol."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from api.db.pool import Database
from api.db.units import rosters
from api.db.units.rosters import BeatRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import IdReused, Invalid, NotFound, Taken
from api.domain.records.events import Event, EventKind
from api.services.administration.versions import amended
from api.services.context import Context, entering
from api.services.records import journal
from api.services.stations.areas import check_polygon

_MOST_OUTSIDE = 0.05
"""A beat may follow a road that is the boundary."""


class BeatFacts(msgspec.Struct, frozen=True):
    """`area`: GeoJSON of a polygon."""

    name: str
    area: str


async def listed(db: Database, actor: Actor) -> list[BeatRow]:
    demand(actor, Operation.SEE_STATION)
    async with db.looking(actor) as connection:
        return await rosters.beats.all(connection, station_id=actor.station_id, id=None)


async def add(db: Database, actor: Actor, beat_id: UUID, new: BeatFacts, now: datetime) -> BeatRow:
    """The same beat again changes nothing. Raises Taken if another has the name, Invalid, naming the place, for an area
    that crosses itself, leaves the station's or overlaps another beat's."""
    demand(actor, Operation.RUN_BEATS)
    async with entering(db, actor, now, duplicate=Taken(name=new.name)) as context:
        present = await _find(context, beat_id)
        if present is not None:
            if present.name != new.name:
                raise IdReused(id=beat_id)
            return present
        await _check(context, beat_id, new.area)
        await rosters.add_beat.run(
            context.connection, id=beat_id, station_id=context.station_id, name=new.name, geojson=new.area
        )
        return await _note(context, "beat.add", beat_id, before=None)


async def change(
    db: Database, actor: Actor, beat_id: UUID, changes: Mapping[str, object], version: int, now: datetime
) -> BeatRow:
    """`changes`: the facts to replace; units that name the beat follow a new name. Raises as `add` does, and Changed,
    with the present beat, if `version` is no longer current."""
    demand(actor, Operation.RUN_BEATS)
    async with entering(db, actor, now, duplicate=Taken(name=changes.get("name"))) as context:
        before = await _in_use(context, beat_id)
        wanted = amended(before, BeatFacts(before.name, before.area), changes, version)
        await _check(context, beat_id, wanted.area)
        await rosters.change_beat.run(context.connection, id=beat_id, name=wanted.name, geojson=wanted.area)
        return await _note(context, "beat.change", beat_id, before=before)


async def remove(db: Database, actor: Actor, beat_id: UUID, now: datetime) -> None:
    """Units no longer name it; figures of cases stay with their units."""
    demand(actor, Operation.RUN_BEATS)
    async with entering(db, actor, now) as context:
        before = await _in_use(context, beat_id)
        await rosters.remove_beat.run(context.connection, id=beat_id)
        await journal.audit(context, "beat.remove", beat_id, before=before)
        journal.event(context, Event(EventKind.STATION, context.station_id))


async def _check(context: Context, beat_id: UUID, area: str) -> None:
    await check_polygon(context.connection, area)
    against = await rosters.misplaced.one(context.connection, station_id=context.station_id, id=beat_id, geojson=area)
    if against is None or against.outside is None or against.outside > _MOST_OUTSIDE:
        share = 1.0 if against is None or against.outside is None else against.outside
        where = (
            ""
            if against is None or against.outside_lat is None
            else f" at {against.outside_lat:.6f}, {against.outside_lon:.6f}"
        )
        raise Invalid("area", f"{share:.0%} of it lies outside the station's area{where}")
    if against.other is not None:
        raise Invalid("area", f"overlaps {against.other} at {against.lat:.6f}, {against.lon:.6f}")


async def _find(context: Context, beat_id: UUID) -> BeatRow | None:
    found = await rosters.beats.all(context.connection, station_id=context.station_id, id=beat_id)
    return found[0] if found else None


async def _in_use(context: Context, beat_id: UUID) -> BeatRow:
    found = await _find(context, beat_id)
    if found is None:
        raise NotFound(beat_id=beat_id)
    return found


async def _note(context: Context, action: str, beat_id: UUID, before: BeatRow | None) -> BeatRow:
    after = await _in_use(context, beat_id)
    await journal.audit(context, action, beat_id, before=before, after=after)
    journal.event(context, Event(EventKind.STATION, context.station_id))
    return after

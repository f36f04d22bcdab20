"""Learns how long rides really take, applies it, and measures the predictions' error."""

from datetime import datetime
from uuid import UUID

from prometheus_client import Histogram

from api.db.figures import corrections
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.figures.correction import LEARNED_FROM, Correction, learn
from api.domain.roads.travel import UnitKind
from api.services.clock import STATION_ZONE
from api.services.context import Context
from api.services.every_station import at_every_station

ETA_ERROR = Histogram(
    "sipha_eta_error_seconds",
    "By how much rides by road missed their prediction, in seconds",
    buckets=(15, 30, 60, 90, 120, 180, 240, 300, 450, 600, 900),
)


async def learn_all(db: Database, now: datetime) -> None:
    """Every station again, one short transaction each."""
    for system in await at_every_station(db):
        async with db.looking(system) as connection:
            rides = await corrections.rides.all(
                connection, station_id=system.station_id, since=now - LEARNED_FROM, zone=STATION_ZONE.key
            )
        factors = learn(rides)
        async with db.transaction(system) as connection:
            await corrections.forget.run(connection, station_id=system.station_id)
            for learned in factors:
                await corrections.save.run(
                    connection,
                    station_id=system.station_id,
                    kind=learned.kind,
                    hour=learned.hour,
                    factor=learned.factor,
                    rides=learned.rides,
                    now=now,
                )


async def listed(db: Database, actor: Actor) -> list[Correction]:
    demand(actor, Operation.SEE_STATISTICS)
    async with db.looking(actor) as connection:
        return await corrections.read.all(connection, station_id=actor.station_id)


async def in_force(context: Context) -> dict[tuple[UnitKind, int], float]:
    found = await corrections.read.all(context.connection, station_id=context.station_id)
    return {(each.kind, each.hour): each.factor for each in found}


async def note_arrival(context: Context, assignment_id: UUID) -> None:
    """For the metrics of this process."""
    ride = await corrections.ride.one(context.connection, assignment_id=assignment_id)
    if ride is not None and ride.predicted_seconds is not None and ride.accepted_at is not None:
        ETA_ERROR.observe(abs((context.now - ride.accepted_at).total_seconds() - ride.predicted_seconds))

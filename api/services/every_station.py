"""Work across all stations goes through them one by one, each under its own row-level security."""

from uuid import UUID

from api.db import stations
from api.db.pool import Database
from api.domain.access.permissions import Actor, system_at


async def station_ids(db: Database) -> list[UUID]:
    async with db.stationless() as connection:
        return [station.id for station in await stations.all_ids.all(connection)]


async def at_every_station(db: Database) -> list[Actor]:
    """The system's actor at each station in turn."""
    return [system_at(station_id) for station_id in await station_ids(db)]

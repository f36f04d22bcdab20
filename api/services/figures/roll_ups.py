"""Every station in figures, for those who compare stations and read no case: how it stands, and its days."""

from datetime import datetime, timedelta

from api.db import stations
from api.db.figures import statistics
from api.db.pool import Database
from api.services.clock import STATION_ZONE
from api.services.every_station import at_every_station

_OFTEN, _DAILY = timedelta(days=2), timedelta(days=45)
"""Today and yesterday change all the time; a case is rarely corrected after more than a month."""


async def count_states(db: Database, now: datetime) -> None:
    """How each station stands, one short transaction each."""
    for system in await at_every_station(db):
        async with db.transaction(system, quiet=True) as connection:
            await stations.count.run(connection, station_id=system.station_id, now=now)


async def count_days(db: Database, now: datetime, *, thoroughly: bool) -> None:
    """Each station's last days again. `thoroughly`: the last 45, not just yesterday and today."""
    until = now.astimezone(STATION_ZONE).date() + timedelta(days=1)
    since = until - (_DAILY if thoroughly else _OFTEN)
    for system in await at_every_station(db):
        async with db.transaction(system, quiet=True) as connection:
            station_id = system.station_id
            await statistics.forget_days.run(connection, station_id=station_id, since=since, until=until)
            await statistics.count_days.run(
                connection, station_id=station_id, since=since, until=until, zone=STATION_ZONE.key, now=now
            )

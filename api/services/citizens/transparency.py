"""What the public may know about a station: how fast help came, and how often recognition was right. Small counts are
hidden."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db import stations
from api.db.figures import statistics
from api.db.pool import Database
from api.domain.access.permissions import Actor, Role
from api.domain.errors import NotFound
from api.domain.figures.publication import LEAST, published
from api.services.clock import STATION_ZONE
from api.services.figures.statistics import Group
from api.services.units.arrivals import check_arrivals


class StationNames(msgspec.Struct, frozen=True):
    id: UUID
    name_th: str
    name_en: str


class Response(msgspec.Struct, frozen=True):
    """Seconds. `n`: cases; `without_arrival`: those that nobody reached, which count as late, and so do
    `cancelled_late`, cancelled after their target. `doubtful`: arrivals that the patrol's position contradicts, and
    `unchecked` those of which no position says anything; both count as they were reported."""

    n: int | None
    p50: float | None
    p90: float | None
    on_time_share: float | None
    without_arrival: int | None
    cancelled_late: int | None
    doubtful: int | None
    unchecked: int | None


class Recognition(msgspec.Struct, frozen=True, rename={"right": "true", "wrong": "false"}):
    """`alerts`: matches shown to a person; `true` and `false`: what officer and radio room found; the rest is
    `undecided`."""

    faces: int | None
    alerts: int | None
    right: int | None
    wrong: int | None
    undecided: int | None
    threshold: float | None
    watchlist_size: int | None
    periods: int | None


class Published(msgspec.Struct, frozen=True):
    station: StationNames
    response: Response
    recognition: Recognition


async def of_station(
    db: Database, station_id: UUID | None, since: datetime, until: datetime, now: datetime
) -> Published:
    """None: this installation's only station; if there are several, name one."""
    if station_id is None:
        async with db.stationless() as connection:
            any_station = await stations.serving.one(connection, lat=0.0, lon=0.0)
        if any_station is None:
            raise NotFound
        station_id = any_station.station_id
    async with db.looking(Actor(station_id, Role.SYSTEM, station_id)) as connection:
        station = await stations.read.one(connection, station_id=station_id)
        checked = await check_arrivals(connection, station_id, since, until, now)
        rows = await statistics.response.all(
            connection,
            station_id=station_id,
            since=since,
            until=until,
            now=now,
            by=Group.STATION,
            zone=STATION_ZONE.key,
            doubtful_ids=checked.doubtful,
            checked_ids=checked.checked,
        )
        seen = await statistics.recognition.one(connection, station_id=station_id, since=since, until=until)
    if station is None or seen is None:
        raise NotFound(station_id=station_id)
    names = StationNames(station.id, station.name_th, station.name_en)
    return Published(names, _response(rows), _recognition(seen))


def _response(rows: list[statistics.ResponseRow]) -> Response:
    if not rows:
        return Response(0, None, None, None, 0, 0, 0, 0)
    row = rows[0]
    if row.incidents < LEAST:
        return Response(published(row.incidents), None, None, None, None, None, None, None)
    p50, p90 = (None, None) if row.response is None else (round(row.response[0], 1), round(row.response[1], 1))
    share = None if row.on_time_share is None else round(row.on_time_share, 4)
    counts = (row.without_arrival, row.cancelled_late, row.doubtful, row.unchecked)
    return Response(row.incidents, p50, p90, share, *map(published, counts))


def _recognition(row: statistics.RecognitionRow) -> Recognition:
    undecided = row.alerts - row.right_ones - row.wrong_ones
    return Recognition(
        faces=published(row.faces),
        alerts=published(row.alerts),
        right=published(row.right_ones),
        wrong=published(row.wrong_ones),
        undecided=published(undecided),
        threshold=row.threshold,
        watchlist_size=published(row.watchlist_size),
        periods=row.periods,
    )

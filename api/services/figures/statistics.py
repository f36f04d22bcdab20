"""Looking back: where the target is met, and where time is lost."""

from collections import defaultdict
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import h3.api.basic_int as h3
import msgspec
import numpy as np

from api.db.figures import statistics
from api.db.figures.statistics import CellRow, ResponseRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.services.clock import STATION_ZONE
from api.services.incidents.opening import H3_RESOLUTION
from api.services.units.arrivals import check_arrivals


class Group(StrEnum):
    UNIT = "unit"
    STATION = "station"
    HOUR = "hour"
    PRIORITY = "priority"
    BEAT = "beat"


class Metric(StrEnum):
    INCIDENTS = "incidents"
    LATE_SHARE = "late_share"
    RESPONSE_P90 = "response_p90"


async def response(
    db: Database, actor: Actor, since: datetime, until: datetime, group: Group, now: datetime
) -> list[ResponseRow]:
    demand(actor, Operation.SEE_STATISTICS)
    async with db.looking(actor, counting=True) as connection:
        checked = await check_arrivals(connection, actor.station_id, since, until, now)
        return await statistics.response.all(
            connection,
            doubtful_ids=checked.doubtful,
            checked_ids=checked.checked,
            station_id=actor.station_id,
            since=since,
            until=until,
            by=group,
            zone=STATION_ZONE.key,
            now=now,
        )


class Heat(msgspec.Struct, frozen=True):
    """One H3 cell: the figure, over how many incidents, and what qualifies it."""

    cell: int
    value: float
    incidents: int
    cancelled_late: int
    without_arrival: int
    doubtful: int


async def heatmap(
    db: Database, actor: Actor, since: datetime, until: datetime, metric: Metric, resolution: int, now: datetime
) -> list[Heat]:
    """Every cell of `resolution` that the figure has a value for."""
    demand(actor, Operation.SEE_STATISTICS)
    async with db.looking(actor, counting=True) as connection:
        rows = await statistics.cells.all(connection, station_id=actor.station_id, since=since, until=until, now=now)
        doubtful = set((await check_arrivals(connection, actor.station_id, since, until, now)).doubtful)
    grouped: dict[int, list[CellRow]] = defaultdict(list)
    for row in rows:
        cell = row.h3 if resolution >= H3_RESOLUTION else h3.cell_to_parent(row.h3, resolution)
        grouped[cell].append(row)
    heat = [_heat(cell, metric, inside, doubtful) for cell, inside in grouped.items()]
    return [each for each in heat if each is not None]


def _heat(cell: int, metric: Metric, rows: list[CellRow], doubtful: set[UUID]) -> Heat | None:
    value = _value(metric, rows)
    if value is None:
        return None
    incidents = [row for row in rows if not row.cancelled]
    unreached = sum(row.response is None for row in incidents)
    doubted = sum(row.id in doubtful and row.response is not None for row in incidents)
    return Heat(cell, value, len(incidents), len(rows) - len(incidents), unreached, doubted)


def _value(metric: Metric, rows: list[CellRow]) -> float | None:
    if metric == Metric.INCIDENTS:
        return float(sum(not row.cancelled for row in rows)) or None
    if metric == Metric.LATE_SHARE:
        return sum(row.late for row in rows) / len(rows)
    arrived = [row.response for row in rows if row.response is not None]
    return float(np.percentile(arrived, 90)) if arrived else None

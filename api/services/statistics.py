"""Looking back: where the fifteen minutes are kept, and where they are lost."""

from collections import defaultdict
from datetime import datetime
from enum import StrEnum

import h3.api.basic_int as h3
import numpy as np

from api.db import statistics
from api.db.pool import Database
from api.db.statistics import CellRow, ResponseRow
from api.domain.permissions import Actor, Operation, demand
from api.services.arrivals import doubtful
from api.services.clock import STATION_ZONE
from api.services.opening import H3_RESOLUTION


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
    async with db.transaction(actor) as connection:
        return await statistics.response.all(
            connection,
            doubtful_ids=await doubtful(connection, actor.station_id, since, until, now),
            station_id=actor.station_id,
            since=since,
            until=until,
            by=group,
            zone=STATION_ZONE.key,
            now=now,
        )


async def heatmap(
    db: Database, actor: Actor, since: datetime, until: datetime, metric: Metric, resolution: int, now: datetime
) -> list[tuple[int, float, int]]:
    """(H3 cell, value, count) for every cell of `resolution` that has incidents."""
    demand(actor, Operation.SEE_STATISTICS)
    async with db.transaction(actor) as connection:
        rows = await statistics.cells.all(connection, station_id=actor.station_id, since=since, until=until, now=now)
    grouped: dict[int, list[CellRow]] = defaultdict(list)
    for row in rows:
        cell = row.h3 if resolution >= H3_RESOLUTION else h3.cell_to_parent(row.h3, resolution)
        grouped[cell].append(row)
    measured = ((cell, _value(metric, inside), len(inside)) for cell, inside in grouped.items())
    return [(cell, value, count) for cell, value, count in measured if value is not None]


def _value(metric: Metric, rows: list[CellRow]) -> float | None:
    if metric == Metric.INCIDENTS:
        return float(len(rows))
    if metric == Metric.LATE_SHARE:
        return sum(row.late for row in rows) / len(rows)
    arrived = [row.response for row in rows if row.response is not None]
    return float(np.percentile(arrived, 90)) if arrived else None

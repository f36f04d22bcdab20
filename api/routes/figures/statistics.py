"""Response figures and heatmap."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import h3.api.basic_int as h3
import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import QueryParameter

from api.db.figures.statistics import ResponseRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Invalid
from api.domain.figures.correction import Correction
from api.routes.http.addresses import address
from api.routes.http.fields import Items, Moment
from api.services.citizens import rate_limits, transparency
from api.services.citizens.link_tokens import Tokens
from api.services.figures import corrections, statistics
from api.services.figures.statistics import Group, Heat, Metric
from api.services.units import arrivals
from api.services.units.arrivals import ArrivalCheck

_DEFAULT = timedelta(days=30)
_LONGEST = timedelta(days=400)
From = Annotated[Moment | None, QueryParameter(name="from")]
Until = Annotated[Moment | None, QueryParameter(name="to")]


class Percentiles(msgspec.Struct):
    """Seconds."""

    p50: float
    p90: float
    p95: float
    n: int
    """For how many incidents this is known; the others have no such time."""


class Stages(msgspec.Struct):
    """Received → arrived, broken down: until the first offer, until it reached a phone, until accepted, and the
    ride."""

    response: Percentiles | None
    decision: Percentiles | None
    delivery: Percentiles | None
    answer: Percentiles | None
    travel: Percentiles | None


class EtaError(msgspec.Struct):
    """How many seconds rides by road deviated from the prediction made when the unit was asked."""

    p50: float
    p90: float
    rides: int


class ResponseOut(msgspec.Struct):
    """A case that nobody reached counts as late, and so does one cancelled after its target; `cancelled` cases
    are not part of `incidents`. `doubtful`: arrivals whose button was pressed far from the scene; `unchecked`:
    those that no position can confirm. Both count as reported. `told_elsewhere`: cases whose time of receipt was
    stated by hand, because somebody else heard of them first.
    """

    group: str
    incidents: int
    arrived: int
    without_arrival: int
    cancelled: int
    cancelled_late: int
    doubtful: int
    unchecked: int
    told_elsewhere: int
    on_time_share: float | None
    stages: Stages
    eta_error: EtaError | None


class Cell(msgspec.Struct):
    """`count`: incidents; `cancelled_late` come in addition and count as late. `without_arrival` have no response time,
    and
    `doubtful` have one that the unit's position contradicts."""

    h3: str
    value: float
    count: int
    cancelled_late: int
    without_arrival: int
    doubtful: int


class Polygon(msgspec.Struct):
    coordinates: list[list[list[float]]]
    type: Literal["Polygon"] = "Polygon"


class Feature(msgspec.Struct):
    geometry: Polygon
    properties: Cell
    type: Literal["Feature"] = "Feature"


class FeatureCollection(msgspec.Struct):
    features: list[Feature]
    type: Literal["FeatureCollection"] = "FeatureCollection"


class Statistics(Controller):
    path = "/v1"
    tags = ("Looking back",)

    @get("/stats/response", summary="Response times by group", opt={"operation": Operation.SEE_STATISTICS})
    async def response(
        self,
        db: Database,
        actor: Actor,
        since: From = None,
        until: Until = None,
        group: Group = Group.STATION,
    ) -> Items[ResponseOut]:
        begin, end, now = _period(since, until, db.now())
        return Items([_row(row) for row in await statistics.response(db, actor, begin, end, group, now)])

    @get(
        "/stats/corrections",
        summary="Learned corrections: travel-time factors by kind of unit and hour",
        opt={"operation": Operation.SEE_STATISTICS},
    )
    async def corrections(self, db: Database, actor: Actor) -> Items[Correction]:
        return Items(await corrections.listed(db, actor))

    @get(
        "/stats/arrivals",
        summary="Arrivals where button and geofence disagree",
        opt={"operation": Operation.SEE_STATISTICS},
    )
    async def arrivals(
        self, db: Database, actor: Actor, since: From = None, until: Until = None
    ) -> Items[ArrivalCheck]:
        begin, end, now = _period(since, until, db.now())
        return Items(await arrivals.discrepancies(db, actor, begin, end, now))

    @get("/heatmap", summary="Heatmap of incidents and late arrivals", opt={"operation": Operation.SEE_STATISTICS})
    async def heatmap(
        self,
        db: Database,
        actor: Actor,
        metric: Metric = Metric.INCIDENTS,
        since: From = None,
        until: Until = None,
        resolution: Annotated[int, QueryParameter(ge=5, le=12)] = 9,
    ) -> Response[FeatureCollection]:
        begin, end, now = _period(since, until, db.now())
        cells = await statistics.heatmap(db, actor, begin, end, metric, resolution, now)
        features = [_feature(each) for each in cells]
        return Response(FeatureCollection(features), media_type="application/geo+json")


class Period(msgspec.Struct):
    since: datetime = msgspec.field(name="from")
    until: datetime = msgspec.field(name="to")


class TransparencyOut(msgspec.Struct):
    """Counts from one to four are null, because they could identify a person."""

    station: transparency.StationNames
    period: Period
    response: transparency.Response
    recognition: transparency.Recognition


@get("/v1/transparency", summary="Public figures", opt={"public": True}, tags=["Looking back"])
async def public_figures(
    request: Request[Any, Any, Any],
    db: Database,
    tokens: Tokens,
    station: UUID | None = None,
    since: From = None,
    until: Until = None,
) -> TransparencyOut:
    await rate_limits.limit_calls(
        db, tokens.caller("figures " + address(request)), db.now(), rate_limits.CALLS_PER_WINDOW
    )
    begin, end, now = _period(since, until, db.now())
    found = await transparency.of_station(db, station, begin, end, now)
    return TransparencyOut(found.station, Period(begin, end), found.response, found.recognition)


def _period(since: datetime | None, until: datetime | None, now: datetime) -> tuple[datetime, datetime, datetime]:
    end = until or now
    try:
        begin = since or end - _DEFAULT
        long = end - begin > _LONGEST
    except OverflowError:
        raise Invalid("from", "out of range") from None
    if begin >= end:
        raise Invalid("from", "must lie before `to`")
    if long:
        raise Invalid("from", "a period of at most 400 days")
    return begin, end, now


def _row(row: ResponseRow) -> ResponseOut:
    known = zip(Stages.__struct_fields__, row.measured, strict=True)
    stages = Stages(*(percentiles(getattr(row, stage), n) for stage, n in known))
    error = None
    if row.eta_error is not None:
        p50, p90 = row.eta_error
        error = EtaError(round(p50, 1), round(p90, 1), row.predicted)
    share = rounded(row.on_time_share)
    return ResponseOut(
        row.group,
        row.incidents,
        row.arrived,
        row.without_arrival,
        row.cancelled,
        row.cancelled_late,
        row.doubtful,
        row.unchecked,
        row.told_elsewhere,
        share,
        stages,
        error,
    )


def rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def percentiles(values: list[float] | None, n: int) -> Percentiles | None:
    return None if values is None else Percentiles(*(round(value, 1) for value in values), n=n)


def _feature(heat: Heat) -> Feature:
    ring = [[round(lon, 6), round(lat, 6)] for lat, lon in h3.cell_to_boundary(heat.cell)]
    cell = Cell(
        h3=h3.int_to_str(heat.cell),
        value=round(heat.value, 4),
        count=heat.incidents,
        cancelled_late=heat.cancelled_late,
        without_arrival=heat.without_arrival,
        doubtful=heat.doubtful,
    )
    return Feature(Polygon([[*ring, ring[0]]]), cell)

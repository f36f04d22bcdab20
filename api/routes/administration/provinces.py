"""The stations of a province, for its office."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post

from api.db.figures.statistics import ComparedStation
from api.db.pool import Database
from api.db.stations import StationNow
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Invalid
from api.routes.figures.statistics import From, Percentiles, Until, percentiles, rounded
from api.routes.http.fields import In, Items
from api.services.administration import provinces
from api.services.administration.provinces import StationFounded
from api.services.clock import STATION_ZONE
from api.services.stations.founding import Plan
from api.settings import Settings

_DEFAULT, _LONGEST = timedelta(days=30), timedelta(days=400)
_MOST_BYTES = 8 * 1024 * 1024


class StationsIn(In, kw_only=True):
    """A file of stations, each as `sipha station` takes it."""

    stations: Annotated[list[Plan], msgspec.Meta(min_length=1, max_length=200)]


class InvitedOut(msgspec.Struct):
    """`link` carries the code in its fragment, which no server sees."""

    username: str
    link: str
    expires_at: datetime


class FoundedOut(msgspec.Struct):
    """`present`: the province has a station of this name, which stays as it is. `refused`: nothing of it was written;
    `code` and `facts` say why. Links and tokens are shown once."""

    name_th: str
    state: Literal["founded", "present", "refused"]
    station_id: UUID | None
    code: str | None
    facts: dict[str, object]
    invitations: list[InvitedOut]
    worker_token: str | None
    enroller_token: str | None


class Figures(msgspec.Struct):
    """As `ResponseOut` counts them. `priority`: null for all together."""

    priority: int | None
    incidents: int
    arrived: int
    without_arrival: int
    cancelled: int
    cancelled_late: int
    on_time_share: float | None
    response: Percentiles | None


class StationFigures(msgspec.Struct):
    station_id: UUID
    name_th: str
    name_en: str
    figures: list[Figures]


class Province(Controller):
    path = "/v1"
    tags = ("Province",)

    @get("/stations", summary="The province's stations as they stand", opt={"operation": Operation.SEE_PROVINCE})
    async def listed(self, db: Database, actor: Actor) -> Items[StationNow]:
        return Items(await provinces.listed(db, actor))

    @post(
        "/stations",
        summary="Found the stations of a file; what exists stays as it is",
        opt={"operation": Operation.FOUND_STATION, "step_up": True, "secret": True},
        request_max_body_size=_MOST_BYTES,
    )
    async def found(self, db: Database, actor: Actor, settings: Settings, data: StationsIn) -> Items[FoundedOut]:
        founded = await provinces.found(db, actor, data.stations, db.now())
        return Items([_shown(each, settings) for each in founded])

    @get("/stats/stations", summary="The stations' figures, side by side", opt={"operation": Operation.SEE_PROVINCE})
    async def compared(
        self, db: Database, actor: Actor, since: From = None, until: Until = None
    ) -> Items[StationFigures]:
        """Whole days in Thailand, counted every five minutes; by default the last 30."""
        first, end = _days(since, until, db.now())
        found: dict[UUID, StationFigures] = {}
        for row in await provinces.compared(db, actor, first, end):
            station = found.setdefault(row.id, StationFigures(row.id, row.name_th, row.name_en, []))
            station.figures.append(_figures(row))
        return Items(list(found.values()))


def _days(since: datetime | None, until: datetime | None, now: datetime) -> tuple[date, date]:
    """From the day of `since` to the day before `until`; by default today is the last."""
    end = now.astimezone(STATION_ZONE).date() + timedelta(days=1) if until is None else _day(until)
    first = end - _DEFAULT if since is None else _day(since)
    if not timedelta(0) < end - first <= _LONGEST:
        raise Invalid("from", f"give a period of at least a day and at most {_LONGEST.days} days")
    return first, end


def _day(moment: datetime) -> date:
    return moment.astimezone(STATION_ZONE).date()


def _figures(row: ComparedStation) -> Figures:
    return Figures(
        row.priority,
        row.incidents,
        row.arrived,
        row.without_arrival,
        row.cancelled,
        row.cancelled_late,
        rounded(row.on_time_share),
        percentiles(row.response, row.arrived),
    )


def _shown(founded: StationFounded, settings: Settings) -> FoundedOut:
    invited = [
        InvitedOut(
            each.username, f"{settings.public_url}/invitation#{each.invitation.code}", each.invitation.expires_at
        )
        for each in founded.invitations
    ]
    return FoundedOut(
        founded.name_th,
        founded.state,
        founded.station_id,
        founded.code,
        founded.facts,
        invited,
        founded.worker_token,
        founded.enroller_token,
    )

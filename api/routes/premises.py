"""Premises warnings: what a crew must know about an address before it goes there."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from api.db.pool import Database
from api.db.premises import PremisesWarningRow
from api.domain.access.permissions import Actor, Operation
from api.domain.places.premises import LEAST_RADIUS_M, MOST_RADIUS_M, WarningKind, WarningSource
from api.routes.http.fields import In, Items, Lat, Line, Lon, NeededReason
from api.services.places import premises
from api.services.places.premises import NewWarning

_RUN = {"operation": Operation.RUN_PREMISES}
Fact = Annotated[str, msgspec.Meta(min_length=4, max_length=300, pattern=r"^[^\u0000]*$")]


class WarningIn(In, kw_only=True):
    """`id`: made by the caller; the same again changes nothing. `fact`: about the place, never about what somebody has
    been convicted or suspected of."""

    id: UUID
    lat: Lat
    lon: Lon
    radius_m: Annotated[int, msgspec.Meta(ge=LEAST_RADIUS_M, le=MOST_RADIUS_M)] = 30
    place: Line
    kind: WarningKind
    source: WarningSource
    fact: Fact


class PremisesWarnings(Controller):
    path = "/v1/premises-warnings"
    tags = ("Places",)

    @get("/", summary="Warnings, those that wait for a person first", opt=_RUN)
    async def listed(self, db: Database, actor: Actor) -> Items[PremisesWarningRow]:
        return Items(await premises.listed(db, actor))

    @post("/", summary="Write a warning, for another person to approve", opt=_RUN | {"own_id": True})
    async def add(self, db: Database, actor: Actor, data: WarningIn) -> Response[None]:
        await premises.add(db, actor, NewWarning(**msgspec.structs.asdict(data)), db.now())
        return Response(None, status_code=201)

    @post("/{warning_id:uuid}/approve", status_code=204, summary="Show it for half a year; never one's own", opt=_RUN)
    async def approve(self, db: Database, actor: Actor, warning_id: UUID) -> None:
        await premises.approve(db, actor, warning_id, db.now())

    @post("/{warning_id:uuid}/end", status_code=204, summary="It is no longer true, or never was", opt=_RUN)
    async def end(self, db: Database, actor: Actor, warning_id: UUID, data: NeededReason) -> None:
        await premises.end(db, actor, warning_id, data.reason, db.now())

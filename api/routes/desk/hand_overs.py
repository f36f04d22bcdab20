"""Handing a case over to another station."""

from uuid import UUID

from litestar import Controller, get, post

from api.db.dispatching.aid import OpenHandOverRow, StationNearRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.routes.desk.cases import IncidentOut, shown
from api.routes.http.fields import In, Items, NeededReason, Text
from api.services.context import Runtime
from api.services.desk import hand_overs, overview


class HandOverIn(In, kw_only=True):
    station_id: UUID
    reason: Text


class HandOvers(Controller):
    path = "/v1/incidents/{incident_id:uuid}"
    tags = ("Incidents",)

    @get(
        "/hand-over",
        summary="Stations that could take it over, the one whose area it lies in first",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def stations(self, db: Database, actor: Actor, incident_id: UUID) -> Items[StationNearRow]:
        return Items(await hand_overs.stations(db, actor, incident_id, db.now()))

    @post(
        "/hand-over",
        status_code=200,
        summary="Ask another station to take it over; until that accepts, it stays ours",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def hand_over(self, runtime: Runtime, actor: Actor, incident_id: UUID, data: HandOverIn) -> IncidentOut:
        now = runtime.now()
        await hand_overs.hand_over(runtime, actor, incident_id, data.station_id, data.reason, now)
        return shown(await overview.case(runtime.db, actor, incident_id, now))

    @post(
        "/accept-hand-over",
        status_code=200,
        summary="Take it on; by the giver's id of the case or ours",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def accept(self, runtime: Runtime, actor: Actor, incident_id: UUID) -> IncidentOut:
        """The answer is our case, which keeps the giver's received time and target."""
        now = runtime.now()
        ours = await hand_overs.accept(runtime, actor, incident_id, now)
        return shown(await overview.case(runtime.db, actor, ours, now))

    @post(
        "/refuse-hand-over",
        status_code=200,
        summary="Leave it with the giver; by the giver's id of the case or ours",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def refuse(self, runtime: Runtime, actor: Actor, incident_id: UUID, data: NeededReason) -> IncidentOut:
        now = runtime.now()
        ours = await hand_overs.refuse(runtime, actor, incident_id, data.reason, now)
        return shown(await overview.case(runtime.db, actor, ours, now))

    @post(
        "/take-back-hand-over",
        status_code=200,
        summary="Keep it after all, as long as nobody has accepted",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def take_back(self, runtime: Runtime, actor: Actor, incident_id: UUID, data: NeededReason) -> IncidentOut:
        now = runtime.now()
        await hand_overs.take_back(runtime, actor, incident_id, data.reason, now)
        return shown(await overview.case(runtime.db, actor, incident_id, now))


class OpenHandOvers(Controller):
    path = "/v1/hand-overs"
    tags = ("Provinces",)

    @get(
        "/",
        summary="Hand-overs between the province's stations that nobody has answered",
        opt={"operation": Operation.SEE_PROVINCE},
    )
    async def waiting(self, db: Database, actor: Actor) -> Items[OpenHandOverRow]:
        return Items(await hand_overs.waiting(db, actor))

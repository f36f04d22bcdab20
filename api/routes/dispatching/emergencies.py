"""An officer's call for help, and the word of safety that ends it."""

from uuid import UUID

from litestar import Controller, Response, post

from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Invalid
from api.routes.desk.cases import IncidentOut, shown
from api.routes.http.fields import In, Lat, Lon, Moment, Text
from api.services.context import Runtime
from api.services.desk import overview
from api.services.dispatching import emergencies
from api.services.dispatching.emergencies import HelpCall


class HelpIn(In, kw_only=True):
    """`silent`: nothing sounds or lights up on this officer's phone. `at`: when it was pressed, by that phone."""

    id: UUID
    lat: Lat | None = None
    lon: Lon | None = None
    silent: bool = False
    at: Moment | None = None


class SafeIn(In, kw_only=True):
    """`id`: the press it answers, for a word that may come late; without it, the last emergency."""

    id: UUID | None = None
    note: Text | None = None


class WordIn(In, kw_only=True):
    note: Text | None = None


class Emergencies(Controller):
    path = "/v1"
    tags = ("Officer emergency",)

    @post(
        "/officer-emergency",
        summary="Call for help: opens a case of priority 1, or joins the one that is open",
        opt={"operation": Operation.CALL_FOR_HELP, "own_id": True},
    )
    async def call(self, runtime: Runtime, actor: Actor, data: HelpIn) -> Response[IncidentOut]:
        if (data.lat is None) != (data.lon is None):
            raise Invalid("lat" if data.lat is None else "lon", "missing")
        wanted = HelpCall(id=data.id, lat=data.lat, lon=data.lon, silent=data.silent, at=data.at)
        heard = await emergencies.call(runtime, actor, wanted, runtime.now())
        case = shown(await overview.case(runtime.db, actor, heard.incident_id, runtime.now()))
        return Response(case, status_code=201 if heard.opened else 200)

    @post(
        "/officer-emergency/safe",
        status_code=200,
        summary="I am safe",
        opt={"operation": Operation.CALL_FOR_HELP},
    )
    async def safe(self, runtime: Runtime, actor: Actor, data: SafeIn | None = None) -> IncidentOut:
        said = data or SafeIn()
        incident_id = await emergencies.say_safe(runtime, actor, said.id, said.note, runtime.now())
        return shown(await overview.case(runtime.db, actor, incident_id, runtime.now()))

    @post(
        "/incidents/{incident_id:uuid}/safe",
        status_code=200,
        summary="Write down an officer's word of safety, said over the radio",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def record(
        self, runtime: Runtime, actor: Actor, incident_id: UUID, data: WordIn | None = None
    ) -> IncidentOut:
        await emergencies.record_safe(runtime, actor, incident_id, data.note if data else None, runtime.now())
        return shown(await overview.case(runtime.db, actor, incident_id, runtime.now()))

"""Cases about the police, and those who watch over them."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import QueryParameter

from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.routes.desk.cases import IncidentOut, shown
from api.routes.http.fields import In, NeededReason, Text
from api.services.context import Runtime
from api.services.desk import overview, restriction
from api.services.desk.restriction import Restriction
from api.services.incidents import oversight
from api.services.incidents.oversight import Overseen

People = Annotated[frozenset[UUID], msgspec.Meta(max_length=50)]


class RestrictIn(In, kw_only=True):
    """`named`: whom the case is about, of the station's own people; `readers`: who else may see and run it."""

    reason: Text
    named: People = frozenset()
    readers: People = frozenset()


class Restrictions(Controller):
    path = "/v1/incidents/{incident_id:uuid}"
    tags = ("Incidents",)

    @post(
        "/restrict",
        status_code=200,
        summary="A case about the police: hide it from everybody but named persons",
        opt={"operation": Operation.RESTRICT_CASE},
    )
    async def restrict(self, runtime: Runtime, actor: Actor, incident_id: UUID, data: RestrictIn) -> IncidentOut:
        now = runtime.now()
        await restriction.restrict(runtime, actor, incident_id, data.reason, data.named, data.readers, now)
        return shown(await overview.case(runtime.db, actor, incident_id, now))

    @post(
        "/lift-restriction",
        status_code=200,
        summary="Show the case to the whole radio room again",
        opt={"operation": Operation.LIFT_RESTRICTION, "step_up": True},
    )
    async def lift(self, runtime: Runtime, actor: Actor, incident_id: UUID, data: NeededReason) -> IncidentOut:
        now = runtime.now()
        await restriction.lift(runtime, actor, incident_id, data.reason, now)
        return shown(await overview.case(runtime.db, actor, incident_id, now))

    @get(
        "/restriction",
        summary="Who may see the case, who must not handle it, and who has looked",
        opt={"operation": Operation.RESTRICT_CASE},
    )
    async def read(self, db: Database, actor: Actor, incident_id: UUID) -> Restriction:
        return await restriction.read(db, actor, incident_id, db.now())


class Oversight(Controller):
    path = "/v1/oversight"
    tags = ("Looking back",)

    @get(
        "/",
        summary="Cases about the police that this office, station or auditor watches over, and every look at them",
        opt={"operation": Operation.SEE_OVERSIGHT},
    )
    async def overseen(
        self,
        db: Database,
        actor: Actor,
        cursor: Annotated[int | None, QueryParameter(name="cursor", ge=0)] = None,
    ) -> Overseen:
        return await oversight.overseen(db, actor, cursor)

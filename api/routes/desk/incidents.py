"""Incidents on the radio room's desk, and the officer's own on the phone."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, patch, post
from litestar.params import QueryParameter

from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.domain.dispatching.dispatch import Candidate
from api.domain.errors import Changed
from api.domain.incidents.assignment import Mode
from api.domain.incidents.incident import Hazard, IncidentKind, IncidentState
from api.routes.desk.cases import IncidentOut, shown
from api.routes.http.fields import Code, In, Items, Lat, Line, Lon, Moment, Text
from api.services.context import Runtime
from api.services.desk import by_hand, hoax_lists, incident_changes, incident_ends, incidents, overview
from api.services.desk.incident_changes import IncidentChange

_PAGE = 200


class IncidentIn(In, kw_only=True):
    """`dispatch`: offer it at once to the best unit. `received_at`: when the citizen first told anybody, from which the
    target runs; `source`: who that was, such as the 191 centre, and its number for the case."""

    id: UUID
    kind: IncidentKind
    lat: Lat
    lon: Lon
    place: Line | None = None
    priority: Annotated[int, msgspec.Meta(ge=1, le=3)] | None = None
    note: Text | None = None
    caller: Line | None = None
    dispatch: bool = False
    drill: bool = False
    units_wanted: Annotated[int, msgspec.Meta(ge=1, le=10)] | None = None
    capabilities: frozenset[Line] = frozenset()
    hazards: frozenset[Hazard] = frozenset()
    received_at: Moment | None = None
    source: Code | None = None
    source_reference: Line | None = None


class ChangeIn(In, kw_only=True):
    """The changes: an absent field stays as it is, null clears it. `version`: the one the caller saw."""

    version: int | None = None
    kind: IncidentKind | msgspec.UnsetType = msgspec.UNSET
    priority: Annotated[int, msgspec.Meta(ge=1, le=3)] | msgspec.UnsetType = msgspec.UNSET
    place: Line | msgspec.UnsetType | None = msgspec.UNSET
    lat: Lat | msgspec.UnsetType = msgspec.UNSET
    lon: Lon | msgspec.UnsetType = msgspec.UNSET
    note: Text | msgspec.UnsetType | None = msgspec.UNSET
    caller: Line | msgspec.UnsetType | None = msgspec.UNSET
    hazards: frozenset[Hazard] | msgspec.UnsetType = msgspec.UNSET
    units_wanted: Annotated[int, msgspec.Meta(ge=1, le=10)] | msgspec.UnsetType = msgspec.UNSET
    reason: Text | None = None


class HoaxesIn(In, kw_only=True):
    incident_ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=100)]
    reason: Text


class DispatchIn(In, kw_only=True):
    """`order`: given by radio, accepted on the operator's word; needs a unit."""

    unit_id: UUID | None = None
    mode: Mode = Mode.OFFER


class CloseIn(In, kw_only=True):
    disposition: Code
    note: Text | None = None


class CancelIncidentIn(In, kw_only=True):
    reason: Text


class MergeIn(In, kw_only=True):
    into: UUID


class SplitIn(In, kw_only=True):
    sighting_ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=200)]


class Incidents(Controller):
    path = "/v1/incidents"
    tags = ("Incidents",)

    @get("/", summary="Incidents, newest first", opt={"operation": Operation.SEE_INCIDENTS})
    async def listed(
        self,
        db: Database,
        actor: Actor,
        active: bool = False,
        only: Annotated[IncidentState | None, QueryParameter(name="state")] = None,
        cursor: Annotated[Moment | None, QueryParameter(name="cursor")] = None,
        words: Annotated[str | None, QueryParameter(name="q", min_length=1, max_length=200)] = None,
        since: Annotated[Moment | None, QueryParameter(name="from")] = None,
        until: Annotated[Moment | None, QueryParameter(name="to")] = None,
        kind: IncidentKind | None = None,
        unit_id: UUID | None = None,
        caller: Annotated[str | None, QueryParameter(min_length=3, max_length=200)] = None,
        reason: Annotated[str | None, QueryParameter(min_length=1, max_length=500)] = None,
    ) -> Items[IncidentOut]:
        """Any of `q`, `from`, `to`, `kind`, `unit_id`, `caller` makes it a search over all cases, which is logged; for
        a person's name, number or plate it needs a `reason`."""
        if any(each is not None for each in (words, since, until, kind, unit_id, caller)):
            wanted = overview.Search(
                words=words,
                since=since,
                until=until,
                kind=kind,
                unit_id=unit_id,
                caller=caller,
                reason=reason,
                before=cursor,
            )
            found = await overview.search(db, actor, wanted, db.now(), most=_PAGE)
        else:
            found = await overview.cases(db, actor, db.now(), active=active, state=only, before=cursor, most=_PAGE)
        following = found[-1].incident.received_at.isoformat() if len(found) == _PAGE else None
        return Items([shown(case) for case in found], following)

    @post("/", summary="Open an incident from a call to the radio room", opt={"operation": Operation.RUN_INCIDENT})
    async def create(self, runtime: Runtime, actor: Actor, data: IncidentIn) -> Response[IncidentOut]:
        now = runtime.now()
        wanted = incidents.ManualIncident(**msgspec.structs.asdict(data))
        incident_id = await incidents.create(runtime, actor, wanted, now)
        return Response(shown(await overview.case(runtime.db, actor, incident_id, now)), status_code=201)

    @get("/{incident_id:uuid}", summary="One incident", opt={"operation": Operation.SEE_INCIDENTS})
    async def one(self, db: Database, actor: Actor, incident_id: UUID) -> IncidentOut:
        return shown(await overview.case(db, actor, incident_id, db.now()))

    @patch("/{incident_id:uuid}", summary="Correct a case", opt={"operation": Operation.RUN_INCIDENT})
    async def change(self, runtime: Runtime, actor: Actor, incident_id: UUID, data: ChangeIn) -> IncidentOut:
        wanted = IncidentChange(**{field: getattr(data, field) for field in IncidentChange.__struct_fields__})
        now = runtime.now()
        try:
            await incident_changes.change(runtime, actor, incident_id, wanted, now)
        except Changed:
            raise Changed(present=shown(await overview.case(runtime.db, actor, incident_id, now))) from None
        return shown(await overview.case(runtime.db, actor, incident_id, now))

    @post(
        "/hoaxes",
        status_code=200,
        summary="Close a list of cases as hoaxes; those that may be genuine stay open",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def hoaxes(self, runtime: Runtime, actor: Actor, data: HoaxesIn) -> hoax_lists.HoaxesClosed:
        return await hoax_lists.close(runtime, actor, data.incident_ids, data.reason, runtime.now())

    @get(
        "/{incident_id:uuid}/candidates",
        summary="Units that could go, best first, and why the others cannot",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def candidates(self, runtime: Runtime, actor: Actor, incident_id: UUID) -> Items[Candidate]:
        return Items(await by_hand.candidates(runtime, actor, incident_id, runtime.now()))

    @post(
        "/{incident_id:uuid}/dispatch",
        status_code=200,
        summary="Send a unit",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def send(
        self, runtime: Runtime, actor: Actor, incident_id: UUID, data: DispatchIn | None = None
    ) -> IncidentOut:
        wanted, now = data or DispatchIn(), runtime.now()
        await by_hand.send(runtime, actor, incident_id, wanted.unit_id, wanted.mode, now)
        return shown(await overview.case(runtime.db, actor, incident_id, now))

    @post(
        "/{incident_id:uuid}/close",
        status_code=200,
        summary="Close an incident",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def close(self, runtime: Runtime, actor: Actor, incident_id: UUID, data: CloseIn) -> IncidentOut:
        now = runtime.now()
        await incident_ends.end(
            runtime, actor, incident_id, IncidentState.CLOSED, now, disposition=data.disposition, note=data.note
        )
        return shown(await overview.case(runtime.db, actor, incident_id, now))

    @post(
        "/{incident_id:uuid}/cancel",
        status_code=200,
        summary="Cancel an incident",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def cancel(self, runtime: Runtime, actor: Actor, incident_id: UUID, data: CancelIncidentIn) -> IncidentOut:
        now = runtime.now()
        await incident_ends.end(
            runtime, actor, incident_id, IncidentState.CANCELLED, now, disposition=None, note=data.reason
        )
        return shown(await overview.case(runtime.db, actor, incident_id, now))

    @post(
        "/{incident_id:uuid}/merge",
        status_code=200,
        summary="Merge into another incident",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def merge(self, runtime: Runtime, actor: Actor, incident_id: UUID, data: MergeIn) -> IncidentOut:
        now = runtime.now()
        await incident_ends.end(
            runtime, actor, incident_id, IncidentState.MERGED, now, disposition=None, note=None, merged_into=data.into
        )
        return shown(await overview.case(runtime.db, actor, data.into, now))

    @post(
        "/{incident_id:uuid}/split",
        summary="Split off some of its sightings",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def split(self, runtime: Runtime, actor: Actor, incident_id: UUID, data: SplitIn) -> IncidentOut:
        now = runtime.now()
        new_id = await incident_ends.split(runtime, actor, incident_id, data.sighting_ids, now)
        return shown(await overview.case(runtime.db, actor, new_id, now))

    @post(
        "/{incident_id:uuid}/undo",
        status_code=200,
        summary="Undo its last merge or split, or within an hour its closing as a hoax",
        opt={"operation": Operation.RUN_INCIDENT},
    )
    async def undo(self, runtime: Runtime, actor: Actor, incident_id: UUID) -> IncidentOut:
        now = runtime.now()
        return shown(
            await overview.case(runtime.db, actor, await incident_ends.undo(runtime, actor, incident_id, now), now)
        )

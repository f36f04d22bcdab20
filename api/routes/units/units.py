"""Units: shifts, positions, and the board."""

import hashlib
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, delete, get, patch, post
from litestar.datastructures import State
from litestar.params import QueryParameter
from msgspec import UNSET, UnsetType

from api.db.pool import Database
from api.db.units.units import EquippedUnit, ShiftUnitRow, UnitRow
from api.domain.access.permissions import Actor, Operation, Role
from api.domain.roads.travel import UnitKind
from api.domain.units.fix import Fix, FixProblem
from api.domain.units.unit import STREAM_ALIVE, UnitStatus
from api.routes.access.session import ShiftOut
from api.routes.http.fields import In, Items, Moment, Name, given
from api.routes.http.gate import actor_of
from api.services.administration import units as equipment
from api.services.administration.units import UnitFacts
from api.services.context import Runtime
from api.services.dispatching import shifts
from api.services.units.intake import PositionIntake
from api.services.units.positions import Batch, BatchAnswer

_UNITS = {"operation": Operation.RUN_UNITS}
_Capability = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$", examples=["english"])]
_Capabilities = Annotated[list[_Capability], msgspec.Meta(max_length=20)]


class ShiftIn(In, kw_only=True):
    unit_id: UUID


class ShiftUnit(msgspec.Struct):
    """`taken`: somebody else is on duty with it; `people` counts those who aren't simulated. `last`: the caller's unit
    in the last shift; `usual`: the one their account names; `rostered`: the one that the roster gives them now."""

    id: UUID
    callsign: str
    kind: UnitKind
    taken: bool
    people: int
    last: bool
    usual: bool
    rostered: bool


class UnitIn(In, kw_only=True):
    """`id`: made by the caller; the same again changes nothing."""

    id: UUID
    callsign: Name
    kind: UnitKind
    plate: Name | None = None
    beat: Name | None = None
    capabilities: _Capabilities = msgspec.field(default_factory=list)


class UnitPatch(In, kw_only=True):
    """What is left out stays. `version`: the one the caller saw; if it is no longer current, 409 `changed`."""

    version: int
    callsign: Name | UnsetType = UNSET
    kind: UnitKind | UnsetType = UNSET
    plate: Name | UnsetType | None = UNSET
    beat: Name | UnsetType | None = UNSET
    capabilities: _Capabilities | UnsetType = UNSET


class UnitOut(msgspec.Struct):
    """Position and age are those of the newest trusted fix. `position_problem`: why newer ones are not trusted."""

    id: UUID
    callsign: str
    kind: UnitKind
    status: UnitStatus
    lat: float | None
    lon: float | None
    fix_age_s: float | None
    position_problem: FixProblem | None
    reachable: bool
    held: UUID | None
    officers: list[str]


class FixIn(In, kw_only=True):
    """Degrees, metres, metres a second, degrees from north. An out-of-range value is reported and does not affect the
    others."""

    at: Moment
    lat: float
    lon: float
    accuracy: float | None = None
    speed: float | None = None
    heading: float | None = None


class PositionsIn(In, kw_only=True):
    id: UUID
    sent_at: Moment
    fixes: Annotated[list[FixIn], msgspec.Meta(min_length=1, max_length=500)]


class Units(Controller):
    path = "/v1"
    tags = ("Units",)

    @post("/shift", status_code=200, summary="Go on duty", opt={"operation": Operation.OWN_SHIFT})
    async def begin(self, runtime: Runtime, actor: Actor, data: ShiftIn) -> ShiftOut:
        row = await shifts.begin_shift(runtime, actor, data.unit_id, runtime.now())
        return ShiftOut(row.unit_id, row.callsign, row.started_at)

    @delete("/shift", summary="Go off duty", opt={"operation": Operation.OWN_SHIFT})
    async def end(self, runtime: Runtime, actor: Actor) -> None:
        await shifts.end_shift(runtime, actor, runtime.now())

    @get("/shift/units", summary="Units that I may go on duty with", opt={"operation": Operation.OWN_SHIFT})
    async def for_shift(self, db: Database, actor: Actor) -> Items[ShiftUnit]:
        rows = await shifts.for_shift(db, actor)
        return Items([_choice(row) for row in rows])

    @get("/units", summary="All units, with position and status", opt={"operation": Operation.SEE_UNITS})
    async def listed(
        self, db: Database, actor: Actor, administration: Annotated[bool, QueryParameter(name="all")] = False
    ) -> Items[UnitOut] | Items[EquippedUnit]:
        """`all`: as their administration knows them, retired ones too, without positions; administrators see no
        others."""
        if administration or actor.role == Role.ADMIN:
            return Items(await equipment.listed(db, actor))
        now = db.now()
        return Items([_unit(row, now) for row in await shifts.listed(db, actor)])

    @post("/units", summary="Add a unit", opt=_UNITS | {"own_id": True})
    async def add(self, db: Database, actor: Actor, data: UnitIn) -> EquippedUnit:
        new = UnitFacts(data.callsign, data.kind, data.plate, data.beat, sorted(set(data.capabilities)))
        return await equipment.add(db, actor, data.id, new, db.now())

    @patch("/units/{unit_id:uuid}", summary="Change a unit", opt=_UNITS)
    async def change(self, runtime: Runtime, actor: Actor, unit_id: UUID, data: UnitPatch) -> EquippedUnit:
        return await equipment.change(runtime, actor, unit_id, given(data), data.version, runtime.now())

    @delete("/units/{unit_id:uuid}", summary="Retire a unit; its history stays", opt=_UNITS)
    async def retire(self, runtime: Runtime, actor: Actor, unit_id: UUID) -> None:
        await equipment.retire(runtime, actor, unit_id, runtime.now())

    @post(
        "/positions",
        status_code=200,
        summary="A unit's track",
        opt={"operation": Operation.POST_POSITIONS, "own_id": True, "recent": True},
        request_max_body_size=256 * 1024,
    )
    async def positions(self, state: State, request: Request[Any, Any, Any], data: PositionsIn) -> BatchAnswer:
        """Takes its parts from the application itself: dependencies cost a tenth of such a small call."""
        intake: PositionIntake = state.intake
        fixes = [Fix(fix.at, fix.lat, fix.lon, fix.accuracy, fix.speed, fix.heading) for fix in data.fixes]
        content_hash = hashlib.sha256(msgspec.json.encode(fixes)).digest()
        return await intake.take(Batch(actor_of(request), fixes, state.db.now(), data.id, content_hash))


def _choice(row: ShiftUnitRow) -> ShiftUnit:
    taken = row.other_people > 0
    return ShiftUnit(row.id, row.callsign, row.kind, taken, row.people, row.last, row.usual, row.rostered)


def _unit(row: UnitRow, now: datetime) -> UnitOut:
    live = row.stream_seen_at is not None and now - row.stream_seen_at <= STREAM_ALIVE
    rang = (
        row.shift_started_at is not None and row.push_seen_at is not None and row.push_seen_at >= row.shift_started_at
    )
    return UnitOut(
        id=row.id,
        callsign=row.callsign,
        kind=row.kind,
        status=row.status,
        lat=row.lat,
        lon=row.lon,
        fix_age_s=None if row.fix_at is None else round((now - row.fix_at).total_seconds(), 1),
        position_problem=row.doubtful_reason,
        reachable=live or rang,
        held=row.held,
        officers=row.officers,
    )

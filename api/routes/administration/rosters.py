"""The roster."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, patch, post
from msgspec import UNSET, UnsetType

from api.db.pool import Database
from api.db.units.rosters import OfficerRow, PlannedShift
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Invalid
from api.routes.figures.statistics import From, Until
from api.routes.http.fields import In, Items, Moment, given
from api.services.administration import rosters
from api.services.administration.rosters import ShiftFacts

_RUN = {"operation": Operation.RUN_ROSTERS}
_SHOWN, _LONGEST = timedelta(days=7), timedelta(days=93)
_Crew = Annotated[list[UUID], msgspec.Meta(max_length=20)]


class PlannedShiftIn(In, kw_only=True):
    """`id`: made by the caller; the same again changes nothing. `account_ids`: the officers of the crew."""

    id: UUID
    unit_id: UUID
    starts_at: Moment
    ends_at: Moment
    account_ids: _Crew = msgspec.field(default_factory=list)


class PlannedShiftPatch(In, kw_only=True):
    """What is left out stays. `version`: the one the caller saw; if it is no longer current, 409 `changed`."""

    version: int
    unit_id: UUID | UnsetType = UNSET
    starts_at: Moment | UnsetType = UNSET
    ends_at: Moment | UnsetType = UNSET
    account_ids: _Crew | UnsetType = UNSET


class Rosters(Controller):
    path = "/v1/shifts"
    tags = ("Administration",)

    @get("/", summary="The roster of a period", opt={"operation": Operation.SEE_ROSTERS})
    async def listed(self, db: Database, actor: Actor, since: From = None, until: Until = None) -> Items[PlannedShift]:
        """By default the shifts of the next seven days, and those that have begun."""
        start = since or db.now()
        end = until or start + _SHOWN
        if not timedelta(0) < end - start <= _LONGEST:
            raise Invalid("to", f"after `from`, by at most {_LONGEST.days} days")
        return Items(await rosters.listed(db, actor, start, end))

    @get("/officers", summary="Whom a shift may name", opt={"operation": Operation.SEE_ROSTERS})
    async def officers(self, db: Database, actor: Actor) -> Items[OfficerRow]:
        return Items(await rosters.officers(db, actor))

    @post("/", summary="Add a shift to the roster", opt=_RUN | {"own_id": True})
    async def add(self, db: Database, actor: Actor, data: PlannedShiftIn) -> PlannedShift:
        new = ShiftFacts(data.unit_id, data.starts_at, data.ends_at, frozenset(data.account_ids))
        return await rosters.add(db, actor, data.id, new, db.now())

    @patch("/{shift_id:uuid}", summary="Change a shift of the roster", opt=_RUN)
    async def change(self, db: Database, actor: Actor, shift_id: UUID, data: PlannedShiftPatch) -> PlannedShift:
        changes = given(data)
        if isinstance(data.account_ids, list):
            changes["account_ids"] = frozenset(data.account_ids)
        return await rosters.change(db, actor, shift_id, changes, data.version, db.now())

    @delete("/{shift_id:uuid}", summary="Take a shift out of the roster", opt=_RUN)
    async def remove(self, db: Database, actor: Actor, shift_id: UUID) -> None:
        await rosters.remove(db, actor, shift_id, db.now())

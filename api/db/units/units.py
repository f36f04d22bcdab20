from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.incidents.assignment import AssignmentState
from api.domain.roads.travel import UnitKind
from api.domain.units.fix import FixProblem
from api.domain.units.unit import UnitStatus


class UnitRow(msgspec.Struct, frozen=True):
    id: UUID
    callsign: str
    kind: UnitKind
    status: UnitStatus
    lat: float | None
    lon: float | None
    fix_at: datetime | None
    shift_started_at: datetime | None
    push_seen_at: datetime | None
    stream_seen_at: datetime | None
    doubtful_reason: FixProblem | None
    held: UUID | None
    officers: list[str]


class ShiftUnitRow(msgspec.Struct, frozen=True):
    """`others`: accounts on this unit besides the caller; `people`: those not simulated. `last`: the caller's last
    unit; `usual`: the one their account names; `rostered`: the one that the roster gives them now."""

    id: UUID
    callsign: str
    kind: UnitKind
    others: int
    people: int
    other_people: int
    last: bool
    usual: bool
    rostered: bool


class UnitName(msgspec.Struct, frozen=True):
    id: UUID
    callsign: str
    kind: UnitKind


class EquippedUnit(msgspec.Struct, frozen=True):
    """`beat`: the part of the area that it usually patrols."""

    id: UUID
    callsign: str
    kind: UnitKind
    plate: str | None
    beat: str | None
    capabilities: list[str]
    retired_at: datetime | None
    version: int
    status: UnitStatus


class UnitLock(msgspec.Struct, frozen=True):
    unit_id: UUID
    status: UnitStatus
    shift_started_at: datetime | None


class ShiftRow(msgspec.Struct, frozen=True):
    id: UUID
    unit_id: UUID
    callsign: str
    started_at: datetime


class OfficerRow(msgspec.Struct, frozen=True):
    id: UUID
    language: str


class WorkRow(msgspec.Struct, frozen=True):
    held: AssignmentState | None
    offered: bool
    on_duty: bool


add = bindings.AddUnit()
equipment = bindings.EquipUnits(EquippedUnit)
change = bindings.ChangeUnit()
retire = bindings.RetireUnit()
add_live = bindings.AddUnitLive()
list_all = bindings.ListUnits(UnitRow)
list_for_shift = bindings.ListShiftUnits(ShiftUnitRow)
read = bindings.ReadUnit(UnitName)
lock = bindings.LockUnit(UnitLock)
take_idle = bindings.TakeIdleUnit()
set_status = bindings.SetUnitStatus()
begin_unit_shift = bindings.BeginUnitShift()
end_unit_shift = bindings.EndUnitShift()
open_shift = bindings.OpenShift(ShiftRow)
begin_shift = bindings.BeginShift()
end_shift = bindings.EndShift()
officers_on = bindings.OfficersOnUnit(OfficerRow)
status_from_work = bindings.UnitStatusFromWork(WorkRow)
seen_by_push = bindings.SeenByPush()
seen_by_stream = bindings.SeenByStream()
hasten = bindings.HastenDeadlines()
anyone_on_duty = bindings.AnyoneOnDuty()

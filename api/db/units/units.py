from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query, Value
from api.domain.incidents.assignment import AssignmentState
from api.domain.units.fix import Problem
from api.domain.units.unit import UnitStatus


class UnitRow(msgspec.Struct, frozen=True):
    id: UUID
    callsign: str
    kind: str
    status: UnitStatus
    lat: float | None
    lon: float | None
    fix_at: datetime | None
    shift_started_at: datetime | None
    push_seen_at: datetime | None
    stream_seen_at: datetime | None
    doubtful_reason: Problem | None
    held: UUID | None
    officers: list[str]


class ShiftUnitRow(msgspec.Struct, frozen=True):
    """`others`: accounts on this unit besides the asker; `people`: those not simulated. `last`: the asker's last."""

    id: UUID
    callsign: str
    kind: str
    others: int
    people: int
    other_people: int
    last: bool


class UnitName(msgspec.Struct, frozen=True):
    id: UUID
    callsign: str
    kind: str


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


add = Command("add_unit")
add_live = Command("add_unit_live")
list_all = Query("list_units", UnitRow)
list_for_shift = Query("list_shift_units", ShiftUnitRow)
read = Query("read_unit", UnitName)
lock = Query("lock_unit", UnitLock)
set_status = Command("set_unit_status")
begin_unit_shift = Command("begin_unit_shift")
end_unit_shift = Command("end_unit_shift")
open_shift = Query("open_shift", ShiftRow)
begin_shift = Command("begin_shift")
end_shift = Command("end_shift")
officers_on = Query("officers_on_unit", OfficerRow)
status_from_work = Query("unit_status_from_work", WorkRow)
seen_by_push = Command("seen_by_push")
seen_by_stream = Command("seen_by_stream")
hasten = Command("hasten_deadlines")
anyone_on_duty = Value("anyone_on_duty", bool)

from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.incidents.alarm import AlarmReason, Level
from api.domain.notifying.outgoing import DeliveryState


class AlarmRow(msgspec.Struct, frozen=True):
    id: UUID
    incident_id: UUID
    reference: str
    reason: AlarmReason
    raised_at: datetime
    acknowledged_at: datetime | None
    level: Level
    passed_on_at: datetime | None
    acknowledged_by: str | None


class AlarmLock(msgspec.Struct, frozen=True):
    id: UUID
    incident_id: UUID
    reason: AlarmReason
    level: Level
    raised_at: datetime
    acknowledged_at: datetime | None


class SupervisorRow(msgspec.Struct, frozen=True):
    id: UUID
    display_name: str
    language: str


class SupervisorChoice(SupervisorRow, frozen=True, kw_only=True):
    """`phones`: how many would ring."""

    phones: int


class ChannelRow(msgspec.Struct, frozen=True):
    """Without its address, which holds secrets. `for_callers`: it writes to callers, and not to our own people.
    `last_state`: the outcome of the last message."""

    id: UUID
    label: str
    for_callers: bool
    created_by: str
    created_at: datetime
    last_state: DeliveryState | None
    last_at: datetime | None
    last_error: str | None


raise_alarm = bindings.RaiseAlarm()
list_all = bindings.ListAlarms(AlarmRow)
read = bindings.ReadAlarm(AlarmRow)
lock = bindings.LockAlarm(AlarmLock)
acknowledge = bindings.AcknowledgeAlarm()
settle = bindings.SettleAlarms()
pass_on = bindings.PassAlarmOn()
shift_supervisor = bindings.ShiftSupervisorOf(SupervisorRow)
set_shift_supervisor = bindings.SetShiftSupervisor()
supervisors = bindings.SupervisorsOf(SupervisorChoice)
add_channel = bindings.AddChannel()
list_channels = bindings.ListChannels(ChannelRow)
remove_channel = bindings.RemoveChannel()

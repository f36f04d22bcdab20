from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query
from api.domain.incidents.alarm import AlarmReason, Level
from api.domain.notifying.push import DeliveryState


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
    """Without its address, which holds secrets. `last_state`: what became of the last message."""

    id: UUID
    label: str
    created_by: str
    created_at: datetime
    last_state: DeliveryState | None
    last_at: datetime | None
    last_error: str | None


class FallbackRow(msgspec.Struct, frozen=True):
    """`url` None: the channel was removed meanwhile."""

    id: UUID
    station_id: UUID
    channel_id: UUID
    title: str
    body: str
    attempts: int
    expires_at: datetime
    url: str | None


raise_alarm = Command("raise_alarm")
list_all = Query("list_alarms", AlarmRow)
read = Query("read_alarm", AlarmRow)
lock = Query("lock_alarm", AlarmLock)
acknowledge = Command("acknowledge_alarm")
settle = Command("settle_alarms")
pass_on = Command("pass_alarm_on")
shift_supervisor = Query("shift_supervisor_of", SupervisorRow)
set_shift_supervisor = Command("set_shift_supervisor")
supervisors = Query("supervisors_of", SupervisorChoice)
add_channel = Command("add_channel")
list_channels = Query("list_channels", ChannelRow)
remove_channel = Command("remove_channel")
add_delivery = Command("add_fallback_delivery")
claim_deliveries = Query("claim_fallback_deliveries", FallbackRow)
save_delivery = Command("save_fallback_delivery")

from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.db.stations import StationId
from api.domain.incidents.deadline import DeadlineKind
from api.domain.notifying.push import PushKind


class DeliveryLock(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID
    unit_id: UUID | None
    assignment_id: UUID | None
    incident_id: UUID | None
    kind: PushKind
    delivered_at: datetime | None
    shown_at: datetime | None
    opened_at: datetime | None


class DeadlineRow(msgspec.Struct, frozen=True):
    id: int
    station_id: UUID
    kind: DeadlineKind
    subject_id: UUID
    due_at: datetime
    request_id: str | None


class TakenDeadline(msgspec.Struct, frozen=True):
    kind: DeadlineKind
    subject_id: UUID


save_subscription = bindings.SaveSubscription()
forget_endpoint = bindings.ForgetEndpoint()
forget_subscriptions = bindings.ForgetSubscriptions()
delivery_station = bindings.DeliveryStation()
lock_delivery = bindings.LockDelivery(DeliveryLock)
stamp_delivery = bindings.StampDelivery()
lift_deadlines = bindings.LiftDeadlines()
due_deadlines = bindings.DueDeadlines(DeadlineRow)
stations_due = bindings.StationsDue(StationId)
next_deadline = bindings.NextDeadline()
take_deadline = bindings.TakeDeadline(TakenDeadline)
postpone_deadline = bindings.PostponeDeadline()

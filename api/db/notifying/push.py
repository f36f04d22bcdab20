from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query, Value
from api.db.stations import StationId
from api.domain.incidents.deadline import DeadlineKind
from api.domain.notifying.push import PushKind


class SubscriptionRow(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID
    endpoint: str
    p256dh: str
    auth: str


class Words(msgspec.Struct, frozen=True):
    """The notification as it was worded when it was caused, in its reader's language."""

    title: str
    body: str
    lang: str


class DeliveryRow(msgspec.Struct, frozen=True):
    """A claimed delivery; endpoint and keys are None when the subscription has gone meanwhile."""

    id: UUID
    station_id: UUID
    account_id: UUID
    unit_id: UUID | None
    subscription_id: UUID | None
    assignment_id: UUID | None
    incident_id: UUID | None
    kind: PushKind
    content: Words
    receipt_token: str
    attempts: int
    expires_at: datetime
    request_id: str | None
    created_at: datetime
    endpoint: str | None
    p256dh: str | None
    auth: str | None


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


save_subscription = Command("save_subscription")
forget_endpoint = Command("forget_endpoint")
forget_subscriptions = Command("forget_subscriptions")
subscriptions_of = Query("subscriptions_of", SubscriptionRow)
add_delivery = Command("add_delivery")
claim_deliveries = Query("claim_deliveries", DeliveryRow)
save_delivery = Command("save_delivery")
delivery_station = Value("delivery_station", UUID)
lock_delivery = Query("lock_delivery", DeliveryLock)
stamp_delivery = Command("stamp_delivery")
next_delivery_due = Value("next_delivery_due", datetime)
set_deadline = Command("set_deadline")
bring_deadline_forward = Command("bring_deadline_forward")
lift_deadlines = Command("lift_deadlines")
due_deadlines = Query("due_deadlines", DeadlineRow)
stations_due = Query("stations_due", StationId)
next_deadline = Value("next_deadline", datetime)
take_deadline = Query("take_deadline", TakenDeadline)
postpone_deadline = Command("postpone_deadline")

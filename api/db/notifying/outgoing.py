from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.incident import IncidentKind
from api.domain.notifying.push import Content, PushKind


class StoredText(msgspec.Struct, frozen=True):
    """A message as the previous release worded it when it was queued; sent as it is."""

    title: str
    body: str
    lang: str = "th"


class PushMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """Codes and parameters; they are worded in `language` when they are sent."""

    kind: PushKind
    receipt_token: str
    language: str = "th"
    content: Content = Content()
    unit_id: UUID | None = None
    assignment_id: UUID | None = None
    incident_id: UUID | None = None
    text: StoredText | None = None


class FallbackAlarm(msgspec.Struct, frozen=True):
    """What an alarm is about, for readers outside."""

    reference: str
    priority: int
    kind: IncidentKind
    reason: AlarmReason
    drill: bool


class CallerLink(msgspec.Struct, frozen=True):
    """For the phone of somebody who has called: the page to open."""

    url: str
    reference: str


class FallbackMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """With neither `alarm` nor `link`, it tests the channel. `to`: a caller's number, for a channel that writes to
    callers."""

    alarm: FallbackAlarm | None = None
    link: CallerLink | None = None
    to: str | None = None
    text: StoredText | None = None


class OutgoingRow(msgspec.Struct, frozen=True):
    """A claimed message. `target`: what the limit on concurrent messages applies to. Each kind adds its `message` and
    the `address`, None if that no longer exists.
    """

    id: UUID
    station_id: UUID
    target: str
    attempts: int
    expires_at: datetime
    request_id: str | None
    created_at: datetime


class PushAddress(msgspec.Struct, frozen=True):
    endpoint: str
    p256dh: str
    auth: str


class OutgoingPush(OutgoingRow, frozen=True, kw_only=True):
    message: PushMessage
    address: PushAddress | None


class FallbackAddress(msgspec.Struct, frozen=True):
    """An Apprise URL, which holds secrets."""

    url: str


class OutgoingFallback(OutgoingRow, frozen=True, kw_only=True):
    message: FallbackMessage
    address: FallbackAddress | None


claim_pushes = bindings.ClaimOutgoing(OutgoingPush)
claim_fallbacks = bindings.ClaimOutgoing(OutgoingFallback)
save = bindings.SaveOutgoing()
next_due = bindings.NextOutgoingDue()
queue_push = bindings.QueuePush()
queue_fallback = bindings.QueueFallback()
adopt_pushes = bindings.AdoptPushes()
adopt_fallbacks = bindings.AdoptFallbacks()

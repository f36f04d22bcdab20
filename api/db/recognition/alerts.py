from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.recognition.alert import AlertKind, AlertState


class AlertAsSent(msgspec.Struct, frozen=True):
    id: UUID
    token_id: UUID
    state: AlertState
    incident_id: UUID | None
    content_hash: bytes


class Visit(msgspec.Struct, frozen=True):
    id: UUID
    state: AlertState
    incident_id: UUID | None


class AlertLock(msgspec.Struct, frozen=True):
    id: UUID
    kind: AlertKind
    state: AlertState
    camera_id: UUID
    watchlist_entry_id: UUID | None
    occurred_at: datetime
    received_at: datetime
    incident_id: UUID | None
    confidence: float | None
    first_word_by: UUID | None
    has_snapshot: bool
    lat: float
    lon: float
    camera_name: str


class AlertId(msgspec.Struct, frozen=True):
    id: UUID


class AlertRow(msgspec.Struct, frozen=True):
    id: UUID
    kind: AlertKind
    state: AlertState
    camera_id: UUID
    camera_name: str
    camera_lat: float
    camera_lon: float
    occurred_at: datetime
    received_at: datetime
    confidence: float | None
    model_name: str | None
    model_version: str | None
    threshold: float | None
    plate: str | None
    note: str | None
    incident_id: UUID | None
    watchlist_entry_id: UUID | None
    decide_by: datetime | None
    decided_at: datetime | None
    decision_reason: str | None
    decided_by_name: str | None
    warrant_checked_at: datetime | None
    first_word_by: UUID | None
    first_word_by_name: str | None
    first_word_at: datetime | None
    has_snapshot: bool
    camera_confirmed: int
    camera_decided: int


add = bindings.AddAlert()
as_sent = bindings.AlertAsSent(AlertAsSent)
add_image = bindings.AddAlertImage()
keep_image = bindings.KeepAlertImage()
read_image = bindings.ReadAlertImage()
lock_visit = bindings.LockVisit()
current_visit = bindings.CurrentVisit(Visit)
lock = bindings.LockAlert(AlertLock)
save_state = bindings.SaveAlertState()
save_decision = bindings.SaveAlertDecision()
save_first_word = bindings.SaveFirstWord()
looked_at = bindings.LookedAt()
pending_of_entry = bindings.PendingAlertsOfEntry(AlertId)
incidents_of_entry = bindings.IncidentsOfEntry(AlertId)
list_all = bindings.ListAlerts(AlertRow)

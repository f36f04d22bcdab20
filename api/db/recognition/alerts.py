from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query, Value
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


add = Command("add_alert")
as_sent = Query("alert_as_sent", AlertAsSent)
add_image = Command("add_alert_image")
keep_image = Command("keep_alert_image")
read_image = Value("read_alert_image", bytes)
lock_visit = Value("lock_visit", str)
current_visit = Query("current_visit", Visit)
lock = Query("lock_alert", AlertLock)
save_state = Command("save_alert_state")
save_decision = Command("save_alert_decision")
save_first_word = Command("save_first_word")
looked_at = Value("looked_at", bool)
pending_of_entry = Query("pending_alerts_of_entry", AlertId)
incidents_of_entry = Query("incidents_of_entry", AlertId)
list_all = Query("list_alerts", AlertRow)

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from api.db.queries import Command, Query, Value
from api.domain.dispatching.delegation import Delegation, KindNeeds
from api.domain.dispatching.dispatch import Rules
from api.domain.incidents.assignment import OfferWindow
from api.domain.incidents.incident import IncidentKind


class StationRow(msgspec.Struct, frozen=True):
    """A station with its written delegation. `target_seconds` maps a priority, as text, to seconds."""

    id: UUID
    name_th: str
    name_en: str
    phone: str | None
    lat: float
    lon: float
    target_seconds: dict[str, int]
    offer_seconds: int
    delivery_seconds: int
    fix_limit_seconds: int
    decision_seconds: int
    automatic_alerts: list[str]
    automatic_reports: list[str]
    speed_m_per_s: float
    delegation: Delegation
    needs: dict[IncidentKind, KindNeeds]
    beat_floor: int
    alarm_seconds: int
    lends_units: bool
    face_words: int
    delegated_by: str
    delegated_at: datetime

    @property
    def window(self) -> OfferWindow:
        return OfferWindow(timedelta(seconds=self.delivery_seconds), timedelta(seconds=self.offer_seconds))

    @property
    def rules(self) -> Rules:
        return Rules(fix_limit=timedelta(seconds=self.fix_limit_seconds))

    @property
    def targets(self) -> dict[int, int]:
        return {int(priority): seconds for priority, seconds in self.target_seconds.items()}


class ServingRow(msgspec.Struct, frozen=True):
    station_id: UUID
    inside: bool


class StationId(msgspec.Struct, frozen=True):
    id: UUID


class Locked(msgspec.Struct, frozen=True):
    locked: str


class DeploymentRow(msgspec.Struct, frozen=True):
    demo: bool
    generation: UUID
    restored_at: datetime | None
    """Set while nothing dispatches after a restore."""


class JobsRow(msgspec.Struct, frozen=True):
    seen_at: datetime | None
    clock_error_seconds: float
    late_seconds: float


class CameraRow(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    lat: float
    lon: float
    state: str
    state_at: datetime | None
    seen_at: datetime | None
    detail: str | None


read = Query("read_station", StationRow)
serving = Query("station_serving", ServingRow)
lock = Query("lock_station", Locked)
next_number = Value("next_incident_number", int)
all_ids = Query("all_stations", StationId)
add = Command("add_station")
add_policy = Command("add_policy")
save_delegation = Command("save_delegation")
read_deployment = Query("read_deployment", DeploymentRow)
dispatch_waits = Value("dispatch_waits", bool)
resume_dispatch = Command("resume_dispatch")
look_again = Command("look_again")
read_secret = Value("read_secret", bytes)
keep_secret = Command("keep_secret")
jobs_seen = Query("jobs_seen", JobsRow)
beat = Command("beat")
add_camera = Command("add_camera")
list_cameras = Query("list_cameras", CameraRow)
read_camera = Query("read_camera", CameraRow)
save_camera_state = Command("save_camera_state")
extend_recognition_period = Command("extend_recognition_period")
begin_recognition_period = Command("begin_recognition_period")

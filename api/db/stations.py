from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.dispatching.delegation import Delegation, KindNeeds
from api.domain.dispatching.dispatch import Rules
from api.domain.incidents.incident import IncidentKind
from api.domain.incidents.ladder import Ladder
from api.domain.stations.policy import Policy, shortest


class StationRow(msgspec.Struct, frozen=True):
    """A station with its written delegation. `target_seconds` maps a priority, as text, to seconds, and so do
    `standard_targets`, its province's. The other times are the shorter of the two. `waits`: restored from a backup, so
    nothing is offered until `sipha resume`."""

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
    version: int
    waits: bool
    standard_targets: dict[str, int] | None

    @property
    def ladder(self) -> Ladder:
        return Ladder(
            delivery=timedelta(seconds=self.delivery_seconds),
            answer=timedelta(seconds=self.offer_seconds),
            decision=timedelta(seconds=self.decision_seconds),
        )

    @property
    def rules(self) -> Rules:
        return Rules(fix_limit=timedelta(seconds=self.fix_limit_seconds))

    @property
    def targets(self) -> dict[int, int]:
        """In seconds, by priority: the station's own, or its province's where that is shorter."""
        return shortest(self.target_seconds, self.standard_targets or {})


class PolicyRecord(msgspec.Struct, frozen=True):
    """One version, whole."""

    policy: Policy
    delegation: Delegation
    beat_floor: int
    lends_units: bool
    face_words: int


class PolicyRow(msgspec.Struct, frozen=True):
    version: int
    changed_at: datetime
    written_by: str
    policy: PolicyRecord


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
    """Set while dispatch is suspended after a restore."""


class JobsRow(msgspec.Struct, frozen=True):
    seen_at: datetime | None
    doctor_seen_at: datetime | None
    findings: int
    clock_error_seconds: float
    late_seconds: float


class CameraRow(msgspec.Struct, frozen=True):
    """`direction`: degrees from north."""

    id: UUID
    name: str
    lat: float
    lon: float
    direction: int | None
    version: int
    state: str
    state_at: datetime | None
    seen_at: datetime | None
    detail: str | None


class StationNow(msgspec.Struct, frozen=True):
    """How a station stood at `counted_at`, in numbers; None before it was counted first. `overdue`: active cases past
    their target that nobody has reached."""

    id: UUID
    name_th: str
    name_en: str
    phone: str | None
    lat: float
    lon: float
    units: int | None
    on_duty: int | None
    active: int | None
    overdue: int | None
    cameras: int | None
    cameras_live: int | None
    counted_at: datetime | None


class NamedStation(msgspec.Struct, frozen=True):
    id: UUID
    name_th: str


class StandardRow(msgspec.Struct, frozen=True):
    """A province's policy, as far as its stations must keep to it."""

    target_seconds: dict[str, int]
    offer_seconds: int
    delivery_seconds: int
    fix_limit_seconds: int
    alarm_seconds: int
    decision_seconds: int


class StationFacts(msgspec.Struct, frozen=True):
    """`area`: GeoJSON of a polygon; none at the office of a province."""

    name_th: str
    name_en: str
    phone: str | None
    area: str | None
    version: int


class AreaJudgement(msgspec.Struct, frozen=True):
    """`reason`, `lat`, `lon`: why it is not valid, and where."""

    valid: bool
    reason: str | None
    lat: float | None
    lon: float | None
    square_metres: float | None


class Overlap(msgspec.Struct, frozen=True):
    name_th: str
    name_en: str
    lat: float
    lon: float


class CameraLock(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    lat: float
    lon: float
    direction: int | None
    version: int
    retired_at: datetime | None


read = bindings.ReadStation(StationRow)
serving = bindings.StationServing(ServingRow)
go_to = bindings.GoToStation()
lock = bindings.LockStation(Locked)
next_number = bindings.NextIncidentNumber()
all_ids = bindings.AllStations(StationId)
add = bindings.AddStation()
is_office = bindings.IsOffice()
may_join_province = bindings.MayJoinProvince()
join_province = bindings.JoinProvince()
count = bindings.CountStation()
province_stations = bindings.ProvinceStations(StationNow)
stations_of_province = bindings.StationsOfProvince(NamedStation)
province_standard = bindings.ProvinceStandard(StandardRow)
add_policy = bindings.AddPolicy()
save_policy = bindings.SavePolicy()
keep_policy = bindings.KeepPolicy()
policy_history = bindings.PolicyHistory(PolicyRow)
save_delegation = bindings.SaveDelegation()
read_deployment = bindings.ReadDeployment(DeploymentRow)
dispatch_waits = bindings.DispatchWaits()
resume_dispatch = bindings.ResumeDispatch()
look_again = bindings.LookAgain()
read_secret = bindings.ReadSecret()
keep_secret = bindings.KeepSecret()
jobs_seen = bindings.JobsSeen(JobsRow)
beat = bindings.Beat()
add_camera = bindings.AddCamera()
list_cameras = bindings.ListCameras(CameraRow)
facts = bindings.ReadStationFacts(StationFacts)
lock_facts = bindings.LockStationFacts(StationFacts)
judge_area = bindings.JudgeArea(AreaJudgement)
overlapping = bindings.OverlappingStations(Overlap)
change = bindings.ChangeStation()
lock_camera = bindings.LockCamera(CameraLock)
change_camera = bindings.ChangeCamera()
retire_camera = bindings.RetireCamera()
read_camera = bindings.ReadCamera(CameraRow)
save_camera_state = bindings.SaveCameraState()
extend_recognition_period = bindings.ExtendRecognitionPeriod()
begin_recognition_period = bindings.BeginRecognitionPeriod()

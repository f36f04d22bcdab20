from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.roads.travel import UnitKind
from api.domain.units.arrival import SceneFix
from api.domain.units.fix import FixProblem, RecordedFix


class FixesLock(msgspec.Struct, frozen=True):
    synchronous_commit: str
    locked: str


class PositionRow(msgspec.Struct, frozen=True):
    kind: UnitKind
    shift_started_at: datetime | None
    lat: float | None
    lon: float | None
    fix_at: datetime | None
    accuracy: float | None
    speed: float | None
    doubtful_reason: FixProblem | None
    doubtful_since: datetime | None
    doubtful_seen_at: datetime | None
    expected: bool
    asked_by_simulated: bool
    simulated: bool
    person_heard: bool


class BatchRow(msgspec.Struct, frozen=True):
    content_hash: bytes
    answer: bytes


class AwaitedRow(msgspec.Struct, frozen=True):
    assignment_id: UUID
    incident_id: UUID
    offered_at: datetime
    lat: float
    lon: float


class ArrivalRow(msgspec.Struct, frozen=True):
    """`fix_at` and the following fields: the last trusted fix before the button; None if none was fresh."""

    assignment_id: UUID
    incident_id: UUID
    reference: str
    unit_id: UUID
    callsign: str
    ended_at: datetime | None
    button_at: datetime | None
    geofence_at: datetime | None
    fix_at: datetime | None
    distance_m: float | None
    accuracy: float | None
    speed: float | None


class IncidentId(msgspec.Struct, frozen=True):
    id: UUID


lock = bindings.LockFixes(FixesLock)
read = bindings.ReadPosition(PositionRow)
track_between = bindings.TrackBetween(RecordedFix)
save = bindings.SavePosition()
save_doubt = bindings.SaveDoubt()
add_track = bindings.AddTrack()
believe = bindings.BelieveTrack()
keep_batch = bindings.KeepBatch()
read_batch = bindings.ReadBatch(BatchRow)
awaited = bindings.AwaitedArrivals(AwaitedRow)
recent_track = bindings.RecentTrack(SceneFix)
arrivals_of = bindings.ArrivalsOf(ArrivalRow)
incidents_of_period = bindings.IncidentsOfPeriod(IncidentId)
hasten_forecast = bindings.HastenForecast()

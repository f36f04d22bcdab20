from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.roads.travel import UnitKind
from api.domain.units.arrival import SceneFix
from api.domain.units.fix import FixProblem, RecordedFix


class FixesLock(msgspec.Struct, frozen=True):
    unit_id: UUID
    mine: bool
    lock_timeout: str


class SenderRow(msgspec.Struct, frozen=True):
    """`id`: of the session or the token. `since`: the start of the unit's shift, for trackers only."""

    id: UUID
    unit_id: UUID | None
    since: datetime | None
    simulated: bool


class PositionRow(msgspec.Struct, frozen=True):
    unit_id: UUID
    kind: UnitKind
    lat: float | None
    lon: float | None
    fix_at: datetime | None
    accuracy: float | None
    speed: float | None
    simulated: bool
    doubtful_reason: FixProblem | None
    doubtful_since: datetime | None
    doubtful_seen_at: datetime | None
    expected: bool


class MovedRow(msgspec.Struct, frozen=True):
    station_id: UUID
    unit_id: UUID
    lat: float
    lon: float
    fix_at: datetime


class TrackRow(RecordedFix, frozen=True, kw_only=True):
    unit_id: UUID


class BatchRow(msgspec.Struct, frozen=True):
    account_id: UUID
    id: UUID
    content_hash: bytes
    answer: bytes


class AwaitedRow(msgspec.Struct, frozen=True):
    unit_id: UUID
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
senders = bindings.ReadSenders(SenderRow)
read = bindings.ReadPositions(PositionRow)
tracks_between = bindings.TracksBetween(TrackRow)
save = bindings.SavePositions()
moved = bindings.MovedUnits(MovedRow)
save_doubt = bindings.SaveDoubt()
add_track = bindings.AddTrack()
believe = bindings.BelieveTrack()
keep_batches = bindings.KeepBatches()
read_batches = bindings.ReadBatches(BatchRow)
awaited = bindings.AwaitedArrivals(AwaitedRow)
recent_track = bindings.RecentTrack(SceneFix)
arrivals_of = bindings.ArrivalsOf(ArrivalRow)
incidents_of_period = bindings.IncidentsOfPeriod(IncidentId)
hasten_forecasts = bindings.HastenForecasts()

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query
from api.domain.units.arrival import Fix
from api.domain.units.fix import Kept, Problem


class FixesLock(msgspec.Struct, frozen=True):
    synchronous_commit: str
    locked: str


class PositionRow(msgspec.Struct, frozen=True):
    kind: str
    shift_started_at: datetime | None
    lat: float | None
    lon: float | None
    fix_at: datetime | None
    accuracy: float | None
    speed: float | None
    doubtful_reason: Problem | None
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
    """`fix_at` and what follows: of the last believed fix before the button; None where none was fresh."""

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


lock = Query("lock_fixes", FixesLock)
read = Query("read_position", PositionRow)
track_between = Query("track_between", Kept)
save = Command("save_position")
save_doubt = Command("save_doubt")
add_track = Command("add_track")
believe = Command("believe_track")
keep_batch = Command("keep_batch")
read_batch = Query("read_batch", BatchRow)
awaited = Query("awaited_arrivals", AwaitedRow)
recent_track = Query("recent_track", Fix)
arrivals_of = Query("arrivals_of", ArrivalRow)
incidents_of_period = Query("incidents_of_period", IncidentId)
hasten_forecast = Command("hasten_forecast")

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.queries import Command, Query, Value
from api.domain.incidents.incident import Hazard, IncidentKind, IncidentState
from api.domain.incidents.sla import Forecast


class IncidentLock(msgspec.Struct, frozen=True):
    id: UUID
    reference: str
    kind: IncidentKind
    priority: int
    state: IncidentState
    verified: bool
    lat: float
    lon: float
    place: str | None
    received_at: datetime
    due_at: datetime
    units_wanted: int
    first_arrived_at: datetime | None
    merged_into: UUID | None
    forecast: Forecast
    note: str | None
    caller: str | None
    target_seconds: int
    drill: bool
    demo: bool
    h3: int
    dispatching: bool
    aids: UUID | None
    over_limit: bool
    hazards: list[Hazard]
    version: int
    opened_at: datetime | None
    ended_at: datetime | None
    disposition: str | None
    crew_wanted: int
    capabilities: list[str]


class IncidentRow(msgspec.Struct, frozen=True):
    id: UUID
    reference: str
    kind: IncidentKind
    priority: int
    state: IncidentState
    verified: bool
    lat: float
    lon: float
    place: str | None
    note: str | None
    caller: str | None
    received_at: datetime
    due_at: datetime
    target_seconds: int
    forecast: Forecast
    units_wanted: int
    crew_wanted: int
    capabilities: list[str]
    bumped: int
    drill: bool
    demo: bool
    aids: UUID | None
    merged_into: UUID | None
    first_arrived_at: datetime | None
    ended_at: datetime | None
    disposition: str | None
    hazards: list[Hazard]
    over_limit: bool
    dispatching: bool
    opened_at: datetime | None
    version: int
    offered_by_itself_at: datetime | None
    restored_at: datetime | None
    """Came back from a backup: is it still true?"""


class IncidentId(msgspec.Struct, frozen=True):
    id: UUID


class SightingRow(msgspec.Struct, frozen=True):
    id: UUID
    incident_id: UUID
    source: str
    kind: str
    at: datetime
    lat: float
    lon: float
    camera_name: str | None
    alert_id: UUID | None
    report_id: UUID | None
    confidence: float | None


class TimelineRow(msgspec.Struct, frozen=True):
    incident_id: UUID
    assignment_id: UUID | None
    callsign: str | None
    kind: str
    source: str
    server_at: datetime
    phone_at: datetime | None
    by: str | None


add = Command("add_incident")
lock = Query("lock_incident", IncidentLock)
read = Query("read_incidents", IncidentRow)
of_entry = Query("active_incident_of_entry", IncidentId)
save_state = Command("save_incident_state")
set_forecast = Command("set_incident_forecast")
verify = Command("verify_incident")
open_words = Command("open_incident_words")
hear_another = Command("hear_another")
change = Command("change_incident")
forget_arrival = Command("forget_arrival")
next_arrival = Value("next_arrival", datetime)
void_time_points = Command("void_time_points")
seek_units = Command("seek_units")
count_bump = Command("count_bump")
count_swap = Command("count_swap")
want_units = Command("want_units")
add_sighting = Command("add_sighting")
sightings_of = Query("sightings_of", SightingRow)
move_sightings = Command("move_sightings")
move_alerts = Command("move_alerts")
move_reports = Command("move_reports")
add_time_point = Command("add_time_point")
timelines_of = Query("timelines_of", TimelineRow)

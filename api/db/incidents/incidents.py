from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
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
    place_by_position: bool
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
    bumped: int
    about_police: bool
    source: str
    source_reference: str | None
    recused: bool
    """Somebody of the station must not handle it."""
    awaits_safety: bool
    """An officer's emergency, without a word of safety."""


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
    place_by_position: bool
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
    about_police: bool
    source: str
    source_reference: str | None
    entered_at: datetime | None
    conflicted: bool
    """Whoever looks must not handle it."""
    household: bool
    restored_at: datetime | None
    """Restored from a backup: is it still current?"""


class IncidentId(msgspec.Struct, frozen=True):
    id: UUID


class PlaceRow(msgspec.Struct, frozen=True):
    lat: float
    lon: float


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


add = bindings.AddIncident(IncidentLock)
lock = bindings.LockIncident(IncidentLock)
read = bindings.ReadIncidents(IncidentRow)
find = bindings.FindIncidents(IncidentId)
of_entry = bindings.ActiveIncidentOfEntry(IncidentId)
save_state = bindings.SaveIncidentState()
set_forecast = bindings.SetIncidentForecast()
verify = bindings.VerifyIncident()
open_words = bindings.OpenIncidentWords()
hear_another = bindings.HearAnother()
change = bindings.ChangeIncident()
forget_arrival = bindings.ForgetArrival()
next_arrival = bindings.NextArrival()
void_time_points = bindings.VoidTimePoints()
seek_units = bindings.SeekUnits()
seek_no_units = bindings.SeekNoUnits()
place_of = bindings.PlaceOf(PlaceRow)
count_bump = bindings.CountBump()
count_swap = bindings.CountSwap()
want_units = bindings.WantUnits()
add_sighting = bindings.AddSighting()
sightings_of = bindings.SightingsOf(SightingRow)
move_sightings = bindings.MoveSightings()
move_alerts = bindings.MoveAlerts()
move_reports = bindings.MoveReports()
add_time_point = bindings.AddTimePoint()
timelines_of = bindings.TimelinesOf(TimelineRow)

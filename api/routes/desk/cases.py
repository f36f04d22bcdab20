"""A case as the screens get it: one struct for the whole, and its parts."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from api.db.dispatching.aid import AidRow, AskerRow
from api.db.dispatching.assignments import AssignmentOnPhones, AssignmentRow
from api.db.incidents.alarms import AlarmRow
from api.db.incidents.changes import ChangeRow
from api.db.incidents.emergencies import EmergencyRow
from api.db.incidents.welfare import WelfareRow
from api.db.premises import WarningAt
from api.domain.dispatching.dispatch import Candidate
from api.domain.dispatching.explanation import Explanation
from api.domain.dispatching.proposal import DecisionKind
from api.domain.incidents.alarm import AlarmReason, Level
from api.domain.incidents.assignment import AssignmentState, Mode, Withdrawal
from api.domain.incidents.incident import Hazard, IncidentKind, IncidentState
from api.domain.incidents.sighting import Direction
from api.domain.incidents.sla import Forecast, ForecastReason
from api.domain.roads.travel import EtaSource
from api.services.desk.overview import Case
from api.services.units.arrivals import ArrivalCheck


class Receipts(msgspec.Struct):
    sent_at: datetime | None
    delivered_at: datetime | None
    shown_at: datetime | None
    opened_at: datetime | None


class AssignmentOut(msgspec.Struct):
    """`eta_seconds` is the remaining travel time, from the unit's last fix."""

    id: UUID
    incident_id: UUID
    unit_id: UUID
    callsign: str
    state: AssignmentState
    mode: Mode
    offered_at: datetime
    offer_ends_at: datetime | None
    eta_seconds: float | None
    eta_source: EtaSource | None
    distance_m: float | None
    replaces: UUID | None
    withdrawn_because: Withdrawal | None = None
    deliveries: Receipts | None = None


class TimePointOut(msgspec.Struct):
    kind: str
    source: str
    server_at: datetime
    phone_at: datetime | None
    by: str | None
    assignment_id: UUID | None
    callsign: str | None


class SightingOut(msgspec.Struct):
    id: UUID
    source: str
    kind: str
    at: datetime
    lat: float
    lon: float
    camera_name: str | None
    alert_id: UUID | None
    report_id: UUID | None
    confidence: float | None


class AlarmOut(msgspec.Struct):
    id: UUID
    incident_id: UUID
    reference: str
    reason: AlarmReason
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    level: Level
    passed_on_at: datetime | None


class DecisionOut(msgspec.Struct):
    """Why a unit was sent; `by` None: by the station's delegation. `candidates`: what was known at the time."""

    id: UUID
    assignment_id: UUID | None
    unit_id: UUID | None
    callsign: str | None
    kind: DecisionKind
    at: datetime
    by: str | None
    explanation: Explanation | None
    candidates: list[Candidate]


class IncidentOut(msgspec.Struct):
    """`dispatching`: units are being sought. `opened_at`: when the radio room first read the report;
    `offered_by_itself_at`: when an urgent report goes to an idle unit if nobody decides. `over_limit`: its sender has
    reported too often. `arrival_doubtful`: `first_arrived_at` is a button pressed far from the scene;
    `doubtful_arrivals`: the assignments with such an arrival. `entered_at`: when Sipha
    learned of it; `received_at` is earlier if somebody else heard first. `about_police`: only its readers see it.
    `aid`: what other stations were asked for; `asker`: whose case it stands for here.
    `warnings`: what is known of the place.
    `conflicted`: whoever looks must not handle it, and the auditor is told; `household`: because it is their own.
    `emergency`: it is about an officer in danger, or was. `welfare`: the newest question to each unit at the scene.
    """

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
    eta_seconds: float | None
    forecast: Forecast
    forecast_reason: ForecastReason | None
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
    offered_by_itself_at: datetime | None
    version: int
    restored_at: datetime | None
    about_police: bool
    source: str
    source_reference: str | None
    entered_at: datetime | None
    conflicted: bool
    household: bool
    timeline: list[TimePointOut]
    assignments: list[AssignmentOut]
    sightings: list[SightingOut]
    alarms: list[AlarmOut]
    decisions: list[DecisionOut]
    changes: list[ChangeRow]
    direction: Direction | None
    arrival_checks: list[ArrivalCheck]
    aid: list[AidRow]
    asker: AskerRow | None
    warnings: list[WarningAt]
    arrival_doubtful: bool
    doubtful_arrivals: list[UUID]
    emergency: EmergencyRow | None
    welfare: list[WelfareRow]


def shown(case: Case) -> IncidentOut:
    row: dict[str, Any] = {field: getattr(case.incident, field) for field in case.incident.__struct_fields__}
    row["forecast"] = case.forecast
    return IncidentOut(
        **row,
        eta_seconds=case.eta_seconds,
        forecast_reason=case.forecast_reason,
        timeline=[
            TimePointOut(p.kind, p.source, p.server_at, p.phone_at, p.by, p.assignment_id, p.callsign)
            for p in case.timeline
        ],
        assignments=[shown_assignment(row) for row in case.assignments],
        sightings=[
            SightingOut(
                s.id, s.source, s.kind, s.at, s.lat, s.lon, s.camera_name, s.alert_id, s.report_id, s.confidence
            )
            for s in case.sightings
        ],
        alarms=[shown_alarm(row) for row in case.alarms],
        decisions=[
            DecisionOut(d.id, d.assignment_id, d.unit_id, d.callsign, d.kind, d.at, d.by, d.explanation, d.candidates)
            for d in case.decisions
        ],
        changes=case.changes,
        direction=case.direction,
        arrival_checks=case.arrival_checks,
        aid=case.aid,
        asker=case.asker,
        warnings=case.warnings,
        arrival_doubtful=case.arrival_doubtful,
        doubtful_arrivals=case.doubtful_arrivals,
        emergency=case.emergency,
        welfare=case.welfare,
    )


def shown_assignment(row: AssignmentRow) -> AssignmentOut:
    receipts = because = None
    if isinstance(row, AssignmentOnPhones):
        because = row.withdrawn_because
        receipts = Receipts(row.sent_at, row.delivered_at, row.shown_at, row.opened_at)
    return AssignmentOut(
        row.id,
        row.incident_id,
        row.unit_id,
        row.callsign,
        row.state,
        row.mode,
        row.offered_at,
        row.offer_ends_at,
        row.eta_seconds,
        row.eta_source,
        row.distance_m,
        row.replaces,
        because,
        receipts,
    )


def shown_alarm(row: AlarmRow) -> AlarmOut:
    return AlarmOut(**{field: getattr(row, field) for field in AlarmOut.__struct_fields__})

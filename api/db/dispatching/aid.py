from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.roads.travel import UnitKind
from api.domain.units.unit import UnitStatus


class NeighbourRow(msgspec.Struct, frozen=True):
    """A free unit of a station that lends its units."""

    station_id: UUID
    name_th: str
    name_en: str
    unit_id: UUID
    callsign: str
    kind: UnitKind
    status: UnitStatus
    fix_at: datetime | None
    lat: float | None
    lon: float | None
    shift_started_at: datetime | None
    push_seen_at: datetime | None
    stream_seen_at: datetime | None
    crew: int
    capabilities: frozenset[str]


class AidRow(msgspec.Struct, frozen=True):
    """`aid_incident_id`: the proxy for this incident at the neighbouring station."""

    id: UUID
    incident_id: UUID
    to_station_id: UUID
    aid_incident_id: UUID
    to_name_th: str
    to_name_en: str
    asked_at: datetime
    callsign: str | None
    accepted_at: datetime | None
    arrives_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None


class AidedRow(msgspec.Struct, frozen=True):
    station_id: UUID
    incident_id: UUID


neighbours = bindings.NeighbourUnits(NeighbourRow)
add = bindings.AddAid()
of_incidents = bindings.AidOf(AidRow)
link = bindings.LinkAid()
report = bindings.ReportAid(AidedRow)

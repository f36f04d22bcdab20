from datetime import datetime
from uuid import UUID

import msgspec

from api.db import bindings
from api.domain.incidents.hand_over import HandOverAnswer
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
    """`aid_incident_id`: the proxy for this incident at the other station. `hand_over`: that was asked to take the case
    over, and not only for a unit."""

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
    hand_over: bool
    reason: str | None
    answer: HandOverAnswer | None
    answer_reason: str | None
    answered_at: datetime | None


class AskerRow(msgspec.Struct, frozen=True):
    """Whose case `incident_id` stands for here: `asked_for_id`, at the station so named. Names are absent from requests
    made before they were kept."""

    incident_id: UUID
    station_id: UUID
    asked_for_id: UUID
    name_th: str | None
    name_en: str | None
    reference: str | None
    asked_at: datetime
    hand_over: bool
    reason: str | None
    answer: HandOverAnswer | None
    answered_at: datetime | None

    @property
    def waits(self) -> bool:
        """The case was offered to us, and is not ours yet."""
        return self.hand_over and self.answer is None


class AidedRow(msgspec.Struct, frozen=True):
    station_id: UUID
    incident_id: UUID
    handed_over: bool | None


class StationNearRow(msgspec.Struct, frozen=True):
    """`inside`: the place lies in its area."""

    id: UUID
    name_th: str
    name_en: str
    inside: bool
    distance_m: float


class OpenHandOverRow(msgspec.Struct, frozen=True):
    id: UUID
    priority: int
    reference: str
    from_name_th: str
    from_name_en: str
    to_name_th: str
    to_name_en: str
    asked_at: datetime


neighbours = bindings.NeighbourUnits(NeighbourRow)
stations_near = bindings.StationsNear(StationNearRow)
add = bindings.AddAid()
of_incidents = bindings.AidOf(AidRow)
askers_of = bindings.AskersOf(AskerRow)
hand_over_to = bindings.HandOverTo(AskerRow)
open_hand_overs = bindings.OpenHandOvers(OpenHandOverRow)
answer = bindings.AnswerHandOver()
link = bindings.LinkAid()
share = bindings.ShareIncident()
province_of = bindings.ProvinceOf()
report = bindings.ReportAid(AidedRow)

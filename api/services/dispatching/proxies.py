"""A case on another station's desk that stands for ours: what it says, and the record that ties the two together."""

from uuid import UUID, uuid4

import msgspec

from api.db.dispatching import aid
from api.db.incidents.incidents import IncidentLock
from api.services.context import StationContext
from api.services.incidents.opening import NewIncident


class Asked(msgspec.Struct, frozen=True):
    """The other station, by its names at the time."""

    station_id: UUID
    name_th: str
    name_en: str


def standing_for(incident: IncidentLock) -> NewIncident:
    """The same event, received when ours was and with its target; each request adds what the other has to know."""
    return NewIncident(
        id=uuid4(),
        kind=incident.kind,
        priority=incident.priority,
        lat=incident.lat,
        lon=incident.lon,
        received_at=incident.received_at,
        verified=incident.verified,
        source="operator",
        place=None if incident.place_by_position else incident.place,
        about_police=incident.about_police,
        target_seconds=incident.target_seconds,
        drill=incident.drill,
    )


async def record(
    context: StationContext,
    incident: IncidentLock,
    asked: Asked,
    proxy_id: UUID,
    by: UUID | None,
    *,
    reason: str | None,
) -> None:
    """With a `reason` the other station is asked to take the case over, else only for a unit."""
    await aid.add.run(
        context.connection,
        id=uuid4(),
        station_id=context.station_id,
        incident_id=incident.id,
        to_station_id=asked.station_id,
        aid_incident_id=proxy_id,
        to_name_th=asked.name_th,
        to_name_en=asked.name_en,
        hand_over=reason is not None,
        reason=reason,
        from_name_th=context.station.name_th,
        from_name_en=context.station.name_en,
        from_reference=incident.reference,
        priority=incident.priority,
        asked_at=context.now,
        asked_by=by,
    )

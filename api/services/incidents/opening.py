"""Opening an incident: its row, its first sighting, and the deadlines that watch over it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import h3.api.basic_int as h3
import msgspec

from api.db import stations
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.domain.dispatching.delegation import needs_of
from api.domain.errors import NotFound
from api.domain.incidents import incident as rules
from api.domain.incidents.conflict import SAME_ADDRESS_M, numbers, said
from api.domain.incidents.deadline import REPLAN_EVERY, DeadlineKind
from api.domain.incidents.incident import Hazard, IncidentKind
from api.domain.incidents.sla import next_look
from api.domain.incidents.timepoint import Point, Source
from api.domain.records.events import Event, EventKind
from api.services.clock import STATION_ZONE
from api.services.context import Considering, Context
from api.services.incidents import oversight
from api.services.places.near import words_at
from api.services.records import journal
from api.telemetry import request_id

H3_RESOLUTION = 12


class NewIncident(msgspec.Struct, frozen=True, kw_only=True):
    """`received_at`: when the news reached us; the target runs from then."""

    id: UUID
    kind: IncidentKind
    lat: float
    lon: float
    received_at: datetime
    verified: bool
    source: str
    priority: int | None = None
    place: str | None = None
    """In a person's or a camera's words; None: words are made of the position."""
    note: str | None = None
    caller: str | None = None
    alert_id: UUID | None = None
    report_id: UUID | None = None
    came_from: str | None = None
    """Where the news came from, if not from `source` itself: the 191 centre, a walk-in, radio, paper."""
    source_reference: str | None = None
    """Its number there."""
    drill: bool = False
    target_seconds: int | None = None
    """None: what the station has set for its priority."""
    units_wanted: int | None = None
    """None: what the station sends to this kind."""
    capabilities: frozenset[str] = frozenset()
    hazards: frozenset[Hazard] = frozenset()
    injured: bool = False
    sender: bytes | None = None
    """Whose call it is, as far as an address tells: a keyed hash."""
    over_limit: bool = False
    seen_at: datetime | None = None
    """When a camera saw it, where that is not when the news reached us."""
    seeks: bool = False
    """Whether units are sought for it at once."""
    about_police: bool = False
    """Hidden from everybody but its readers."""
    said: tuple[str | None, ...] = ()
    """Further words about it, in which declared persons are looked for."""
    ours: bool = True
    """False while another station only asks us to take it over: nothing watches over it here yet."""
    sighted: bool = True
    """False when the sightings that it is about are moved here from another incident."""


def priority_of(new: NewIncident) -> int:
    return new.priority or rules.priority_of(new.kind, new.hazards, injured=new.injured)


async def open_incident(context: Considering, new: NewIncident) -> IncidentLock:
    """Write the incident, its first sighting and its deadlines. The caller then decides who goes."""
    priority = priority_of(new)
    target = new.target_seconds or context.target_seconds(priority)
    year = new.received_at.astimezone(STATION_ZONE).year
    number = await stations.next_number.get(context.connection, station_id=context.station_id, year=year)
    due_at = new.received_at + timedelta(seconds=target)
    needs = needs_of(new.kind, context.station.needs)
    told = (new.place, new.note, new.caller, *new.said)
    words = None if new.place else await words_at(context.connection, new.lat, new.lon)
    incident = await incidents.add.one(
        context.connection,
        id=new.id,
        station_id=context.station_id,
        reference=rules.reference(year, number or 0),
        kind=new.kind,
        priority=priority,
        verified=new.verified,
        lat=new.lat,
        lon=new.lon,
        place=new.place or (words.th if words else None),
        place_by_position=not new.place and words is not None,
        note=new.note,
        caller=new.caller,
        received_at=new.received_at,
        target_seconds=target,
        due_at=due_at,
        units_wanted=new.units_wanted or needs.units,
        crew_wanted=needs.crew,
        capabilities=sorted(new.capabilities | needs.capabilities),
        drill=new.drill,
        demo=False,
        hazards=sorted(new.hazards),
        sender=new.sender,
        over_limit=new.over_limit,
        h3=h3.latlng_to_cell(new.lat, new.lon, H3_RESOLUTION),
        dispatching=new.seeks,
        request_id=request_id(),
        about_police=new.about_police,
        source=new.came_from or new.source,
        source_reference=new.source_reference,
        entered_at=context.now,
        said=said(*told),
        numbers=numbers(*told),
        same_address_m=SAME_ADDRESS_M,
    )
    if incident is None:
        raise NotFound(incident_id=new.id)
    if new.sighted:
        await add_sighting(context, new.id, new)
    received = journal.TimePoint(new.id, Point.RECEIVED, Source.SYSTEM)
    journal.time_point_at_end(context, received, server_at=new.received_at)
    opened = Event(EventKind.INCIDENT, new.id, new.id, state=rules.IncidentState.OPEN)
    journal.event(context, opened)
    if new.ours:
        await expect_taker(context, incident)
    if new.about_police:
        await oversight.tell(context, incident)
    return incident


async def expect_taker(context: Considering, incident: IncidentLock) -> None:
    """From now on deadlines check whether a unit has taken it, and whether it will be in time."""
    look = next_look(context.now, incident.due_at, opened=True)
    due = context.station.ladder.opened(context.now) | {DeadlineKind.FORECAST: look}
    journal.deadlines(context, incident.id, due)
    journal.deadline_by(context, DeadlineKind.REPLAN, context.station_id, context.now + REPLAN_EVERY)


async def add_sighting(context: Context, incident_id: UUID, new: NewIncident) -> UUID:
    sighting_id = uuid4()
    await incidents.add_sighting.run(
        context.connection,
        id=sighting_id,
        station_id=context.station_id,
        incident_id=incident_id,
        source=new.source,
        alert_id=new.alert_id,
        report_id=new.report_id,
        kind=new.kind,
        at=new.seen_at or new.received_at,
        lat=new.lat,
        lon=new.lon,
    )
    return sighting_id


async def lock(context: Context, incident_id: UUID) -> IncidentLock:
    """Raises NotFound also when it is hidden from whoever acts."""
    incident = await incidents.lock.one(context.connection, id=incident_id, reader=context.reader)
    if incident is None:
        raise NotFound(incident_id=incident_id)
    return incident

"""One event, one incident: a report or alert joins the incident it is about, or opens one."""

import msgspec

from api.db.incidents import changes, incidents
from api.db.incidents.incidents import IncidentLock
from api.domain.incidents.joining import USUAL, ChangeKind, same_event
from api.domain.records.events import Event, EventKind
from api.services.context import Deciding
from api.services.incidents.opening import NewIncident, add_sighting, lock, open_incident, priority_of
from api.services.records import journal


class JoinResult(msgspec.Struct, frozen=True):
    """An incident, and whether it already existed."""

    incident: IncidentLock
    joined: bool


async def join_or_open(
    context: Deciding,
    new: NewIncident,
    *,
    accuracy_m: float | None = None,
) -> JoinResult:
    """Under the station's lock, so that two simultaneous calls about one event find each other."""
    nearby = await changes.nearby.all(
        context.connection,
        station_id=context.station_id,
        lat=new.lat,
        lon=new.lon,
        reach_m=USUAL.reach_m,
        since=context.now - USUAL.within,
        sender=new.sender,
    )
    priority = priority_of(new)
    incident_id = (
        None if new.drill or new.about_police else same_event(new.kind, priority, accuracy_m, new.received_at, nearby)
    )
    if incident_id is None:
        return JoinResult(await open_incident(context, new), joined=False)
    incident = await lock(context, incident_id)
    sighting_id = await add_sighting(context, incident_id, new)
    await changes.add.run(
        context.connection,
        station_id=context.station_id,
        incident_id=incident_id,
        other_id=None,
        kind=ChangeKind.JOIN,
        sighting_ids=[sighting_id],
        at=context.now,
        by=None,
    )
    joined = Event(EventKind.INCIDENT, incident_id, incident_id, state=incident.state)
    journal.event(context, joined)
    await incidents.hear_another.run(
        context.connection, id=incident_id, hazards=sorted(new.hazards), sender=new.sender, over_limit=new.over_limit
    )
    return JoinResult(await lock(context, incident_id), joined=True)

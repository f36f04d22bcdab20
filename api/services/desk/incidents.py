"""What the radio room and officers do to an incident by hand: take a call, ask for backup."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.dispatching import assignments
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import IdReused, NotFound
from api.domain.incidents import incident as rules
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.incident import Hazard, IncidentKind
from api.domain.incidents.timepoint import Point, Source
from api.services.citizens import caller_locations
from api.services.context import Runtime, deciding
from api.services.dispatching import dispatch
from api.services.incidents import alarms
from api.services.incidents.opening import NewIncident, lock, open_incident
from api.services.records import journal


class ManualIncident(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator types while the caller is still on the line."""

    id: UUID
    kind: IncidentKind
    lat: float
    lon: float
    place: str | None
    priority: int | None
    note: str | None
    caller: str | None
    dispatch: bool
    drill: bool
    units_wanted: int | None
    capabilities: frozenset[str]
    hazards: frozenset[Hazard]
    received_at: datetime | None = None
    """When the citizen first told anybody; None: now."""
    source: str | None = None
    source_reference: str | None = None


async def create(runtime: Runtime, actor: Actor, wanted: ManualIncident, now: datetime) -> UUID:
    demand(actor, Operation.RUN_INCIDENT)
    values = msgspec.structs.asdict(wanted)
    dispatch_it, stated, source = values.pop("dispatch"), values.pop("received_at"), values.pop("source")
    received_at = rules.stated_time(stated, now)
    async with deciding(runtime, actor, now, duplicate=IdReused(id=wanted.id)) as context:
        existing = await incidents.lock.one(context.connection, id=wanted.id, reader=context.reader)
        if existing is not None:
            if existing.version == 1 and not _same(existing, wanted):
                raise IdReused(id=wanted.id)
            return existing.id
        new = NewIncident(
            **values, received_at=received_at, verified=True, source="operator", came_from=source, seeks=dispatch_it
        )
        incident = await open_incident(context, new)
        await caller_locations.match(context, new.id, new.caller)
        verified = journal.TimePoint(new.id, Point.VERIFIED, Source.OPERATOR, by=actor.id)
        await journal.time_point(context, verified)
        await journal.audit(context, "incident.create", new.id, kind=new.kind)
        if dispatch_it:
            await dispatch.fill(context, incident, new=True)
    return wanted.id


def _same(existing: IncidentLock, wanted: ManualIncident) -> bool:
    """Whether a repeat says the same as before; corrections made since are not held against it."""
    place = abs(existing.lat - wanted.lat) < 1e-6 and abs(existing.lon - wanted.lon) < 1e-6
    said = None if existing.place_by_position else existing.place
    content = (existing.kind, existing.note, said, existing.caller, existing.drill)
    return place and content == (wanted.kind, wanted.note, wanted.place, wanted.caller, wanted.drill)


async def ask_for_backup(runtime: Runtime, actor: Actor, assignment_id: UUID, note: str | None, now: datetime) -> None:
    """Want one more unit, and alarm the radio room; the officer's words are added to the incident's note."""
    demand(actor, Operation.OWN_ASSIGNMENT)
    async with deciding(runtime, actor, now) as context:
        key = await assignments.find.one(context.connection, id=assignment_id)
        if key is None or key.unit_id != actor.unit_id:
            raise NotFound(assignment_id=assignment_id)
        incident = await lock(context, key.incident_id)
        rules.demand_active(incident.state)
        await incidents.want_units.run(context.connection, id=incident.id, note=note)
        wanting = msgspec.structs.replace(incident, units_wanted=incident.units_wanted + 1)
        await alarms.raise_alarm(context, incident.id, AlarmReason.BACKUP)
        await dispatch.fill(context, wanting)

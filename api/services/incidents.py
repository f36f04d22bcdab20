"""The life of an incident: opened from an alert, a report or the radio; dispatched; merged, split, ended."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import h3.api.basic_int as h3
import msgspec

from api.db import assignments, incidents, stations
from api.db.incidents import IncidentLock
from api.db.pool import Connection, Database
from api.db.stations import StationRow
from api.domain import incident as rules
from api.domain.alarm import AlarmReason
from api.domain.assignment import Action, Mode, State
from api.domain.deadline import FORECAST_EVERY, NO_TAKER_AFTER, DeadlineKind
from api.domain.dispatch import Candidate
from api.domain.errors import IdReused, Invalid, NotFound, Taken
from api.domain.events import Event, EventKind
from api.domain.incident import Kind
from api.domain.permissions import Actor, Operation, demand
from api.domain.sla import target_seconds
from api.domain.timepoint import Point, Source
from api.services import assignments as steps
from api.services import dispatch, progress, records
from api.telemetry import request_id

H3_RESOLUTION = 12
STATION_ZONE = ZoneInfo("Asia/Bangkok")


class NewIncident(msgspec.Struct, frozen=True, kw_only=True):
    """`received_at`: when the news reached us, which is where the fifteen minutes begin."""

    id: UUID
    kind: Kind
    lat: float
    lon: float
    received_at: datetime
    verified: bool
    source: str
    priority: int | None = None
    place: str | None = None
    note: str | None = None
    caller: str | None = None
    alert_id: UUID | None = None
    report_id: UUID | None = None
    drill: bool = False
    sighted: bool = True
    """False when the sightings that it is about are moved here from another incident."""


async def open_incident(
    connection: Connection, station: StationRow, default_target: int, new: NewIncident, now: datetime
) -> IncidentLock:
    """Write the incident, its first sighting and its deadlines. Deciding who goes is the caller's next line."""
    priority = new.priority or rules.PRIORITY[new.kind]
    target = target_seconds(priority, default_target, station.targets)
    year = new.received_at.astimezone(STATION_ZONE).year
    number = await stations.next_number.get(connection, station_id=station.id, year=year)
    due_at = new.received_at + timedelta(seconds=target)
    await incidents.add.run(
        connection,
        id=new.id,
        station_id=station.id,
        reference=rules.reference(year, number or 0),
        kind=new.kind,
        priority=priority,
        verified=new.verified,
        lat=new.lat,
        lon=new.lon,
        place=new.place,
        note=new.note,
        caller=new.caller,
        received_at=new.received_at,
        target_seconds=target,
        due_at=due_at,
        units_wanted=1,
        drill=new.drill,
        demo=False,
        h3=h3.latlng_to_cell(new.lat, new.lon, H3_RESOLUTION),
        request_id=request_id(),
    )
    if new.sighted:
        await add_sighting(connection, station.id, new.id, new)
    received = records.Mark(new.id, Point.RECEIVED, Source.SYSTEM)
    await records.time_point(connection, station.id, received, new.received_at)
    await records.deadline(connection, station.id, DeadlineKind.NO_TAKER, new.id, now + NO_TAKER_AFTER)
    await records.deadline(connection, station.id, DeadlineKind.FORECAST, new.id, min(now + FORECAST_EVERY, due_at))
    opened = Event(EventKind.INCIDENT, new.id, new.id, state=rules.State.OPEN)
    await records.event(connection, station.id, opened, now)
    return await lock(connection, new.id)


async def add_sighting(connection: Connection, station_id: UUID, incident_id: UUID, new: NewIncident) -> None:
    await incidents.add_sighting.run(
        connection,
        id=uuid4(),
        station_id=station_id,
        incident_id=incident_id,
        source=new.source,
        alert_id=new.alert_id,
        report_id=new.report_id,
        kind=new.kind,
        at=new.received_at,
        lat=new.lat,
        lon=new.lon,
    )


async def lock(connection: Connection, incident_id: UUID) -> IncidentLock:
    found = await incidents.lock.one(connection, id=incident_id)
    if found is None:
        raise NotFound(incident_id=incident_id)
    return found


class ByHand(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator types in while the caller is still on the line."""

    id: UUID
    kind: Kind
    lat: float
    lon: float
    place: str | None
    priority: int | None
    note: str | None
    caller: str | None
    dispatch: bool
    drill: bool


async def create(db: Database, actor: Actor, wanted: ByHand, default_target: int, now: datetime) -> UUID:
    demand(actor, Operation.RUN_INCIDENT)
    values = msgspec.structs.asdict(wanted)
    dispatch_it = values.pop("dispatch")
    try:
        async with db.transaction(actor) as connection:
            station = await dispatch.begin(connection, actor.station_id)
            known = await incidents.lock.one(connection, id=wanted.id)
            if known is not None:
                if (known.kind, known.note, known.place) != (wanted.kind, wanted.note, wanted.place):
                    raise IdReused(id=wanted.id)
                return known.id
            new = NewIncident(**values, received_at=now, verified=True, source="operator")
            incident = await open_incident(connection, station, default_target, new, now)
            verified = records.Mark(new.id, Point.VERIFIED, Source.OPERATOR, by=actor.id)
            await records.time_point(connection, station.id, verified, now)
            await records.audit(connection, actor, "incident.create", new.id, now, kind=new.kind)
            if dispatch_it:
                await dispatch.fill(connection, station, incident, now)
    except asyncpg.UniqueViolationError:
        raise IdReused(id=wanted.id) from None
    return wanted.id


async def candidates(db: Database, actor: Actor, incident_id: UUID, now: datetime) -> list[Candidate]:
    demand(actor, Operation.RUN_INCIDENT)
    async with db.transaction(actor) as connection:
        station = await stations.read.one(connection, station_id=actor.station_id)
        found = await incidents.read.all(
            connection, station_id=None, id=incident_id, active=False, state=None, unit_id=None, before=None, most=1
        )
        if station is None or not found:
            raise NotFound(incident_id=incident_id)
        return await dispatch.candidates(connection, station, incident_id, found[0].lat, found[0].lon, now)


async def send(db: Database, actor: Actor, incident_id: UUID, unit_id: UUID | None, mode: Mode, now: datetime) -> None:
    """Dispatch by hand: to the named unit, else to the best; by offer, or by order over the radio."""
    demand(actor, Operation.RUN_INCIDENT)
    if mode == Mode.ORDER and unit_id is None:
        raise Invalid("unit_id", "an order needs a unit: say who was told by radio")
    try:
        async with db.transaction(actor) as connection:
            station = await dispatch.begin(connection, actor.station_id)
            incident = await lock(connection, incident_id)
            rules.demand_active(incident.state)
            await _verify(connection, actor, incident, now)
            if unit_id is None:
                await dispatch.fill(connection, station, incident, now, also=True)
            elif mode == Mode.OFFER:
                await dispatch.offer_to(connection, station, incident, unit_id, now)
            else:
                await _order(connection, actor, station, incident, unit_id, now)
            facts = {"unit_id": unit_id, "mode": mode}
            await records.audit(connection, actor, "incident.dispatch", incident_id, now, reason=None, **facts)
    except asyncpg.UniqueViolationError:
        raise Taken(unit_id=unit_id) from None


async def _order(
    connection: Connection, actor: Actor, station: StationRow, incident: IncidentLock, unit_id: UUID, now: datetime
) -> None:
    row = await dispatch.order(connection, station, incident, unit_id, actor.id, now)
    if row.state == State.OFFERED:
        await steps.step(connection, steps.Scene(station, incident, row), Action.ACCEPT, now, steps.Word(), actor)
        return
    for other in await assignments.live_of.all(connection, incident_id=incident.id):
        if other.state == State.OFFERED:
            await steps.withdraw(connection, station, incident, other, now)
    await records.lift(connection, incident.id, (DeadlineKind.TRY_AGAIN, DeadlineKind.NO_TAKER))
    await steps.settle_alarms(connection, incident.id, now)
    await progress.settle_incident(connection, station.id, incident, now)


async def _verify(connection: Connection, actor: Actor, incident: IncidentLock, now: datetime) -> None:
    if incident.verified:
        return
    await incidents.verify.run(connection, id=incident.id)
    mark = records.Mark(incident.id, Point.VERIFIED, Source.OPERATOR, by=actor.id)
    await records.time_point(connection, actor.station_id, mark, now)


async def ask_for_backup(db: Database, actor: Actor, assignment_id: UUID, note: str | None, now: datetime) -> None:
    """One more unit, and the radio room knows; what the officer wrote is added to the incident's note."""
    demand(actor, Operation.OWN_ASSIGNMENT)
    async with db.transaction(actor) as connection:
        key = await assignments.find.one(connection, id=assignment_id)
        if key is None or key.unit_id != actor.unit_id:
            raise NotFound(assignment_id=assignment_id)
        station = await dispatch.begin(connection, actor.station_id)
        incident = await lock(connection, key.incident_id)
        rules.demand_active(incident.state)
        await incidents.want_units.run(connection, id=incident.id, note=note)
        wanting = msgspec.structs.replace(incident, units_wanted=incident.units_wanted + 1)
        await dispatch.alarm(connection, station.id, incident.id, AlarmReason.BACKUP, now)
        await dispatch.fill(connection, station, wanting, now)

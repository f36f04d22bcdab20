"""Finds the unit that goes, and goes on offering until one does.

Every function here runs inside a caller's transaction that holds the station's lock and the incident's, in that
order, so that two decisions never see the same free unit.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from api.db import assignments, incidents, stations, units
from api.db.assignments import AssignmentRow
from api.db.incidents import IncidentLock
from api.db.pool import Connection
from api.db.stations import StationRow
from api.domain import dispatch as rules
from api.domain.alarm import AlarmReason
from api.domain.assignment import HELD, Mode, State
from api.domain.deadline import TRY_AGAIN_EVERY, DeadlineKind
from api.domain.dispatch import Candidate, Rules, Unit, UnitStatus
from api.domain.errors import NotFound, Taken
from api.domain.events import Event, EventKind
from api.domain.push import NOTICE_LIFETIME, Content, PushKind
from api.domain.timepoint import Point, Source
from api.roads.eta import travel_times
from api.services import progress, records
from api.services.notifications import Ring, ring_unit

_NEAREST = 64
"""How many free units are looked at first; all of them when none of these can go."""
_KEPT = 20
"""How many candidates are kept with the decision."""


async def begin(connection: Connection, station_id: UUID) -> StationRow:
    """Take the station's dispatch lock; the first lock of any transaction that may decide who goes."""
    await stations.lock.one(connection, station_id=station_id)
    station = await stations.read.one(connection, station_id=station_id)
    if station is None:
        raise NotFound(station_id=station_id)
    return station


def station_rules(station: StationRow) -> Rules:
    return Rules(fix_limit=timedelta(seconds=station.fix_limit_seconds))


async def candidates(
    connection: Connection, station: StationRow, incident_id: UUID, lat: float, lon: float, now: datetime
) -> list[Candidate]:
    """Every unit of the station, best first, the excluded last with the reason."""
    found = await assignments.dispatchable.all(
        connection, station_id=station.id, incident_id=incident_id, lat=lat, lon=lon
    )
    return rules.rank(found, travel_times(found, station.speed_m_per_s), station_rules(station), now)


async def fill(
    connection: Connection, station: StationRow, incident: IncidentLock, now: datetime, *, also: bool = False
) -> None:
    """Offer to the next unit while fewer hold or are offered the job than the incident wants.

    `also`: offer to one more although somebody is still being asked, for that phone may never have rung.
    """
    live = await assignments.live_of.all(connection, incident_id=incident.id)
    held = sum(row.state in HELD for row in live)
    missing = incident.units_wanted - (held if also else len(live))
    for _ in range(missing):
        if not await _offer_best(connection, station, incident, now, nobody_else=len(live) == 0):
            break
    await progress.settle_incident(connection, station.id, incident, now)


async def _offer_best(
    connection: Connection, station: StationRow, incident: IncidentLock, now: datetime, *, nobody_else: bool
) -> bool:
    for limit in (_NEAREST, None):
        seen = await _look(connection, station, incident, limit)
        ranked = rules.rank(seen, travel_times(seen, station.speed_m_per_s), station_rules(station), now)
        best = rules.choose(ranked, seen, now)
        if best is not None and await _is_free(connection, best.unit_id):
            await _offer(connection, station, incident, best, ranked, now)
            return True
        if limit is not None and len(seen) < limit:
            break
    await records.deadline(connection, station.id, DeadlineKind.TRY_AGAIN, incident.id, now + TRY_AGAIN_EVERY)
    if nobody_else:
        await alarm(connection, station.id, incident.id, AlarmReason.NOBODY_LEFT, now)
    return False


async def _look(connection: Connection, station: StationRow, incident: IncidentLock, limit: int | None) -> list[Unit]:
    where = {"incident_id": incident.id, "lat": incident.lat, "lon": incident.lon}
    if limit is None:
        return await assignments.dispatchable.all(connection, station_id=station.id, **where)
    return await assignments.nearest_available.all(connection, most=limit, **where)


async def _is_free(connection: Connection, unit_id: UUID) -> bool:
    """Looked at again under the unit's own lock: a shift may have ended meanwhile."""
    locked = await units.lock.one(connection, unit_id=unit_id)
    return locked is not None and locked.status == UnitStatus.AVAILABLE


async def _offer(
    connection: Connection,
    station: StationRow,
    incident: IncidentLock,
    best: Candidate,
    ranked: list[Candidate],
    now: datetime,
) -> None:
    ends_at = station.window.ends_at(now, None)
    row = await _add(connection, station, incident, best, State.OFFERED, Mode.OFFER, ends_at, now)
    await incidents.keep_decision.run(
        connection,
        station_id=station.id,
        incident_id=incident.id,
        assignment_id=row.id,
        at=now,
        candidates=ranked[:_KEPT],
    )
    offered = records.Mark(incident.id, Point.OFFERED, Source.SYSTEM, row.id)
    await records.time_point(connection, station.id, offered, now)
    await records.deadline(connection, station.id, DeadlineKind.OFFER_DELIVERY, row.id, now + station.window.delivery)
    await records.deadline(connection, station.id, DeadlineKind.OFFER_EXPIRY, row.id, ends_at)
    kind = PushKind.OFFER if incident.units_wanted == 1 else PushKind.BACKUP
    await ring_unit(
        connection, station.id, row.unit_id, Ring(kind, content_of(incident, best), ends_at, row.id, incident.id), now
    )


async def order(
    connection: Connection, station: StationRow, incident: IncidentLock, unit_id: UUID, by: UUID, now: datetime
) -> AssignmentRow:
    """Given by radio and accepted on the operator's word. A unit that is being asked already simply accepts."""
    live = await assignments.live_of.all(connection, incident_id=incident.id)
    asked = next((row for row in live if row.unit_id == unit_id), None)
    if asked is not None:
        return asked
    chosen = await _named(connection, station, incident, unit_id, now)
    if chosen.excluded_because in {rules.Exclusion.BUSY, rules.Exclusion.OFFERED}:
        raise Taken(unit_id=unit_id)
    lead = not any(row.state in HELD and row.lead for row in live)
    row = await _add(connection, station, incident, chosen, State.ACCEPTED, Mode.ORDER, None, now, lead=lead)
    for point in (Point.OFFERED, Point.ACCEPTED):
        mark = records.Mark(incident.id, point, Source.OPERATOR, row.id, by=by)
        await records.time_point(connection, station.id, mark, now)
    ring = Ring(PushKind.BROADCAST, content_of(incident, chosen), now + NOTICE_LIFETIME, row.id, incident.id)
    await ring_unit(connection, station.id, unit_id, ring, now)
    return row


async def offer_to(
    connection: Connection, station: StationRow, incident: IncidentLock, unit_id: UUID, now: datetime
) -> None:
    """Offer to the unit that the operator chose, whatever the order says, as long as it is free."""
    chosen = await _named(connection, station, incident, unit_id, now)
    if not await _is_free(connection, unit_id):
        raise Taken(unit_id=unit_id, because=chosen.excluded_because)
    await _offer(connection, station, incident, chosen, [chosen], now)
    await progress.settle_incident(connection, station.id, incident, now)


async def _named(
    connection: Connection, station: StationRow, incident: IncidentLock, unit_id: UUID, now: datetime
) -> Candidate:
    ranked = await candidates(connection, station, incident.id, incident.lat, incident.lon, now)
    chosen = next((candidate for candidate in ranked if candidate.unit_id == unit_id), None)
    if chosen is None:
        raise NotFound(unit_id=unit_id)
    return chosen


async def _add(
    connection: Connection,
    station: StationRow,
    incident: IncidentLock,
    unit: Candidate,
    state: State,
    mode: Mode,
    ends_at: datetime | None,
    now: datetime,
    *,
    lead: bool = True,
) -> AssignmentRow:
    row = AssignmentRow(
        id=uuid4(),
        incident_id=incident.id,
        unit_id=unit.unit_id,
        callsign=unit.callsign,
        state=state,
        mode=mode,
        lead=lead,
        offered_at=now,
        offer_ends_at=ends_at,
        eta_seconds=unit.eta_seconds,
        eta_source=unit.eta_source,
        eta_at=now,
        distance_m=unit.distance_m,
    )
    await assignments.add.run(
        connection,
        id=row.id,
        station_id=station.id,
        incident_id=row.incident_id,
        unit_id=row.unit_id,
        state=row.state,
        mode=row.mode,
        lead=row.lead,
        offered_at=row.offered_at,
        offer_ends_at=row.offer_ends_at,
        eta_seconds=row.eta_seconds,
        eta_source=row.eta_source,
        distance_m=row.distance_m,
    )
    await progress.settle_unit(connection, station.id, row.unit_id, now)
    await records.event(connection, station.id, progress.announce(row, state), now)
    return row


async def alarm(
    connection: Connection, station_id: UUID, incident_id: UUID, reason: AlarmReason, now: datetime
) -> None:
    """Raise it once; an open alarm of the same reason stays the one it is."""
    alarm_id = uuid4()
    raised = await incidents.raise_alarm.run(
        connection, id=alarm_id, station_id=station_id, incident_id=incident_id, reason=reason, now=now
    )
    if raised:
        await records.event(connection, station_id, Event(EventKind.ALARM, alarm_id, incident_id, state=reason), now)


async def tell_units(connection: Connection, station_id: UUID, incident_id: UUID, now: datetime) -> None:
    """Tell whoever has this job that something about it changed: look at the screen, ask the radio room."""
    incident = await incidents.lock.one(connection, id=incident_id)
    if incident is None:
        return
    for row in await assignments.live_of.all(connection, incident_id=incident_id):
        ring = Ring(PushKind.BROADCAST, content_of(incident, None), now + NOTICE_LIFETIME, row.id, incident_id)
        await ring_unit(connection, station_id, row.unit_id, ring, now)


def content_of(incident: IncidentLock, unit: Candidate | AssignmentRow | None) -> Content:
    minutes = None if unit is None or unit.eta_seconds is None else max(1, round(unit.eta_seconds / 60))
    return Content(priority=incident.priority, incident_kind=incident.kind, minutes=minutes, place=incident.place)

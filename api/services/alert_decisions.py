"""What the radio room decides about an alert; and what becomes of one on which nobody decided."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from api.db import alerts, incidents, watchlist
from api.db.alerts import AlertLock
from api.db.pool import Connection, Database
from api.db.stations import StationRow
from api.domain import alert as rules
from api.domain.alert import State
from api.domain.deadline import DeadlineKind
from api.domain.errors import NotFound, WrongState
from api.domain.events import Event, EventKind
from api.domain.permissions import Actor, Operation, demand
from api.domain.timepoint import Point, Source
from api.services import dispatch, records
from api.services.alerts import Outcome
from api.services.joining import join_or_open
from api.services.opening import NewIncident, add_sighting, lock, open_incident

_CONFIRMED_KEPT = timedelta(days=31)


async def confirm(
    db: Database, actor: Actor, alert_id: UUID, reason: str | None, default_target: int, now: datetime
) -> Outcome:
    """A person says that it is so: the incident is opened, or joined, and offered at once."""
    demand(actor, Operation.DECIDE_ALERT)
    async with db.transaction(actor) as connection:
        station = await dispatch.begin(connection, actor.station_id)
        alert = await _lock(connection, alert_id)
        if not rules.decide(alert.state, State.CONFIRMED):
            return Outcome(alert.id, alert.state, alert.incident_id, created=False)
        priority = await _priority(connection, alert)
        incident_id = await _join_or_open(connection, station, alert, priority, default_target, now)
        await alerts.save_decision.run(
            connection, id=alert.id, state=State.CONFIRMED, by=actor.id, now=now, reason=reason, incident_id=incident_id
        )
        await alerts.keep_image.run(connection, alert_id=alert.id, delete_after=now + _CONFIRMED_KEPT)
        verified = records.Mark(incident_id, Point.VERIFIED, Source.OPERATOR, by=actor.id)
        await records.time_point(connection, station.id, verified, now)
        await _decided(connection, actor, alert, State.CONFIRMED, reason, incident_id, now)
        await dispatch.fill(connection, station, await lock(connection, incident_id), now)
        return Outcome(alert.id, State.CONFIRMED, incident_id)


async def reject(db: Database, actor: Actor, alert_id: UUID, reason: str, now: datetime) -> Outcome:
    demand(actor, Operation.DECIDE_ALERT)
    async with db.transaction(actor) as connection:
        alert = await _lock(connection, alert_id)
        if not rules.decide(alert.state, State.REJECTED):
            return Outcome(alert.id, alert.state, alert.incident_id, created=False)
        await alerts.save_decision.run(
            connection, id=alert.id, state=State.REJECTED, by=actor.id, now=now, reason=reason, incident_id=None
        )
        await _decided(connection, actor, alert, State.REJECTED, reason, None, now)
        return Outcome(alert.id, State.REJECTED, None)


async def _lock(connection: Connection, alert_id: UUID) -> AlertLock:
    alert = await alerts.lock.one(connection, id=alert_id)
    if alert is None:
        raise NotFound(alert_id=alert_id)
    return alert


async def _priority(connection: Connection, alert: AlertLock) -> int | None:
    """The entry's priority. Its state is looked at again: a warrant may have ended since the match."""
    if alert.watchlist_entry_id is None:
        return None
    entry = await watchlist.matchable.one(connection, id=alert.watchlist_entry_id)
    if entry is None:
        raise WrongState(state=State.EXPIRED)
    return entry.priority


async def _join_or_open(
    connection: Connection,
    station: StationRow,
    alert: AlertLock,
    priority: int | None,
    default_target: int,
    now: datetime,
) -> UUID:
    new = NewIncident(
        id=uuid4(),
        kind=rules.incident_kind(alert.kind),
        priority=priority,
        lat=alert.lat,
        lon=alert.lon,
        received_at=now,
        verified=True,
        source="alert",
        place=alert.camera_name,
        alert_id=alert.id,
        seen_at=alert.occurred_at,
    )
    if alert.watchlist_entry_id is not None:
        same = await incidents.of_entry.one(connection, station_id=station.id, entry_id=alert.watchlist_entry_id)
        if same is not None:
            await add_sighting(connection, station.id, same.id, new)
            return same.id
        return (await open_incident(connection, station, default_target, new, now)).id
    return (await join_or_open(connection, station, default_target, new, now)).incident.id


async def _decided(
    connection: Connection,
    actor: Actor,
    alert: AlertLock,
    state: State,
    reason: str | None,
    incident_id: UUID | None,
    now: datetime,
) -> None:
    await records.lift(connection, alert.id, (DeadlineKind.ALERT_DECISION,))
    await records.event(connection, actor.station_id, Event(EventKind.ALERT, alert.id, incident_id, state=state), now)
    await records.audit(connection, actor, f"alert.{state}", alert.id, now, reason=reason)


async def expire(connection: Connection, station_id: UUID, alert_id: UUID, now: datetime) -> None:
    """Nobody decided in time, or the entry is no longer wanted. The caller's transaction."""
    alert = await alerts.lock.one(connection, id=alert_id)
    if alert is None or alert.state != State.PENDING:
        return
    await alerts.save_state.run(connection, id=alert_id, state=State.EXPIRED, incident_id=None)
    await records.lift(connection, alert_id, (DeadlineKind.ALERT_DECISION,))
    await records.event(connection, station_id, Event(EventKind.ALERT, alert_id, state=State.EXPIRED), now)

"""What the radio room decides about an alert, and what happens to one that nobody decides on."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from api.db.incidents import incidents
from api.db.pool import Connection, Database
from api.db.recognition import alerts, watchlist
from api.db.recognition.alerts import AlertLock
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.errors import Forbidden, NotFound, NotLooked, WrongState
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.timepoint import Point, Source
from api.domain.recognition import alert as rules
from api.domain.recognition.alert import AlertState, WarrantCheck
from api.domain.records.events import Event, EventKind
from api.services.context import Context, Deciding, Runtime, deciding, entering
from api.services.dispatching import dispatch
from api.services.incidents.joining import join_or_open
from api.services.incidents.opening import NewIncident, add_sighting, lock, open_incident
from api.services.recognition.alerts import VIEWED, Outcome
from api.services.records import journal

_CONFIRMED_KEPT = timedelta(days=31)
REFERENCE_VIEWED = "watchlist.picture.view"


async def confirm(
    runtime: Runtime,
    actor: Actor,
    alert_id: UUID,
    reason: str | None,
    warrant: WarrantCheck | None,
    now: datetime,
) -> Outcome:
    """A person says that it is so: the incident is opened, or joined, and offered at once.

    A match needs more: both pictures opened by whoever says it, the warrant just looked up, the entry as it was
    approved, and for a face a second person unless the station has written otherwise; a first word leaves it pending.
    """
    demand(actor, Operation.CONFIRM_ALERT)
    async with deciding(runtime, actor, now) as context:
        alert = await _lock(context.connection, alert_id)
        if actor.role == Role.COMMANDER and alert.first_word_by is None:
            raise Forbidden(because="a commander gives the second word")
        if not rules.decide(alert.state, AlertState.CONFIRMED):
            return Outcome(alert.id, alert.state, alert.incident_id, created=False)
        priority = None
        if alert.watchlist_entry_id is not None:
            priority = await _checked(context, alert, alert.watchlist_entry_id, warrant)
        if await _is_first_word(context, alert, rules.words_needed(alert.kind, context.station.face_words)):
            return Outcome(alert.id, AlertState.PENDING, None, created=False)
        incident_id = await _join_or_open(context, alert, priority)
        await alerts.save_decision.run(
            context.connection,
            id=alert.id,
            state=AlertState.CONFIRMED,
            by=actor.id,
            now=now,
            reason=reason,
            incident_id=incident_id,
            warrant_checked_at=warrant.at if warrant else None,
        )
        await alerts.keep_image.run(context.connection, alert_id=alert.id, delete_after=now + _CONFIRMED_KEPT)
        verified = journal.TimePoint(incident_id, Point.VERIFIED, Source.OPERATOR, by=actor.id)
        await journal.time_point(context, verified)
        await _decided(context, alert, AlertState.CONFIRMED, reason, incident_id, warrant)
        await dispatch.fill(context, await lock(context, incident_id))
        return Outcome(alert.id, AlertState.CONFIRMED, incident_id)


async def _checked(
    context: Context,
    alert: AlertLock,
    entry_id: UUID,
    warrant: WarrantCheck | None,
) -> int:
    """The entry's priority. Its state is looked at again: a warrant may have ended, a fact been changed since."""
    entry = await watchlist.matchable.one(context.connection, id=entry_id)
    if entry is None:
        raise WrongState(state=AlertState.EXPIRED)
    content = await watchlist.content.get(context.connection, id=entry.id, upto=entry.approved_at)
    if content != entry.approved_hash:
        raise WrongState(state=AlertState.EXPIRED, because="the entry is not what was approved")
    rules.check_warrant(warrant, context.now)
    pictures = await watchlist.pictures_usable.all(context.connection, entry_id=entry.id)
    missing = [
        name
        for name, there, action, subject in (
            ("snapshot", alert.has_snapshot, VIEWED, alert.id),
            ("reference", bool(pictures), REFERENCE_VIEWED, entry.id),
        )
        if there
        and not await alerts.looked_at.get(
            context.connection,
            station_id=context.station_id,
            actor_id=context.actor.id,
            action=action,
            subject=subject,
            since=alert.received_at,
        )
    ]
    if missing:
        raise NotLooked(missing=missing)
    return entry.priority


async def _is_first_word(context: Context, alert: AlertLock, needed: int) -> bool:
    """Whether the alert stays pending for another person; the same person confirming again changes nothing."""
    if not rules.is_first_word(needed, alert.first_word_by, context.actor.id):
        return False
    if alert.first_word_by is None:
        await alerts.save_first_word.run(context.connection, id=alert.id, by=context.actor.id, now=context.now)
        changed = Event(EventKind.ALERT, alert.id, state=AlertState.PENDING)
        journal.event(context, changed)
        await journal.audit(context, "alert.first_word", alert.id)
    return True


async def reject(db: Database, actor: Actor, alert_id: UUID, reason: str, now: datetime) -> Outcome:
    demand(actor, Operation.DECIDE_ALERT)
    async with entering(db, actor, now) as context:
        alert = await _lock(context.connection, alert_id)
        if not rules.decide(alert.state, AlertState.REJECTED):
            return Outcome(alert.id, alert.state, alert.incident_id, created=False)
        await alerts.save_decision.run(
            context.connection,
            id=alert.id,
            state=AlertState.REJECTED,
            by=actor.id,
            now=now,
            reason=reason,
            incident_id=None,
            warrant_checked_at=None,
        )
        await _decided(context, alert, AlertState.REJECTED, reason, None)
        return Outcome(alert.id, AlertState.REJECTED, None)


async def _lock(connection: Connection, alert_id: UUID) -> AlertLock:
    alert = await alerts.lock.one(connection, id=alert_id)
    if alert is None:
        raise NotFound(alert_id=alert_id)
    return alert


async def _join_or_open(
    context: Deciding,
    alert: AlertLock,
    priority: int | None,
) -> UUID:
    new = NewIncident(
        id=uuid4(),
        kind=rules.incident_kind(alert.kind),
        priority=priority,
        lat=alert.lat,
        lon=alert.lon,
        received_at=context.now,
        verified=True,
        source="alert",
        place=alert.camera_name,
        alert_id=alert.id,
        seen_at=alert.occurred_at,
    )
    if alert.watchlist_entry_id is not None:
        same = await incidents.of_entry.one(
            context.connection, station_id=context.station_id, entry_id=alert.watchlist_entry_id
        )
        if same is not None:
            await add_sighting(context, same.id, new)
            return same.id
        return (await open_incident(context, new)).id
    return (await join_or_open(context, new)).incident.id


async def _decided(
    context: Context,
    alert: AlertLock,
    state: AlertState,
    reason: str | None,
    incident_id: UUID | None,
    warrant: WarrantCheck | None = None,
) -> None:
    await journal.lift(context, alert.id, (DeadlineKind.ALERT_DECISION,))
    journal.event(context, Event(EventKind.ALERT, alert.id, incident_id, state=state))
    facts = {"warrant": warrant} if warrant else {}
    await journal.audit(context, f"alert.{state}", alert.id, reason=reason, **facts)


async def expire(context: Context, alert_id: UUID) -> None:
    """Nobody decided in time, or the entry is no longer wanted. Runs in the caller's transaction."""
    alert = await alerts.lock.one(context.connection, id=alert_id)
    if alert is None or alert.state != AlertState.PENDING:
        return
    await alerts.save_state.run(context.connection, id=alert_id, state=AlertState.EXPIRED, incident_id=None)
    await journal.lift(context, alert_id, (DeadlineKind.ALERT_DECISION,))
    journal.event(context, Event(EventKind.ALERT, alert_id, state=AlertState.EXPIRED))

"""An officer in danger calls for help, and says when it is over. Never refused, opened once, seen without the jobs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

import h3.api.basic_int as h3
import msgspec

from api.db.dispatching import assignments
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import emergencies, incidents
from api.db.incidents.emergencies import LastEmergency, Whereabouts
from api.db.incidents.incidents import IncidentLock
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.errors import IdReused, NotFound
from api.domain.incidents.alarm import LOOKED_AFTER, AlarmReason
from api.domain.incidents.assignment import HELD, AssignmentState, Withdrawal
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.emergency import Located, Spot, Via, Word, is_repeat, place_of, pressed_at
from api.domain.incidents.incident import IncidentKind, IncidentState
from api.domain.incidents.timepoint import Point, Source
from api.domain.notifying.push import NOTICE_LIFETIME, PushKind
from api.domain.records.events import Event, EventKind
from api.locales.catalogue import text
from api.services.context import Context, Deciding, Runtime, deciding
from api.services.dispatching import dispatch, offers, progress
from api.services.incidents import alarms
from api.services.incidents.opening import H3_RESOLUTION, NewIncident, lock, open_incident
from api.services.notifying.notifications import PushNotice, notify_accounts
from api.services.places.near import words_at
from api.services.records import journal

SAFE = "officer_safe"
"""How a case ends that nobody has reached when the officer is safe."""

_NOWHERE = " · ".join(text("position_unknown", language) for language in ("th", "en"))
"""A case's place is one text, whoever reads it."""


class HelpCall(msgspec.Struct, frozen=True, kw_only=True):
    """One press. `at`: by the phone's clock. `silent`: nothing may sound or light up on the officer's own phone."""

    id: UUID
    lat: float | None = None
    lon: float | None = None
    at: datetime | None = None
    silent: bool = False
    via: Via = Via.PHONE


class Heard(msgspec.Struct, frozen=True):
    incident_id: UUID
    opened: bool


async def call(runtime: Runtime, actor: Actor, wanted: HelpCall, now: datetime) -> Heard:
    """An officer holds the button. Another press joins the emergency that is open; a late copy opens nothing."""
    demand(actor, Operation.CALL_FOR_HELP)
    async with deciding(runtime, actor, now, duplicate=IdReused(id=wanted.id)) as context:
        known = await emergencies.find_press.one(context.connection, id=wanted.id)
        if known is None:
            return await _hear(context, wanted)
        if actor.id != known.account_id and (actor.unit_id is None or actor.unit_id != known.unit_id):
            raise IdReused(id=wanted.id)
        return Heard(known.incident_id, opened=False)


async def tracker_calls(runtime: Runtime, actor: Actor, spot: Spot | None, now: datetime) -> None:
    """A tracker's alarm, which it repeats for as long as it likes."""
    demand(actor, Operation.TRACK_UNIT)
    at = None if spot is None else spot.at
    wanted = HelpCall(
        id=uuid5(actor.id, (at or now).isoformat()),
        lat=spot and spot.lat,
        lon=spot and spot.lon,
        at=at,
        via=Via.TRACKER,
    )
    async with deciding(runtime, actor, now, duplicate=IdReused(id=wanted.id)) as context:
        if await emergencies.find_press.one(context.connection, id=wanted.id) is None:
            await _hear(context, wanted)


async def _hear(context: Deciding, wanted: HelpCall) -> Heard:
    account_id = context.actor.id if wanted.via == Via.PHONE else None
    found = await emergencies.whereabouts.one(context.connection, account_id=account_id, unit_id=context.actor.unit_id)
    where = found or Whereabouts(account_id, None, None, None, own=False)
    last = await emergencies.last.one(
        context.connection,
        station_id=context.station_id,
        account_id=where.account_id,
        unit_id=context.actor.unit_id,
    )
    at = pressed_at(wanted.at, context.now)
    if last is None or (last.over_at is not None and not _repeats(wanted, at, last.over_at, context.now)):
        return await _open(context, wanted, at, where)
    await _remember(context, wanted.id, last.incident_id)
    if last.over_at is None:
        await _again(context, wanted, at, last)
    return Heard(last.incident_id, opened=False)


def _repeats(wanted: HelpCall, at: datetime, over_at: datetime, now: datetime) -> bool:
    return wanted.via == Via.TRACKER and is_repeat(at, over_at, now)


async def _remember(context: Context, press_id: UUID, incident_id: UUID) -> None:
    await emergencies.add_press.run(
        context.connection, id=press_id, station_id=context.station_id, incident_id=incident_id, now=context.now
    )


async def _open(context: Deciding, wanted: HelpCall, at: datetime, where: Whereabouts) -> Heard:
    unit_id = context.actor.unit_id
    asked = [] if unit_id is None else await assignments.current_of_unit.all(context.connection, unit_id=unit_id)
    others = await _lock_asked(context, asked)
    spot, located = place_of(_given(wanted, at), _own(where), _known(context, where))
    incident = await open_incident(context, _new(wanted, spot, located, context.now))
    incident = msgspec.structs.replace(incident, awaits_safety=True)
    await emergencies.add.run(
        context.connection,
        incident_id=incident.id,
        station_id=context.station_id,
        account_id=where.account_id,
        unit_id=unit_id,
        via=wanted.via,
        silent=wanted.silent,
        located=located,
        fix_at=None if located == Located.UNKNOWN else spot.at,
        pressed_at=at,
        now=context.now,
    )
    await _remember(context, wanted.id, incident.id)
    if wanted.silent:
        await _hush(context, where.account_id, unit_id)
    await _take_offers_back(context, others)
    await dispatch.fill(context, incident, new=True)
    for other, _ in others:
        await dispatch.fill(context, other)
    await _alarm(context, incident, where.account_id)
    how = {"via": wanted.via, "silent": wanted.silent, "located": located}
    await journal.audit(context, "emergency.call", incident.id, reason=None, **how)
    return Heard(incident.id, opened=True)


def _given(wanted: HelpCall, at: datetime) -> Spot | None:
    return None if wanted.lat is None or wanted.lon is None else Spot(wanted.lat, wanted.lon, at)


def _own(where: Whereabouts) -> Spot | None:
    if not where.own or where.lat is None or where.lon is None:
        return None
    return Spot(where.lat, where.lon, where.fix_at)


def _known(context: Deciding, where: Whereabouts) -> Spot:
    """The last place anything is known of, else the middle of the station."""
    if where.lat is None or where.lon is None:
        return Spot(context.station.lat, context.station.lon)
    return Spot(where.lat, where.lon)


def _new(wanted: HelpCall, spot: Spot, located: Located, now: datetime) -> NewIncident:
    return NewIncident(
        id=wanted.id,
        kind=IncidentKind.OFFICER_EMERGENCY,
        lat=spot.lat,
        lon=spot.lon,
        received_at=now,
        verified=True,
        source="operator",
        came_from="officer" if wanted.via == Via.PHONE else "tracker",
        place=_NOWHERE if located == Located.UNKNOWN else None,
        seeks=True,
        sighted=False,
    )


async def _lock_asked(context: Context, asked: Sequence[AssignmentRow]) -> list[tuple[IncidentLock, AssignmentRow]]:
    """The cases that the officer's own unit is only being asked to take: somebody else is asked now."""
    found: list[tuple[IncidentLock, AssignmentRow]] = []
    for row in asked:
        if row.state == AssignmentState.OFFERED:
            incident = await incidents.lock.one(context.connection, id=row.incident_id, reader=None)
            if incident is not None:
                found.append((incident, row))
    return found


async def _take_offers_back(context: Deciding, others: Sequence[tuple[IncidentLock, AssignmentRow]]) -> None:
    for incident, row in others:
        await offers.withdraw(context, incident, row, Withdrawal.EMERGENCY)


async def _hush(context: Context, account_id: UUID | None, unit_id: UUID | None) -> None:
    await emergencies.hush_phones.run(
        context.connection, station_id=context.station_id, account_id=account_id, unit_id=unit_id, now=context.now
    )


async def _alarm(context: Deciding, incident: IncidentLock, account_id: UUID | None) -> None:
    """The radio room, the commanders, and every colleague who is not asked to go."""
    await alarms.raise_alarm(context, incident.id, AlarmReason.OFFICER_EMERGENCY)
    told = await emergencies.to_be_told.all(
        context.connection, station_id=context.station_id, incident_id=incident.id, account_id=account_id
    )
    content = offers.content_of(incident, None)
    notice = PushNotice(PushKind.BROADCAST, content, context.now + NOTICE_LIFETIME, incident_id=incident.id)
    await notify_accounts(context, [each.id for each in told], notice)
    _tell_own_screen(context, incident)


def _tell_own_screen(context: Context, incident: IncidentLock) -> None:
    event = Event(EventKind.INCIDENT, incident.id, incident.id, unit_id=context.actor.unit_id, state=incident.state)
    journal.event(context, event)


async def _again(context: Deciding, wanted: HelpCall, at: datetime, last: LastEmergency) -> None:
    """Still in danger: the alarm is raised anew, and the place corrected if this press knows a newer one. A press that
    only brings the first one's place raises none."""
    incident = await lock(context, last.incident_id)
    spot = _given(wanted, at)
    found = spot is not None and last.located != Located.GIVEN
    if wanted.via == Via.PHONE:
        await emergencies.hear_again.run(context.connection, incident_id=incident.id, silent=wanted.silent)
        if wanted.silent:
            await _hush(context, last.account_id, last.unit_id)
    if wanted.via == Via.PHONE and not found:
        await alarms.raise_alarm(context, incident.id, AlarmReason.OFFICER_EMERGENCY)
    if spot is not None and (last.fix_at is None or at > last.fix_at):
        await _move(context, incident, spot)
    _tell_own_screen(context, incident)


async def _move(context: Deciding, incident: IncidentLock, spot: Spot) -> None:
    words = await words_at(context.connection, spot.lat, spot.lon)
    await emergencies.move.run(
        context.connection,
        incident_id=incident.id,
        lat=spot.lat,
        lon=spot.lon,
        place=words.th if words else None,
        place_by_position=words is not None,
        h3=h3.latlng_to_cell(spot.lat, spot.lon, H3_RESOLUTION),
        fix_at=spot.at,
    )
    await dispatch.tell_units(context, incident.id)
    journal.deadline_by(context, DeadlineKind.FORECAST, incident.id, context.now)
    journal.deadline_by(context, DeadlineKind.REPLAN, context.station_id, context.now)


async def say_safe(runtime: Runtime, actor: Actor, press_id: UUID | None, note: str | None, now: datetime) -> UUID:
    """The officer's own word. `press_id`: which emergency, for a word that comes late; None: the last one."""
    demand(actor, Operation.CALL_FOR_HELP)
    async with deciding(runtime, actor, now) as context:
        incident_id = await _mine(context, press_id)
        await _safe(context, incident_id, Word.OFFICER, note)
        return incident_id


async def record_safe(runtime: Runtime, actor: Actor, incident_id: UUID, note: str | None, now: datetime) -> None:
    """What the officer has said over the radio, written down by the radio room."""
    demand(actor, Operation.RUN_INCIDENT)
    async with deciding(runtime, actor, now) as context:
        if not await emergencies.of_incidents.all(context.connection, incident_ids=[incident_id]):
            raise NotFound(incident_id=incident_id)
        await _safe(context, incident_id, Word.RADIO_ROOM, note)


async def _mine(context: Context, press_id: UUID | None) -> UUID:
    actor = context.actor
    if press_id is None:
        found = await emergencies.last.one(
            context.connection, station_id=context.station_id, account_id=actor.id, unit_id=actor.unit_id
        )
    else:
        found = await emergencies.find_press.one(context.connection, id=press_id)
    if found is None or not (
        found.account_id == actor.id or (actor.unit_id is not None and found.unit_id == actor.unit_id)
    ):
        raise NotFound(id=press_id)
    return found.incident_id


async def _safe(context: Deciding, incident_id: UUID, word: Word, note: str | None) -> None:
    """Whoever holds the case goes on and clears it; a case that nobody holds is over."""
    incident = await lock(context, incident_id)
    if not incident.awaits_safety:
        return
    await emergencies.say_safe.run(
        context.connection, incident_id=incident_id, now=context.now, word=word, by=context.actor.id, note=note
    )
    await journal.audit(context, "emergency.safe", incident_id, word=word)
    incident = msgspec.structs.replace(incident, awaits_safety=False)
    live = await assignments.live_of.all(context.connection, incident_id=incident_id)
    for row in live:
        if row.state == AssignmentState.OFFERED:
            await offers.withdraw(context, incident, row, Withdrawal.ENDED)
    await emergencies.want_no_more.run(context.connection, incident_id=incident_id)
    await journal.lift(context, incident_id, (DeadlineKind.TRY_AGAIN, DeadlineKind.NO_TAKER))
    await alarms.settle(context, incident_id, {AlarmReason.OFFICER_EMERGENCY, *LOOKED_AFTER})
    if any(row.state in HELD for row in live):
        await progress.settle_incident(context, incident)
        await dispatch.tell_units(context, incident_id)
    else:
        await _close(context, incident, note)
    _tell_own_screen(context, incident)


async def _close(context: Deciding, incident: IncidentLock, note: str | None) -> None:
    await progress.end_incident(context, incident, IncidentState.CLOSED, disposition=SAFE, note=note)
    source = Source.OFFICER if context.actor.role == Role.OFFICER else Source.OPERATOR
    await journal.time_point(context, journal.TimePoint(incident.id, Point.CLOSED, source, by=context.actor.id))

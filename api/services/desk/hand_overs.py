"""Handing a case over to another station: a proxy of it stands on the other desk until that accepts or refuses. Until
then the giver owns it, offers it and counts it; the clock never starts again."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from api.db.dispatching import aid, assignments
from api.db.dispatching.aid import AskerRow, OpenHandOverRow, StationNearRow
from api.db.incidents import incidents, oversight
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import Invalid, NotFound, WrongState
from api.domain.incidents import emergency
from api.domain.incidents import incident as rules
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import HELD, AssignmentState, Withdrawal
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.hand_over import HandOverAnswer, answer_within
from api.domain.incidents.incident import Hazard, IncidentState
from api.domain.notifying.push import NOTICE_LIFETIME, Content, PushKind
from api.domain.records.events import Event, EventKind
from api.services.context import Context, Deciding, Runtime, at_station, deciding, reading, without_lock
from api.services.desk.by_hand import active, verify
from api.services.dispatching import aid_reports, dispatch, offers, progress
from api.services.dispatching.proxies import Asked, record, standing_for
from api.services.incidents import alarms
from api.services.incidents.opening import expect_taker, lock, open_incident
from api.services.notifying.notifications import PushNotice, notify_account
from api.services.records import journal

_NEAREST = 8
_SHARED_FOR = timedelta(days=30)
_ASKED = (AlarmReason.HAND_OVER_ASKED,)
_UNANSWERED = (AlarmReason.HAND_OVER_UNANSWERED,)


async def stations(db: Database, actor: Actor, incident_id: UUID, now: datetime) -> list[StationNearRow]:
    """Where it could go, the station whose area the place lies in first."""
    demand(actor, Operation.RUN_INCIDENT)
    async with reading(db, actor, now) as context:
        incident = await incidents.place_of.one(context.connection, id=incident_id)
        if incident is None:
            raise NotFound(incident_id=incident_id)
        return await aid.stations_near.all(context.connection, lon=incident.lon, lat=incident.lat, most=_NEAREST)


async def waiting(db: Database, actor: Actor) -> list[OpenHandOverRow]:
    """What no station of the province has answered yet."""
    demand(actor, Operation.SEE_PROVINCE)
    async with db.looking(actor) as connection:
        return await aid.open_hand_overs.all(connection, station_id=actor.station_id)


async def hand_over(
    runtime: Runtime, actor: Actor, incident_id: UUID, station_id: UUID, reason: str, now: datetime
) -> None:
    """Ask another station to take a case over. The same request again changes nothing."""
    demand(actor, Operation.RUN_INCIDENT)
    duplicate = WrongState(state=AlarmReason.HAND_OVER_ASKED, incident_id=incident_id)
    async with deciding(runtime, actor, now, duplicate=duplicate) as context:
        incident = await active(context, incident_id)
        emergency.demand_word(awaits_safety=incident.awaits_safety, reason=None)
        asked = await aid_reports.of_incident(context.connection, incident_id)
        waits = next((row for row in asked if row.hand_over and row.answer is None and row.ended_at is None), None)
        if waits is not None and waits.to_station_id == station_id:
            return
        if waits is not None or any(row.answer == HandOverAnswer.ACCEPTED for row in asked):
            raise duplicate
        near = await aid.stations_near.all(context.connection, lon=incident.lon, lat=incident.lat, most=1000)
        to = next((row for row in near if row.id == station_id), None)
        if to is None:
            raise Invalid("station_id", "another station that has an area")
        proxy_id = await _put_on_their_desk(context, incident, to)
        asked_of = Asked(to.id, to.name_th, to.name_en)
        await record(context, incident, asked_of, proxy_id, actor.id, reason=reason)
        await _share(context, incident, to.id, actor.id)
        due_at = context.now + answer_within(incident.priority)
        journal.deadline(context, DeadlineKind.HAND_OVER_UNANSWERED, incident.id, due_at)
        journal.event(context, Event(EventKind.INCIDENT, incident.id, incident.id, state=incident.state))
        await journal.audit(context, "incident.hand_over", incident.id, reason=reason, to_station_id=to.id)


async def _put_on_their_desk(context: Deciding, incident: IncidentLock, to: StationNearRow) -> UUID:
    new = msgspec.structs.replace(
        standing_for(incident),
        came_from=incident.source,
        source_reference=incident.source_reference,
        note=incident.note,
        caller=incident.caller,
        hazards=frozenset(map(Hazard, incident.hazards)),
        capabilities=frozenset(incident.capabilities),
        ours=False,
    )
    async with at_station(context, to.id) as theirs:
        there = await without_lock(context.runtime, theirs)
        proxy = await open_incident(there, new)
        await aid.link.run(context.connection, aids=incident.id, id=proxy.id)
        await alarms.raise_alarm(there, proxy.id, AlarmReason.HAND_OVER_ASKED)
    return proxy.id


async def _share(context: Context, incident: IncidentLock, to: UUID, by: UUID) -> None:
    """They may read it, with its reports; also what was handed over to us before."""
    until = context.now + _SHARED_FOR
    await _share_one(context, incident.id, to, by, until)
    asker = await aid_reports.asker_of(context.connection, incident)
    if asker is not None and asker.hand_over:
        async with at_station(context, asker.station_id) as theirs:
            await _share_one(theirs, asker.asked_for_id, to, by, until)


async def _share_one(context: Context, incident_id: UUID, to: UUID, by: UUID, until: datetime) -> None:
    await aid.share.run(
        context.connection,
        incident_id=incident_id,
        station_id=context.station_id,
        to_station_id=to,
        by=by,
        until=until,
    )


async def accept(runtime: Runtime, actor: Actor, incident_id: UUID, now: datetime) -> UUID:
    """Take it on: from now on it is ours, and units are sought. `incident_id`: the giver's, or that of our proxy, which
    is returned. A repeat changes nothing."""
    demand(actor, Operation.RUN_INCIDENT)
    async with deciding(runtime, actor, now) as context:
        asked, incident = await _asked(context, incident_id)
        if asked.answer == HandOverAnswer.ACCEPTED:
            return incident.id
        await _answer(context, asked, HandOverAnswer.ACCEPTED, None)
        await expect_taker(context, incident)
        await alarms.settle(context, incident.id, _ASKED)
        await journal.audit(context, "incident.accept_hand_over", incident.id, from_station_id=asked.station_id)
        await incidents.seek_units.run(context.connection, id=incident.id)
        await dispatch.fill(context, await verify(context, await lock(context, incident.id)))
        async with at_station(context, asked.station_id) as theirs:
            await journal.lift(theirs, asked.asked_for_id, (DeadlineKind.HAND_OVER_UNANSWERED,))
            journal.deadline(theirs, DeadlineKind.HANDED_OVER, asked.asked_for_id, context.now)
        return incident.id


async def refuse(runtime: Runtime, actor: Actor, incident_id: UUID, reason: str, now: datetime) -> UUID:
    """It stays with the giver, who hears why at once."""
    demand(actor, Operation.RUN_INCIDENT)
    async with deciding(runtime, actor, now) as context:
        asked, incident = await _asked(context, incident_id)
        if asked.answer == HandOverAnswer.REFUSED:
            return incident.id
        await _answer(context, asked, HandOverAnswer.REFUSED, reason)
        await journal.audit(context, "incident.refuse_hand_over", incident.id, reason=reason)
        await progress.end_incident(context, incident, IncidentState.MERGED, merged_into=asked.asked_for_id)
        async with at_station(context, asked.station_id) as theirs:
            await _no_longer_shared(theirs, asked.asked_for_id, context.station_id, actor.id)
            await journal.lift(theirs, asked.asked_for_id, (DeadlineKind.HAND_OVER_UNANSWERED,))
            await alarms.settle(theirs, asked.asked_for_id, _UNANSWERED)
            await alarms.raise_alarm(await theirs.with_policy(), asked.asked_for_id, AlarmReason.HAND_OVER_REFUSED)
            journal.event(theirs, Event(EventKind.INCIDENT, asked.asked_for_id, asked.asked_for_id))
        return incident.id


async def take_back(runtime: Runtime, actor: Actor, incident_id: UUID, reason: str, now: datetime) -> None:
    """The giver keeps it after all, as long as nobody has accepted."""
    demand(actor, Operation.RUN_INCIDENT)
    async with deciding(runtime, actor, now) as context:
        incident = await active(context, incident_id)
        asked = [row for row in await aid_reports.of_incident(context.connection, incident_id) if row.hand_over]
        if not asked:
            raise NotFound(incident_id=incident_id)
        newest = asked[-1]
        if newest.answer == HandOverAnswer.TAKEN_BACK:
            return
        changed = await aid.answer.run(
            context.connection,
            aid_incident_id=newest.aid_incident_id,
            answer=HandOverAnswer.TAKEN_BACK,
            reason=reason,
            now=context.now,
        )
        if not changed:
            raise WrongState(state=newest.answer or "ended", incident_id=incident_id)
        await _no_longer_shared(context, incident_id, newest.to_station_id, actor.id)
        await journal.lift(context, incident_id, (DeadlineKind.HAND_OVER_UNANSWERED,))
        await alarms.settle(context, incident_id, _UNANSWERED)
        await journal.audit(context, "incident.take_back_hand_over", incident_id, reason=reason)
        journal.event(context, Event(EventKind.INCIDENT, incident_id, incident_id, state=incident.state))
        async with at_station(context, newest.to_station_id) as theirs:
            journal.deadline(theirs, DeadlineKind.AID_OVER, newest.aid_incident_id, context.now)


async def _asked(context: Deciding, incident_id: UUID) -> tuple[AskerRow, IncidentLock]:
    asked = await aid.hand_over_to.one(context.connection, station_id=context.station_id, incident_id=incident_id)
    if asked is None:
        raise NotFound(incident_id=incident_id)
    return asked, await lock(context, asked.incident_id)


async def _answer(context: Deciding, asked: AskerRow, answer: HandOverAnswer, reason: str | None) -> None:
    changed = await aid.answer.run(
        context.connection, aid_incident_id=asked.incident_id, answer=answer, reason=reason, now=context.now
    )
    if not changed:
        raise WrongState(state=asked.answer or "ended", incident_id=asked.incident_id)


async def _no_longer_shared(context: Context, incident_id: UUID, to: UUID, by: UUID) -> None:
    await _share_one(context, incident_id, to, by, context.now)


async def let_go(context: Deciding, incident: IncidentLock) -> None:
    """Another station has accepted it. A unit of ours that is on its way or there goes on, as a neighbour's would."""
    live = await assignments.live_of.all(context.connection, incident_id=incident.id)
    for row in live:
        if row.state == AssignmentState.OFFERED:
            await offers.withdraw(context, incident, row, Withdrawal.HANDED_OVER)
    asked = await aid_reports.of_incident(context.connection, incident.id)
    given = next((row for row in asked if row.answer == HandOverAnswer.ACCEPTED), None)
    await alarms.settle(context, incident.id, AlarmReason)
    if given is None or any(row.state in HELD for row in live):
        await incidents.seek_no_units.run(context.connection, id=incident.id)
        await progress.settle_incident(context, incident)
    else:
        await progress.end_incident(context, incident, rules.IncidentState.MERGED, merged_into=given.aid_incident_id)


async def nobody_answers(context: Deciding, incident: IncidentLock) -> None:
    """Ring our own radio room and the province's office; the other station may still answer."""
    asked = await aid_reports.of_incident(context.connection, incident.id)
    if not any(row.hand_over and row.answer is None and row.ended_at is None for row in asked):
        return
    await alarms.raise_alarm(context, incident.id, AlarmReason.HAND_OVER_UNANSWERED)
    province_id = await aid.province_of.get(context.connection, station_id=context.station_id)
    if province_id is None:
        return
    content = Content(incident.priority, incident.kind, drill=incident.drill, alarm=AlarmReason.HAND_OVER_UNANSWERED)
    notice = PushNotice(PushKind.BROADCAST, content, context.now + NOTICE_LIFETIME)
    async with at_station(context, province_id) as theirs:
        for person in await oversight.overseers_at.all(context.connection, station_id=province_id):
            await notify_account(theirs, person.id, notice)
        journal.event(theirs, Event(EventKind.OVERSIGHT, incident.id))

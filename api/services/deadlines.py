"""What happens when a deadline falls due: the ladder climbs, alarms are raised, forecasts are looked at again."""

from datetime import datetime
from typing import assert_never

from api.db.dispatching import assignments
from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import incidents
from api.db.incidents.incidents import IncidentLock
from api.db.notifying import push
from api.db.notifying.push import DeadlineRow, TakenDeadline
from api.db.pool import Connection, Database
from api.db.stations import StationRow
from api.domain.access.permissions import system_at
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.assignment import HELD, Action, AssignmentState
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.incident import ENDED
from api.domain.notifying.push import PushKind
from api.services.desk import incident_ends
from api.services.dispatching import assignments as steps
from api.services.dispatching import dispatch, forecasts, offers, waiting
from api.services.incidents import alarms
from api.services.notifying.notifications import Ring, ring_unit
from api.services.recognition import alert_decisions
from api.services.records import journal


async def carry_out(db: Database, row: DeadlineRow, now: datetime) -> bool:
    """Take one due deadline and do what it stands for, in one commit; False when another process has it."""
    async with db.transaction(system_at(row.station_id)) as connection:
        station = await dispatch.begin(connection, row.station_id)
        taken = await push.take_deadline.one(connection, id=row.id, now=now)
        if taken is None:
            return False
        await _do(connection, station, taken, now)
        return True


async def _do(connection: Connection, station: StationRow, taken: TakenDeadline, now: datetime) -> None:
    match taken.kind:
        case DeadlineKind.OFFER_DELIVERY | DeadlineKind.OFFER_REMINDER | DeadlineKind.OFFER_EXPIRY:
            await _offer(connection, station, taken, now)
        case (
            DeadlineKind.TRY_AGAIN
            | DeadlineKind.NO_TAKER
            | DeadlineKind.FORECAST
            | DeadlineKind.REPORT_UNOPENED
            | DeadlineKind.REPORT_UNHEARD
        ):
            incident = await incidents.lock.one(connection, id=taken.subject_id)
            if incident is not None and incident.state not in ENDED:
                await _incident(connection, station, incident, taken.kind, now)
        case DeadlineKind.REPLAN:
            again = await dispatch.sweep(connection, station, now)
            if again is not None:
                await journal.deadline(connection, station.id, DeadlineKind.REPLAN, station.id, again)
        case DeadlineKind.ALARM_CHAIN:
            await alarms.pass_on(connection, station, taken.subject_id, now)
        case DeadlineKind.AID_OVER:
            await incident_ends.end_by_itself(connection, station, taken.subject_id, now)
        case DeadlineKind.ALERT_DECISION:
            await alert_decisions.expire(connection, station.id, taken.subject_id, now)
        case _:
            assert_never(taken.kind)


async def _offer(connection: Connection, station: StationRow, taken: TakenDeadline, now: datetime) -> None:
    key = await assignments.find.one(connection, id=taken.subject_id)
    if key is None or key.state != AssignmentState.OFFERED:
        return
    scene = await steps.enter(connection, station.id, key.id, key.incident_id)
    if scene.row.state != AssignmentState.OFFERED:
        return
    if taken.kind == DeadlineKind.OFFER_DELIVERY:
        await dispatch.fill(connection, station, scene.incident, now, also=True)
    elif taken.kind == DeadlineKind.OFFER_REMINDER:
        await _remind(connection, station, scene.incident, scene.row, now)
    else:
        await steps.step(connection, scene, Action.EXPIRE, now, steps.Word(), None)
        if scene.incident.priority == 1:
            await alarms.raise_alarm(connection, station, scene.incident.id, AlarmReason.FIRST_SILENCE, now)


async def _remind(
    connection: Connection, station: StationRow, incident: IncidentLock, row: AssignmentRow, now: datetime
) -> None:
    ends_at = row.offer_ends_at or now + station.window.answer
    ring = Ring(PushKind.REMINDER, offers.content_of(incident, row), ends_at, row.id, incident.id)
    await ring_unit(connection, station.id, row.unit_id, ring, now)


async def _incident(
    connection: Connection, station: StationRow, incident: IncidentLock, kind: DeadlineKind, now: datetime
) -> None:
    live = await assignments.live_of.all(connection, incident_id=incident.id)
    held = [row for row in live if row.state in HELD]
    if kind == DeadlineKind.TRY_AGAIN:
        await dispatch.fill(connection, station, incident, now)
    elif kind == DeadlineKind.NO_TAKER:
        if not held:
            await alarms.raise_alarm(connection, station, incident.id, AlarmReason.NO_TAKER, now)
    elif kind == DeadlineKind.REPORT_UNOPENED:
        await waiting.nobody_looked(connection, station, incident, now)
    elif kind == DeadlineKind.REPORT_UNHEARD:
        await waiting.nobody_decided(connection, station, incident, now)
    else:
        await forecasts.look(connection, station, incident, live, now)

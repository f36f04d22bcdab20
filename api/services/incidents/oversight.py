"""Cases about the police: who outside the station is told, and who has looked at them or at cases of their own."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from api.db.incidents import oversight
from api.db.incidents.incidents import IncidentLock, IncidentRow
from api.db.incidents.oversight import LookRow, OverseenRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.conflict import look_reason
from api.domain.notifying.push import NOTICE_LIFETIME, Content, PushKind
from api.domain.records.events import Event, EventKind
from api.services.context import Context, StationContext, at_station, entering
from api.services.notifying.notifications import PushNotice, notify_account
from api.services.records import journal

_SAME_LOOK = timedelta(minutes=10)
_PAGE = 100


class Overseen(msgspec.Struct, frozen=True):
    """Cases about the police, and looks at them and at others that somebody must not handle. `next`: of the looks."""

    cases: list[OverseenRow]
    looks: list[LookRow]
    next: str | None


async def tell(context: StationContext, incident: IncidentLock) -> None:
    """The province, or else the nearest other station, hears of it in the same commit. With neither, only the auditor
    can see who looks."""
    station = context.station
    overseer = await oversight.tell_overseer.get(
        context.connection,
        incident_id=incident.id,
        station_id=context.station_id,
        reference=incident.reference,
        name_th=station.name_th,
        name_en=station.name_en,
        now=context.now,
    )
    if overseer is None:
        return
    content = Content(incident.priority, incident.kind, alarm=AlarmReason.ABOUT_POLICE)
    notice = PushNotice(PushKind.BROADCAST, content, context.now + NOTICE_LIFETIME)
    async with at_station(context, overseer) as theirs:
        for person in await oversight.overseers_at.all(context.connection, station_id=overseer):
            await notify_account(theirs, person.id, notice)
        journal.event(theirs, Event(EventKind.OVERSIGHT, incident.id))


async def note_looks(db: Database, actor: Actor, rows: Sequence[IncidentRow], *, opened: bool) -> None:
    """Recorded before anything is shown, so that no look goes unseen. `opened`: one case was opened, which is
    when a look at a case of one's own counts; a board shows it to everybody. Officers see what they are sent to."""
    reasons = [
        (
            row,
            look_reason(
                about_police=row.about_police,
                conflicted=opened and row.conflicted,
                household=opened and row.household,
            ),
        )
        for row in rows
    ]
    told = [(row, reason) for row, reason in reasons if reason is not None]
    if not told or actor.role == Role.OFFICER:
        return
    async with entering(db, actor, db.now(), quiet=True) as context:
        for row, reason in told:
            watcher = await oversight.add_look.get(
                context.connection,
                station_id=context.station_id,
                incident_id=row.id,
                account_id=actor.id,
                reference=row.reference,
                because=reason,
                again_after=context.now - _SAME_LOOK,
                now=context.now,
            )
            if watcher is not None:
                await journal.audit(context, "incident.look", row.id, because=reason)
                await _wake(context, watcher, row.id)


async def _wake(context: Context, watcher: UUID, incident_id: UUID) -> None:
    happened = Event(EventKind.OVERSIGHT, incident_id)
    journal.event(context, happened)
    if watcher != context.station_id:
        async with at_station(context, watcher) as theirs:
            journal.event(theirs, happened)


async def overseen(db: Database, actor: Actor, before: int | None) -> Overseen:
    """For the auditor also those of their own station."""
    demand(actor, Operation.SEE_OVERSIGHT)
    watched = actor.role == Role.AUDITOR
    async with db.looking(actor) as connection:
        cases = await oversight.overseen.all(connection, here=actor.station_id, watched=watched)
        looks = await oversight.looks.all(connection, here=actor.station_id, watched=watched, before=before, most=_PAGE)
    return Overseen(cases, looks, str(looks[-1].id) if len(looks) == _PAGE else None)

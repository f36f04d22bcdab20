"""Citizens' reports at the radio room: what they said, with contacts, and answers to them."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.citizens import reports
from api.db.citizens.reports import MessageRow, PhotoKey, ReportRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.citizens.report import may_ring
from api.domain.errors import NotFound, WrongState
from api.services.context import Context, at_station, entering
from api.services.dispatching import waiting
from api.services.dispatching.aid_reports import demand_ours
from api.services.incidents.opening import lock
from api.services.records import journal


class ReportOnDesk(msgspec.Struct, frozen=True):
    """A report as the radio room sees it, contact included."""

    report: ReportRow
    messages: list[MessageRow]
    photos: list[PhotoKey]


async def of_incident(db: Database, actor: Actor, incident_id: UUID, now: datetime) -> list[ReportOnDesk]:
    demand(actor, Operation.RUN_INCIDENT)
    async with entering(db, actor, now) as context:
        await lock(context, incident_id)
        rows = await reports.of_incident.all(context.connection, incident_id=incident_id)
        ids = [report.id for report in rows]
        messages = await reports.messages_of.all(context.connection, report_ids=ids)
        photos = await reports.photos_of.all(context.connection, report_ids=ids)
        await waiting.somebody_looked(context, incident_id)
        await journal.audit(context, "report.view", incident_id, count=len(rows))
    return [
        ReportOnDesk(
            report,
            [message for message in messages if message.report_id == report.id],
            [photo for photo in photos if photo.report_id == report.id],
        )
        for report in rows
    ]


async def answer(
    db: Database, actor: Actor, incident_id: UUID, text: str, now: datetime, *, override: str | None = None
) -> int:
    """Send the radio room's words to everyone who reported this incident; returns how many that was. Phones that must
    not light up are left out, unless the operator says why not (`override`)."""
    demand(actor, Operation.RUN_INCIDENT)
    async with entering(db, actor, now) as context:
        incident = await lock(context, incident_id)
        await demand_ours(context.connection, incident)
        rows = await reports.of_incident.all(context.connection, incident_id=incident_id)
        if not rows:
            raise WrongState(state="no_reporter")
        safe = [report for report in rows if may_ring(silent=report.silent, safe_to_call=report.safe_to_call)]
        recipients = rows if override is not None else safe
        if not recipients:
            raise WrongState(state="not_safe")
        for report in recipients:
            await _say(context, report, text)
        facts = {"told": len(recipients), "not_safe": len(rows) - len(safe)}
        await journal.audit(context, "report.answer", incident_id, reason=override, **facts)
        return len(recipients)


async def _say(context: Context, report: ReportRow, text: str) -> None:
    async def add(there: Context) -> None:
        await reports.add_message.run(
            there.connection,
            station_id=there.station_id,
            report_id=report.id,
            sender="radio_room",
            text=text,
            now=there.now,
        )

    if report.station_id == context.station_id:
        await add(context)
    else:
        async with at_station(context, report.station_id) as theirs:
            await add(theirs)


async def photo(db: Database, actor: Actor, photo_id: UUID, now: datetime) -> bytes:
    """A citizen's photo; an officer sees only those of cases their unit holds or is offered."""
    demand(actor, Operation.SEE_PHOTO)
    async with entering(db, actor, now) as context:
        if actor.role == Role.OFFICER and not await reports.photo_of_unit.get(
            context.connection, id=photo_id, unit_id=actor.unit_id
        ):
            raise NotFound(photo_id=photo_id)
        jpeg = await reports.read_photo.get(context.connection, id=photo_id, reader=context.reader)
        if jpeg is None:
            raise NotFound(photo_id=photo_id)
        await journal.audit(context, "photo.view", photo_id)
        return jpeg

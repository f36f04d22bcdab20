"""The citizen behind a case, as far as the responding officer needs: the words at once, the number after acceptance."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.citizens import reports
from api.db.dispatching import assignments
from api.db.incidents import incidents
from api.db.pool import Connection, Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.citizens.report import may_be_given
from api.domain.errors import NotFound, WrongState
from api.domain.incidents.assignment import HELD
from api.domain.incidents.incident import TIP_OFFS, Hazard, ReportKind
from api.services.context import entering
from api.services.records import journal


class Words(msgspec.Struct, frozen=True):
    """What one citizen said, without their identity."""

    report_id: UUID
    description: str | None
    hazards: list[Hazard]
    injured: bool
    silent: bool
    language: str
    at: datetime
    photo_ids: list[UUID]


class Caller(msgspec.Struct, frozen=True):
    number: str
    language: str


class Callers(msgspec.Struct, frozen=True):
    """`withheld`: how many have a number that must not be called."""

    callers: list[Caller]
    withheld: int


async def words(connection: Connection, incident_id: UUID) -> list[Words]:
    rows = await reports.of_incident.all(connection, incident_id=incident_id)
    photos = await reports.photos_of.all(connection, report_ids=[row.id for row in rows])
    return [
        Words(
            row.id,
            row.description,
            row.hazards,
            row.injured,
            row.silent,
            row.language,
            row.created_at,
            [photo.id for photo in photos if photo.report_id == row.id],
        )
        for row in rows
    ]


async def of_assignment(db: Database, actor: Actor, assignment_id: UUID, now: datetime) -> Callers:
    """Phone numbers of those who reported the case this officer holds; every look is logged. Senders of tip-offs, and
    those who must not be heard, are never included."""
    demand(actor, Operation.OWN_ASSIGNMENT)
    async with entering(db, actor, now) as context:
        key = await assignments.find.one(context.connection, id=assignment_id)
        if key is None or key.unit_id != actor.unit_id:
            raise NotFound(assignment_id=assignment_id)
        if key.state not in HELD:
            raise WrongState(state=key.state)
        incident = await incidents.lock.one(context.connection, id=key.incident_id, reader=None)
        if incident is None:
            raise NotFound(assignment_id=assignment_id)
        rows = await reports.of_incident.all(context.connection, incident_id=incident.id)
        with_contact = [row for row in rows if row.contact is not None]
        may = [
            row
            for row in with_contact
            if incident.kind not in TIP_OFFS
            and may_be_given(ReportKind(row.kind), silent=row.silent, safe_to_call=row.safe_to_call)
        ]
        callers = [Caller(row.contact, row.language) for row in may if row.contact is not None]
        hidden = incident.kind in TIP_OFFS or Hazard.SILENT in incident.hazards
        if incident.caller is not None and not hidden:
            callers.append(Caller(incident.caller, "th"))
        withheld = len(with_contact) - len(may) + (incident.caller is not None and hidden)
        await journal.audit(context, "caller.view", incident.id, shown=len(callers), withheld=withheld)
        return Callers(callers, withheld)

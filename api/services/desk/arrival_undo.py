"""Takes back an arrival pressed by mistake. The rows stay; another row voids them."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.dispatching.assignments import AssignmentRow
from api.db.incidents import incidents
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.incidents import assignment as rules
from api.domain.incidents.assignment import Action, Assignment
from api.domain.incidents.deadline import DeadlineKind
from api.domain.incidents.timepoint import Point
from api.services.context import Runtime, deciding
from api.services.dispatching import assignments as steps
from api.services.dispatching import offers, progress
from api.services.dispatching.offers import StepDetails
from api.services.records import journal


async def not_arrived(
    runtime: Runtime, actor: Actor, assignment_id: UUID, now: datetime, details: StepDetails
) -> AssignmentRow:
    """Back on the way. A repeat changes nothing."""
    demand(actor, Operation.ACT_ON_ASSIGNMENT)
    async with deciding(runtime, actor, now) as context:
        locked = await steps.enter_as(context, assignment_id)
        before = locked.row
        after = rules.advance(
            Assignment(before.id, before.incident_id, before.unit_id, before.state), Action.NOT_ARRIVED
        )
        if after is None:
            return before
        row = msgspec.structs.replace(before, state=after.state)
        await incidents.void_time_points.run(
            context.connection, assignment_id=row.id, kind=Point.ARRIVED, by=actor.id, now=now
        )
        await offers.save(context, row, details, by=actor)
        first = await incidents.next_arrival.get(context.connection, incident_id=locked.incident.id)
        await incidents.forget_arrival.run(context.connection, id=locked.incident.id, first_arrived_at=first)
        incident = msgspec.structs.replace(locked.incident, first_arrived_at=first)
        await progress.settle_incident(context, incident)
        journal.deadline_by(context, DeadlineKind.FORECAST, incident.id, now)
        await journal.audit(context, "assignment.not_arrived", row.id)
        return row

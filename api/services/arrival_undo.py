"""An arrival is taken back: the thumb slipped, or it was the wrong corner. The rows stay; a further one voids them."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db import incidents
from api.db.assignments import AssignmentRow
from api.db.pool import Database
from api.domain import assignment as rules
from api.domain.assignment import Action, Assignment
from api.domain.deadline import DeadlineKind
from api.domain.permissions import Actor, Operation, demand
from api.domain.timepoint import Point
from api.services import assignments as steps
from api.services import offers, progress, records
from api.services.offers import Word


async def not_arrived(db: Database, actor: Actor, assignment_id: UUID, now: datetime, word: Word) -> AssignmentRow:
    """Back on the way. A repeat changes nothing."""
    demand(actor, Operation.ACT_ON_ASSIGNMENT)
    async with db.transaction(actor) as connection:
        scene = await steps.enter_as(connection, actor, assignment_id)
        before = scene.row
        after = rules.advance(
            Assignment(before.id, before.incident_id, before.unit_id, before.state), Action.NOT_ARRIVED
        )
        if after is None:
            return before
        row = msgspec.structs.replace(before, state=after.state)
        await incidents.void_time_points.run(connection, assignment_id=row.id, kind=Point.ARRIVED, by=actor.id, now=now)
        await offers.save(connection, scene.station, row, now, word, actor)
        first = await incidents.next_arrival.get(connection, incident_id=scene.incident.id)
        await incidents.forget_arrival.run(connection, id=scene.incident.id, first_arrived_at=first)
        incident = msgspec.structs.replace(scene.incident, first_arrived_at=first)
        await progress.settle_incident(connection, scene.station, incident, now)
        await records.deadline_by(connection, scene.station.id, DeadlineKind.FORECAST, incident.id, now)
        await records.audit(connection, actor, "assignment.not_arrived", row.id, now)
        return row

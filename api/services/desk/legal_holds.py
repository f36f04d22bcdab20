"""Legal holds: an arrest, a complaint or a court stops the retention clock for one case."""

from datetime import datetime
from uuid import UUID, uuid4

from api.db.pool import Database
from api.db.records import retention
from api.db.records.retention import HoldRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import NotFound
from api.services.context import entering
from api.services.incidents.opening import lock
from api.services.records import journal


async def hold(db: Database, actor: Actor, incident_id: UUID, reason: str, now: datetime) -> HoldRow:
    """A case that is already held stays held, for the first reason."""
    demand(actor, Operation.HOLD_CASE)
    async with entering(db, actor, now) as context:
        await lock(context, incident_id)
        added = await retention.hold.run(
            context.connection,
            id=uuid4(),
            station_id=actor.station_id,
            incident_id=incident_id,
            reason=reason,
            by=actor.id,
            now=now,
        )
        if added:
            await journal.audit(context, "incident.hold", incident_id, reason=reason)
        held = await retention.held.one(context.connection, incident_id=incident_id)
    if held is None:
        raise NotFound(incident_id=incident_id)
    return held


async def release(db: Database, actor: Actor, incident_id: UUID, reason: str, now: datetime) -> None:
    """Retention continues as if it had never been held: what is past its term goes with the next sweep."""
    demand(actor, Operation.HOLD_CASE)
    async with entering(db, actor, now) as context:
        await lock(context, incident_id)
        if await retention.release_hold.run(context.connection, incident_id=incident_id, by=actor.id, now=now):
            await journal.audit(context, "incident.release_hold", incident_id, reason=reason)

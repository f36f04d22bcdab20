"""Closes a list of cases, ticked by the radio room, as one hoax; those that may be genuine stay open."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.domain.access.permissions import Actor, Operation, demand
from api.domain.incidents.incident import IncidentState
from api.services.context import Runtime
from api.services.desk import hoaxes, incident_ends
from api.services.desk.hoaxes import HOAX, LeftOpen


class HoaxesClosed(msgspec.Struct, frozen=True):
    closed: list[UUID]
    left_open: list[LeftOpen]


async def close(runtime: Runtime, actor: Actor, incident_ids: list[UUID], reason: str, now: datetime) -> HoaxesClosed:
    """Each in its own commit. Each can be undone for an hour."""
    demand(actor, Operation.RUN_INCIDENT)
    async with runtime.db.transaction(actor) as connection:
        left = await hoaxes.differing(connection, incident_ids)
    skipped = {each.incident_id for each in left}
    closed: list[UUID] = []
    for incident_id in incident_ids:
        if incident_id not in skipped:
            await incident_ends.end(
                runtime, actor, incident_id, IncidentState.CLOSED, now, disposition=HOAX, note=reason
            )
            closed.append(incident_id)
    return HoaxesClosed(closed, left)

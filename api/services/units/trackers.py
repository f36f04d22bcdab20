"""Trackers: an app or device that reports a unit's position with its own token, even while no screen is open."""

import base64
import secrets
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from api.db.pool import Database
from api.db.units import trackers, units
from api.db.units.trackers import TrackerRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import NotFound, Unauthenticated
from api.services.access.recent_callers import RecentCallers
from api.services.access.sessions import hash_token
from api.services.context import entering
from api.services.records import journal


class NewTracker(msgspec.Struct, frozen=True):
    """`token` is shown only here; the database keeps its hash."""

    id: UUID
    unit_id: UUID
    label: str
    token: str


async def add(db: Database, actor: Actor, unit_id: UUID, label: str, now: datetime) -> NewTracker:
    demand(actor, Operation.RUN_TRACKERS)
    made = NewTracker(uuid4(), unit_id, label, _typeable_token())
    async with entering(db, actor, now) as context:
        if await units.read.one(context.connection, id=unit_id) is None:
            raise NotFound(unit_id=unit_id)
        await trackers.add.run(
            context.connection,
            id=made.id,
            station_id=actor.station_id,
            unit_id=unit_id,
            label=label,
            hash=hash_token(made.token),
            created_by=actor.id,
            now=now,
        )
        await journal.audit(context, "tracker.add", made.id, unit_id=unit_id)
    return made


def _typeable_token() -> str:
    """120 bits without capitals or symbols, because somebody types it on a phone."""
    return base64.b32encode(secrets.token_bytes(15)).decode().lower()


async def listed(db: Database, actor: Actor, unit_id: UUID) -> list[TrackerRow]:
    demand(actor, Operation.RUN_TRACKERS)
    async with db.looking(actor) as connection:
        if await units.read.one(connection, id=unit_id) is None:
            raise NotFound(unit_id=unit_id)
        return await trackers.list_of_unit.all(connection, unit_id=unit_id)


async def revoke(db: Database, actor: Actor, tracker_id: UUID, now: datetime) -> None:
    """From the next call on, its token is unknown."""
    demand(actor, Operation.RUN_TRACKERS)
    async with entering(db, actor, now) as context:
        row = await trackers.revoke.one(context.connection, id=tracker_id, now=now)
        if row is None:
            raise NotFound(tracker_id=tracker_id)
        await journal.audit(context, "tracker.revoke", tracker_id, unit_id=row.unit_id)


async def admit(callers: RecentCallers, token: str | None) -> Actor:
    """The tracker that holds this token; Unauthenticated where there is none."""
    actor = await callers.machines.find(token) if token else None
    if actor is None or actor.unit_id is None:
        raise Unauthenticated
    demand(actor, Operation.TRACK_UNIT)
    return actor

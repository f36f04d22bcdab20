"""Trackers: an app or device that reports a unit's position with its own token, even while no screen is open."""

import base64
import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from api.db.access import sessions
from api.db.pool import Database
from api.db.units import positions, trackers, units
from api.db.units.trackers import TrackerRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import NotFound, SlowDown, Unauthenticated
from api.domain.units.arrival import CLOCK_TOLERANCE
from api.domain.units.fix import Fix
from api.services.access.sessions import hash_token, machine
from api.services.context import Context, entering
from api.services.records import journal
from api.services.units.positions import BatchAnswer, take

CALLS_PER_MINUTE = 300
"""A phone that comes out of a tunnel hands in what it has kept, one fix a call."""
_MINUTE = timedelta(minutes=1)


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


async def admit(db: Database, token: str | None) -> Actor:
    """The tracker that holds this token; Unauthenticated where there is none."""
    actor = await machine(db, token) if token else None
    if actor is None or actor.unit_id is None:
        raise Unauthenticated
    demand(actor, Operation.TRACK_UNIT)
    return actor


async def _demand_patience(context: Context, tracker_id: UUID) -> None:
    minute = context.now.replace(second=0, microsecond=0)
    calls = await sessions.count_request.get(context.connection, caller=tracker_id.bytes, window_at=minute) or 0
    if calls > CALLS_PER_MINUTE:
        raise SlowDown(retry_after=max(1, round((minute + _MINUTE - context.now).total_seconds())))


async def take_fixes(db: Database, actor: Actor, fixes: list[Fix], now: datetime) -> BatchAnswer:
    """On duty only: fixes from before or outside a shift are refused, answered normally and not stored. A repeat has no
    second effect. Raises SlowDown above the token's limit."""
    demand(actor, Operation.TRACK_UNIT)
    async with entering(db, actor, now) as context:
        await _demand_patience(context, actor.id)
        unit = await positions.read.one(context.connection, unit_id=actor.unit_id, actor_id=actor.id, now=now)
        on_duty_since = unit.shift_started_at if unit else None
        await trackers.used.run(context.connection, id=actor.id, now=now, before=now - _MINUTE)
        if on_duty_since is None:
            return await take(context, None, fixes)
        return await take(context, actor.unit_id, fixes, since=on_duty_since - CLOCK_TOLERANCE)

"""Tokens of workers and enrollers: made, limited to cameras and kinds of alert, replaced, revoked."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from api.db import stations
from api.db.access import machine_tokens
from api.db.access.machine_tokens import MachineTokenRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, Role, demand
from api.domain.errors import Invalid, NotFound
from api.domain.recognition.alert import AlertKind
from api.services.access.sessions import hash_token
from api.services.context import Context, entering
from api.services.records import journal


class TokenLimits(msgspec.Struct, frozen=True):
    """None: every camera of the station, every kind."""

    label: str
    camera_ids: Sequence[UUID] | None
    alert_kinds: Sequence[AlertKind] | None


class NewToken(msgspec.Struct, frozen=True):
    """`token` is shown once; the database keeps its hash."""

    id: UUID
    token: str


async def listed(db: Database, actor: Actor) -> list[MachineTokenRow]:
    demand(actor, Operation.RUN_MACHINE_TOKENS)
    async with db.looking(actor) as connection:
        return await machine_tokens.list_all.all(connection, station_id=actor.station_id, id=None)


async def make(db: Database, actor: Actor, role: Role, limits: TokenLimits, now: datetime) -> NewToken:
    demand(actor, Operation.RUN_MACHINE_TOKENS)
    _check_role(role, limits)
    made = NewToken(uuid4(), secrets.token_urlsafe(32))
    async with entering(db, actor, now) as context:
        await _check_cameras(context, limits)
        await machine_tokens.add.run(
            context.connection,
            id=made.id,
            station_id=actor.station_id,
            role=role,
            hash=hash_token(made.token),
            created_by=actor.id,
            **_columns(limits),
        )
        await journal.audit(context, "token.add", made.id, role=role, limits=limits)
    return made


async def limit(
    db: Database, actor: Actor, token_id: UUID, changes: Mapping[str, object], now: datetime
) -> MachineTokenRow:
    """From the machine's next call on. `changes`: the limits to replace."""
    demand(actor, Operation.RUN_MACHINE_TOKENS)
    async with entering(db, actor, now) as context:
        before = await _valid(context, token_id)
        kinds = None if before.alert_kinds is None else [AlertKind(kind) for kind in before.alert_kinds]
        was = TokenLimits(before.label, before.camera_ids, kinds)
        limits = msgspec.structs.replace(was, **changes)
        _check_role(before.role, limits)
        await _check_cameras(context, limits)
        await machine_tokens.narrow.run(context.connection, id=token_id, **_columns(limits))
        await journal.audit(context, "token.change", token_id, before=was, after=limits)
        return await _valid(context, token_id)


async def rotate(db: Database, actor: Actor, token_id: UUID, now: datetime) -> NewToken:
    """A new secret with the same limits; the old one is unknown from now on."""
    demand(actor, Operation.RUN_MACHINE_TOKENS)
    made = NewToken(token_id, secrets.token_urlsafe(32))
    async with entering(db, actor, now) as context:
        await _valid(context, token_id)
        await machine_tokens.rotate.run(context.connection, id=token_id, hash=hash_token(made.token))
        await journal.audit(context, "token.rotate", token_id)
    return made


async def revoke(db: Database, actor: Actor, token_id: UUID, now: datetime) -> None:
    demand(actor, Operation.RUN_MACHINE_TOKENS)
    async with entering(db, actor, now) as context:
        await _valid(context, token_id)
        await machine_tokens.revoke.run(context.connection, id=token_id, now=now)
        await journal.audit(context, "token.revoke", token_id)


def _check_role(role: Role, limits: TokenLimits) -> None:
    if role not in {Role.WORKER, Role.ENROLLER, Role.LOCATOR}:
        raise Invalid("role", "worker, enroller or locator; a tracker's token belongs to its unit")
    if role != Role.WORKER and (limits.camera_ids is not None or limits.alert_kinds is not None):
        raise Invalid("role", "only a worker sends alerts, so there is nothing to limit")


async def _check_cameras(context: Context, limits: TokenLimits) -> None:
    ours = {row.id for row in await stations.list_cameras.all(context.connection, station_id=context.station_id)}
    if limits.camera_ids is not None and not ours.issuperset(limits.camera_ids):
        raise Invalid("camera_ids", "no such camera")


async def _valid(context: Context, token_id: UUID) -> MachineTokenRow:
    found = await machine_tokens.list_all.all(context.connection, station_id=context.station_id, id=token_id)
    if not found or found[0].revoked_at is not None or found[0].role == Role.TRACKER:
        raise NotFound(token_id=token_id)
    return found[0]


def _columns(limits: TokenLimits) -> dict[str, Any]:
    cameras, kinds = limits.camera_ids, limits.alert_kinds
    return {
        "label": limits.label,
        "camera_ids": None if cameras is None else list(cameras),
        "alert_kinds": None if kinds is None else [str(kind) for kind in kinds],
    }

"""Accounts, as whoever runs the machine changes them: the way back in when no administrator can sign in any more.

Every change is in the station's audit.
"""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
import msgspec

from api.db.access import accounts, passkeys, sessions
from api.db.access.accounts import AccountName
from api.db.notifying import push
from api.db.pool import Database
from api.domain.access.permissions import Actor, Role, system_at
from api.domain.errors import NotFound, Taken
from api.services.access.passwords import passwords
from api.services.context import entering
from api.services.records import journal


class NewAccount(msgspec.Struct, frozen=True):
    role: Role
    username: str
    display_name: str


class AccountChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """`password` is shown only here. `sessions_ended`: their streams end within seconds."""

    username: str
    station_id: UUID
    password: str | None = None
    sessions_ended: int | None = None
    disabled: bool | None = None


async def add(db: Database, station_id: UUID, planned: NewAccount, now: datetime) -> AccountChange:
    password, account_id = secrets.token_urlsafe(12), uuid4()
    hashed = await passwords.hash(password)
    actor = system_at(station_id)
    try:
        async with entering(db, actor, now, duplicate=Taken(username=planned.username)) as context:
            await accounts.add.run(
                context.connection,
                id=account_id,
                station_id=station_id,
                role=planned.role,
                username=planned.username,
                display_name=planned.display_name,
                password_hash=hashed,
                language="th",
                simulated=False,
                default_unit_id=None,
            )
            await journal.audit(context, "account.add", account_id, role=planned.role)
    except (asyncpg.ForeignKeyViolationError, asyncpg.InsufficientPrivilegeError):
        raise NotFound(station_id=station_id) from None
    return AccountChange(planned.username, station_id, password=password)


async def lock(db: Database, username: str, now: datetime, *, locked: bool) -> AccountChange:
    """Lock or unlock an account. While locked it cannot sign in, its sessions end and its phones stop ringing."""
    account, actor = await _find(db, username)
    ended = None
    async with entering(db, actor, now) as context:
        await accounts.set_disabled.run(context.connection, id=account.account_id, at=now if locked else None)
        if locked:
            ended = await sessions.revoke_all.run(context.connection, account_id=account.account_id, now=now, but=None)
            await push.forget_subscriptions.run(context.connection, account_id=account.account_id, endpoint=None)
        what = "account.disable" if locked else "account.enable"
        await journal.audit(context, what, account.account_id)
    return AccountChange(username, account.station_id, sessions_ended=ended, disabled=locked)


async def reset(db: Database, username: str, now: datetime) -> AccountChange:
    """A new password; its second factor is gone, too, passkeys included."""
    account, actor = await _find(db, username)
    password = secrets.token_urlsafe(12)
    hashed = await passwords.hash(password)
    async with entering(db, actor, now) as context:
        await accounts.set_password.run(context.connection, id=account.account_id, password_hash=hashed)
        await accounts.remove_second_factor.run(context.connection, id=account.account_id)
        await passkeys.remove.run(context.connection, account_id=account.account_id, id=None)
        await accounts.end_invitations.run(context.connection, account_id=account.account_id)
        ended = await sessions.revoke_all.run(context.connection, account_id=account.account_id, now=now, but=None)
        await journal.audit(context, "account.reset", account.account_id)
    return AccountChange(username, account.station_id, password=password, sessions_ended=ended)


async def end_sessions(db: Database, username: str, now: datetime) -> AccountChange:
    account, actor = await _find(db, username)
    async with entering(db, actor, now) as context:
        ended = await sessions.revoke_all.run(context.connection, account_id=account.account_id, now=now, but=None)
        await journal.audit(context, "account.end_sessions", account.account_id)
    return AccountChange(username, account.station_id, sessions_ended=ended)


async def _find(db: Database, username: str) -> tuple[AccountName, Actor]:
    """Locked accounts included."""
    async with db.stationless() as connection:
        account = await accounts.name.one(connection, username=username)
    if account is None:
        raise NotFound(username=username)
    return account, system_at(account.station_id)

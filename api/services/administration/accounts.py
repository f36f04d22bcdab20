"""A station's accounts, as its administrator runs them. Every change is in the audit, with before and after."""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from api.db import stations
from api.db.access import accounts, sessions
from api.db.access.accounts import AccountDetails, AccountLock
from api.db.access.sessions import SessionRow
from api.db.notifying import push
from api.db.pool import Connection, Database
from api.db.units import units
from api.domain.access.account import INVITATION_LIFETIME, is_last, is_open
from api.domain.access.permissions import OFFICE_ROLES, STATION_ROLES, Actor, Operation, Role, demand
from api.domain.errors import IdReused, Invalid, NotFound, Taken, WrongState
from api.services.access.passwords import check_strength, passwords
from api.services.administration.versions import amended
from api.services.context import Context, Runtime, deciding, entering
from api.services.dispatching import shifts
from api.services.records import journal

_CODE_BYTES = 16


class NewAccount(msgspec.Struct, frozen=True):
    """`default_unit_id`: the unit that an officer is shown first when going on duty."""

    id: UUID
    role: Role
    username: str
    display_name: str
    language: str
    default_unit_id: UUID | None


class AccountFacts(msgspec.Struct, frozen=True):
    """What an administrator can change."""

    role: Role
    display_name: str
    language: str
    default_unit_id: UUID | None


class Invitation(msgspec.Struct, frozen=True):
    """`code` is shown once; the database keeps its hash."""

    code: str
    expires_at: datetime


async def listed(db: Database, actor: Actor) -> list[AccountDetails]:
    demand(actor, Operation.RUN_ACCOUNTS)
    async with db.looking(actor) as connection:
        return await accounts.list_all.all(connection, station_id=actor.station_id, id=None, now=db.now())


async def add(db: Database, actor: Actor, new: NewAccount, now: datetime) -> AccountDetails:
    """Without a password: the person is invited to choose one. The same account again changes nothing. Raises Taken if
    the name is in use, IdReused if the id is."""
    demand(actor, Operation.RUN_ACCOUNTS)
    async with entering(db, actor, now, duplicate=Taken(username=new.username)) as context:
        await _check_role(context, new.role)
        present = await accounts.lock.one(context.connection, id=new.id)
        if present is not None:
            if (present.username, present.role) != (new.username, new.role):
                raise IdReused(id=new.id)
            return await _details(context, new.id)
        await _check_unit(context.connection, new.default_unit_id)
        await accounts.add.run(
            context.connection,
            id=new.id,
            station_id=context.station_id,
            role=new.role,
            username=new.username,
            display_name=new.display_name,
            password_hash=None,
            language=new.language,
            simulated=False,
            default_unit_id=new.default_unit_id,
        )
        await journal.audit(context, "account.add", new.id, role=new.role, username=new.username)
        return await _details(context, new.id)


async def change(
    db: Database, actor: Actor, account_id: UUID, changes: Mapping[str, object], version: int, now: datetime
) -> AccountDetails:
    """`changes`: the facts to replace. Raises Changed, with the present account, if `version` is no longer current, and
    WrongState if nobody could administer the station any more."""
    demand(actor, Operation.RUN_ACCOUNTS)
    async with entering(db, actor, now) as context:
        before = _facts(await _lock(context, account_id))
        wanted = amended(await _details(context, account_id), before, changes, version)
        await _check_role(context, wanted.role)
        await _check_unit(context.connection, wanted.default_unit_id)
        if wanted.role != before.role:
            await _leave_role(context, account_id, before.role)
        await accounts.change.run(context.connection, id=account_id, **msgspec.structs.asdict(wanted))
        await journal.audit(context, "account.change", account_id, before=before, after=wanted)
        return await _details(context, account_id)


async def _leave_role(context: Context, account_id: UUID, role: Role) -> None:
    """A new role begins with a new session, and not in the middle of a shift."""
    if role == Role.ADMIN:
        await _keep_another_admin(context, account_id)
    if await units.open_shift.one(context.connection, account_id=account_id):
        raise WrongState(state="on_duty")
    await sessions.revoke_all.run(context.connection, account_id=account_id, now=context.now, but=None)


async def set_disabled(
    runtime: Runtime, actor: Actor, account_id: UUID, now: datetime, *, disabled: bool
) -> AccountDetails:
    """Lock an account or let it in again. A locked account's sessions, streams and phones end, and its shift, unless it
    is alone in a unit that holds a case: then the radio room finishes that on its behalf. Raises WrongState if nobody
    could administer the station any more."""
    demand(actor, Operation.RUN_ACCOUNTS)
    async with deciding(runtime, actor, now) as context:
        before = await _lock(context, account_id)
        if (before.disabled_at is not None) == disabled:
            return await _details(context, account_id)
        if disabled:
            if before.role == Role.ADMIN:
                await _keep_another_admin(context, account_id)
            await sessions.revoke_all.run(context.connection, account_id=account_id, now=now, but=None)
            await accounts.end_invitations.run(context.connection, account_id=account_id)
            await push.forget_subscriptions.run(context.connection, account_id=account_id, endpoint=None)
            with suppress(WrongState):
                await shifts.end(context, account_id)
        await accounts.set_disabled.run(context.connection, id=account_id, at=now if disabled else None)
        await journal.audit(context, "account.disable" if disabled else "account.enable", account_id)
        return await _details(context, account_id)


async def invite(db: Database, actor: Actor, account_id: UUID, now: datetime) -> Invitation:
    """A one-time code with which the person chooses a password; an earlier one ends. A present password is good until
    then."""
    demand(actor, Operation.RUN_ACCOUNTS)
    async with entering(db, actor, now) as context:
        account = await _lock(context, account_id)
        if account.disabled_at is not None:
            raise WrongState(state="disabled")
        return await write_invitation(context, account_id)


async def write_invitation(context: Context, account_id: UUID) -> Invitation:
    code, expires_at = secrets.token_urlsafe(_CODE_BYTES), context.now + INVITATION_LIFETIME
    await accounts.add_invitation.run(
        context.connection,
        id=uuid4(),
        station_id=context.station_id,
        account_id=account_id,
        hash=_hash(code),
        by=context.actor.id,
        now=context.now,
        expires_at=expires_at,
    )
    await journal.audit(context, "account.invite", account_id, until=expires_at)
    return Invitation(code, expires_at)


async def accept(db: Database, code: str, password: str, now: datetime) -> str:
    """Choose a password, and be told the user name to sign in with; open sessions and a PIN end. Raises NotFound if the
    code is wrong, used or too old."""
    async with db.stationless() as connection:
        found = await accounts.find_invitation.one(connection, hash=_hash(code))
    if found is None or not is_open(found.expires_at, found.used_at, now):
        raise NotFound
    await check_strength(password, found.username, found.display_name)
    hashed = await passwords.hash(password)
    async with entering(db, Actor(found.account_id, Role.SYSTEM, found.station_id), now) as context:
        if await accounts.use_invitation.get(context.connection, id=found.id, now=now) is None:
            raise NotFound
        await accounts.set_password.run(context.connection, id=found.account_id, password_hash=hashed)
        await accounts.set_pin.run(context.connection, id=found.account_id, pin_hash=None)
        await sessions.revoke_all.run(context.connection, account_id=found.account_id, now=now, but=None)
        await journal.audit(context, "account.password", found.account_id, invited=True)
    return found.username


async def sessions_of(db: Database, actor: Actor, account_id: UUID) -> list[SessionRow]:
    demand(actor, Operation.RUN_ACCOUNTS)
    async with db.looking(actor) as connection:
        await _demand_ours(connection, account_id)
        return await sessions.list_of.all(connection, account_id=account_id, now=db.now())


async def end_sessions(db: Database, actor: Actor, account_id: UUID, session_id: UUID | None, now: datetime) -> None:
    """One of somebody's sessions, or all of them (None)."""
    demand(actor, Operation.RUN_ACCOUNTS)
    async with entering(db, actor, now) as context:
        await _demand_ours(context.connection, account_id)
        if session_id is None:
            await sessions.revoke_all.run(context.connection, account_id=account_id, now=now, but=None)
        elif not await sessions.revoke_one.run(context.connection, account_id=account_id, id=session_id, now=now):
            raise NotFound(session_id=session_id)
        await journal.audit(context, "account.end_sessions", account_id, session_id=session_id)


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


async def _check_role(context: Context, role: Role) -> None:
    office = await stations.is_office.get(context.connection, station_id=context.station_id)
    known = OFFICE_ROLES if office else STATION_ROLES
    if role not in known:
        raise Invalid("role", f"not one of {', '.join(sorted(known))}")


async def _check_unit(connection: Connection, unit_id: UUID | None) -> None:
    if unit_id is not None and await units.read.one(connection, id=unit_id) is None:
        raise Invalid("default_unit_id", "no such unit")


async def _keep_another_admin(context: Context, account_id: UUID) -> None:
    """Raises WrongState if nobody else administers the station."""
    admins = await accounts.lock_admins.all(context.connection, station_id=context.station_id)
    if is_last(account_id, [admin.id for admin in admins]):
        raise WrongState(state="last_admin")


async def _lock(context: Context, account_id: UUID) -> AccountLock:
    account = await accounts.lock.one(context.connection, id=account_id)
    if account is None:
        raise NotFound(account_id=account_id)
    return account


async def _demand_ours(connection: Connection, account_id: UUID) -> None:
    if await accounts.station_of.get(connection, id=account_id) is None:
        raise NotFound(account_id=account_id)


async def _details(context: Context, account_id: UUID) -> AccountDetails:
    (found,) = await accounts.list_all.all(
        context.connection, station_id=context.station_id, id=account_id, now=context.now
    )
    return found


def _facts(account: AccountLock) -> AccountFacts:
    return AccountFacts(account.role, account.display_name, account.language, account.default_unit_id)

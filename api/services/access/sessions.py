"""Signing in and out. A session is a row: revoking it is one update, seen by the next request and every open stream."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec

from api.db.access import accounts, machine_tokens, sessions
from api.db.access.sessions import AccountRow, CallerRow, MachineRow
from api.db.pool import Database
from api.domain.access.patience import FREE_TRIES, FREE_TRIES_OF_ADDRESS, REMEMBERED, retry_after
from api.domain.access.permissions import RADIO_ROOM, Actor, Operation, Role
from api.domain.access.session import STEPPED_UP, is_idle, lasts_for, locks_at, use_is_news
from api.domain.errors import SlowDown, Unauthenticated, WrongState
from api.services.access import second_factor
from api.services.access.passkeys import Presented
from api.services.access.passwords import passwords
from api.services.context import Context, entering
from api.services.records import journal

_NOTED_REFUSALS = 20
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class User(msgspec.Struct, frozen=True):
    id: UUID
    role: Role
    station_id: UUID
    username: str
    display_name: str
    language: str


class SignedIn(msgspec.Struct, frozen=True):
    """`token` goes into the cookie; the database keeps only its hash."""

    user: User
    token: str
    session_id: UUID


def hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def csrf_token(token: str) -> str:
    """Bound to the session by derivation, so that it needs no storage and dies with it."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


class Whence(msgspec.Struct, frozen=True):
    """Where a call comes from. `device`: browser and system, as far as it says."""

    address: str
    device: str | None = None


class Secret(msgspec.Struct, frozen=True):
    """What signing in takes, or a PIN, which opens a locked screen."""

    password: str | None = None
    otp: str | None = None
    passkey: Presented | None = None
    pin: str | None = None


async def sign_in(db: Database, username: str, secret: Secret, whence: Whence, now: datetime) -> SignedIn:
    """Always a new session. An unknown name takes as long as a wrong password."""
    account = await prove(db, username, whence.address, now, secret)
    async with entering(db, Actor(account.account_id, account.role, account.station_id), now) as context:
        return await _open(context, account, whence, proved_at=now)


async def _open(context: Context, account: AccountRow, whence: Whence, *, proved_at: datetime) -> SignedIn:
    token, session_id = secrets.token_urlsafe(32), uuid4()
    await sessions.open_session.run(
        context.connection,
        id=session_id,
        station_id=account.station_id,
        account_id=account.account_id,
        hash=hash_token(token),
        now=context.now,
        expires_at=context.now + lasts_for(account.role),
        device=whence.device,
        address=whence.address,
        proved_at=proved_at,
    )
    await journal.audit(context, "session.open", session_id)
    return SignedIn(_user(account), token, session_id)


async def lock(db: Database, actor: Actor, now: datetime) -> None:
    """The radio room's screen goes on showing and does nothing more. Raises WrongState for anybody else's session,
    which would be of no use."""
    if actor.role not in RADIO_ROOM:
        raise WrongState(state="not_radio_room")
    async with entering(db, actor, now) as context:
        if await sessions.lock.run(context.connection, id=actor.session_id, now=now):
            await journal.audit(context, "session.lock", actor.session_id)


async def take_over(
    db: Database, screen: Actor, username: str, secret: Secret, whence: Whence, now: datetime
) -> SignedIn:
    """Unlock a screen of the radio room: its session ends, one of whoever stands in front of it begins. With a PIN this
    proves less than signing in does: what needs a recent proof asks for it. Raises Unauthenticated for anybody who does
    not work in this radio room."""
    account = await prove(db, username, whence.address, now, secret)
    if account.station_id != screen.station_id or account.role not in RADIO_ROOM:
        raise Unauthenticated
    proved_at = now if secret.pin is None else now - STEPPED_UP
    async with entering(db, Actor(account.account_id, account.role, account.station_id), now) as context:
        if not await sessions.revoke_session.run(context.connection, id=screen.session_id, now=now):
            raise Unauthenticated
        await journal.audit(context, "session.take_over", screen.session_id, before=screen.id)
        return await _open(context, account, whence, proved_at=proved_at)


async def prove(
    db: Database,
    username: str,
    address: str,
    now: datetime,
    secret: Secret,
    *,
    password_alone: bool = False,
) -> AccountRow:
    """The account whose password (and second factor, if it has one) this is. Without a password the second factor
    alone has to do, with `password_alone` the password; a PIN is enough by itself. Raises Unauthenticated. Each
    attempt counts before it is checked, so that simultaneous attempts are limited too."""
    attempt = await _count(db, username, address, now)
    try:
        await _demand_patience(db, username, address, attempt, now)
        async with db.stationless() as connection:
            account = await sessions.find_account.one(connection, username=username)
        password, pin = secret.password, secret.pin
        if pin is not None:
            correct = await passwords.verify(account.pin_hash if account else None, pin)
        else:
            correct = password is None or await passwords.verify(account.password_hash if account else None, password)
    except SlowDown:
        async with db.stationless() as connection:
            await sessions.forget_attempt.run(connection, id=attempt)
        raise
    if (
        account is not None
        and correct
        and (
            password_alone
            or pin is not None
            or await second_factor.passes(db, account, secret.otp, secret.passkey, now, alone=password is None)
        )
    ):
        async with db.stationless() as connection:
            await sessions.forget_failures.run(connection, username=username, address=address)
        return account
    if account is not None:
        await _refused(db, Actor(account.account_id, account.role, account.station_id), now)
    raise Unauthenticated


async def _count(db: Database, username: str, address: str, now: datetime) -> UUID:
    attempt = uuid4()
    async with db.stationless() as connection:
        await sessions.record_failure.run(connection, id=attempt, username=username, address=address, now=now)
    return attempt


async def _refused(db: Database, account: Actor, now: datetime) -> None:
    async with entering(db, account, now) as context:
        await journal.audit(context, "session.refused", account.id)


async def refused(db: Database, actor: Actor, operation: Operation) -> None:
    """Audit an operation that the caller's role does not have; only the first few per minute."""
    now = db.now()
    window = now.replace(second=0, microsecond=0)
    caller = hashlib.sha256(b"refused" + actor.id.bytes).digest()
    async with entering(db, actor, now) as context:
        if (
            await sessions.count_request.get(context.connection, caller=caller, window_at=window) or 0
        ) <= _NOTED_REFUSALS:
            await journal.audit(context, "refused", None, operation=operation)


async def _demand_patience(db: Database, username: str, address: str, attempt: UUID, now: datetime) -> None:
    """Growing delays for one account from one address: guessing becomes slow, and nobody can lock out anybody else."""
    async with db.stationless() as connection:
        failed = await sessions.failures.one(
            connection, username=username, address=address, but=attempt, since=now - REMEMBERED
        )
    if failed is None:
        return
    for count, last, free in (
        (failed.of_account, failed.last_of_account, FREE_TRIES),
        (failed.of_address, failed.last_of_address, FREE_TRIES_OF_ADDRESS),
    ):
        seconds = retry_after(count, last, free, now)
        if seconds is not None:
            raise SlowDown(retry_after=seconds)


async def sign_out(db: Database, actor: Actor, now: datetime) -> None:
    async with entering(db, actor, now) as context:
        await sessions.revoke_session.run(context.connection, id=actor.session_id, now=now)
        await journal.audit(context, "session.revoke", actor.session_id)


class Caller(msgspec.Struct, frozen=True):
    """A signed-in person. `seen_at`: the session's last use, to the minute; `proved_at`: when the password or a code
    was last given. `locks_at`: from then on a screen of the radio room only shows."""

    actor: Actor
    user: User
    seen_at: datetime
    proved_at: datetime
    second_factor: bool
    pin: bool
    locks_at: datetime | None
    otp: bool

    def is_locked(self, now: datetime) -> bool:
        return self.locks_at is not None and now >= self.locks_at


async def who(db: Database, token: str) -> Caller | None:
    """The user behind this cookie; None if the session is unknown, expired, revoked or was left unused."""
    return (await people(db, [hash_token(token)])).get(hash_token(token))


_machines_noted: dict[UUID, datetime] = {}
"""When the last use of each was stored by this process."""


async def machine(db: Database, token: str) -> Actor | None:
    """The machine behind this bearer token, with the token's limits. Its last use is known to the minute."""
    actor = (await machines(db, [hash_token(token)])).get(hash_token(token))
    now = db.now()
    if actor is not None and use_is_news(_machines_noted.get(actor.id, _LONG_AGO), now):
        _machines_noted[actor.id] = now
        async with db.transaction(actor, quiet=True) as connection:
            await machine_tokens.used.run(connection, id=actor.id, now=now)
    return actor


async def people(db: Database, hashes: list[bytes]) -> dict[bytes, Caller]:
    """By the hash of their cookie; strangers are missing."""
    async with db.statement() as connection:
        rows = await sessions.find_people.all(connection, hashes=hashes)
    now = db.now()
    return {row.hash: _caller(row) for row in rows if not is_idle(row.role, row.seen_at, now)}


def _caller(row: CallerRow) -> Caller:
    user = User(row.account_id, row.role, row.station_id, row.username, row.display_name, row.language)
    unit_id = row.unit_id if row.role == Role.OFFICER else None
    actor = Actor(row.account_id, row.role, row.station_id, unit_id=unit_id, session_id=row.session_id)
    locks = locks_at(row.role, row.created_at, row.locked_at)
    return Caller(actor, user, row.seen_at, row.proved_at, row.second_factor, row.pin, locks, row.otp)


async def note_use(db: Database, actor: Actor) -> None:
    if actor.session_id is not None:
        async with db.transaction(actor, quiet=True) as connection:
            await sessions.note_use.run(connection, id=actor.session_id, now=db.now())


async def machines(db: Database, hashes: list[bytes]) -> dict[bytes, Actor]:
    """By the hash of their token; strangers are missing."""
    async with db.statement() as connection:
        rows = await sessions.find_machines.all(connection, hashes=hashes)
    return {row.hash: _machine(row) for row in rows}


def _machine(row: MachineRow) -> Actor:
    cameras = None if row.camera_ids is None else frozenset(row.camera_ids)
    kinds = None if row.alert_kinds is None else frozenset(row.alert_kinds)
    return Actor(row.token_id, row.role, row.station_id, unit_id=row.unit_id, camera_ids=cameras, alert_kinds=kinds)


async def set_language(db: Database, actor: Actor, language: str) -> None:
    async with db.transaction(actor) as connection:
        await accounts.set_language.run(connection, account_id=actor.id, language=language)


def _user(account: AccountRow) -> User:
    return User(
        account.account_id, account.role, account.station_id, account.username, account.display_name, account.language
    )

"""A second factor beside the password: one-time codes (TOTP, RFC 6238), each good once, and recovery codes."""

import hashlib
import hmac
import secrets
from datetime import datetime

import msgspec
from pyotp import random_base32
from pyotp.totp import TOTP

from api.db.access import accounts
from api.db.access.accounts import AccountLock
from api.db.access.sessions import AccountRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import Invalid, NotFound, WrongState
from api.services.access import passkeys
from api.services.access.passkeys import Presented
from api.services.context import Context, entering
from api.services.records import journal

_RECOVERY_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # pragma: allowlist secret
"""Without what is easily mistaken for something else."""
_WINDOW = (-1, 0, 1)
"""Periods of 30 s by which a phone's clock may be off."""


class SecondFactor(msgspec.Struct, frozen=True):
    """`uri`: for a QR code (`otpauth:`). `recovery_codes`: shown once; the database keeps their hashes."""

    secret: str
    uri: str
    recovery_codes: list[str]


async def begin(db: Database, actor: Actor, username: str, now: datetime) -> SecondFactor:
    """Set one up; it is asked for only after `confirm`. Raises WrongState if there is one already."""
    demand(actor, Operation.OWN_ACCOUNT)
    secret = random_base32()
    codes = [_recovery_code() for _ in range(_RECOVERY_CODES)]
    async with entering(db, actor, now) as context:
        account = await _own(context)
        if account.otp_secret is not None:
            raise WrongState(state="set_up")
        await accounts.begin_second_factor.run(
            context.connection, id=actor.id, secret=secret, recovery=[_hash(code) for code in codes]
        )
    uri = TOTP(secret).provisioning_uri(name=username, issuer_name="Sipha")
    return SecondFactor(secret, uri, codes)


async def confirm(db: Database, actor: Actor, otp: str, now: datetime) -> None:
    """The phone has it: from now on it is asked for. Raises Invalid for a wrong code."""
    demand(actor, Operation.OWN_ACCOUNT)
    async with entering(db, actor, now) as context:
        account = await _own(context)
        if account.otp_pending_secret is None:
            raise WrongState(state="set_up" if account.otp_secret is not None else "not_begun")
        counter = _matching(account.otp_pending_secret, otp, now)
        if counter is None:
            raise Invalid("otp", "not the code of this moment")
        await accounts.confirm_second_factor.run(context.connection, id=actor.id, counter=counter)
        await journal.audit(context, "account.second_factor", actor.id)


async def remove(db: Database, actor: Actor, now: datetime) -> None:
    demand(actor, Operation.OWN_ACCOUNT)
    async with entering(db, actor, now) as context:
        await accounts.remove_second_factor.run(context.connection, id=actor.id)
        await journal.audit(context, "account.no_second_factor", actor.id)


async def passes(
    db: Database, account: AccountRow, otp: str | None, passkey: Presented | None, now: datetime, *, alone: bool
) -> bool:
    """Whether the code or passkey is right, which uses it up. An account without a second factor passes, unless that
    has to do `alone`."""
    if passkey is not None:
        return await passkeys.passes(db, account, passkey, now)
    if account.otp_secret is None:
        return not alone and not await passkeys.any_of(db, account)
    if otp is None:
        return False
    actor = Actor(account.account_id, account.role, account.station_id)
    counter = _matching(account.otp_secret, otp, now)
    async with entering(db, actor, now) as context:
        if counter is not None:
            return await accounts.use_counter.get(context.connection, id=actor.id, counter=counter) is not None
        used = await accounts.use_recovery_code.get(context.connection, id=actor.id, hash=_hash(otp)) is not None
        if used:
            await journal.audit(context, "account.recovery_code", actor.id)
        return used


def _matching(secret: str, otp: str, now: datetime) -> int | None:
    """The period of which this is the code."""
    totp = TOTP(secret)
    present = totp.timecode(now)
    for off in _WINDOW:
        if hmac.compare_digest(totp.generate_otp(present + off).encode(), otp.encode()):
            return present + off
    return None


def _recovery_code() -> str:
    letters = [secrets.choice(_ALPHABET) for _ in range(10)]
    return "".join(letters[:5]) + "-" + "".join(letters[5:])


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.strip().lower().encode()).digest()


async def _own(context: Context) -> AccountLock:
    account = await accounts.lock.one(context.connection, id=context.actor.id)
    if account is None:
        raise NotFound(account_id=context.actor.id)
    return account

"""Passkeys (WebAuthn): registered by name, and good instead of a one-time code. The user is always verified by the
device; a challenge is good once, for two minutes; a counter that does not grow betrays a copy."""

import hashlib
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from api.db.access import passkeys as rows
from api.db.access.passkeys import PasskeyRow
from api.db.access.sessions import AccountRow
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import Invalid, NotFound, Taken, WrongState
from api.services.context import entering
from api.services.records import journal

_CHALLENGE_LASTS = timedelta(minutes=2)
_MOST = 10
_VERIFIED = UserVerificationRequirement.REQUIRED


class Party(msgspec.Struct, frozen=True):
    """Who asks, for the browser: a passkey works for this address and no other."""

    origin: str

    @property
    def id(self) -> str:
        return urlsplit(self.origin).hostname or ""


class Presented(msgspec.Struct, frozen=True):
    """A passkey's answer to a challenge. `credential`: PublicKeyCredential's JSON."""

    credential: str
    challenge: str
    party: Party


def party_at(public_url: str) -> Party:
    parts = urlsplit(public_url)
    return Party(f"{parts.scheme}://{parts.netloc}")


async def listed(db: Database, actor: Actor) -> list[PasskeyRow]:
    demand(actor, Operation.OWN_ACCOUNT)
    async with db.looking(actor) as connection:
        return await rows.of_account.all(connection, account_id=actor.id)


async def begin(db: Database, actor: Actor, username: str, display_name: str, party: Party, now: datetime) -> str:
    """What the browser makes a passkey from: PublicKeyCredentialCreationOptions, as JSON."""
    demand(actor, Operation.OWN_ACCOUNT)
    present = await listed(db, actor)
    if len(present) >= _MOST:
        raise WrongState(state="enough")
    challenge = await _challenge(db, actor.id, now)
    options = generate_registration_options(
        rp_id=party.id,
        rp_name="Sipha",
        user_name=username,
        user_id=actor.id.bytes,
        user_display_name=display_name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=row.credential_id) for row in present],
    )
    return options_to_json(options)


async def add(
    db: Database, actor: Actor, name: str, presented: Presented, transports: list[str], now: datetime
) -> PasskeyRow:
    """Raises Invalid for an answer to no open challenge of one's own, from elsewhere, or without the user verified."""
    demand(actor, Operation.OWN_ACCOUNT)
    verified = await _registered(db, actor, presented, now)
    passkey_id = uuid4()
    async with entering(db, actor, now, duplicate=Taken(passkey=name)) as context:
        await rows.add.run(
            context.connection,
            id=passkey_id,
            station_id=actor.station_id,
            account_id=actor.id,
            name=name,
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            transports=transports,
            now=now,
        )
        await journal.audit(context, "account.passkey", actor.id, passkey_id=passkey_id)
    return next(row for row in await listed(db, actor) if row.id == passkey_id)


async def remove(db: Database, actor: Actor, passkey_id: UUID, now: datetime) -> None:
    demand(actor, Operation.OWN_ACCOUNT)
    async with entering(db, actor, now) as context:
        if not await rows.remove.run(context.connection, account_id=actor.id, id=passkey_id):
            raise NotFound(passkey_id=passkey_id)
        await journal.audit(context, "account.no_passkey", actor.id, passkey_id=passkey_id)


async def challenge(db: Database, party: Party, now: datetime) -> str:
    """For anybody: it names no account and no passkey. PublicKeyCredentialRequestOptions, as JSON."""
    fresh = await _challenge(db, None, now)
    return options_to_json(
        generate_authentication_options(rp_id=party.id, challenge=fresh, user_verification=_VERIFIED)
    )


async def any_of(db: Database, account: AccountRow) -> bool:
    async with db.looking(_actor(account)) as connection:
        return bool(await rows.of_account.all(connection, account_id=account.account_id))


async def passes(db: Database, account: AccountRow, presented: Presented, now: datetime) -> bool:
    """Whether one of the account's passkeys has answered an open challenge, which uses that up."""
    actor = _actor(account)
    async with db.looking(actor) as connection:
        known = {row.credential_id: row for row in await rows.of_account.all(connection, account_id=actor.id)}
    if not await _use(db, None, presented.challenge, now):
        return False
    row = known.get(_credential_id(presented))
    if row is None:
        return False
    count = _signed_count(row, presented)
    if count is None:
        return False
    async with entering(db, actor, now) as context:
        grown = await rows.use.get(context.connection, id=row.id, sign_count=count, now=now) is not None
        if not grown:
            await journal.audit(context, "account.passkey_copied", actor.id, passkey_id=row.id)
        return grown


def _actor(account: AccountRow) -> Actor:
    return Actor(account.account_id, account.role, account.station_id)


def _credential_id(presented: Presented) -> bytes:
    """Empty if it is none."""
    try:
        return base64url_to_bytes(msgspec.json.decode(presented.credential)["rawId"])
    except ValueError:
        return b""


def _signed_count(row: PasskeyRow, presented: Presented) -> int | None:
    """The counter that the passkey has signed; the library would compare it before it checks the signature."""
    try:
        verified = verify_authentication_response(
            credential=presented.credential,
            expected_challenge=base64url_to_bytes(presented.challenge),
            expected_rp_id=presented.party.id,
            expected_origin=presented.party.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return verified.new_sign_count


async def _registered(db: Database, actor: Actor, presented: Presented, now: datetime) -> VerifiedRegistration:
    if not await _use(db, actor.id, presented.challenge, now):
        raise Invalid("credential", "answers no open challenge")
    try:
        return verify_registration_response(
            credential=presented.credential,
            expected_challenge=base64url_to_bytes(presented.challenge),
            expected_rp_id=presented.party.id,
            expected_origin=presented.party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Invalid("credential", "not a passkey made here") from None


async def _challenge(db: Database, account_id: UUID | None, now: datetime) -> bytes:
    fresh = secrets.token_bytes(32)
    async with db.stationless() as connection:
        await rows.add_challenge.run(
            connection, hash=_hash(fresh), account_id=account_id, now=now, expires_at=now + _CHALLENGE_LASTS
        )
    return fresh


async def _use(db: Database, account_id: UUID | None, said: str, now: datetime) -> bool:
    try:
        given = base64url_to_bytes(said)
    except ValueError:
        return False
    async with db.stationless() as connection:
        return await rows.use_challenge.get(connection, hash=_hash(given), account_id=account_id, now=now) is not None


def _hash(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()

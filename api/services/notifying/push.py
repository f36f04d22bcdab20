"""Phones: which of them ring for whom."""

import base64
import binascii
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from api.db.notifying import push
from api.db.notifying.outgoing import PushMessage
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import Invalid, Taken, WrongState
from api.domain.incidents.timepoint import Point, Source
from api.domain.notifying.push import TEST_LIFETIME, Content, PushKind
from api.services.context import Context, entering
from api.services.notifying.notifications import PushNotice, notify_account
from api.services.records import journal
from api.settings import WELL_KNOWN_PUSH_HOSTS

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Phone(msgspec.Struct, frozen=True):
    """One browser's subscription, as `PushSubscription.toJSON()` gives it."""

    endpoint: str
    p256dh: str
    auth: str
    device: str | None


async def subscribe(db: Database, actor: Actor, phone: Phone, allowed: tuple[str, ...], now: datetime) -> None:
    """Remember a phone. Its push service must be a known one: nothing else is ever called from here."""
    demand(actor, Operation.OWN_PUSH)
    check_endpoint(phone.endpoint, allowed)
    _check_keys(phone.p256dh, phone.auth)
    async with entering(db, actor, now) as context:
        if not await _save(context, phone):
            # the browser was signed in as somebody else before: the phone now belongs to this account
            await _take_over(context, phone.endpoint)
            await _save(context, phone)


async def _save(context: Context, phone: Phone) -> int:
    return await push.save_subscription.run(
        context.connection,
        **msgspec.structs.asdict(phone),
        station_id=context.station_id,
        account_id=context.actor.id,
        now=context.now,
    )


async def _take_over(context: Context, endpoint: str) -> None:
    if not await push.forget_endpoint.run(context.connection, endpoint=endpoint):
        raise Taken(because="this phone is subscribed at another station", actor=context.actor.id)


async def unsubscribe(db: Database, actor: Actor, endpoint: str | None) -> None:
    demand(actor, Operation.OWN_PUSH)
    async with db.transaction(actor) as connection:
        await push.forget_subscriptions.run(connection, account_id=actor.id, endpoint=endpoint)


async def send_test(db: Database, actor: Actor, now: datetime) -> None:
    demand(actor, Operation.OWN_PUSH)
    notice = PushNotice(PushKind.TEST, Content(), now + TEST_LIFETIME)
    async with entering(db, actor, now) as context:
        if not await notify_account(context, actor.id, notice):
            raise WrongState(state="not_subscribed")


async def note_sent(context: Context, message: PushMessage) -> None:
    """The push service accepted it. That does not mean a phone rang."""
    if message.incident_id is not None and message.kind in {PushKind.OFFER, PushKind.BACKUP}:
        point = journal.TimePoint(message.incident_id, Point.SENT, Source.SYSTEM, message.assignment_id)
        await journal.time_point(context, point)


async def forget_phone(context: Context, endpoint: str) -> None:
    """The push service no longer knows this phone."""
    await push.forget_endpoint.run(context.connection, endpoint=endpoint)


def check_endpoint(endpoint: str, allowed: tuple[str, ...]) -> None:
    """Raise Invalid unless the endpoint lies at a well-known or configured push service.

    Plain http is for a listed loopback host alone; a listed host with a port admits only that port.
    """
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid("endpoint", "not an address") from None
    listed = host in allowed or f"{host}:{port}" in allowed or (":" in host and f"[{host}]:{port}" in allowed)
    known = port in {None, 443} and any(_matches(host, name) for name in WELL_KNOWN_PUSH_HOSTS)
    secure = parts.scheme == "https" and (known or listed)
    local = parts.scheme == "http" and listed and host in _LOOPBACK
    if parts.username is not None or not (secure or local):
        raise Invalid("endpoint", "not at a push service that this server knows (SIPHA_PUSH_HOSTS)")


def _matches(host: str, name: str) -> bool:
    return host.endswith(name) if name.startswith(".") else host == name


def _check_keys(p256dh: str, auth: str) -> None:
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _base64url(p256dh))
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        raise Invalid("keys.p256dh", "not a P-256 public key in base64url") from None
    try:
        secret = _base64url(auth)
    except (ValueError, binascii.Error):
        secret = b""
    if len(secret) != 16:
        raise Invalid("keys.auth", "not 16 bytes in base64url")


def _base64url(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)

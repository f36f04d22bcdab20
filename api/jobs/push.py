"""Sends pushes: VAPID, aes128gcm, one shared HTTP session."""

import math
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

import aiohttp
import msgspec
import structlog
from py_vapid import Vapid02
from pywebpush import WebPusher

from api.db.notifying import outgoing as rows
from api.db.notifying.outgoing import OutgoingPush, PushAddress
from api.db.pool import Database
from api.domain.errors import Invalid
from api.domain.notifying.outgoing import Failed, Gone, Outcome, OutgoingKind, Refused, Sent, retry_after
from api.domain.notifying.push import topic
from api.jobs.outgoing import Limits
from api.locales import notifications
from api.services.context import Context
from api.services.notifying import push
from api.services.notifying.push import check_endpoint
from api.settings import Settings

_log = structlog.get_logger()
_AT_ONCE = 192
_CLAIMS_LIVE = timedelta(hours=12)
_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)


class Data(msgspec.Struct):
    """What our service worker needs in order to answer: ids, the receipt token, and when the offer expires."""

    kind: str
    delivery_id: str
    receipt_token: str
    assignment_id: str | None
    incident_id: str | None
    expires_at: datetime


class Notification(msgspec.Struct):
    title: str
    body: str
    lang: str
    tag: str
    navigate: str
    data: Data


class Message(msgspec.Struct):
    """Declarative Web Push: browsers that support it show it without running our code."""

    notification: Notification
    web_push: int = 8030


@lru_cache(maxsize=4096)
def _pusher(address: PushAddress) -> WebPusher:
    """A phone's keys, read once. Those of a message are new each time, as RFC 8291 asks."""
    return WebPusher({"endpoint": address.endpoint, "keys": {"p256dh": address.p256dh, "auth": address.auth}})


class PushHandler:
    """The target is the push service's host."""

    kind = OutgoingKind.PUSH
    queue = rows.claim_pushes
    limits = Limits(at_once=_AT_ONCE, per_target=64, lease=timedelta(seconds=15))

    def __init__(self, db: Database, settings: Settings, vapid: Vapid02) -> None:
        self._db, self._settings, self._vapid = db, settings, vapid
        self._signed: dict[str, tuple[datetime, dict[str, str]]] = {}

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[Callable[[OutgoingPush], Awaitable[Outcome]], None]:
        connector = aiohttp.TCPConnector(limit=_AT_ONCE)
        async with aiohttp.ClientSession(timeout=_TIMEOUT, connector=connector) as session:
            yield lambda row: self._send(session, row)

    def about(self, row: OutgoingPush) -> str:
        return row.message.kind

    async def record(self, context: Context, row: OutgoingPush, outcome: Outcome) -> None:
        if isinstance(outcome, Sent):
            await push.note_sent(context, row.message)
        elif isinstance(outcome, Gone) and row.address is not None:
            await push.forget_phone(context, row.address.endpoint)

    async def _send(self, session: aiohttp.ClientSession, row: OutgoingPush) -> Outcome:
        if row.address is None:
            return Gone("the phone has unsubscribed")
        try:
            check_endpoint(row.address.endpoint, self._settings.push_hosts)
            body, headers = self.encrypt(row, row.address, self._db.now())
        except Invalid:
            return Refused("push service not allowed")
        except Exception as error:  # noqa: BLE001 - whatever the libraries say to a bad key, it will not get better
            _log.warning("push cannot be encrypted", error=type(error).__name__)
            return Refused("the subscription's keys cannot be used")
        try:
            async with session.post(row.address.endpoint, data=body, headers=headers, allow_redirects=False) as answer:
                return _outcome(answer)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Failed(type(error).__name__)

    def encrypt(self, row: OutgoingPush, address: PushAddress, now: datetime) -> tuple[bytes, dict[str, str]]:
        """Body and headers; a key that cannot be used raises ValueError from the library."""
        encoded = _pusher(address).encode(msgspec.json.encode(self.message(row)), "aes128gcm")
        headers = {
            "TTL": str(max(1, math.ceil((row.expires_at - now).total_seconds()))),
            "Urgency": "high",
            "Topic": topic(row.message.assignment_id or row.id),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            **self._vapid_headers(address.endpoint, now),
        }
        return encoded["body"], headers

    def message(self, row: OutgoingPush) -> Message:
        told = row.message
        worded = told.text or notifications.push(told.kind, told.content, told.language)
        return Message(
            Notification(
                title=worded.title,
                body=worded.body,
                lang=told.language,
                tag=str(told.assignment_id or row.id),
                navigate=self._settings.public_url + _screen(row),
                data=Data(
                    kind=told.kind,
                    delivery_id=str(row.id),
                    receipt_token=told.receipt_token,
                    assignment_id=str(told.assignment_id) if told.assignment_id else None,
                    incident_id=str(told.incident_id) if told.incident_id else None,
                    expires_at=row.expires_at,
                ),
            )
        )

    def _vapid_headers(self, endpoint: str, now: datetime) -> dict[str, str]:
        """Signed once per push service per half lifetime: signing every message would cost more than everything
        else."""
        parts = urlsplit(endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        known = self._signed.get(audience)
        if known is None or known[0] < now:
            expires = now + _CLAIMS_LIVE
            claims = {"sub": self._settings.push_contact, "aud": audience, "exp": int(expires.timestamp())}
            self._signed[audience] = known = (now + _CLAIMS_LIVE / 2, dict(self._vapid.sign(claims)))
        return known[1]


def _outcome(answer: aiohttp.ClientResponse) -> Outcome:
    if answer.status in {200, 201, 202}:
        return Sent()
    why = f"status {answer.status}"
    if answer.status in {404, 410}:
        return Gone(why)
    if answer.status == 429 or answer.status >= 500:
        return Failed(why, retry_after(answer.headers.get("retry-after", "")))
    return Refused(why)


def _screen(row: OutgoingPush) -> str:
    """Where a tap leads: the officer's job, or the case that the supervisor is alarmed about."""
    told = row.message
    if told.unit_id is None and told.incident_id is not None:
        return f"/operator?incident={told.incident_id}"
    return f"/officer?assignment={told.assignment_id}" if told.assignment_id else "/officer"

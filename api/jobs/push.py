"""Sends due push deliveries: VAPID, aes128gcm, one shared HTTP session, many at a time."""

import asyncio
import math
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
import msgspec
import structlog
from py_vapid import Vapid02
from pywebpush import WebPusher

from api.db.notifying import push as rows
from api.db.notifying.push import DeliveryRow
from api.db.pool import Database
from api.domain.errors import Invalid
from api.domain.notifying.push import retry_after, topic
from api.jobs.crew import Crew, seconds_until
from api.services.notifying import deliveries
from api.services.notifying.push import check_endpoint
from api.settings import Settings

_log = structlog.get_logger()
_AT_ONCE = 192
_PER_SERVICE = 64
"""Per push service, so that one that hangs leaves capacity for the others."""
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


class PushSender:
    def __init__(self, db: Database, settings: Settings, vapid: Vapid02) -> None:
        self._db, self._settings, self._vapid = db, settings, vapid
        self._signed: dict[str, tuple[datetime, dict[str, str]]] = {}

    async def run(self) -> None:
        crew: Crew[str] = Crew("push", _AT_ONCE, _PER_SERVICE)
        connector = aiohttp.TCPConnector(limit=_AT_ONCE)
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT, connector=connector) as session,
                self._db.woken() as woken,
            ):
                while True:
                    woken.clear()
                    if not await self._begin_due(crew, session):
                        await self._rest(crew, woken)
        finally:
            await crew.stop()

    async def _begin_due(self, crew: Crew[str], session: aiohttp.ClientSession) -> int:
        """Claim as many due rows as there is capacity for; one that hangs or fails holds up no other."""
        if crew.free <= 0:
            return 0
        claimed = await deliveries.claim(self._db, self._db.now(), crew.free, crew.busy)
        for row in claimed:
            crew.begin(urlsplit(row.endpoint or "").netloc, self._send(session, row))
        return len(claimed)

    async def _rest(self, crew: Crew[str], woken: asyncio.Event) -> None:
        async with self._db.stationless() as connection:
            due = await rows.next_delivery_due.get(connection, busy=crew.busy)
        await crew.rest(woken, seconds_until(self._db, due) if crew.free > 0 else None)

    async def _send(self, session: aiohttp.ClientSession, row: DeliveryRow) -> None:
        now = self._db.now()
        log = _log.bind(request_id=row.request_id, delivery_id=str(row.id), kind=row.kind, attempt=row.attempts)
        if row.endpoint is None or row.p256dh is None or row.auth is None:
            await deliveries.gone(self._db, row, now)
            return
        if row.expires_at <= now:
            await deliveries.failed(self._db, row, now, "expired before it could be sent")
            return
        try:
            check_endpoint(row.endpoint, self._settings.push_hosts)
            body, headers = self._encrypt(row, now)
        except Invalid:
            await deliveries.refused(self._db, row, now, "push service not allowed")
            return
        except Exception as error:  # noqa: BLE001 - whatever the libraries say to a bad key, it will not get better
            log.warning("push cannot be encrypted", error=type(error).__name__)
            await deliveries.refused(self._db, row, now, "the subscription's keys cannot be used")
            return
        try:
            async with session.post(row.endpoint, data=body, headers=headers, allow_redirects=False) as answer:
                await self._settle(row, answer, log)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("push failed", error=type(error).__name__)
            await deliveries.failed(self._db, row, self._db.now(), type(error).__name__)

    async def _settle(
        self, row: DeliveryRow, answer: aiohttp.ClientResponse, log: structlog.typing.FilteringBoundLogger
    ) -> None:
        now = self._db.now()
        if answer.status in {200, 201, 202}:
            await deliveries.sent(self._db, row, now)
            log.info("push sent", milliseconds=round((now - row.created_at).total_seconds() * 1000))
        elif answer.status in {404, 410}:
            await deliveries.gone(self._db, row, now)
            log.info("push subscription gone", status=answer.status)
        elif answer.status == 429 or answer.status >= 500:
            wait = retry_after(answer.headers.get("retry-after", ""))
            await deliveries.failed(self._db, row, now, f"status {answer.status}", retry_after=wait)
            log.warning("push failed", status=answer.status)
        else:
            await deliveries.refused(self._db, row, now, f"status {answer.status}")
            log.error("push refused", status=answer.status)

    def _encrypt(self, row: DeliveryRow, now: datetime) -> tuple[bytes, dict[str, str]]:
        """Body and headers; a key that cannot be used raises ValueError from the library."""
        subscription = {"endpoint": row.endpoint, "keys": {"p256dh": row.p256dh, "auth": row.auth}}
        encoded = WebPusher(subscription).encode(msgspec.json.encode(self.message(row)), "aes128gcm")
        subject = row.assignment_id or row.id
        headers = {
            "TTL": str(max(1, math.ceil((row.expires_at - now).total_seconds()))),
            "Urgency": "high",
            "Topic": topic(subject),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            **self._vapid_headers(row.endpoint or "", now),
        }
        return encoded["body"], headers

    def message(self, row: DeliveryRow) -> Message:
        return Message(
            Notification(
                title=row.content.title,
                body=row.content.body,
                lang=row.content.lang,
                tag=str(row.assignment_id or row.id),
                navigate=self._settings.public_url + _screen(row),
                data=Data(
                    kind=row.kind,
                    delivery_id=str(row.id),
                    receipt_token=row.receipt_token,
                    assignment_id=str(row.assignment_id) if row.assignment_id else None,
                    incident_id=str(row.incident_id) if row.incident_id else None,
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


def _screen(row: DeliveryRow) -> str:
    """Where a tap leads: the officer's job, or the case that the supervisor is alarmed about."""
    if row.unit_id is None and row.incident_id is not None:
        return f"/operator?incident={row.incident_id}"
    return f"/officer?assignment={row.assignment_id}" if row.assignment_id else "/officer"

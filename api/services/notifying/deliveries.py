"""One push from its row to the push service, without the network: claiming it, and recording the outcome."""

from datetime import datetime, timedelta

from api.db.notifying import push
from api.db.notifying.push import DeliveryRow
from api.db.pool import Database
from api.domain.access.permissions import system_at
from api.domain.incidents.timepoint import Point, Source
from api.domain.notifying.push import DeliveryState, PushKind, retry_at
from api.services.context import entering
from api.services.records import journal

LEASE = timedelta(seconds=15)
"""A sender that was killed gives its rows back after this."""


async def claim(db: Database, now: datetime, most: int, busy: list[str]) -> list[DeliveryRow]:
    """`busy`: push services that are already at their limit."""
    async with db.stationless() as connection:
        return await push.claim_deliveries.all(connection, now=now, leased_until=now + LEASE, most=most, busy=busy)


async def sent(db: Database, row: DeliveryRow, now: datetime) -> None:
    """The push service accepted it. That does not mean a phone rang."""
    async with entering(db, system_at(row.station_id), now) as context:
        await push.save_delivery.run(
            context.connection, id=row.id, state=DeliveryState.SENT, due_at=now, sent_at=now, last_error=None
        )
        if row.incident_id is not None and row.kind in {PushKind.OFFER, PushKind.BACKUP}:
            point = journal.TimePoint(row.incident_id, Point.SENT, Source.SYSTEM, row.assignment_id)
            await journal.time_point(context, point)


async def gone(db: Database, row: DeliveryRow, now: datetime) -> None:
    """The push service no longer knows this phone: forget it."""
    async with db.transaction(system_at(row.station_id)) as connection:
        await push.save_delivery.run(
            connection, id=row.id, state=DeliveryState.GONE, due_at=now, sent_at=None, last_error="gone"
        )
        if row.endpoint is not None:
            await push.forget_endpoint.run(connection, endpoint=row.endpoint)


async def failed(db: Database, row: DeliveryRow, now: datetime, why: str, *, retry_after: int | None = None) -> None:
    """Retry with growing pauses, as long as the message is still worth sending."""
    again = retry_at(now, row.attempts) if retry_after is None else now + timedelta(seconds=retry_after)
    over = again >= row.expires_at
    state = DeliveryState.EXPIRED if over else DeliveryState.DUE
    async with db.transaction(system_at(row.station_id)) as connection:
        await push.save_delivery.run(
            connection, id=row.id, state=state, due_at=now if over else again, sent_at=None, last_error=why
        )


async def refused(db: Database, row: DeliveryRow, now: datetime, why: str) -> None:
    """The push service will never accept this message as it is."""
    async with db.transaction(system_at(row.station_id)) as connection:
        await push.save_delivery.run(
            connection, id=row.id, state=DeliveryState.FAILED, due_at=now, sent_at=None, last_error=why
        )

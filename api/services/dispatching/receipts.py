"""Push receipts: the only proof that a phone rang."""

from datetime import datetime
from uuid import UUID

from api.db.notifying import push
from api.db.notifying.push import DeliveryLock
from api.db.pool import Database
from api.db.units import units
from api.domain.access.permissions import Actor, Role
from api.domain.errors import NotFound
from api.domain.incidents.timepoint import Point, Source
from api.domain.notifying.push import PushKind, Stage
from api.services.context import Context, entering
from api.services.dispatching import assignments
from api.services.records import journal


async def take(db: Database, delivery_id: UUID, token: str, stage: Stage, now: datetime) -> None:
    """The token in the push is the authorisation."""
    async with db.statement() as connection:
        station_id = await push.delivery_station.get(connection, id=delivery_id, token=token)
    if station_id is None:
        raise NotFound(delivery_id=delivery_id)
    actor = Actor(delivery_id, Role.SYSTEM, station_id)
    async with entering(db, actor, now) as context:
        delivery = await push.lock_delivery.one(context.connection, id=delivery_id, token=token)
        if delivery is None:
            raise NotFound(delivery_id=delivery_id)
        first_word = delivery.delivered_at is None and delivery.shown_at is None and delivery.opened_at is None
        stamps: dict[str, datetime | None] = {f"{each}_at": now if each == stage else None for each in Stage}
        await push.stamp_delivery.run(context.connection, id=delivery_id, **stamps)
        await units.seen_by_push.run(context.connection, account_id=delivery.account_id, now=now)
        if delivery.assignment_id is not None and delivery.incident_id is not None:
            await _mark(context, delivery, stage)
            if first_word and delivery.kind in {PushKind.OFFER, PushKind.BACKUP}:
                await assignments.phone_has_it(
                    await context.with_policy(), delivery.incident_id, delivery.assignment_id
                )


async def _mark(context: Context, delivery: DeliveryLock, stage: Stage) -> None:
    if delivery.incident_id is None or delivery.kind not in {PushKind.OFFER, PushKind.BACKUP}:
        return
    point = journal.TimePoint(delivery.incident_id, Point(stage), Source.PHONE, delivery.assignment_id)
    await journal.time_point(context, point)

"""What a phone says came through: the only proof that it rang."""

from datetime import datetime
from uuid import UUID

from api.db.notifying import push
from api.db.notifying.push import DeliveryLock
from api.db.pool import Connection, Database
from api.db.stations import read as read_station
from api.db.units import units
from api.domain.access.permissions import Actor, Role
from api.domain.errors import NotFound
from api.domain.incidents.timepoint import Point, Source
from api.domain.notifying.push import PushKind, Stage
from api.services.dispatching import assignments
from api.services.records import journal


async def take(db: Database, delivery_id: UUID, token: str, stage: Stage, now: datetime) -> None:
    """The token in the push is its authority."""
    async with db.stationless() as connection:
        station_id = await push.delivery_station.get(connection, id=delivery_id, token=token)
    if station_id is None:
        raise NotFound(delivery_id=delivery_id)
    actor = Actor(delivery_id, Role.SYSTEM, station_id)
    async with db.transaction(actor) as connection:
        station = await read_station.one(connection, station_id=station_id)
        delivery = await push.lock_delivery.one(connection, id=delivery_id, token=token)
        if station is None or delivery is None:
            raise NotFound(delivery_id=delivery_id)
        first_word = delivery.delivered_at is None and delivery.shown_at is None and delivery.opened_at is None
        stamps: dict[str, datetime | None] = {f"{each}_at": now if each == stage else None for each in Stage}
        await push.stamp_delivery.run(connection, id=delivery_id, **stamps)
        await units.seen_by_push.run(connection, account_id=delivery.account_id, now=now)
        if delivery.assignment_id is not None and delivery.incident_id is not None:
            await _mark(connection, station_id, delivery, stage, now)
            if first_word and delivery.kind in {PushKind.OFFER, PushKind.BACKUP}:
                await assignments.phone_has_it(connection, station, delivery.incident_id, delivery.assignment_id, now)


async def _mark(connection: Connection, station_id: UUID, delivery: DeliveryLock, stage: Stage, now: datetime) -> None:
    if delivery.incident_id is None or delivery.kind not in {PushKind.OFFER, PushKind.BACKUP}:
        return
    mark = journal.Mark(delivery.incident_id, Point(stage), Source.PHONE, delivery.assignment_id)
    await journal.time_point(connection, station_id, mark, now)

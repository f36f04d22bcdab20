"""Ways to reach people when no phone of ours answers: SMS gateways, LINE, ntfy and the rest of what Apprise knows."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from api.db.incidents import alarms
from api.db.incidents.alarms import AlarmLock, ChannelRow, FallbackRow
from api.db.incidents.incidents import IncidentLock
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand, system_at
from api.domain.errors import NotFound
from api.domain.incidents.alarm import WORDS
from api.domain.notifying.push import KIND_WORDS, DeliveryState, drill_words, retry_at
from api.services.context import Context, StationContext, entering
from api.services.notifying import fallback_hosts
from api.services.records import journal

LIFETIME = timedelta(minutes=10)
LEASE = timedelta(seconds=60)
"""A gateway may be slow; a sender that was killed gives its rows back after this."""


class Message(msgspec.Struct, frozen=True):
    title: str
    body: str


async def queue(context: StationContext, alarm: AlarmLock, incident: IncidentLock) -> None:
    """One message for every channel of the station, in both languages: general words, never a person or a number."""
    text = message(alarm, incident)
    for channel in await alarms.list_channels.all(context.connection, station_id=context.station_id):
        await _add(context, channel.id, text, alarm.id)


def message(alarm: AlarmLock, incident: IncidentLock) -> Message:
    kind_th, kind_en = KIND_WORDS[incident.kind]
    why_th, why_en = WORDS[alarm.reason]
    drill_th, drill_en = drill_words(incident.drill)
    return Message(
        title=f"{drill_th}Sipha {incident.reference} · ระดับ {incident.priority}",
        body=f"{kind_th}: {why_th}\n{drill_en}{kind_en}: {why_en}",
    )


async def listed(db: Database, actor: Actor) -> list[ChannelRow]:
    demand(actor, Operation.SEE_CHANNELS)
    async with db.looking(actor) as connection:
        return await alarms.list_channels.all(connection, station_id=actor.station_id)


async def add(db: Database, actor: Actor, label: str, url: str, allowed: tuple[str, ...], now: datetime) -> UUID:
    """The address is checked for where it leads; whether it works, `test` tells."""
    demand(actor, Operation.SET_CHANNELS)
    fallback_hosts.check(url, allowed)
    scheme = url.split("://", 1)[0].lower()
    channel_id = uuid4()
    async with entering(db, actor, now) as context:
        await alarms.add_channel.run(
            context.connection, id=channel_id, station_id=actor.station_id, label=label, url=url, by=actor.id, now=now
        )
        await journal.audit(context, "fallback_channel.add", channel_id, service=scheme)
    return channel_id


async def remove(db: Database, actor: Actor, channel_id: UUID, now: datetime) -> None:
    demand(actor, Operation.SET_CHANNELS)
    async with entering(db, actor, now) as context:
        if await alarms.remove_channel.run(context.connection, id=channel_id, now=now):
            await journal.audit(context, "fallback_channel.remove", channel_id)


async def test(db: Database, actor: Actor, channel_id: UUID, now: datetime) -> None:
    demand(actor, Operation.SET_CHANNELS)
    async with entering(db, actor, now) as context:
        channels = await alarms.list_channels.all(context.connection, station_id=actor.station_id)
        if channel_id not in {channel.id for channel in channels}:
            raise NotFound(channel_id=channel_id)
        text = Message("Sipha · ทดสอบช่องทางสำรอง", "Test of the fall-back channel")
        await _add(context, channel_id, text, None)


async def _add(context: Context, channel_id: UUID, text: Message, alarm_id: UUID | None) -> None:
    await alarms.add_delivery.run(
        context.connection,
        station_id=context.station_id,
        channel_id=channel_id,
        alarm_id=alarm_id,
        title=text.title,
        body=text.body,
        now=context.now,
        expires_at=context.now + LIFETIME,
    )


async def claim(db: Database, now: datetime, most: int, busy: list[UUID]) -> list[FallbackRow]:
    """`busy`: channels that are already at their limit."""
    async with db.stationless() as connection:
        return await alarms.claim_deliveries.all(connection, now=now, leased_until=now + LEASE, most=most, busy=busy)


async def sent(db: Database, row: FallbackRow, now: datetime) -> None:
    await _save(db, row, DeliveryState.SENT, now, sent_at=now)


async def refused(db: Database, row: FallbackRow, now: datetime, why: str) -> None:
    """It can never be sent as it is."""
    await _save(db, row, DeliveryState.FAILED, now, last_error=why)


async def failed(db: Database, row: FallbackRow, now: datetime, why: str) -> None:
    """Retry with growing pauses, as long as the alarm is worth telling."""
    again = retry_at(now, row.attempts)
    if row.url is None:
        await _save(db, row, DeliveryState.GONE, now, last_error="the channel was removed")
    elif again >= row.expires_at:
        await _save(db, row, DeliveryState.EXPIRED, now, last_error=why)
    else:
        await _save(db, row, DeliveryState.DUE, again, last_error=why)


async def _save(
    db: Database,
    row: FallbackRow,
    state: DeliveryState,
    due_at: datetime,
    *,
    sent_at: datetime | None = None,
    last_error: str | None = None,
) -> None:
    async with db.transaction(system_at(row.station_id)) as connection:
        await alarms.save_delivery.run(
            connection, id=row.id, state=state, due_at=due_at, sent_at=sent_at, last_error=last_error
        )

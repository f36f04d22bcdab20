"""Ways to reach people when no phone of ours answers: SMS gateways, LINE, ntfy and the rest of what Apprise knows."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from api.db.incidents import alarms
from api.db.incidents.alarms import AlarmLock, ChannelRow
from api.db.incidents.incidents import IncidentLock
from api.db.notifying import outgoing
from api.db.notifying.outgoing import FallbackAlarm, FallbackMessage
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import Invalid, NotFound
from api.domain.incidents.conflict import digits
from api.services.context import StationContext, entering
from api.services.notifying import fallback_hosts
from api.services.records import journal
from api.telemetry import request_id

LIFETIME = timedelta(minutes=10)
_SOMEBODY = "0800000000"


async def queue(context: StationContext, alarm: AlarmLock, incident: IncidentLock) -> None:
    """One message for every channel of the station: general words, never a person or a number."""
    about = FallbackAlarm(incident.reference, incident.priority, incident.kind, alarm.reason, incident.drill)
    await outgoing.queue_fallback.run(
        context.connection,
        station_id=context.station_id,
        channel_id=None,
        for_callers=False,
        message=FallbackMessage(about),
        now=context.now,
        expires_at=context.now + LIFETIME,
        request_id=request_id(),
    )


async def listed(db: Database, actor: Actor) -> list[ChannelRow]:
    demand(actor, Operation.SEE_CHANNELS)
    async with db.looking(actor) as connection:
        return await alarms.list_channels.all(connection, station_id=actor.station_id)


async def add(db: Database, actor: Actor, label: str, url: str, allowed: tuple[str, ...], now: datetime) -> UUID:
    """The address is checked for where it leads; whether it works, `test` tells. With `{to}` in it, it writes to
    callers' numbers, and only to them."""
    demand(actor, Operation.SET_CHANNELS)
    fallback_hosts.check(fallback_hosts.addressed(url, _SOMEBODY), allowed)
    scheme = url.split("://", 1)[0].lower()
    channel_id, for_callers = uuid4(), fallback_hosts.TO in url
    async with entering(db, actor, now) as context:
        await alarms.add_channel.run(
            context.connection,
            id=channel_id,
            station_id=actor.station_id,
            label=label,
            url=url,
            for_callers=for_callers,
            by=actor.id,
            now=now,
        )
        await journal.audit(context, "fallback_channel.add", channel_id, service=scheme)
    return channel_id


async def remove(db: Database, actor: Actor, channel_id: UUID, now: datetime) -> None:
    demand(actor, Operation.SET_CHANNELS)
    async with entering(db, actor, now) as context:
        if await alarms.remove_channel.run(context.connection, id=channel_id, now=now):
            await journal.audit(context, "fallback_channel.remove", channel_id)


async def test(db: Database, actor: Actor, channel_id: UUID, to: str | None, now: datetime) -> None:
    """`to`: whom a channel that writes to callers should write to."""
    demand(actor, Operation.SET_CHANNELS)
    async with entering(db, actor, now) as context:
        channels = await alarms.list_channels.all(context.connection, station_id=actor.station_id)
        channel = next((each for each in channels if each.id == channel_id), None)
        if channel is None:
            raise NotFound(channel_id=channel_id)
        if channel.for_callers and to is None:
            raise Invalid("to", "this channel writes to callers: say to which number")
        await outgoing.queue_fallback.run(
            context.connection,
            station_id=context.station_id,
            channel_id=channel_id,
            for_callers=channel.for_callers,
            message=FallbackMessage(to=digits(to) if to else None),
            now=context.now,
            expires_at=context.now + LIFETIME,
            request_id=request_id(),
        )

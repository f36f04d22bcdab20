"""What makes the radio room look up: raised once, settled when somebody looks after the incident."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from api.db import incidents
from api.db.pool import Connection
from api.domain.alarm import AlarmReason
from api.domain.events import Event, EventKind
from api.services import records

_LOOKED_AFTER = (AlarmReason.NO_TAKER, AlarmReason.NOBODY_LEFT, AlarmReason.FIRST_SILENCE)


async def raise_alarm(
    connection: Connection, station_id: UUID, incident_id: UUID, reason: AlarmReason, now: datetime
) -> None:
    """Raise it once; an open alarm of the same reason stays the one it is."""
    alarm_id = uuid4()
    raised = await incidents.raise_alarm.run(
        connection, id=alarm_id, station_id=station_id, incident_id=incident_id, reason=reason, now=now
    )
    if raised:
        await records.event(connection, station_id, Event(EventKind.ALARM, alarm_id, incident_id, state=reason), now)


async def settle(
    connection: Connection, incident_id: UUID, now: datetime, reasons: Iterable[AlarmReason] = _LOOKED_AFTER
) -> None:
    """Somebody has the incident, or it is over: what was open about it needs nobody's attention any more."""
    await incidents.settle_alarms.run(
        connection, incident_id=incident_id, now=now, reasons=[str(reason) for reason in reasons]
    )

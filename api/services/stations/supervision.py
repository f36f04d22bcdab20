"""Who is the shift's supervisor (ร้อยเวร): the next to be called when the radio room does not acknowledge."""

from datetime import datetime
from uuid import UUID

import msgspec

from api.db.incidents import alarms
from api.db.incidents.alarms import SupervisorChoice
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.errors import Invalid
from api.services.context import entering
from api.services.records import journal


class Supervision(msgspec.Struct, frozen=True):
    supervisor: UUID | None
    choices: list[SupervisorChoice]


async def read(db: Database, actor: Actor) -> Supervision:
    demand(actor, Operation.SEE_ALARMS)
    async with db.looking(actor) as connection:
        current = await alarms.shift_supervisor.one(connection, station_id=actor.station_id)
        choices = await alarms.supervisors.all(connection, station_id=actor.station_id)
    return Supervision(None if current is None else current.id, choices)


async def appoint(db: Database, actor: Actor, account_id: UUID | None, now: datetime) -> Supervision:
    demand(actor, Operation.SEE_ALARMS)
    async with entering(db, actor, now) as context:
        choices = await alarms.supervisors.all(context.connection, station_id=actor.station_id)
        if account_id is not None and account_id not in {choice.id for choice in choices}:
            raise Invalid("account_id", "name one of the station's commanders")
        await alarms.set_shift_supervisor.run(context.connection, account_id=account_id, station_id=actor.station_id)
        await journal.audit(context, "station.shift_supervisor", account_id)
    return Supervision(account_id, choices)

"""The station's written delegation: readable by everyone responsible for it, written by the commander, dated."""

from datetime import datetime

import msgspec

from api.db import stations
from api.db.pool import Database
from api.db.stations import StationRow
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.dispatching.delegation import Delegation, KindNeeds
from api.domain.errors import NotFound
from api.domain.incidents.incident import IncidentKind
from api.services.context import Runtime, deciding
from api.services.records import journal
from api.services.stations import policy


class DelegationRecord(msgspec.Struct, frozen=True):
    delegation: Delegation
    needs: dict[IncidentKind, KindNeeds]
    beat_floor: int
    lends_units: bool
    face_words: int
    delegated_by: str
    delegated_at: datetime


async def read(db: Database, actor: Actor) -> DelegationRecord:
    demand(actor, Operation.SEE_DELEGATION)
    async with db.looking(actor) as connection:
        station = await stations.read.one(connection, station_id=actor.station_id)
    if station is None:
        raise NotFound(station_id=actor.station_id)
    return _written(station)


async def write(
    runtime: Runtime,
    actor: Actor,
    wanted: DelegationRecord,
    now: datetime,
) -> DelegationRecord:
    """Under the station's lock, so that no decision is made half by the old delegation and half by the new."""
    demand(actor, Operation.DELEGATE)
    async with deciding(runtime, actor, now) as context:
        await stations.save_delegation.run(
            context.connection,
            station_id=context.station_id,
            delegation=wanted.delegation,
            needs=wanted.needs,
            beat_floor=wanted.beat_floor,
            lends_units=wanted.lends_units,
            face_words=wanted.face_words,
            by=wanted.delegated_by,
            now=now,
        )
        await policy.note_change(context)
        before, after = _written(context.station), wanted
        await journal.audit(context, "station.delegate", context.station_id, before=before, after=after)
    return wanted


def _written(station: StationRow) -> DelegationRecord:
    return DelegationRecord(**{field: getattr(station, field) for field in DelegationRecord.__struct_fields__})

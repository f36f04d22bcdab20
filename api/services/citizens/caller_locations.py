"""Where callers' phones say they are: shown to the radio room as suggestions, and moving no case."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from api.db.citizens import callers
from api.db.citizens.callers import CallerLocationRow
from api.db.pool import Database
from api.db.records import retention
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.citizens.caller_location import MATCHED_WITHIN, HandsetLocation, LocationSource, from_fields, from_sms
from api.domain.incidents.conflict import numbers
from api.domain.records.events import Event, EventKind
from api.services.context import Context, entering
from api.services.records import journal


async def ingest(db: Database, actor: Actor, fields: Mapping[str, object], text: str, now: datetime) -> bool:
    """Keep what a handset says of itself, with the case of its number if there is one; False if no place can be read
    from it."""
    demand(actor, Operation.POST_CALLER_LOCATION)
    heard = from_fields(fields, now) or from_sms(text, now)
    if heard is None:
        return False
    async with entering(db, actor, now) as context:
        incident_id = await _case_of(context, heard)
        await callers.add_location.run(
            context.connection,
            station_id=context.station_id,
            incident_id=incident_id,
            report_id=None,
            number=heard.number,
            source=LocationSource.HANDSET,
            method=heard.method,
            lat=heard.lat,
            lon=heard.lon,
            accuracy=heard.accuracy,
            floor=heard.floor,
            phone=None,
            located_at=heard.located_at,
            now=now,
        )
        journal.event(context, Event(EventKind.CALLER_LOCATION, incident_id or context.station_id, incident_id))
    return True


async def _case_of(context: Context, heard: HandsetLocation) -> UUID | None:
    if heard.number is None:
        return None
    return await callers.case_of_number.get(
        context.connection,
        station_id=context.station_id,
        number=heard.number,
        since=context.now - MATCHED_WITHIN,
    )


async def match(context: Context, incident_id: UUID, caller: str | None) -> None:
    """What the caller's phone has said in the last minutes belongs to this case."""
    if found := numbers(caller):
        await callers.match.run(
            context.connection,
            station_id=context.station_id,
            incident_id=incident_id,
            numbers=found,
            since=context.now - MATCHED_WITHIN,
        )


async def unmatched(db: Database, actor: Actor, now: datetime) -> list[CallerLocationRow]:
    """Phones that have just made an emergency call and belong to no case yet, the newest first."""
    demand(actor, Operation.RUN_INCIDENT)
    async with db.looking(actor) as connection:
        return await callers.unmatched.all(connection, station_id=actor.station_id, since=now - MATCHED_WITHIN)


async def forget_unmatched(db: Database, now: datetime) -> None:
    async with db.stationless() as connection:
        await retention.delete_old_unmatched_locations.run(connection, before=now - MATCHED_WITHIN)

"""Where a position is, in words."""

from api.db import places as rows
from api.db.pool import Connection, Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.places.words import Words, worded


async def words_near(db: Database, actor: Actor, lat: float, lon: float) -> Words | None:
    demand(actor, Operation.FIND_PLACES)
    return await words_for_anybody(db, lat, lon)


async def words_for_anybody(db: Database, lat: float, lon: float) -> Words | None:
    async with db.statement() as connection:
        return await words_at(connection, lat, lon)


async def words_at(connection: Connection, lat: float, lon: float) -> Words | None:
    """One indexed query. None where no street and no place is near, or no streets have been imported."""
    found = await rows.near.one(connection, lat=lat, lon=lon)
    if found is None:
        return None
    street = None if found.street is None else (found.street, found.street_en, found.street_m or 0.0)
    mark = None if found.mark is None else (found.mark, found.mark_en, found.mark_m or 0.0)
    return worded(street, mark)

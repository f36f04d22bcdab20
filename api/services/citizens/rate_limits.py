"""How often somebody without an account may report or call, counted over all replicas."""

from datetime import datetime, timedelta

from api.db.access import sessions
from api.db.pool import Database
from api.domain.errors import SlowDown

REPORTS_PER_WINDOW = 5
CALLS_PER_WINDOW = 60
PLACES_PER_WINDOW = 120
CODES_PER_WINDOW = 10
CHALLENGES_PER_WINDOW = 120
WINDOW = timedelta(minutes=10)


async def calls_in_window(db: Database, caller: bytes, now: datetime) -> int:
    """How often this caller has called in the current window, this call included."""
    start = datetime.fromtimestamp(now.timestamp() // WINDOW.total_seconds() * WINDOW.total_seconds(), now.tzinfo)
    async with db.stationless() as connection:
        return await sessions.count_request.get(connection, caller=caller, window_at=start) or 0


async def limit_calls(db: Database, caller: bytes, now: datetime, most: int) -> None:
    if await calls_in_window(db, caller, now) > most:
        raise SlowDown(retry_after=int(WINDOW.total_seconds()))

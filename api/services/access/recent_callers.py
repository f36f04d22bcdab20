"""Who has called in the last two seconds, so that a stream of positions costs one look-up and not hundreds.

For positions alone: they are stored only after their sender has been checked again, in the transaction that stores
them (`services/units/positions.py`). Every other call is looked up each time.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from api.db.pool import Database
from api.services.access import sessions

Found = TypeVar("Found")
_SECONDS = 2.0
_MOST = 20_000


class Recent(Generic[Found]):
    """By the hash of their secret; strangers are never remembered."""

    def __init__(self, db: Database, look_up: Callable[[Database, str], Awaitable[Found | None]]) -> None:
        self._db, self._look_up = db, look_up
        self._found: dict[bytes, tuple[float, Found]] = {}

    async def find(self, secret: str) -> Found | None:
        key, now = sessions.hash_token(secret), time.monotonic()
        known = self._found.get(key)
        if known is not None and now - known[0] < _SECONDS:
            return known[1]
        found = await self._look_up(self._db, secret)
        if len(self._found) >= _MOST:
            self._found.clear()
        if found is not None:
            self._found[key] = now, found
        return found


class RecentCallers:
    def __init__(self, db: Database) -> None:
        self.people = Recent(db, sessions.who)
        self.machines = Recent(db, sessions.machine)

"""Who has called in the last two seconds, so that a stream of positions costs few look-ups and not hundreds.

For positions alone: they are stored only after their sender has been checked again, in the transaction that stores
them (`services/units/positions.py`). Every other call is looked up each time, by itself.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from api.db.pool import Database
from api.services.access import sessions

Caller = TypeVar("Caller")
_SECONDS = 2.0
_MOST = 20_000
_GATHER_SECONDS = 0.01


class Recent(Generic[Caller]):
    """By the hash of their secret; strangers are never remembered. Those who ask at the same time share a query."""

    def __init__(
        self, db: Database, look_up: Callable[[Database, list[bytes]], Awaitable[dict[bytes, Caller]]]
    ) -> None:
        self._db, self._look_up = db, look_up
        self._found: dict[bytes, tuple[float, Caller]] = {}
        self._next: tuple[list[bytes], asyncio.Task[dict[bytes, Caller]]] | None = None

    async def find(self, secret: str) -> Caller | None:
        key = sessions.hash_token(secret)
        known = self._found.get(key)
        if known is not None and time.monotonic() - known[0] < _SECONDS:
            return known[1]
        if self._next is None:
            keys: list[bytes] = []
            self._next = keys, asyncio.create_task(self._ask(keys), name="who calls")
        keys, asked = self._next
        keys.append(key)
        return (await asyncio.shield(asked)).get(key)

    async def _ask(self, keys: list[bytes]) -> dict[bytes, Caller]:
        await asyncio.sleep(_GATHER_SECONDS)
        self._next, asked_at = None, time.monotonic()
        found = await self._look_up(self._db, keys)
        if len(self._found) >= _MOST:
            self._found.clear()
        self._found |= {key: (asked_at, caller) for key, caller in found.items()}
        return found


class RecentCallers:
    def __init__(self, db: Database) -> None:
        self.people = Recent(db, sessions.people)
        self.machines = Recent(db, sessions.machines)

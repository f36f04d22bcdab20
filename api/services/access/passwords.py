"""Hashes and checks passwords in a small pool of its own: nothing else waits for it, and it refuses when full."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from api.domain.errors import SlowDown

Result = TypeVar("Result")

_AT_ONCE = 2
_MOST_WAITING = 8
_RETRY_AFTER = 2


class Passwords:
    """argon2id. One per process; `close` at the end."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")
        self._waiting = 0
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        return await self._run(self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """None: no such account, which takes as long as a wrong password. SlowDown when too many are waiting."""
        if self._waiting >= _AT_ONCE + _MOST_WAITING:
            raise SlowDown(retry_after=_RETRY_AFTER)
        return await self._run(self._verify, password_hash, password)

    def _verify(self, password_hash: str | None, password: str) -> bool:
        if password_hash is None:
            self._nobody = self._nobody or self._hasher.hash(secrets.token_hex(16))
        try:
            return self._hasher.verify(password_hash or self._nobody or "", password) and password_hash is not None
        except (Argon2Error, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., Result], *arguments: object) -> Result:
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)
        finally:
            self._waiting -= 1


passwords = Passwords()

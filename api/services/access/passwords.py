"""Hashes and checks passwords in a small pool of its own: nothing else waits for it, and it refuses when full."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from zxcvbn import zxcvbn

from api.domain.errors import Invalid, SlowDown

Result = TypeVar("Result")

_AT_ONCE = 2
_MOST_WAITING = 8
_RETRY_AFTER = 2
_SHORTEST = 10
_SCORED = 72
"""zxcvbn takes no more; what is longer is strong enough by what stands before."""
_STRONG_ENOUGH = 3
"""Of 4, by zxcvbn: more than 10^8 guesses. Common passwords, names and patterns stay below."""


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

    async def strength(self, password: str, *known: str) -> int:
        """0 to 4."""
        return await self._run(_score, password, [*known, "sipha"])

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


def _score(password: str, known: list[str]) -> int:
    return int(zxcvbn(password[:_SCORED], user_inputs=known)["score"])


passwords = Passwords()


async def check_strength(password: str, *known: str) -> None:
    """Raises Invalid if somebody who knows `known` (names of the person) would soon have guessed it."""
    if len(password) < _SHORTEST:
        raise Invalid("password", f"at least {_SHORTEST} characters")
    if await passwords.strength(password, *known) < _STRONG_ENOUGH:
        raise Invalid("password", "too easy to guess")

"""Detects slow work while a transaction is open: the database ends an idle one, and others wait for its locks.

`watched` wraps asyncpg's transactions, ours, and anything that is slow or goes elsewhere: threads, processes,
connections (a second one beside the transaction's, too), password hashing, keys and encryption, pictures, files,
Apprise. What it finds fails the test in which it happened.
"""

import asyncio.base_events
import builtins
import contextlib
import functools
import io
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import apprise
import argon2
import asyncpg
import py_vapid
import pytest
import pywebpush
from asyncpg.transaction import Transaction
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from api.db.pool import StationTransaction

_open: ContextVar[int] = ContextVar("open transactions", default=0)
"""For this task and what it starts meanwhile: tasks and threads take a copy along."""

_SLOW: list[tuple[Any, str]] = [
    (asyncio.base_events.BaseEventLoop, "run_in_executor"),
    (asyncio.base_events.BaseEventLoop, "create_connection"),
    (asyncio.base_events.BaseEventLoop, "getaddrinfo"),
    (asyncio.base_events.BaseEventLoop, "subprocess_exec"),
    (asyncpg.Pool, "acquire"),
    (argon2.PasswordHasher, "hash"),
    (argon2.PasswordHasher, "verify"),
    (py_vapid.Vapid02, "generate_keys"),
    (py_vapid.Vapid02, "sign"),
    (pywebpush.WebPusher, "__init__"),
    (pywebpush.WebPusher, "encode"),
    (ec, "generate_private_key"),
    (Image, "open"),
    (Image.Image, "save"),
    (apprise.Apprise, "add"),
    (apprise.Apprise, "async_notify"),
    (builtins, "open"),
    (io, "open"),
]


class SlowInside(AssertionError):
    """Something slow was about to be done while a transaction was open."""


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Raises SlowInside where it happens, and again at the end in case it was swallowed."""
    found: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for kind in (Transaction, StationTransaction):
            patch.setattr(kind, "start", _counting(kind.start, 1))
            patch.setattr(kind, "__aexit__", _counting(kind.__aexit__, -1))  # also if the connection is lost
        for name in ("commit", "rollback"):  # by hand
            patch.setattr(Transaction, name, _counting(getattr(Transaction, name), -1))
        for owner, name in _SLOW:
            patch.setattr(owner, name, _refusing(getattr(owner, name), f"{owner.__name__}.{name}", found))
        yield
    if found:
        raise SlowInside(f"done while a transaction was open: {sorted(set(found))}")


def _counting(work: Callable[..., Any], step: int) -> Callable[..., Any]:
    @functools.wraps(work)
    async def counted(self: Transaction | StationTransaction, *error: Any) -> None:
        try:
            await work(self, *error)
        except BaseException:
            _open.set(max(0, _open.get() + min(step, 0)))
            raise
        _open.set(max(0, _open.get() + step))

    return counted


def _refusing(work: Callable[..., Any], name: str, found: list[str]) -> Callable[..., Any]:
    @functools.wraps(work)
    def refused(*arguments: Any, **named: Any) -> Any:
        if _open.get() and not _asyncpg_cancels():
            found.append(f"{name} by {_ours()}")
            raise SlowInside(name)
        return work(*arguments, **named)

    return refused


def _asyncpg_cancels() -> bool:
    """A query whose task was cancelled is cancelled over a separate connection."""
    return any(frame.name == "_cancel" and "asyncpg" in frame.filename for frame in traceback.extract_stack())


def _ours() -> str:
    """The innermost frame of our own code, or of the test."""
    frames = [frame for frame in traceback.extract_stack()[:-2] if "site-packages" not in frame.filename]
    ours = [frame for frame in frames if "/api/" in frame.filename or "/tests/" in frame.filename]
    return f"{ours[-1].filename}:{ours[-1].lineno}" if ours else "nobody of ours"

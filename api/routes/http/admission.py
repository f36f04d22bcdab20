"""Alerts first: what may wait is let in slowly, and refused before anything is read of it when there is too much.

A phone keeps its positions and sends them again; nobody else notices. Alerts, reports, officers' steps and receipts are
never refused here, and each class has database connections of its own (`db/pool.py`).
"""

import asyncio
import random
from collections import deque
from contextlib import suppress
from enum import StrEnum

from litestar import Request
from litestar.types import ASGIApp, Receive, Scope, Send

from api.db.pool import connection_share
from api.routes.http.errors import problem

_MOST_POSITIONS = 1000
"""Calls waiting for their turn."""
_MOST_REFUSED = 4000
"""Refusals held back at the same time."""
_REFUSAL_SECONDS = 2.0
"""A refusal is sent this late, so that a sender who comes back at once costs little."""
_RETRY_SECONDS = (3, 8)
"""Between these, so that those who were refused together do not come back together."""
_PATIENCE_SECONDS = 0.02
"""For anything vital that is being served, before the next positions are let in or stored."""
_MOST_FIGURES = 40
"""Calls at the same time."""


class Traffic(StrEnum):
    """How urgent a call is. Streams count once they are open, by their own limits."""

    VITAL = "vital"
    ORDINARY = "ordinary"
    FIGURES = "figures"
    POSITIONS = "positions"


_POSITIONS = ("/v1/positions", "/v1/ingest/osmand", "/v1/ingest/owntracks")
_FIGURES = ("/v1/tiles/", "/v1/stats/", "/v1/heatmap", "/v1/coverage", "/v1/transparency")
_VITAL = (
    *("/v1/alerts", "/v1/reports", "/v1/incidents", "/v1/assignments", "/v1/officer-emergency", "/v1/push/receipts"),
    *("/v1/here", "/v1/ingest/location"),
)
_HELP = b"alarm=sos"
_ALWAYS = ("/v1/assignments", "/healthz", "/readyz")


def traffic_of(method: str, path: str, query: bytes = b"") -> Traffic:
    """A tracker's call for help is told by its address alone; one in a body waits for its turn, and is sent again."""
    if path.startswith(_POSITIONS):
        return Traffic.VITAL if _HELP in query else Traffic.POSITIONS
    if path.startswith(_FIGURES):
        return Traffic.FIGURES
    reads = method in {"GET", "HEAD"}
    return Traffic.VITAL if path.startswith(_ALWAYS if reads else _VITAL) else Traffic.ORDINARY


class Admission:
    """Middleware outside of everything that parses or looks up a caller."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._serving = dict.fromkeys(Traffic, 0)
        self._turns: deque[asyncio.Future[None]] = deque()
        self._letting_in: asyncio.Task[None] | None = None
        self._refusing = 0
        self._calm = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        traffic = traffic_of(scope["method"], scope["path"], scope["query_string"])
        full = traffic == Traffic.FIGURES and self._serving[traffic] >= _MOST_FIGURES
        if full or (traffic == Traffic.POSITIONS and len(self._turns) >= _MOST_POSITIONS):
            await self._refuse(scope, receive, send)
            return
        if traffic == Traffic.POSITIONS:
            await self._turn()
        self._serving[traffic] += 1
        if traffic == Traffic.VITAL:
            self._calm.clear()
        share = connection_share.set(traffic)
        try:
            await self._app(scope, receive, send)
        finally:
            connection_share.reset(share)
            self._serving[traffic] -= 1
            if not self._serving[Traffic.VITAL]:
                self._calm.set()

    async def calm(self) -> None:
        """Waits until nothing vital is being served, but not for long."""
        if self._serving[Traffic.VITAL]:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    await self._calm.wait()

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._refusing < _MOST_REFUSED:
            self._refusing += 1
            try:
                await asyncio.sleep(_REFUSAL_SECONDS)
            finally:
                self._refusing -= 1
        wait = random.randint(*_RETRY_SECONDS)  # noqa: S311 - it only spreads them
        answer = problem("unavailable", {"retry_after": wait, "detail": "too many calls: alerts go first"})
        await answer.to_asgi_response(None, Request(scope))(scope, receive, send)

    async def _turn(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        if self._letting_in is None:
            self._letting_in = asyncio.create_task(self._let_in(), name="positions take turns")
        await turn

    async def _let_in(self) -> None:
        """One at a time: whatever else is ready runs before the next, and what is vital is served first."""
        try:
            while self._turns:
                turn = self._turns.popleft()
                if turn.done():
                    continue
                turn.set_result(None)
                await asyncio.sleep(0)
                await self.calm()
        finally:
            self._letting_in = None

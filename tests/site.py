"""The real server, and the real jobs if a test needs them, on the test's own database."""

import asyncio
import contextlib
import random
import socket
import ssl
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn
from litestar import Litestar
from litestar.types import ASGIApp

from api import app as application
from api.db.pool import Database, open_database
from api.demo.cluster import Cluster
from api.domain.incidents.deadline import LOOKS
from api.jobs import deadlines, doctor, outgoing
from api.jobs.fallback import FallbackHandler
from api.jobs.push import PushHandler
from api.jobs.runner import _beat
from api.services.access import keys
from api.services.context import Runtime
from api.services.roads.in_service import RoadsInService
from api.services.stations.demo_file import DemoFile, DemoLogin
from api.settings import Settings
from tests.patience import patient
from tests.push_receiver import PushReceiver

HERE = (13.7712, 100.5746)
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Never used on loopback, but otherwise httpx would reload all the machine's certificate authorities for each client,
and look for a proxy (`trust_env`)."""


_IDLE: list[Litestar] = []
"""Applications whose server has ended, for reuse: creating one takes longer than many tests, and only `state`
differs."""


def _application(settings: Settings) -> tuple[ASGIApp, Litestar]:
    litestar = _IDLE.pop() if _IDLE else application.create_litestar(settings)
    litestar.state.clear()
    litestar.state["settings"] = settings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "create_litestar", lambda _: litestar)
        return application.create_app(settings), litestar


class Site:
    def __init__(self, cluster: Cluster, database: str, demo: DemoFile, receiver: PushReceiver, home: Path) -> None:
        self.cluster, self.database, self.demo, self.receiver = cluster, database, demo, receiver
        self._clients: list[httpx.AsyncClient] = []
        self._jobs: list[asyncio.Task[None]] = []
        self._jobs_db: Database | None = None
        self.settings = Settings(
            database_url=cluster.url("sipha_app", database),
            home=home,
            port=0,
            push_hosts=(receiver.host,),
            fallback_hosts=("127.0.0.1",),
            demo=True,
            log_level="error",
        )

    async def start(self) -> None:
        app, self._litestar = _application(self.settings)
        config = uvicorn.Config(app, port=0, log_config=None, ws="none", timeout_graceful_shutdown=1, lifespan="on")
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server.serve())
        while not self._server.started:
            assert not self._serving.done(), "the server did not start"
            await asyncio.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        await self.stop_jobs()
        for client in self._clients:
            await client.aclose()
        self._server.should_exit = True
        await self._serving
        _IDLE.append(self._litestar)

    def leave_the_demo(self) -> None:
        """From now on the server demands what it only offers in the demo."""
        self._litestar.state.settings = msgspec.structs.replace(self.settings, demo=False)

    async def start_jobs(self) -> None:
        url = self.cluster.url("sipha_jobs", self.database)
        self._jobs_db = await open_database(url, "sipha_jobs", size=20)
        push = PushHandler(self._jobs_db, self.settings, await keys.vapid(self._jobs_db))
        runtime = self.runtime(self._jobs_db)
        loops = (
            outgoing.run(self._jobs_db, push),
            deadlines.run(runtime, deadlines.LADDER),
            deadlines.run(runtime, LOOKS),
            outgoing.run(self._jobs_db, FallbackHandler(self.settings.fallback_hosts)),
            outgoing.adopt(self._jobs_db),
            _beat(self._jobs_db),
            doctor.run(self._jobs_db),
        )
        self._jobs = [asyncio.create_task(loop) for loop in loops]

    @property
    def roads(self) -> RoadsInService:
        """The server's own."""
        return self._litestar.state.roads

    def runtime(self, db: Database) -> Runtime:
        """With the server's roads and target, over any pool of its database."""
        return Runtime(db, self.roads, self.settings.target_seconds)

    async def stop_jobs(self) -> None:
        for task in self._jobs:
            task.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        self._jobs = []
        if self._jobs_db is not None:
            await self._jobs_db.close()
            self._jobs_db = None

    def client(self, **headers: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            base_url=self.url, timeout=patient(30), headers=headers, verify=_NO_TLS, trust_env=False
        )
        self._clients.append(client)
        return client

    def login(self, role: str, number: int = 0) -> DemoLogin:
        return [login for login in self.demo.accounts if login.role == role][number]

    async def sign_in(self, role: str, number: int = 0) -> httpx.AsyncClient:
        login = self.login(role, number)
        return await self.sign_in_as(login.username, login.password)

    async def sign_in_as(self, username: str, password: str) -> httpx.AsyncClient:
        client = self.client()
        answer = await client.post("/v1/session", json={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        client.headers["x-csrf-token"] = answer.json()["csrf_token"]
        return client

    def worker(self) -> httpx.AsyncClient:
        return self.client(authorization=f"Bearer {self.demo.worker_token}")

    def enroller(self) -> httpx.AsyncClient:
        return self.client(authorization=f"Bearer {self.demo.enroller_token}")

    async def officer(
        self, number: int = 0, at: tuple[float, float] = HERE, *, phone: bool = True
    ) -> httpx.AsyncClient:
        """On duty with their unit, at a place, and with a phone that has answered a test push."""
        client, unit_id = await self.sign_in("officer", number), self.login("officer", number).unit_id
        assert (await client.post("/v1/shift", json={"unit_id": str(unit_id)})).status_code == 200
        await send_position(client, *at)
        if phone:
            await self.ring_and_answer(client, f"officer{number}")
        return client

    async def ring_and_answer(self, client: httpx.AsyncClient, name: str) -> None:
        subscription = self.receiver.phone(name).subscription()
        assert (await client.put("/v1/push/subscription", json=subscription)).status_code == 204
        before = len(self.receiver.of("test"))
        assert (await client.post("/v1/push/test", json={})).status_code == 202
        await until(lambda: len(self.receiver.of("test")) > before)
        await self.receipt(self.receiver.of("test")[-1].data, "delivered")

    async def receipt(self, data: dict[str, str], stage: str) -> httpx.Response:
        body = {"delivery_id": data["delivery_id"], "token": data["receipt_token"], "stage": stage}
        return await self.client().post("/v1/push/receipts", json=body)

    @contextlib.asynccontextmanager
    async def as_station(self) -> AsyncIterator[Any]:
        """A connection with the app's role that sees the model station, for inspecting rows."""
        import asyncpg

        connection = await asyncpg.connect(self.cluster.url("sipha_app", self.database))
        await connection.execute("SELECT set_config('sipha.station_id', $1, false)", str(self.demo.station_id))
        try:
            yield connection
        finally:
            await connection.close()


def alert(site: Site, kind: str = "sos", **more: object) -> dict[str, object]:
    camera = str(site.demo.cameras[0].id)
    return {"id": str(uuid.uuid4()), "camera_id": camera, "kind": kind, "occurred_at": now(), **more}


def incident(**more: object) -> dict[str, object]:
    return {"id": str(uuid.uuid4()), "kind": "theft", "lat": HERE[0], "lon": HERE[1], "dispatch": True, **more}


def report(**more: object) -> dict[str, object]:
    return {"id": str(uuid.uuid4()), "kind": "sos", "lat": HERE[0], "lon": HERE[1], **more}


async def send_position(client: httpx.AsyncClient, lat: float, lon: float) -> None:
    fix = {"at": now(), "lat": lat, "lon": lon, "accuracy": 5.0}
    body = {"id": str(uuid.uuid4()), "sent_at": now(), "fixes": [fix]}
    answer = await client.post("/v1/positions", json=body)
    assert answer.json() == {"accepted": 1, "rejected": []}, answer.text


def now() -> str:
    return datetime.now(UTC).isoformat()


async def until(condition: Callable[[], object] | Callable[[], Awaitable[object]], seconds: float = 30) -> Any:
    """Wait for something true and return it; usually it comes in a fraction of the time a busy machine is given.

    The longer it takes, the less often it polls, because that mostly goes over HTTP to a busy server.
    """
    seconds = patient(seconds)
    begun = time.monotonic()
    while True:
        result = condition()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return result
        waited = time.monotonic() - begun
        assert waited < seconds, f"not within {seconds} s"
        await asyncio.sleep(min(0.15, 0.02 + waited / 20))


def free_port() -> int:
    """A port that stays free while nobody listens: below the ephemeral range, whose clients would even
    connect to themselves if they dialled the port they were just given."""
    for port in random.sample(range(20_000, 32_000), 200):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")

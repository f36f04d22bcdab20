"""PostgreSQL goes away and comes back under running processes: 503 and a log line, then everything resumes by
itself."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from api.demo.cluster import Cluster
from tests import clusters
from tests.homes import home
from tests.patience import patient
from tests.site import HERE, free_port, now, until

SIPHA = str(Path(sys.executable).parent / "sipha")


class Running:
    """A separate cluster with the model station, and real processes with their logs."""

    def __init__(self, home: Path) -> None:
        self.home, self.cluster, self.port = home, clusters.copied_to(home), free_port()
        self.demo = clusters.model_station()
        self._processes: list[asyncio.subprocess.Process] = []

    async def prepare(self) -> None:
        await asyncio.to_thread(self.cluster.start, free_port())
        clusters.administer(self.cluster, "DROP DATABASE sipha")
        clusters.clone(self.cluster, "template_station", "sipha")
        administrator = await asyncpg.connect(self.cluster.url())
        await administrator.execute("UPDATE deployment SET demo = false")
        await administrator.close()

    async def start(self, command: str, role: str, **more: str) -> asyncio.subprocess.Process:
        environment = {**os.environ, "SIPHA_DATABASE_URL": self.cluster.url(role), "SIPHA_HOME": str(self.home)}
        with self.log(command).open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                SIPHA, command, env=environment | {"PORT": str(self.port)} | more, stdout=log, stderr=log
            )
        self._processes.append(process)
        return process

    def log(self, command: str) -> Path:
        return self.home / f"{command}.log"

    async def stop(self) -> None:
        for process in self._processes:
            if process.returncode is None:
                process.terminate()
        for process in self._processes:
            await asyncio.wait_for(process.wait(), patient(20))
        await asyncio.to_thread(self.cluster.stop)


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    with home("away") as folder:
        made = await asyncio.to_thread(Running, folder)
        await made.prepare()
        yield made
        await made.stop()


async def answers(http: httpx.AsyncClient, path: str, status: int) -> bool:
    try:
        return (await http.get(path)).status_code == status
    except httpx.HTTPError:
        return False


async def test_away_and_back(running: Running) -> None:
    await running.start("serve", "sipha_app")
    await running.start("jobs", "sipha_jobs")
    http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{running.port}", timeout=patient(20))
    await until(lambda: answers(http, "/readyz", 200), 60)
    operator, worker = await sign_in(http, running), {"authorization": f"Bearer {running.demo.worker_token}"}
    opened = asyncio.Event()
    stream = asyncio.create_task(listen(http, operator, opened))
    await opened.wait()
    port = running.cluster.port
    await asyncio.to_thread(running.cluster.stop_server)
    for _ in range(8):
        for answer in await asyncio.gather(*asked(http, operator, worker)):
            assert answer.status_code == 503, f"{answer.request.url} {answer.text}"
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"] == "unavailable"
            assert int(answer.headers["retry-after"]) >= 1
        await asyncio.sleep(0.5)
    assert (await http.get("/healthz")).status_code == 200
    await asyncio.to_thread(running.cluster.start, port)
    await until(lambda: answers(http, "/readyz", 200), 20)
    assert (await http.post("/v1/alerts", json=alert(running), headers=worker)).status_code == 201
    await until(lambda: "database available again" in running.log("jobs").read_text(), 20)

    async def alarmed() -> bool:
        """Raised by the jobs: nobody is on duty, so the new SOS has no taker."""
        return bool((await http.get("/v1/alarms", headers=operator)).json()["items"])

    await until(alarmed, 30)
    assert "incident" in await asyncio.wait_for(stream, patient(20)), "the stream went on where it was"
    await http.aclose()
    for command in ("serve", "jobs"):
        log = running.log(command).read_text()
        assert "Traceback" not in log, log[-4000:]
        told = [line for line in log.splitlines() if '"request"' not in line]
        assert len(told) < 12, told
        for notice in ("database unavailable", "database available again"):
            assert sum(notice in line for line in told) in {1, 2}, (command, told)


def asked(
    http: httpx.AsyncClient, operator: dict[str, str], worker: dict[str, str]
) -> list[asyncio.Future[httpx.Response]]:
    """Every way in: none, cookie, token, key; read and write; anonymous."""
    once = operator | {"idempotency-key": str(uuid.uuid4())}
    new = {"id": str(uuid.uuid4()), "kind": "theft", "lat": HERE[0], "lon": HERE[1]}
    calls = [
        http.get("/readyz"),
        http.get("/v1/incidents", headers=operator),
        http.get("/v1/stream", headers=operator),
        http.get("/v1/stats/response", headers=operator),
        http.get(f"/v1/reports/{uuid.uuid4()}", headers={"authorization": "Bearer x"}),
        http.get("/v1/watchlist/gallery", headers=worker),
        http.post("/v1/incidents", json=new, headers=once),
        http.put("/v1/delegation", json={}, headers=once),
        http.post("/v1/reports", json={"id": str(uuid.uuid4()), "kind": "sos", "lat": HERE[0], "lon": HERE[1]}),
        http.post("/v1/session", json={"username": "operator", "password": "x"}),
        http.post("/v1/push/receipts", json={"delivery_id": str(uuid.uuid4()), "token": "x", "stage": "shown"}),
    ]
    return [asyncio.ensure_future(call) for call in calls]


def alert(running: Running) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "camera_id": str(running.demo.cameras[0].id), "kind": "sos", "occurred_at": now()}


async def sign_in(http: httpx.AsyncClient, running: Running, role: str = "operator", number: int = 0) -> dict[str, str]:
    login = [login for login in running.demo.accounts if login.role == role][number]
    answer = await http.post("/v1/session", json={"username": login.username, "password": login.password})
    assert answer.status_code == 200, answer.text
    headers = {
        "x-csrf-token": answer.json()["csrf_token"],
        "cookie": f"sipha_session={answer.cookies['sipha_session']}",
    }
    http.cookies.clear()
    return headers


async def listen(http: httpx.AsyncClient, headers: dict[str, str], opened: asyncio.Event) -> str:
    """The name of the first new event."""
    async with http.stream("GET", "/v1/stream", headers=headers, timeout=None) as answer:
        async for line in answer.aiter_lines():
            opened.set()
            if line.startswith("event: ") and "incident" in line:
                return line
    return "the stream ended"


async def test_both_processes_end_while_the_database_hangs(running: Running) -> None:
    serve, jobs = await running.start("serve", "sipha_app"), await running.start("jobs", "sipha_jobs")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{running.port}", timeout=patient(20)) as http:
        await until(lambda: answers(http, "/readyz", 200), 60)
        await until(lambda: "jobs running" in running.log("jobs").read_text(), 60)
        operator = await sign_in(http, running)
        with hanging(running.cluster):
            calls = asked(http, operator, {"authorization": f"Bearer {running.demo.worker_token}"})
            await asyncio.sleep(3)  # every loop of the jobs now waits for an answer
            for process in (serve, jobs):
                process.terminate()
            ended = [await asyncio.wait_for(process.wait(), patient(15)) for process in (serve, jobs)]
            assert ended == [-signal.SIGTERM, 0], "uvicorn ends by the signal itself, once it has shut down"
            await asyncio.gather(*calls, return_exceptions=True)


@contextlib.contextmanager
def hanging(cluster: Cluster) -> Iterator[None]:
    """PostgreSQL holds its connections and answers nobody."""
    postmaster = (cluster.data / "postmaster.pid").read_text().split()[0]
    found = subprocess.run(["pgrep", "-P", postmaster], capture_output=True, text=True, check=True)
    processes = [int(postmaster), *map(int, found.stdout.split())]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


async def test_pools_are_told_against_what_postgresql_allows(running: Running) -> None:
    refused = await running.start("serve", "sipha_app", SIPHA_SERVE_CONNECTIONS="900")
    assert await asyncio.wait_for(refused.wait(), patient(60)) == 1
    assert "SIPHA_SERVE_CONNECTIONS" in running.log("serve").read_text()
    assert running.log("serve").read_text().count("\n") == 1
    administrator = await asyncpg.connect(running.cluster.url())
    await administrator.execute("ALTER DATABASE sipha CONNECTION LIMIT 50")
    await administrator.close()
    await running.start("jobs", "sipha_jobs")
    await until(lambda: "jobs running" in running.log("jobs").read_text(), 60)
    [warned] = [line for line in running.log("jobs").read_text().splitlines() if "connections may run out" in line]
    assert '"allowed": 50' in warned


async def test_no_acknowledged_position_is_lost_when_postgresql_crashes(running: Running) -> None:
    """Killed while positions of several senders are being stored together."""
    administrator = await asyncpg.connect(running.cluster.url())
    await administrator.execute("ALTER DATABASE sipha SET synchronous_commit = on")  # off in test clusters, for speed
    await administrator.close()
    await running.start("serve", "sipha_app")
    acknowledged: list[uuid.UUID] = []

    async def send(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
        while True:
            batch = uuid.uuid4()
            fix = {"at": now(), "lat": HERE[0], "lon": HERE[1], "accuracy": 5.0}
            body = {"id": str(batch), "sent_at": now(), "fixes": [fix]}
            try:
                answer = await http.post("/v1/positions", json=body, headers=headers)
            except httpx.HTTPError:
                continue
            if answer.status_code == 200 and answer.json()["accepted"] == 1:
                acknowledged.append(batch)
            else:
                await asyncio.sleep(0.05)

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{running.port}", timeout=patient(20)) as http:
        await until(lambda: answers(http, "/readyz", 200))
        officers = [await sign_in(http, running, "officer", number) for number in range(3)]
        for number, headers in enumerate(officers):
            units = [login.unit_id for login in running.demo.accounts if login.role == "officer"]
            begun = await http.post("/v1/shift", json={"unit_id": str(units[number])}, headers=headers)
            assert begun.status_code == 200, begun.text
        sending = [asyncio.create_task(send(http, headers)) for headers in officers for _ in range(4)]
        for _ in range(2):
            before = len(acknowledged)
            await until(lambda before=before: len(acknowledged) > before + 40)
            postmaster = int((running.cluster.data / "postmaster.pid").read_text().split()[0])
            os.kill(postmaster, signal.SIGKILL)
            await asyncio.sleep(0.5)
            await asyncio.to_thread(running.cluster.start, running.cluster.port)
        before = len(acknowledged)
        await until(lambda: len(acknowledged) > before + 20)
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
    administrator = await asyncpg.connect(running.cluster.url())
    kept = {row["id"] for row in await administrator.fetch("SELECT id FROM position_batch")}
    fixes = await administrator.fetchval("SELECT count(*) FROM track")
    await administrator.close()
    assert set(acknowledged) <= kept
    assert fixes >= len(acknowledged)

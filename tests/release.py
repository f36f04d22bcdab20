"""The code of an earlier release, taken from the project's own history, and what people do with it meanwhile."""

import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import httpx
import pytest

from api.db import bootstrap
from api.demo.cluster import Cluster
from tests.patience import patient
from tests.site import HERE, free_port, now, until

ROOT = Path(__file__).parents[1]
PLAN = """
name_th = "สน.ทดสอบ"
name_en = "Test"
lat = 13.779
lon = 100.579
area = [[13.764, 100.568], [13.7655, 100.5905], [13.7935, 100.588], [13.793, 100.569]]
delegated_by = "x"
[[camera]]
name = "1"
lat = 13.7712
lon = 100.5746
[[unit]]
callsign = "11"
kind = "motorcycle"
[[account]]
role = "officer"
username = "officer"
display_name = "officer"
[[account]]
role = "operator"
username = "operator"
display_name = "operator"
"""
TRACKS = """
INSERT INTO track (unit_id, station_id, at, position, accuracy)
SELECT u.id, u.station_id, now() - number * interval '3 seconds',
       ST_SetSRID(ST_MakePoint(100.57 + random() / 50, 13.77 + random() / 50), 4326)::geography, 5
FROM unit u, generate_series(1, $1) number
"""
WAITING = """
WITH made AS (
  INSERT INTO incident (id, station_id, reference, kind, priority, state, verified, position, received_at,
                        target_seconds, due_at, forecast, h3)
  SELECT gen_random_uuid(), id, 'waiting-' || number, 'theft', 3, 'open', true, centre, now(), 900,
         now() + interval '1 hour', 'on_time', 0
  FROM station, generate_series(1, 5000) number RETURNING id, station_id)
INSERT INTO deadline (station_id, kind, subject_id, due_at)
SELECT station_id, 'try_again', id, now() + interval '1 day' FROM made
"""


class Release:
    """`url(role)` connects to its own database."""

    def __init__(self, commit: str, folder: Path, cluster: Cluster, database: str) -> None:
        self.commit, self.folder, self.cluster, self.database = commit, folder, cluster, database
        self._running: list[subprocess.Popen[bytes]] = []

    def check_out(self) -> None:
        known = subprocess.run(
            ["git", "cat-file", "-e", f"{self.commit}^{{commit}}"], cwd=ROOT, capture_output=True, check=False
        )
        if known.returncode != 0:
            pytest.skip(f"this clone has no history down to the release {self.commit[:7]} (a shallow clone?)")
        archive = subprocess.run(
            ["git", "archive", self.commit, "api", "migrations"], cwd=ROOT, capture_output=True, check=True
        )
        self.folder.mkdir()
        subprocess.run(["tar", "-x"], cwd=self.folder, input=archive.stdout, check=True)

    async def make_database(self) -> None:
        """With the release's own schema, one station, and a long past."""
        await bootstrap.prepare(self.cluster.url(database="postgres"), self.database, {})
        await asyncio.to_thread(self.sipha, "sipha_owner", "migrate")
        (self.folder / "station.toml").write_text(PLAN)
        made = await asyncio.to_thread(self.sipha, "sipha_app", "station", str(self.folder / "station.toml"))
        self.station = json.loads(made)

    async def fill(self, tracks: int) -> None:
        connection = await asyncpg.connect(self.cluster.url(database=self.database))
        try:
            await connection.execute(TRACKS, tracks)
            await connection.execute(WAITING)
            await connection.execute("ANALYZE")
        finally:
            await connection.close()

    def url(self, role: str) -> str:
        return self.cluster.url(role, self.database)

    def environment(self, role: str, code: Path) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SIPHA_")}
        ours = {"PYTHONPATH": str(code), "SIPHA_DATABASE_URL": self.url(role), "SIPHA_HOME": str(self.folder / "home")}
        return kept | ours

    def sipha(self, role: str, *words: str, code: Path | None = None) -> str:
        """This release's; with `code`, another one's."""
        where = code or self.folder
        done = subprocess.run(
            [*_COMMAND, *words],
            env=self.environment(role, where),
            cwd=where,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def serve(self) -> None:
        self.port = free_port()
        for role, command in (("sipha_app", "serve"), ("sipha_jobs", "jobs")):
            environment = self.environment(role, self.folder) | {"PORT": str(self.port)}
            with (self.folder / f"{command}.log").open("wb") as log:
                process = subprocess.Popen(
                    [*_COMMAND, command], env=environment, cwd=self.folder, stdout=log, stderr=log
                )
            self._running.append(process)
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=patient(60))

        async def ready() -> bool:
            assert self._running[0].poll() is None, (self.folder / "serve.log").read_text()[-2000:]
            try:
                return (await self.http.get("/readyz")).status_code == 200
            except httpx.HTTPError:
                return False

        await until(ready, 60)

    async def stop(self) -> None:
        if self._running:
            await self.http.aclose()
        for process in self._running:
            process.terminate()
        for process in self._running:
            await asyncio.to_thread(process.wait, patient(20))


_COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]


class Load:
    """Cameras raise alerts, an officer's phone sends positions, an operator looks, all at once and without a pause."""

    def __init__(self, release: Release) -> None:
        self._release, self._stop = release, asyncio.Event()
        self.bad: list[str] = []
        self.slowest = 0.0
        self.counted: dict[str, int] = {}

    async def start(self) -> None:
        officer, operator = await self._sign_in("officer"), await self._sign_in("operator")
        shift = await self._http.post(
            "/v1/shift", json={"unit_id": self._release.station["unit_ids"][0]}, headers=officer
        )
        assert shift.status_code == 200, shift.text
        worker = {"authorization": f"Bearer {self._release.station['worker_token']}"}
        work = [self._alert(worker), self._alert(worker), self._position(officer), self._look(operator)]
        self._tasks = [asyncio.create_task(self._repeat(*each)) for each in work]

    async def stop(self) -> None:
        self._stop.set()
        await asyncio.gather(*self._tasks)

    def every(self, count: int) -> bool:
        """Whether each of them has been answered this often."""
        return len(self.counted) == 3 and min(self.counted.values()) >= count

    @property
    def _http(self) -> httpx.AsyncClient:
        return self._release.http

    async def _sign_in(self, name: str) -> dict[str, str]:
        body = {"username": name, "password": self._release.station["passwords"][name]}
        answer = await self._http.post("/v1/session", json=body)
        assert answer.status_code == 200, answer.text
        cookies = "; ".join(f"{key}={value}" for key, value in answer.cookies.items())
        self._http.cookies.clear()
        return {"x-csrf-token": answer.json()["csrf_token"], "cookie": cookies}

    def _alert(self, headers: dict[str, str]) -> tuple[str, Callable[[], Awaitable[httpx.Response]]]:
        camera = self._release.station["camera_ids"][0]

        async def send() -> httpx.Response:
            body = {"id": str(uuid.uuid4()), "camera_id": camera, "kind": "sos", "occurred_at": now()}
            return await self._http.post("/v1/alerts", json=body, headers=headers)

        return "alert", send

    def _position(self, headers: dict[str, str]) -> tuple[str, Callable[[], Awaitable[httpx.Response]]]:
        async def send() -> httpx.Response:
            fix = {"at": now(), "lat": HERE[0], "lon": HERE[1], "accuracy": 5.0}
            body = {"id": str(uuid.uuid4()), "sent_at": now(), "fixes": [fix]}
            return await self._http.post("/v1/positions", json=body, headers=headers)

        return "position", send

    def _look(self, headers: dict[str, str]) -> tuple[str, Callable[[], Awaitable[httpx.Response]]]:
        async def send() -> httpx.Response:
            return await self._http.get("/v1/units", headers=headers)

        return "look", send

    async def _repeat(self, name: str, send: Callable[[], Awaitable[httpx.Response]]) -> None:
        while not self._stop.is_set():
            begun = time.monotonic()
            answer = await send()
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.counted[name] = self.counted.get(name, 0) + 1
            if answer.status_code >= 300:
                self.bad.append(f"{name} {answer.status_code} {answer.text[:200]}")
            await asyncio.sleep(0.02)

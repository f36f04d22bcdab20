"""Processes killed without warning, and the recognition worker on a real stream against the real server."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.demo.scenario import Person, enrol_sample
from tests.integration.test_ladder import quick
from tests.integration.test_welfare import time_passes
from tests.patience import patient
from tests.site import HERE, Site, free_port, incident, until
from tests.watchlist import holds

BIN = Path(sys.executable).parent
MODELS = Path(os.environ.get("SIPHA_MODELS") or Path(__file__).parents[2] / ".models")


class Started:
    """Subprocesses of a test, ended with it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._running = folder, []

    async def start(self, *command: str, **environment: str) -> asyncio.subprocess.Process:
        with (self._folder / f"{Path(command[0]).name}-{command[1]}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *command, env={**os.environ, **environment}, stdout=log, stderr=log
            )
        self._running.append(process)
        return process

    async def stop(self) -> None:
        for process in self._running:
            if process.returncode is None:
                process.kill()
                await process.wait()


@pytest.fixture
async def started(tmp_path: Path) -> AsyncIterator[Started]:
    processes = Started(tmp_path)
    yield processes
    await processes.stop()


async def jobs(site: Site, started: Started) -> asyncio.subprocess.Process:
    return await started.start(
        str(BIN / "sipha"),
        "jobs",
        SIPHA_DATABASE_URL=site.cluster.url("sipha_jobs", site.database),
        SIPHA_PUSH_HOSTS=site.receiver.host,
        SIPHA_HOME=str(site.settings.home),
    )


async def test_kill_9_of_jobs_between_offer_and_expiry_loses_no_deadline(site: Site, started: Started) -> None:
    await quick(site, delivery=3, answer=6)
    first = await jobs(site, started)
    await site.officer(0)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    await until(lambda: site.receiver.of("offer"))
    first.send_signal(signal.SIGKILL)
    await first.wait()
    await site.receipt(site.receiver.of("offer")[0].data, "delivered")

    async def silent() -> bool:
        return (await operator.get("/v1/station")).json()["jobs_silent"]

    await until(silent, 15)
    seen = (await operator.get(f"/v1/incidents/{made['id']}")).json()
    assert seen["assignments"][0]["state"] == "offered", "nobody was there to take it back"
    again = datetime.now(UTC)
    await jobs(site, started)

    async def expired() -> bool:
        seen = (await operator.get(f"/v1/incidents/{made['id']}")).json()
        return seen["assignments"][0]["state"] == "expired"

    await until(expired, 15)
    assert datetime.now(UTC) - again < timedelta(seconds=patient(12))
    reasons = {alarm["reason"] for alarm in (await operator.get("/v1/alarms")).json()["items"]}
    assert {"first_silence", "nobody_left"} <= reasons
    assert not await silent()


async def test_kill_9_of_jobs_between_two_questions_to_a_unit_loses_neither(site: Site, started: Started) -> None:
    first = await jobs(site, started)
    officer, operator = await site.officer(0), await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    offer = await until(lambda: site.receiver.of("offer"))
    held = offer[0].data["assignment_id"]
    for step in ("accept", "arrived"):
        assert (await officer.post(f"/v1/assignments/{held}/{step}", json={})).status_code == 200

    async def question() -> dict[str, Any] | None:
        return next(iter((await operator.get(f"/v1/incidents/{made['id']}")).json()["welfare"]), None)

    await time_passes(site, held)
    await until(question)
    first.send_signal(signal.SIGKILL)
    await first.wait()
    await time_passes(site, held)
    await jobs(site, started)

    async def asked_again() -> bool:
        return bool(((await question()) or {})["asked_again_at"])

    await until(asked_again)
    await time_passes(site, held)

    async def alarmed() -> bool:
        return "officer_silent" in {each["reason"] for each in (await operator.get("/v1/alarms")).json()["items"]}

    await until(alarmed)


async def test_a_push_claimed_by_a_killed_sender_is_sent_by_the_next(site: Site, started: Started) -> None:
    await site.start_jobs()
    await site.officer(0)
    await site.stop_jobs()
    operator = await site.sign_in("operator")
    await operator.post("/v1/incidents", json=incident())
    async with site.as_station() as connection:  # as left by a sender that died after claiming it
        await connection.execute("UPDATE outgoing SET due_at = now() + interval '2 seconds' WHERE state = 'due'")
    await jobs(site, started)
    await until(lambda: site.receiver.of("offer"), 20)
    await asyncio.sleep(1)
    assert len(site.receiver.of("offer")) == 1


async def test_two_replicas_of_jobs_ring_each_phone_once(site: Site, started: Started) -> None:
    first, second = await jobs(site, started), await jobs(site, started)
    officer = await site.officer(0)
    for _ in range(12):
        assert (await officer.post("/v1/push/test", json={})).status_code == 202
    await until(lambda: len(site.receiver.of("test")) >= 13)
    assert first.returncode is None
    assert second.returncode is None
    await asyncio.sleep(1.5)
    deliveries = [pushed.data["delivery_id"] for pushed in site.receiver.of("test")]
    assert len(deliveries) == len(set(deliveries)) == 13


async def test_a_camera_sees_a_person_decides_a_patrol_is_sent(site: Site, started: Started, tmp_path: Path) -> None:
    """RTSP, detection, embedding, a match with an entry enrolled from another picture, one alert, with the API down
    for a while in the middle; then the operator, the officer and the clock."""
    assert (MODELS / "dlib-resnet.onnx").exists(), "run `make setup`: the models are missing"
    await site.start_jobs()
    officer = await site.officer(0, HERE)
    picture, worker = tmp_path / "picture.jpg", str(BIN / "sipha-worker")
    made = await started.start(worker, "sample-picture", "--into", str(picture), SIPHA_MODELS=str(MODELS))
    assert await made.wait() == 0
    site.demo.url = site.url
    await enrol_sample(site.demo, picture)
    rtsp, gate = free_port(), Gate(site.port)
    await started.start(worker, "sample-camera", "--port", str(rtsp), SIPHA_MODELS=str(MODELS))
    await gate.start()
    config = tmp_path / "worker.toml"
    config.write_text(
        f'state = "spool"\n[api]\nurl = "http://127.0.0.1:{gate.port}"\ntimeout_seconds = 2\n'
        f'[[camera]]\nid = "{site.demo.cameras[0].id}"\nurl = "rtsp://127.0.0.1:{rtsp}/sample.mp4"\n'
    )
    tokens = {"SIPHA_WORKER_TOKEN": site.demo.worker_token, "SIPHA_ENROLLER_TOKEN": site.demo.enroller_token}
    environment = {**tokens, "SIPHA_MODELS": str(MODELS)}
    enrolled = await started.start(worker, "enrol", "--config", str(config), "--once", **environment)
    assert await enrolled.wait() == 0
    running = await started.start(worker, "run", "--config", str(config), **environment)
    await until(lambda: gate.count("/v1/watchlist/gallery") >= 2, 40)  # the first answer has arrived by now
    gate.closed = True
    await until(lambda: spooled(tmp_path / "spool"), 60)
    running.send_signal(signal.SIGKILL)
    await running.wait()
    gate.closed = False
    await started.start(worker, "run", "--config", str(config), **environment)
    async with Person(site.demo, "operator", site.url) as operator:

        async def pending() -> list[Any]:
            return (await operator.get("/v1/alerts?state=pending")).json()["items"]

        [alert] = await until(pending, 40)
        assert alert["kind"] == "watchlist_face"
        assert alert["confidence"] > alert["model"]["threshold"]
        assert (await operator.get(f"/v1/alerts/{alert['id']}/snapshot")).content[:2] == b"\xff\xd8"
        for picture_id in alert["watchlist_entry"]["picture_ids"]:
            await operator.get(f"/v1/watchlist/pictures/{picture_id}")
        done = (await operator.post(f"/v1/alerts/{alert['id']}/confirm", json=holds())).json()
    offer = await until(lambda: next(iter(site.receiver.of("offer")), None))
    await site.receipt(offer.data, "delivered")
    work = f"/v1/assignments/{offer.data['assignment_id']}"
    for step in ("accept", "en-route", "arrived"):
        assert (await officer.post(f"{work}/{step}", json={})).status_code == 200
    desk = await site.sign_in("operator")
    seen = (await desk.get(f"/v1/incidents/{done['incident_id']}")).json()
    assert (seen["kind"], seen["state"], seen["forecast"]) == ("watchlist_face", "on_scene", "met")
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM alert") == 1, "exactly once"
        assert await connection.fetchval("SELECT sum(faces_scanned) FROM recognition_period") is not None


def spooled(folder: Path) -> bool:
    """An alert is waiting in the worker's durable spool."""
    import sqlite3

    file = folder / "spool.sqlite"
    if not file.exists():
        return False
    with sqlite3.connect(file) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alert'").fetchone():
            return False  # the worker has only just created the file
        return bool(connection.execute("SELECT count(*) FROM alert").fetchone()[0])


class Gate:
    """A connection between worker and server that can be cut."""

    def __init__(self, to: int) -> None:
        self._to, self.closed, self._seen = to, False, b""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def count(self, path: str) -> int:
        return self._seen.count(path.encode())

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.closed:
            writer.close()
            return
        inner, outer = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(self._pump(reader, outer, watch=True), self._pump(inner, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, watch: bool = False) -> None:
        try:
            while data := await reader.read(65536):
                if self.closed:
                    break
                if watch:
                    self._seen += data[:200]
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

"""The demo's processes: started with the usual commands, watched, restarted, stopped."""

import asyncio
import ctypes
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import msgspec

from api.demo import patrols
from api.demo.scenario import Person
from api.services.stations.demo_file import DemoFile, DemoLogin
from api.settings import ROOT, Settings

_BIN = Path(sys.executable).parent
_SEES = ("live", "overloaded", "not_matching")
"""States in which frames arrive; the last two occur on a slow machine, or with everybody off the watchlist."""
_LIVE_SECONDS = 30
"""How long to wait for a camera to be live once frames arrive: the first templates are being made meanwhile."""
_START_SECONDS = 300
"""A part that exits is noticed at once; this allows for a slow machine."""
_RESTART_SECONDS = 1


class StartError(Exception):
    """One sentence: which part did not start, and where its log is."""


class Child(msgspec.Struct):
    name: str
    command: list[str]
    process: asyncio.subprocess.Process


class Processes:
    def __init__(self, settings: Settings, app_url: str, jobs_url: str, key: str) -> None:
        self._settings, self._app_url, self._jobs_url, self._key = settings, app_url, jobs_url, key
        self._children: dict[str, Child] = {}
        self._environments: dict[str, dict[str, str]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._url = f"http://{settings.host}:{settings.port}"

    @property
    def sample_picture(self) -> Path:
        return self._settings.home / "sample-picture.jpg"

    async def start_server(self) -> None:
        for name, url in (("serve", self._app_url), ("jobs", self._jobs_url)):
            await self._start(name, [str(_BIN / "sipha"), name], {"SIPHA_DATABASE_URL": url})
        await self._wait_for("serve", self._ready)

    async def start_worker(self, demo: DemoFile) -> None:
        port = _free_port()
        worker = str(_BIN / "sipha-worker")
        models = {"SIPHA_MODELS": os.environ.get("SIPHA_MODELS", str(ROOT / ".models"))}
        await self._once([worker, "sample-picture", "--into", str(self.sample_picture)], models)
        camera = [worker, "sample-camera", "--port", str(port)]
        await self._start("camera", camera, models)
        await self._wait_for("camera", lambda: _listens(port))
        config = self._worker_config(demo, port)
        tokens = models | {"SIPHA_WORKER_TOKEN": demo.worker_token, "SIPHA_ENROLLER_TOKEN": demo.enroller_token}
        await self._start("enrol", [worker, "enrol", "--config", str(config)], tokens)
        await self._start("worker", [worker, "run", "--config", str(config)], tokens)

    def start_patrols(self, demo: DemoFile, simulated: list[DemoLogin]) -> None:
        driving = patrols.run(self._url, simulated, demo.units, self._settings.home)
        self._tasks.append(asyncio.create_task(driving, name="patrols"))

    async def until_camera_sees(self, demo: DemoFile) -> None:
        """READY means that the whole chain works: the worker reads frames from its camera."""
        async with Person(demo, "operator", self._url) as operator:
            clock, seen = asyncio.get_running_loop(), list[float]()

            async def live() -> bool:
                station = (await operator.get("/v1/station")).json()
                cameras = (await operator.get("/v1/cameras")).json()["items"]
                states = {camera["state"] for camera in cameras}
                if states.intersection(_SEES):
                    seen.append(clock.time())
                else:
                    seen.clear()
                patient = "live" not in states and (not seen or clock.time() - seen[0] < _LIVE_SECONDS)
                return not station["jobs_silent"] and not patient

            await self._wait_for("worker", live)

    async def watch(self) -> None:
        """Restart parts that exit by themselves; if the server exits, so does the demo."""
        while True:
            for child in list(self._children.values()):
                if child.process.returncode is None:
                    continue
                if child.name == "serve":
                    raise StartError(f"the server ended: see {self._log(child.name)}")
                await asyncio.sleep(_RESTART_SECONDS)
                await self._start(child.name, child.command, self._environments[child.name])
            await asyncio.sleep(0.2)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        running = [child.process for child in self._children.values() if child.process.returncode is None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                await asyncio.wait_for(process.wait(), 8)
            except TimeoutError:
                process.kill()
                await process.wait()

    async def _start(self, name: str, command: list[str], extra: dict[str, str]) -> None:
        with self._log(name).open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *command,
                env=self._environment(extra),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self._children[name] = Child(name, command, process)
        self._environments[name] = extra

    async def _once(self, command: list[str], extra: dict[str, str]) -> None:
        process = await asyncio.create_subprocess_exec(
            *command, env=self._environment(extra), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        _, errors = await process.communicate()
        if process.returncode != 0:
            raise StartError(f"{Path(command[0]).name} {command[1]}: {errors.decode().strip()[-300:]}")

    def _environment(self, extra: dict[str, str]) -> dict[str, str]:
        settings = self._settings
        ours = {
            "SIPHA_DEMO": "1",
            "SIPHA_DEMO_KEY": self._key,
            "SIPHA_HOME": str(settings.home),
            "HOST": settings.host,
            "PORT": str(settings.port),
            "PYTHONUNBUFFERED": "1",
        }
        return {**os.environ, **ours, **extra}

    def _worker_config(self, demo: DemoFile, port: int) -> Path:
        file = self._settings.home / "worker.toml"
        file.write_text(
            f'state = "worker"\n\n[api]\nurl = "{self._url}"\n\n'
            f'[[camera]]\nid = "{demo.cameras[0].id}"\nurl = "rtsp://127.0.0.1:{port}/sample.mp4"\n'
        )
        return file

    def _log(self, name: str) -> Path:
        folder = self._settings.home / "logs"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.log"

    async def _wait_for(self, name: str, ready: Callable[[], Awaitable[bool]]) -> None:
        deadline = asyncio.get_running_loop().time() + _START_SECONDS
        while not await ready():
            if self._children[name].process.returncode is not None:
                raise StartError(f"{name} ended at once: see {self._log(name)}")
            if asyncio.get_running_loop().time() > deadline:
                raise StartError(f"{name} does not answer: see {self._log(name)}")
            await asyncio.sleep(0.2)

    async def _ready(self) -> bool:
        try:
            async with httpx.AsyncClient(base_url=self._url, timeout=2) as http:
                return (await http.get("/readyz")).status_code == 200
        except httpx.HTTPError:
            return False


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    """Linux ends the child if the demo is killed before it can clean up."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)

"""Simulated patrols: officers who move about and answer offers as people do, over the same HTTP API.

When a person goes on duty in a unit, its simulated officer only drives; the person answers.
"""

import asyncio
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import structlog

from api.demo.course import Course, sample_network
from api.domain.roads.travel import UnitKind
from api.roads.network import Network
from api.services.stations.demo_file import DemoLogin, DemoUnit

_log = structlog.get_logger()
_STEP_SECONDS = 4.0
_CRUISE_M_PER_S = 4.0
_HURRY_M_PER_S = 9.0
_WALK_M_PER_S = 1.8
_SCENE_SECONDS = (40, 120)


class Patrol:
    """One simulated unit. All it knows about a job comes from `/v1/assignments/current`."""

    def __init__(self, url: str, login: DemoLogin, unit: DemoUnit, network: Network | None) -> None:
        self._login, self._unit = login, unit
        self._http = httpx.AsyncClient(base_url=url, timeout=10)
        self._course = Course((unit.lat, unit.lon), network)
        self._goal, self._kind = (unit.lat, unit.lon), UnitKind.MOTORCYCLE
        self._chance = random.Random(login.username)
        self._person_at_wheel = self._holds = False
        self._leave_scene_at = 0.0

    async def run(self) -> None:
        """Runs for ever; starts over whenever the server was unavailable."""
        while True:
            try:
                await self._sign_in()
                await asyncio.gather(self._listen(), self._drive())
            except (httpx.HTTPError, KeyError, msgspec.DecodeError):
                await asyncio.sleep(2)

    async def _sign_in(self) -> None:
        self._http.cookies.clear()
        body = {"username": self._login.username, "password": self._login.password}
        answer = await self._http.post("/v1/session", json=body)
        answer.raise_for_status()
        self._http.headers["x-csrf-token"] = answer.json()["csrf_token"]
        (await self._http.post("/v1/shift", json={"unit_id": str(self._unit.id)})).raise_for_status()

    async def _listen(self) -> None:
        """An open stream makes a unit reachable; its events are acted on with a human delay."""
        async with self._http.stream("GET", "/v1/stream", timeout=httpx.Timeout(10, read=20)) as stream:
            stream.raise_for_status()
            about_assignment = False
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    about_assignment = line == "event: assignment"
                elif about_assignment and line.startswith("data: "):
                    self._holds = json.loads(line[6:])["state"] in {"accepted", "en_route", "arrived"}
                    await self._answer()
        raise httpx.ReadError("stream ended")

    async def _answer(self) -> None:
        if self._person_at_wheel:  # reading the offer would signal that this screen has it
            return
        offer = (await self._http.get("/v1/assignments/current")).json()["offer"]
        if offer is None:
            return
        await asyncio.sleep(self._chance.uniform(2.5, 8))
        assignment, mood = offer["assignment"]["id"], self._chance.random()
        if mood < 0.80:
            await self._http.post(f"/v1/assignments/{assignment}/accept", json={})
        elif mood < 0.92:
            await self._http.post(f"/v1/assignments/{assignment}/decline", json={"reason": "busy"})

    async def _drive(self) -> None:
        while True:
            await self._notice_people()
            await self._work()
            await self._send_position()
            await asyncio.sleep(_STEP_SECONDS * self._chance.uniform(0.8, 1.2))

    async def _notice_people(self) -> None:
        units = (await self._http.get("/v1/shift/units")).json()["items"]
        mine = next(unit for unit in units if unit["id"] == str(self._unit.id))
        self._person_at_wheel, self._kind = mine["people"] > 0, UnitKind(mine["kind"])

    async def _work(self) -> None:
        held = None
        if self._holds or not self._person_at_wheel:
            held = (await self._http.get("/v1/assignments/current")).json()["held"]
        if held is None:
            self._wander()
            return
        job, incident = held["assignment"], held["incident"]
        self._goal = (incident["lat"], incident["lon"])
        there = self._move(_HURRY_M_PER_S)
        if self._person_at_wheel:
            return
        path = f"/v1/assignments/{job['id']}"
        if job["state"] == "accepted":
            await self._http.post(f"{path}/en-route", json={})
        elif job["state"] == "en_route" and there:
            await self._http.post(f"{path}/arrived", json={})
            self._leave_scene_at = _now() + self._chance.uniform(*_SCENE_SECONDS)
        elif job["state"] == "arrived" and _now() > self._leave_scene_at:
            await self._http.post(f"{path}/clear", json={"disposition": "resolved"})

    def _wander(self) -> None:
        if self._move(_CRUISE_M_PER_S):
            self._goal = (
                self._unit.lat + self._chance.uniform(-0.004, 0.004),
                self._unit.lon + self._chance.uniform(-0.004, 0.004),
            )

    def _move(self, speed: float) -> bool:
        """One step towards the goal; True on arrival."""
        self._course.head_for(self._goal, self._kind)
        return self._course.go(_STEP_SECONDS * (_WALK_M_PER_S if self._kind == UnitKind.FOOT else speed))

    async def _send_position(self) -> None:
        now = datetime.now(UTC).isoformat()
        lat, lon = self._course.here
        fix = {"at": now, "lat": lat, "lon": lon, "accuracy": 8.0}
        await self._http.post("/v1/positions", json={"id": str(uuid4()), "sent_at": now, "fixes": [fix]})


def _now() -> float:
    return asyncio.get_running_loop().time()


async def run(url: str, logins: list[DemoLogin], units: list[DemoUnit], home: Path) -> None:
    places, network = {unit.id: unit for unit in units}, await sample_network(url, home)
    patrols = [Patrol(url, login, places[login.unit_id], network) for login in logins if login.unit_id is not None]
    _log.info("patrols out", count=len(patrols))
    await asyncio.gather(*(patrol.run() for patrol in patrols))

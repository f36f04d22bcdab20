"""A hundred stations with 200 units each, and a thousand open streams: how many alerts a second are pushed in time?

Each station has two desks and eight officers on a stream; whoever is offered a job accepts it after 2 to 6 s. The rate
rises until the median is more than `LIMIT` times the floor, which is taken in the same run (`bare_push`).
"""

import asyncio
import random
import time
import uuid
from datetime import UTC, datetime

import aiohttp
import asyncpg
import httpx
from aiohttp import web

from api.services.access.sessions import csrf_token
from tests import years
from tests.benchmarks.alert_to_push import TimedReceiver, at_rate, floor, pushed_after
from tests.benchmarks.crowd import Crowd, clear, crowd, running

STATIONS, UNITS, OFFICERS, DESKS = 100, 200, 8, 2
RATES = (20, 40, 60)
SECONDS = 60
LIMIT = 10

_DESKS = """
WITH desk AS MATERIALIZED (
    SELECT s.id AS station_id, gen_random_uuid() AS account_id FROM station s, generate_series(1, $1)
    WHERE s.name_en LIKE 'Station %'),
account AS (
    INSERT INTO account (id, station_id, role, username, display_name, password_hash)
    SELECT account_id, station_id, 'operator', account_id::text, 'x', 'x' FROM desk)
INSERT INTO session (station_id, account_id, token_hash, created_at, expires_at)
SELECT station_id, account_id, sha256(convert_to('desk-' || account_id, 'UTF8')), now(), now() + interval '1 day'
FROM desk"""

_CAMERAS = """
INSERT INTO camera (id, station_id, name, position)
SELECT gen_random_uuid(), s.id, $2, ST_SetSRID(ST_MakePoint(ST_X(s.centre::geometry) + (n % 10 - 5) * 0.004,
                                                            ST_Y(s.centre::geometry) + (n / 10 - 5) * 0.004), 4326)
FROM station s, generate_series(1, $1) AS n WHERE s.name_en LIKE 'Station %' RETURNING id, station_id"""


class Phones(TimedReceiver):
    """Whoever is offered a job accepts it a few seconds later, by the server at `url`."""

    def __init__(self) -> None:
        super().__init__()
        self.url, self._http = "", aiohttp.ClientSession()
        self._answers: set[asyncio.Task[None]] = set()
        self.accepted = 0

    async def _receive(self, request: web.Request) -> web.Response:
        assignment, account = request.headers["Topic"], request.path.rsplit("/", 1)[-1]
        if assignment not in self.arrived and len(account) == 36:
            answer = asyncio.create_task(self._accept(uuid.UUID(assignment), f"officer-{account}"))
            self._answers.add(answer)
            answer.add_done_callback(self._answers.discard)
        return await super()._receive(request)

    async def _accept(self, assignment: uuid.UUID, token: str) -> None:
        await asyncio.sleep(random.uniform(2, 6))
        headers = {"cookie": f"sipha_session={token}", "x-csrf-token": csrf_token(token)}
        async with self._http.post(
            f"{self.url}/v1/assignments/{assignment}/accept", json={}, headers=headers
        ) as answer:
            self.accepted += answer.status == 200

    async def stop(self) -> None:
        await self._http.close()
        await super().stop()


async def run() -> dict[str, float]:
    async with crowd(1, Phones()) as town:
        streams = await _found(town)
        floored = await floor(town, 20)
        held: dict[str, float] = {}
        for rate in RATES:
            found = await _held(town, streams, rate)
            if found["p50_ms"] > LIMIT * floored["floor_p50_ms"]:
                break
            held = {"alerts_per_second": rate} | found
    if not held:
        raise RuntimeError(f"not even {RATES[0]} alerts a second: {found}")
    ratios = {
        "ratio_p50": round(held["p50_ms"] / floored["floor_p50_ms"], 1),
        "ratio_p99": round(held["p99_ms"] / floored["floor_p99_ms"], 1),
    }
    return held | floored | ratios | {"stations": STATIONS, "units": STATIONS * UNITS, "streams": len(streams)}


async def _held(town: Crowd, streams: list[str], rate: int) -> dict[str, float]:
    async with running(town, "serve", "jobs") as url:
        assert isinstance(town.receiver, Phones)
        town.receiver.url = url
        watching = [asyncio.create_task(_watch(url, token)) for token in streams]
        await asyncio.sleep(5)
        found = await _alerts(url, town, rate)
        ended = [task.exception() or "closed by the server" for task in watching if task.done()]
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    if ended:
        raise RuntimeError(f"{len(ended)} streams ended: {ended[0]}")
    await clear(town)
    return found


async def _found(town: Crowd) -> list[str]:
    """Returns the cookies of those who watch."""
    keys = town.receiver.phone("all").subscription()["keys"]
    assert isinstance(keys, dict)
    connection = await asyncpg.connect(town.cluster.url())
    await years.found(connection, STATIONS)
    endpoint = f"http://{town.receiver.host}/push/"
    await years.staff(connection, UNITS, endpoint, keys["p256dh"], keys["auth"])
    await connection.execute(_DESKS, DESKS)
    await connection.execute(
        "INSERT INTO machine_token (station_id, role, label, token_hash) SELECT id, 'worker', 'x', "
        "sha256(convert_to('worker-' || id, 'UTF8')) FROM station WHERE name_en LIKE 'Station %'"
    )
    await connection.execute("ANALYZE")
    rows = await connection.fetch(
        "SELECT a.role, a.id "
        "FROM (SELECT *, row_number() OVER (PARTITION BY station_id, role) AS n FROM account) a "
        "JOIN station t ON t.id = a.station_id WHERE t.name_en LIKE 'Station %' AND a.n <= "
        "CASE a.role WHEN 'officer' THEN $1::int ELSE $2::int END",
        OFFICERS,
        DESKS,
    )
    await connection.close()
    return [f"{'desk' if row['role'] == 'operator' else 'officer'}-{row['id']}" for row in rows]


async def _watch(url: str, token: str) -> None:
    """Reads a stream and throws it away, as cheaply as can be."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    request = f"GET /v1/stream HTTP/1.1\r\nHost: {host}\r\nCookie: sipha_session=%s\r\n\r\n"
    writer.write((request % token).encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(f"a stream was refused: {status!r}")
    while await reader.read(65536):
        pass


async def _alerts(url: str, town: Crowd, rate: int) -> dict[str, float]:
    receiver = town.receiver
    assert isinstance(receiver, Phones)
    receiver.accepted = 0
    connection = await asyncpg.connect(town.cluster.url())
    await connection.execute("UPDATE unit_live SET fix_at = now() + interval '20 minutes'")
    rows = await connection.fetch(_CAMERAS, -(-rate * SECONDS // STATIONS), f"at {rate}")
    await connection.close()
    cameras = iter(rows[: rate * SECONDS])
    begun: dict[str, float] = {}
    async with httpx.AsyncClient(base_url=url, timeout=60) as http:

        async def post() -> None:
            camera, at = next(cameras), time.monotonic()
            body = {
                "id": str(uuid.uuid4()), "camera_id": str(camera["id"]), "kind": "sos",
                "occurred_at": datetime.now(UTC).isoformat(),
            }  # fmt: skip
            token = {"authorization": f"Bearer worker-{camera['station_id']}"}
            begun[(await http.post("/v1/alerts", json=body, headers=token)).json()["incident_id"]] = at

        await at_rate(post, rate, SECONDS)
    return await pushed_after(town, begun, rate * SECONDS) | {"accepted": receiver.accepted}

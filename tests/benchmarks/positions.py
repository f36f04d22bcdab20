"""How many calls of one fix each can be stored a second, from 200 officers of one station?

The load comes from `wrk`, so that the generator costs next to nothing. The floor, measured in the same run on the same
database: a bare Litestar route that stores what has gathered in one statement, synchronously, without a sender.
"""

import asyncio
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx

from api.services.access.sessions import csrf_token
from tests.benchmarks.crowd import Crowd, crowd, running, until_ready
from tests.push_receiver import PushReceiver
from tests.site import free_port

SENDERS = 200
SECONDS = 20
SCRIPT = Path(__file__).with_name("positions.lua")


async def run() -> dict[str, float]:
    if shutil.which("wrk") is None:
        raise SystemExit("positions: needs wrk (Debian: apt-get install wrk)")
    async with crowd(SENDERS, PushReceiver()) as town:
        senders = await write_senders(town)
        async with running(town, "serve", "jobs") as url:
            await load(url + "/v1/positions", senders, 3)
            ages: list[float] = []
            watching = asyncio.create_task(_watch(url, town, ages))
            before = await _stored(town)
            sent = await load(url + "/v1/positions", senders, SECONDS)
            stored = await _stored(town) - before
            watching.cancel()
        floor = await _floor(town, senders)
    if sent["failed"] or sent["refused"] or stored < sent["calls"]:
        raise RuntimeError(f"{stored} fixes stored of {sent}")
    return {
        "calls_per_second": round(sent["calls"] / sent["seconds"]),
        "floor_per_second": round(floor["calls"] / floor["seconds"]),
        "ratio": round(floor["calls"] / floor["seconds"] / (sent["calls"] / sent["seconds"]), 2),
        "p50_ms": sent["p50_ms"],
        "p99_ms": sent["p99_ms"],
        "on_a_screen_after_p50_s": round(statistics.median(ages), 2),
        "on_a_screen_after_p99_s": round(statistics.quantiles(ages, n=100)[98], 2),
    }


async def write_senders(town: Crowd) -> Path:
    """One line a sender, for the script: token, CSRF token, latitude, longitude."""
    connection = await asyncpg.connect(town.cluster.url())
    await connection.execute("UPDATE unit_live SET fix_at = now()")
    rows = await connection.fetch(
        "SELECT u.callsign, ST_Y(l.position::geometry) AS lat, ST_X(l.position::geometry) AS lon FROM unit u "
        "JOIN unit_live l ON l.unit_id = u.id WHERE u.callsign LIKE 'u%'"
    )
    await connection.close()
    places = {row["callsign"]: (row["lat"], row["lon"]) for row in rows}
    file = Path(tempfile.mkdtemp(prefix="sipha-senders-")) / "senders"
    file.write_text(
        "".join(
            f"{token} {csrf_token(token)} {places[f'u{index}'][0]} {places[f'u{index}'][1]}\n"
            for index, token in enumerate(town.tokens)
        )
    )
    return file


async def load(url: str, senders: Path, seconds: int, connections: int = SENDERS) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", str(SCRIPT), url, "--",
        str(senders), str(time.time_ns() % 2**31),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    line = next(line for line in output.decode().splitlines() if line.startswith("RESULT "))
    return json.loads(line.removeprefix("RESULT "))


async def _stored(town: Crowd) -> int:
    connection = await asyncpg.connect(town.cluster.url())
    count = await connection.fetchval("SELECT count(*) FROM track WHERE problem IS NULL")
    await connection.close()
    return count


async def _watch(url: str, town: Crowd, ages: list[float]) -> None:
    """How old positions are when they reach an operator's screen."""
    login = next(each for each in town.demo.accounts if each.role == "operator")
    async with httpx.AsyncClient(base_url=url, timeout=60) as http:
        await http.post("/v1/session", json={"username": login.username, "password": login.password})
        async with http.stream("GET", "/v1/stream") as stream:
            kind = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif kind == "positions" and line.startswith("data: "):
                    ages += [item["fix_age_s"] for item in json.loads(line[6:])["items"]]


async def _floor(town: Crowd, senders: Path) -> dict[str, float]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.bare_positions", town.cluster.url("sipha_owner"), str(port)
    )
    try:
        await until_ready(f"http://127.0.0.1:{port}")
        return await load(f"http://127.0.0.1:{port}/v1/positions", senders, SECONDS)
    finally:
        process.terminate()
        await process.wait()

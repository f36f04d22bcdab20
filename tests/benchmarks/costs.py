"""What one SOS alert that opens a case, and one position, cost an otherwise idle system: statements, round trips, CPU.

PostgreSQL's own log is counted, so BEGIN, COMMIT and settings are included: each line is a round trip. What the system
does by itself in the same time is taken off.
"""

import asyncio
import os
import re
import time
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx

from api.services.access.sessions import csrf_token
from tests.benchmarks.alert_to_push import TimedReceiver, post_alerts
from tests.benchmarks.crowd import Crowd, crowd, running

UNITS = 100
CALLS = 20
PAUSE_SECONDS = 0.5
_LINE = re.compile(r".*?app=(\w+) .*?(?:execute [^:]*|statement): (.*)")
_BRACKETS = re.compile(r"BEGIN|COMMIT|ROLLBACK|SELECT set_config\('sipha")
_TICK = os.sysconf("SC_CLK_TCK")


async def run() -> dict[str, dict[str, float]]:
    async with crowd(UNITS, TimedReceiver()) as town:
        await _log_statements(town)
        async with running(town, "serve", "jobs") as url:
            headers = {"authorization": f"Bearer {town.demo.worker_token}"}
            async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as http:
                idle = await _measure(town, lambda _: asyncio.sleep(0))
                await _position(http, town.tokens[-1])  # so that statements are prepared
                position = await _measure(town, lambda number: _position(http, town.tokens[number]))
                await post_alerts(http, town, 2, 2)
                cameras = iter(await _cameras(town))
                alert = await _measure(town, lambda _: _alert(http, next(cameras)))
    return {"alert": _difference(alert, idle), "position": _difference(position, idle)}


async def _log_statements(town: Crowd) -> None:
    connection = await asyncpg.connect(town.cluster.url())
    for setting in ("log_min_duration_statement = 0", "log_line_prefix = '%m app=%a '"):
        await connection.execute(f"ALTER SYSTEM SET {setting}")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


async def _cameras(town: Crowd) -> list[str]:
    connection = await asyncpg.connect(town.cluster.url())
    rows = await connection.fetch(
        "INSERT INTO camera (station_id, name, position) SELECT $1, 'x', ST_MakePoint(100.4 + n * 0.004, 13.6) "
        "FROM generate_series(1, $2) AS n RETURNING id",
        town.demo.station_id,
        CALLS,
    )
    await connection.close()
    return [str(row["id"]) for row in rows]


async def _alert(http: httpx.AsyncClient, camera: str) -> None:
    body = {
        "id": str(uuid.uuid4()), "camera_id": camera, "kind": "sos", "occurred_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    assert (await http.post("/v1/alerts", json=body)).json()["state"] == "dispatched"


async def _position(http: httpx.AsyncClient, token: str) -> None:
    now = datetime.now(UTC).isoformat()
    fix = {"at": now, "lat": 13.78, "lon": 100.58, "accuracy": 5.0}
    answer = await http.post(
        "/v1/positions",
        json={"id": str(uuid.uuid4()), "sent_at": now, "fixes": [fix]},
        headers={"cookie": f"sipha_session={token}", "x-csrf-token": csrf_token(token), "authorization": ""},
    )
    assert answer.status_code == 200, answer.text


async def _measure(town: Crowd, call) -> Counter[str]:
    log = town.settings.home / "postgresql.log"
    start, cpu, begun = log.stat().st_size, _cpu(town), time.monotonic()
    for number in range(CALLS):
        await call(number)
        await asyncio.sleep(max(0.0, begun + (number + 1) * PAUSE_SECONDS - time.monotonic()))
    await asyncio.sleep(1)
    spent = Counter({name: after - cpu[name] for name, after in _cpu(town).items()})
    with log.open("rb") as stream:
        stream.seek(start)
        for line in stream.read().decode(errors="replace").splitlines():
            found = _LINE.match(line)
            if found and found[1] in {"sipha_app", "sipha_jobs"}:
                spent[f"{found[1]}_round_trips"] += 1
                spent[f"{found[1]}_statements"] += not _BRACKETS.match(found[2])
    return spent


def _cpu(town: Crowd) -> dict[str, int]:
    """In clock ticks, of each process and of all of PostgreSQL's."""
    spent = {f"{name}_cpu": _ticks(pid) for name, pid in town.processes.items()}
    postmaster = int((town.cluster.data / "postmaster.pid").read_text().split()[0])
    return spent | {"postgresql_cpu": _ticks(postmaster) + sum(_ticks(pid) for pid in _children(postmaster))}


def _children(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in tasks]


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0
    return int(fields[11]) + int(fields[12])


def _difference(of: Counter[str], idle: Counter[str]) -> dict[str, float]:
    """Each call's; CPU in milliseconds."""
    each = {name: (of[name] - idle[name]) / CALLS for name in sorted(of)}
    counted = {name: round(value, 1) for name, value in each.items() if not name.endswith("_cpu")}
    return counted | {
        f"{name}_ms": round(value * 1000 / _TICK, 1) for name, value in each.items() if name.endswith("_cpu")
    }

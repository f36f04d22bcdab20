"""Ten alerts a second while every unit sends positions as fast as it is answered: how much later do phones ring?

The reference is the same station in the same run without positions. `wrk` holds as many connections as there are units
and sends again as soon as it has an answer; what is beyond the server's means is refused.
"""

import asyncio
from pathlib import Path

import httpx

from tests.benchmarks.alert_to_push import TimedReceiver, post_alerts
from tests.benchmarks.crowd import Crowd, clear, crowd, running
from tests.benchmarks.positions import load, write_senders

UNITS = 2000
RATE = 10
SECONDS = 20


async def run() -> dict[str, float]:
    async with crowd(UNITS, TimedReceiver()) as town:
        senders = await write_senders(town)
        async with running(town, "serve", "jobs") as url:
            idle = await _alerts(url, town)
        await clear(town)
        async with running(town, "serve", "jobs") as url:
            before = _memory(town)
            sending = asyncio.create_task(load(url + "/v1/positions", senders, SECONDS + 12, UNITS))
            await asyncio.sleep(4)
            busy = await _alerts(url, town)
            after = _memory(town)
            sent = await sending
    taken = sent["calls"] - sent["refused"]
    return {
        "idle_p50_ms": idle["p50_ms"],
        "idle_p99_ms": idle["p99_ms"],
        "busy_p50_ms": busy["p50_ms"],
        "busy_p99_ms": busy["p99_ms"],
        "ratio_p50": round(busy["p50_ms"] / idle["p50_ms"], 1),
        "ratio_p99": round(busy["p99_ms"] / idle["p99_ms"], 1),
        "positions_per_second": round(taken / sent["seconds"]),
        "refused_per_second": round(sent["refused"] / sent["seconds"]),
        "memory_grew_mb": round(after - before, 1),
    }


async def _alerts(url: str, town: Crowd) -> dict[str, float]:
    headers = {"authorization": f"Bearer {town.demo.worker_token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as http:
        return await post_alerts(http, town, RATE, SECONDS)


def _memory(town: Crowd) -> float:
    """Of the server, in MB."""
    status = Path(f"/proc/{town.processes['serve']}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024

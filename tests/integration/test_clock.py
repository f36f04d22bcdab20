"""One clock, the database's: a machine whose own clock is an hour off works at the right time, and reports it."""

import asyncio
import time
from datetime import UTC, datetime
from typing import cast

import asyncpg
import httpx
import pytest

from api.db.clock import Clock
from api.db.pool import open_database
from api.jobs import deadlines, outgoing
from api.jobs.push import PushHandler
from api.jobs.runner import _beat
from api.services.access import keys
from tests.integration.test_ladder import case, quick, sent
from tests.patience import patient
from tests.site import Site, incident, until


@pytest.mark.parametrize("hours", [-1, 1])
async def test_jobs_with_a_wrong_clock_ring_and_expire_in_time_and_tell_every_screen(site: Site, hours: int) -> None:
    url = site.cluster.url("sipha_jobs", site.database)
    db = await open_database(url, "sipha_jobs", size=20, clock=Clock(wall=lambda: time.time() + 3600 * hours))
    push = PushHandler(db, site.settings, await keys.vapid(db))
    ladder = deadlines.run(site.runtime(db), deadlines.LADDER)
    loops = [asyncio.create_task(loop) for loop in (outgoing.run(db, push), ladder, _beat(db))]
    try:
        await quick(site, delivery=2, answer=5)
        await site.officer(0)
        operator = await site.sign_in("operator")
        made = (await operator.post("/v1/incidents", json=incident())).json()
        offer = await sent(site, "offer", "officer0")
        expires = datetime.fromisoformat(offer.data["expires_at"])
        assert 0 < (expires - datetime.now(UTC)).total_seconds() < patient(10)
        await site.receipt(offer.data, "delivered")

        async def expired() -> bool:
            return (await case(operator, made["id"]))["assignments"][0]["state"] == "expired"

        await until(expired, 15)
        seen = (await operator.get("/v1/station")).json()
        assert seen["jobs_silent"] is False
        assert seen["clock_error_seconds"] == pytest.approx(3600 * hours, abs=patient(2))
        assert await _first_beat(site, operator) == pytest.approx(3600 * hours, abs=patient(2))
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await db.close()


class Slow:
    """A connection on which all answers but the last are late, and give the time of the query."""

    def __init__(self, late: int) -> None:
        self.late, self.asked = late, 0

    async def fetchval(self, _: str) -> datetime:
        told, self.asked = datetime.now(UTC), self.asked + 1
        if self.asked <= self.late:
            await asyncio.sleep(0.6)
        return told


async def test_a_first_answer_that_came_late_is_not_what_a_server_starts_with() -> None:
    clock, slow = Clock(), Slow(late=1)
    await clock.measure(cast("asyncpg.Connection[asyncpg.Record]", slow), tries=3)
    assert slow.asked == 2
    assert abs(clock.error_seconds) < 0.25
    busy = Slow(late=2)
    await Clock().measure(cast("asyncpg.Connection[asyncpg.Record]", busy), tries=2)
    assert busy.asked == 2, "a database that is always slow still lets it start"


async def test_a_right_clock_is_no_alarm_and_late_work_is(site: Site) -> None:
    operator = await site.sign_in("operator")
    await site.start_jobs()

    async def well() -> bool:
        return not (await operator.get("/v1/station")).json()["jobs_silent"]

    await until(well)
    assert (await operator.get("/v1/station")).json()["clock_error_seconds"] is None
    await site.stop_jobs()
    connection = await asyncpg.connect(site.cluster.url(database=site.database))
    await connection.execute("UPDATE jobs_heartbeat SET at = now() + interval '1 h'")
    await connection.execute(
        "INSERT INTO deadline (station_id, kind, subject_id, due_at) "
        "VALUES ($1, 'no_taker', gen_random_uuid(), now() - interval '11 s')",
        site.demo.station_id,
    )
    await connection.close()
    assert (await operator.get("/v1/station")).json()["jobs_silent"] is True, "a heartbeat is not yet work done"


async def _first_beat(site: Site, operator: httpx.AsyncClient) -> float:
    import msgspec

    async with operator.stream("GET", "/v1/stream") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                return msgspec.json.decode(line.removeprefix("data: "))["clock_error_seconds"]
    raise AssertionError("no heartbeat")

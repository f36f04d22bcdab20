"""`kill -9` anywhere between decision and offer: nothing is lost, nothing is booked twice."""

import asyncio
import contextlib
import random
import signal
from pathlib import Path

import httpx

from tests.acceptance.test_survival import BIN, Started, jobs, started
from tests.patience import patient
from tests.patrols import live
from tests.site import HERE, Site, free_port, incident, until

__all__ = ["started"]
ROUNDS = 5
CALLS = 6


async def test_a_server_killed_while_it_decides_loses_nothing_and_books_nothing_twice(
    site: Site, started: Started, tmp_path: Path
) -> None:
    await site.start_jobs()
    officers = [await site.officer(index, (HERE[0] + 0.002 * index, HERE[1]), phone=index == 0) for index in range(3)]
    operator = await site.sign_in("operator")
    await live(site, officers[0])
    chance, wanted = random.Random(15), []
    for _ in range(ROUNDS):
        port = free_port()
        server = await serve(site, started, port)
        others = [elsewhere(client, port) for client in (operator, *officers)]
        calls = [
            incident(kind=chance.choice(("violence", "theft", "nuisance")), lat=HERE[0] + chance.uniform(-0.01, 0.01))
            for _ in range(CALLS)
        ]
        wanted += calls
        acts = [*(post(others[0], call) for call in calls), *(take(officer) for officer in others[1:])]
        busy = asyncio.gather(*acts)
        await asyncio.sleep(chance.uniform(0.005, 0.15))
        server.send_signal(signal.SIGKILL)
        await server.wait()
        await busy
        for other in others:
            await other.aclose()
        await nothing_is_half_done(site)
    for call in wanted:  # a screen that got no answer retries with the same id
        assert (await operator.post("/v1/incidents", json=call)).status_code == 201
    listed = (await operator.get("/v1/incidents?active=true")).json()["items"]
    assert sorted(each["id"] for each in listed) == sorted(str(call["id"]) for call in wanted)
    await nothing_is_half_done(site)
    await site.stop_jobs()
    await jobs(site, started)
    for officer in officers:
        await live(site, officer)
    await until(lambda: everybody_is_asked(site), 40)


async def serve(site: Site, started: Started, port: int) -> asyncio.subprocess.Process:
    process = await started.start(
        str(BIN / "sipha"),
        "serve",
        SIPHA_DATABASE_URL=site.cluster.url("sipha_app", site.database),
        SIPHA_HOME=str(site.settings.home),
        SIPHA_DEMO="1",
        PORT=str(port),
    )
    async with httpx.AsyncClient() as http:

        async def ready() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                return (await http.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
            return False

        await until(ready, 30)
    return process


def elsewhere(client: httpx.AsyncClient, port: int) -> httpx.AsyncClient:
    """The same session on another replica."""
    headers = {"x-csrf-token": client.headers["x-csrf-token"]}
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", cookies=client.cookies, headers=headers, timeout=patient(5)
    )


async def post(operator: httpx.AsyncClient, call: dict[str, object]) -> None:
    with contextlib.suppress(httpx.HTTPError):
        await operator.post("/v1/incidents", json=call)


async def take(officer: httpx.AsyncClient) -> None:
    """Accept whatever is offered, as fast as it comes."""
    with contextlib.suppress(httpx.HTTPError):
        for _ in range(8):
            offer = (await officer.get("/v1/assignments/current")).json()["offer"]
            if offer is not None:
                await officer.post(f"/v1/assignments/{offer['assignment']['id']}/accept", json={})
            await asyncio.sleep(0.01)


async def nothing_is_half_done(site: Site) -> None:
    """Every open case has a unit or a deadline for its next review; every offer has an expiry."""
    async with site.as_station() as connection:
        forgotten = await connection.fetch(
            """SELECT i.reference FROM incident i
               WHERE i.dispatching AND i.state NOT IN ('closed', 'cancelled', 'merged')
                 AND NOT EXISTS (SELECT FROM assignment a WHERE a.incident_id = i.id
                                 AND a.state IN ('offered', 'accepted', 'en_route', 'arrived'))
                 AND NOT EXISTS (SELECT FROM deadline d WHERE d.subject_id = i.id AND d.kind = 'try_again')"""
        )
        endless = await connection.fetch(
            """SELECT a.id FROM assignment a WHERE a.state = 'offered'
               AND NOT EXISTS (SELECT FROM deadline d WHERE d.subject_id = a.id AND d.kind = 'offer_expiry')"""
        )
        twice = await connection.fetch(
            """SELECT unit_id FROM assignment WHERE state IN ('accepted', 'en_route', 'arrived')
               GROUP BY unit_id HAVING count(*) > 1"""
        )
        bumped = await connection.fetchval(
            """SELECT count(*) FROM incident i WHERE i.bumped <> (
                 SELECT count(*) FROM assignment a WHERE a.incident_id = i.id AND a.withdrawn_because = 'diverted'
                   AND EXISTS (SELECT FROM time_point t WHERE t.assignment_id = a.id AND t.kind = 'accepted'))"""
        )
    assert (forgotten, endless, twice, bumped) == ([], [], [], 0)


async def everybody_is_asked(site: Site) -> bool:
    """No available unit is idle while a case waits."""
    async with site.as_station() as connection:
        idle = await connection.fetchval("SELECT count(*) FROM unit_live WHERE status = 'available'")
    return idle == 0

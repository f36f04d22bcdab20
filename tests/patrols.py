"""Test patrols: on duty, in place, reachable; and the reviews and rules that tests need."""

from typing import Any
from uuid import UUID

import httpx

from api.db.pool import open_database
from api.domain.access.permissions import system_at
from api.services.context import deciding
from api.services.dispatching import review
from tests.site import Site, incident

FAR = (13.7869, 100.5801)
"""A kilometre and a half from `tests.site.HERE`."""

NEARBY = (13.7722, 100.5750)
"""About 120 m from it."""


async def sweep(site: Site) -> None:
    """The review of the whole station that `sipha jobs` does every 30 s."""
    db = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    try:
        runtime, jobs = site.runtime(db), system_at(site.demo.station_id)
        outlook = await review.look(runtime, jobs, db.now())
        async with deciding(runtime, jobs, db.now()) as context:
            await review.carry_out(context, outlook)
    finally:
        await db.close()


async def delegate(site: Site, **changed: object) -> None:
    commander = await site.sign_in("commander")
    written = (await commander.get("/v1/delegation")).json()
    body = {key: written[key] for key in ("offers", "diversions", "swaps", "repositioning", "mutual_aid")}
    answer = await commander.put("/v1/delegation", json=body | changed)
    assert answer.status_code == 200, answer.text


async def driving(officer: httpx.AsyncClient, operator: httpx.AsyncClient, **more: object) -> dict[str, Any]:
    """A unit that has accepted something lesser, a kilometre and a half away, and is driving there."""
    made = (await operator.post("/v1/incidents", json=incident(lat=FAR[0], lon=FAR[1], **more))).json()
    work = made["assignments"][0]["id"]
    for step in ("accept", "en-route"):
        assert (await officer.post(f"/v1/assignments/{work}/{step}", json={})).status_code == 200
    return made


async def officers(site: Site, *places: tuple[float, float], first: int = 0) -> list[httpx.AsyncClient]:
    """On duty, in place, and reachable by a live screen, without a phone."""
    on_duty = [await site.officer(first + n, place, phone=False) for n, place in enumerate(places)]
    for officer in on_duty:
        await live(site, officer)
    return on_duty


async def live(site: Site, officer: httpx.AsyncClient) -> None:
    """As if the officer's stream had been seen just now."""
    async with site.as_station() as connection:
        await connection.execute("UPDATE unit_live SET stream_seen_at = now() WHERE shift_started_at IS NOT NULL")


async def speaks_english(site: Site, number: int) -> UUID:
    """This officer's unit is the one that can serve a case that needs English."""
    unit_id = site.login("officer", number).unit_id
    assert unit_id is not None
    async with site.as_station() as connection:
        await connection.execute("UPDATE unit SET capabilities = '{english}' WHERE id = $1", unit_id)
    return unit_id

"""What a worker's token lets it send, and that its alerts are its own."""

import uuid

import httpx

from api.services.access.sessions import hash_token
from tests.site import Site, alert


async def another_worker(site: Site, kinds: list[str] | None = None) -> httpx.AsyncClient:
    token = f"of-another-box-{uuid.uuid4()}"
    async with site.as_station() as connection:
        await connection.execute(
            """INSERT INTO machine_token (id, station_id, role, label, token_hash, alert_kinds)
               VALUES ($1, $2, 'worker', 'x', $3, $4)""",
            uuid.uuid4(),
            site.demo.station_id,
            hash_token(token),
            kinds,
        )
    return site.client(authorization=f"Bearer {token}")


async def test_an_alert_belongs_to_the_worker_that_sent_it(site: Site) -> None:
    """Another worker of the same station learns nothing about it, even by sending exactly the same."""
    seen = alert(site)
    assert (await site.worker().post("/v1/alerts", json=seen)).status_code == 201
    again = await site.worker().post("/v1/alerts", json=seen)
    other = await (await another_worker(site)).post("/v1/alerts", json=seen)
    assert again.status_code == 200
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")


async def test_a_worker_sends_the_kinds_that_its_token_allows(site: Site) -> None:
    worker = await another_worker(site, ["crowd"])
    answer = await worker.post("/v1/alerts", json=alert(site, "sos"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM alert") == 0
    assert (await worker.post("/v1/alerts", json=alert(site, "crowd"))).status_code == 201

"""Pushes and deadlines: one that hangs or fails holds up no other."""

import asyncio

from tests.integration.test_ladder import sent
from tests.patrols import FAR, NEARBY
from tests.site import HERE, Site, incident, until


async def test_a_phone_that_hangs_holds_up_nobody_else(site: Site) -> None:
    await site.start_jobs()
    await site.officer(0, NEARBY)
    await site.officer(1, FAR)
    site.receiver.hanging = {"officer0"}
    operator = await site.sign_in("operator")
    await operator.post("/v1/incidents", json=incident(kind="violence", units_wanted=2))
    await until(lambda: [p.phone for p in site.receiver.of("offer") + site.receiver.of("backup")] == ["officer1"], 5)
    await operator.post("/v1/incidents", json=incident(kind="violence", lat=FAR[0], lon=FAR[1]))
    for _ in range(3):
        phone = site.receiver.phone("officer1")
        assert phone.endpoint
        client = await site.sign_in("officer", 1)
        assert (await client.post("/v1/push/test", json={})).status_code == 202
    await until(lambda: len([p for p in site.receiver.of("test") if p.phone == "officer1"]) >= 4, 5)


async def test_a_key_that_cannot_be_used_and_a_huge_retry_after_stop_nothing(site: Site) -> None:
    await site.start_jobs()
    await site.officer(0)
    await site.officer(1, FAR)
    async with site.as_station() as connection:
        await connection.execute(
            "UPDATE push_subscription SET p256dh = 'AAAA' WHERE endpoint = $1", site.receiver.phone("officer0").endpoint
        )
    site.receiver.answers = {"officer1": 503}
    site.receiver.headers = {"officer1": {"retry-after": "9" * 5000}}
    operator = await site.sign_in("operator")
    await operator.post("/v1/incidents", json=incident(kind="violence", units_wanted=2))
    await until(lambda: site.receiver.refused >= 1)
    await site.officer(2, HERE)
    assert (await operator.post("/v1/incidents", json=incident())).status_code == 201
    await sent(site, "offer", "officer2")
    async with site.as_station() as connection:
        states = {
            row["state"]
            for row in await connection.fetch("SELECT state FROM outgoing WHERE message ->> 'kind' = 'backup'")
        }
    assert states <= {"failed", "expired", "due"}, states
    assert "failed" in states


async def test_a_station_whose_work_stands_still_holds_up_no_other(site: Site) -> None:
    """One station's lock is held; the next station's deadlines are carried out anyway."""
    import asyncpg

    await site.start_jobs()
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    holder = await asyncpg.connect(site.cluster.url("sipha_jobs", site.database))
    owner = await asyncpg.connect(site.cluster.url(database=site.database))
    try:
        other = await owner.fetchval(
            "INSERT INTO station (name_th, name_en, area, centre) "
            "SELECT 'x', 'x', area, centre FROM station RETURNING id"
        )
        await owner.execute(
            "INSERT INTO station_policy (station_id, delegated_by, delegated_at) VALUES ($1, 'x', now())", other
        )
        await holder.execute("BEGIN")
        key = f"station {site.demo.station_id}"
        await holder.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", key)
        for number in range(30):
            await owner.execute(
                "INSERT INTO deadline (station_id, kind, subject_id, due_at) "
                "VALUES ($1, 'no_taker', gen_random_uuid(), now() - $2 * interval '1 s')",
                site.demo.station_id,
                number,
            )
        await owner.execute(
            "INSERT INTO deadline (station_id, kind, subject_id, due_at) "
            "VALUES ($1, 'no_taker', gen_random_uuid(), now())",
            other,
        )

        async def done() -> bool:
            return not await owner.fetchval("SELECT count(*) FROM deadline WHERE station_id = $1", other)

        await until(done, 5)
        assert await owner.fetchval("SELECT count(*) FROM deadline WHERE kind = 'no_taker'") >= 30
    finally:
        await holder.close()
        await owner.close()
    await asyncio.sleep(0)
    assert made["state"] == "open"

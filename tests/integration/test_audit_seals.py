"""The audit's chain: whole while nobody meddles, broken at the very link where somebody did."""

from datetime import UTC, datetime

import asyncpg
import pytest

from api.db.pool import open_database
from api.services import audit_seals
from tests.site import Site, incident


@pytest.mark.parametrize(
    "meddling",
    [
        "UPDATE audit SET reason = 'something else' WHERE id = (SELECT min(id) FROM audit)",
        "DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)",
        """INSERT INTO audit (station_id, tx, actor_id, role, action)
           SELECT station_id, tx, actor_id, role, 'slipped in'
           FROM audit ORDER BY id LIMIT 1""",
    ],
    ids=["changed", "removed", "slipped in"],
)
async def test_meddling_breaks_the_link(site: Site, meddling: str) -> None:
    operator = await site.sign_in("operator")
    db = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    try:
        await operator.post("/v1/incidents", json=incident(dispatch=False))
        assert await audit_seals.seal_all(db, datetime.now(UTC)) == 1
        await operator.post("/v1/incidents", json=incident(dispatch=False))
        assert await audit_seals.seal_all(db, datetime.now(UTC)) == 1
        assert await audit_seals.seal_all(db, datetime.now(UTC)) == 0, "nothing new, no link"
        assert await audit_seals.broken_links(db) == []
        administrator = await asyncpg.connect(site.cluster.url(database=site.database))
        await administrator.execute(meddling)
        await administrator.close()
        assert (site.demo.station_id, 1) in await audit_seals.broken_links(db)
    finally:
        await db.close()

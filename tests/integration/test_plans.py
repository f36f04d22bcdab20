"""The hottest statements keep their plans under row-level security, however large the country is."""

import asyncpg

from api.demo.cluster import Cluster
from tests import plans, years


async def test_the_hottest_statements_keep_their_plans(cluster: Cluster, station_database: str) -> None:
    """Large enough that PostgreSQL plans as it does for a million cases; those are `make bench`'s (`plans`)."""
    url = cluster.url(database=station_database)
    await years.country(url, stations=100, units=50, cases=200, fixes=60)
    administrator = await asyncpg.connect(url)
    large = await plans.large_tables(administrator)
    await administrator.close()
    assert {"incident", "assignment", "unit_live", "session", "outgoing"} <= large
    found = await plans.all_plans(cluster, station_database)
    assert [fault for plan in found for fault in plans.faults(plan, large)] == []

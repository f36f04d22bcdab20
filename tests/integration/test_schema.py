"""The schema of record against the migrated database, both ways; and the query plans under the app's role."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers

from api.db.migrate import connect
from api.db.queries import _Named
from api.db.tables import metadata
from api.demo.cluster import Cluster
from tests.integration import test_queries as _bound  # noqa: F401 - imports every query module

HOT = {
    "find_assignment": "assignment",
    "lock_incident": "incident",
    "lock_assignment": "assignment",
    "live_assignments_of": "assignment",
    "current_of_unit": "assignment",
    "unit_status_from_work": "assignment",
    "claim_outgoing": "outgoing",
    "due_deadlines": "deadline",
    "alert_as_sent": "alert",
    "nearest_available_units": "unit_live",
}


JOBS_ALONE = (
    *("delete_old", "ensure_", "beat", "claim_", "adopt_", "due_", "forget_corr", "save_corr", "import_", "resume_"),
    *("add_head", "add_leaves", "add_timestamp", "forget_"),
)


def test_tables_and_migrations_agree(cluster: Cluster) -> None:
    with connect(cluster.url("sipha_owner", "template_sipha")) as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": alembic_helpers.include_object,
                "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables,
            },
        )
        assert compare_metadata(context, metadata) == []


async def test_postgis_keeps_its_own_tables(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.url("sipha_app", "template_sipha"))
    try:
        assert await connection.fetchval("SELECT count(*) FROM spatial_ref_sys") > 1000
    finally:
        await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def planners(cluster: Cluster) -> AsyncIterator[dict[str, asyncpg.Connection]]:
    """A connection per role, within a station, that uses an index wherever there is one."""
    opened = {role: await asyncpg.connect(cluster.url(role, "template_sipha")) for role in ("sipha_app", "sipha_jobs")}
    for connection in opened.values():
        await connection.execute("SELECT set_config('sipha.station_id', gen_random_uuid()::text, false)")
        await connection.execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off")
    yield opened
    for connection in opened.values():
        await connection.close()


@pytest.mark.parametrize("query", _Named.registry, ids=lambda query: query.name)
@pytest.mark.asyncio(loop_scope="module")
async def test_the_apps_role_may_plan_every_query(planners: dict[str, asyncpg.Connection], query: _Named) -> None:
    """Every query is EXPLAINed as the role that runs it; the hot ones must find an index through the policies."""
    connection = planners["sipha_jobs" if query.name.startswith(JOBS_ALONE) else "sipha_app"]
    prepared = await connection.prepare(query.sql)
    kinds = [parameter.name for parameter in prepared.get_parameters()]
    await connection.execute(f"PREPARE planned AS {query.sql}")
    values = ", ".join("now()" if kind == "timestamptz" else "NULL" for kind in kinds)
    execute = f"EXECUTE planned({values})" if kinds else "EXECUTE planned"
    try:
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {execute}"))
    finally:
        await connection.execute("DEALLOCATE planned")
    if query.name in HOT:
        assert "Index" in plan, plan
        assert f"Seq Scan on {HOT[query.name]} " not in plan, plan

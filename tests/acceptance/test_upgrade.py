"""`sipha migrate` beside an earlier release's servers, which keep answering; and when it is killed or held up."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from api.db import bootstrap
from api.db.migrate import upgrade
from api.demo.cluster import Cluster, _binary
from tests import clusters
from tests.patience import patient
from tests.release import ROOT, Load, Release
from tests.site import until

PREVIOUS = (ROOT / "migrations" / "previous_release").read_text().strip()
FIRST = "2635e9217eff089fcfa97189403c06bbbc0b1bfc"  # pragma: allowlist secret
"""The first usable release, with revision 0002."""
_LONGEST = 10.0
"""Seconds that any call may take on a machine with two busy cores. With one long transaction it took over a minute."""


@pytest.fixture
async def release(request: pytest.FixtureRequest, cluster: Cluster, tmp_path: Path) -> AsyncIterator[Release]:
    earlier = Release(request.param, tmp_path / "release", cluster, f"release_{request.param[:7]}")
    earlier.check_out()
    await earlier.make_database()
    yield earlier
    await earlier.stop()


@pytest.mark.parametrize("release", [PREVIOUS, FIRST], indirect=True, ids=["previous", "first"])
async def test_nobody_notices_an_upgrade(release: Release, cluster: Cluster) -> None:
    await release.fill(tracks=400_000)
    await release.serve()
    load = Load(release)
    await load.start()
    await until(lambda: load.every(10))
    await asyncio.to_thread(release.sipha, "sipha_owner", "migrate", code=ROOT)
    load.counted.clear()
    await until(lambda: load.every(10))
    await load.stop()
    assert load.bad == []
    assert load.slowest < patient(_LONGEST)
    assert schema(cluster, release.database) == schema(cluster, "template_sipha")
    if release.commit == FIRST:
        left = "SELECT count(*) FROM incident WHERE reference LIKE 'waiting-%' AND NOT dispatching"
        assert await value(cluster, release.database, left) == 0, "revision 0005 fills it in"


@pytest.fixture(scope="module")
def at_0002(cluster: Cluster) -> str:
    """A template with the schema of revision 0002."""
    name = "template_0002"
    asyncio.run(bootstrap.prepare(cluster.url(database="postgres"), name, {}))
    upgrade(cluster.url("sipha_owner", name), "0002")
    return name


@pytest.fixture
def old(cluster: Cluster, at_0002: str) -> Iterator[str]:
    """An empty database of that release."""
    clusters.clone(cluster, at_0002, "at_0002")
    yield "at_0002"
    clusters.administer(cluster, "DROP DATABASE at_0002 WITH (FORCE)")


async def test_a_lock_that_cannot_be_had_holds_nobody_up(cluster: Cluster, old: str) -> None:
    """A long-running reader: the migration keeps retrying, and others get through in between."""
    reader = await asyncpg.connect(cluster.url(database=old))
    others = await asyncpg.connect(cluster.url(database=old))
    await reader.execute("BEGIN")
    await reader.execute("SELECT count(*) FROM incident")
    migrating = asyncio.create_task(asyncio.to_thread(upgrade, cluster.url("sipha_owner", old)))
    await until(lambda: stands_at(cluster, old, "0004"), 60)
    slowest, begun = 0.0, time.monotonic()
    while time.monotonic() - begun < 4:
        asked = time.monotonic()
        await others.execute("SELECT count(*) FROM incident")
        slowest = max(slowest, time.monotonic() - asked)
        await asyncio.sleep(0.01)
    assert not migrating.done()
    assert await stands_at(cluster, old, "0004"), "it stands before 0005"
    await reader.execute("ROLLBACK")
    await asyncio.wait_for(migrating, patient(60))
    await reader.close()
    await others.close()
    assert slowest < patient(2), "lock_timeout is half a second"
    assert schema(cluster, old) == schema(cluster, "template_sipha")


@pytest.mark.parametrize(
    "table", ["track", "machine_token", "dispatch_decision", "deadline", "alarm", "proposal", "shift"]
)
async def test_killed_where_it_stands_it_goes_on_there(cluster: Cluster, old: str, table: str) -> None:
    """Each table interrupts it in the middle of a different migration."""
    reader = await asyncpg.connect(cluster.url(database=old))
    await reader.execute("BEGIN")
    if table == "proposal":
        await asyncio.to_thread(upgrade, cluster.url("sipha_owner", old), "0008")
    await reader.execute(f"SELECT count(*) FROM {table}")
    code = "from api.db.migrate import upgrade; import sys; upgrade(sys.argv[1])"
    command = [sys.executable, "-c", code, cluster.url("sipha_owner", old)]
    migrating = subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT)
    assert migrating.stderr is not None
    line = await asyncio.to_thread(migrating.stderr.readline)
    assert b"retrying" in line, line
    migrating.send_signal(signal.SIGKILL)
    await asyncio.to_thread(migrating.communicate)
    await reader.execute("ROLLBACK")
    await reader.close()
    await asyncio.to_thread(upgrade, cluster.url("sipha_owner", old))
    assert schema(cluster, old) == schema(cluster, "template_sipha")


def schema(cluster: Cluster, database: str) -> list[str]:
    """Everything pg_dump knows about it, except the record of steps."""
    command = [
        _binary("pg_dump"),
        "--schema-only",
        "--exclude-table=migration_step",
        "--restrict-key=x",
        cluster.url(database=database),
    ]
    try:
        dumped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except subprocess.CalledProcessError:  # versions before 15.14 have no such option and write no such line
        command.remove("--restrict-key=x")
        dumped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line for line in dumped.splitlines() if line and not line.startswith("--")]


async def stands_at(cluster: Cluster, database: str, revision: str) -> bool:
    return await value(cluster, database, "SELECT version_num FROM alembic_version") == revision


async def value(cluster: Cluster, database: str, query: str) -> object:
    connection = await asyncpg.connect(cluster.url(database=database))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()

"""`sipha roads import`: all or nothing, beside a network in service, one at a time."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np
import pytest

from api.demo.cluster import Cluster
from api.services.roads.extract_import import ImportRunning
from api.services.roads.loading import load
from tests.site import until
from tests.streets import grid, put

SIPHA = Path(sys.executable).parent / "sipha"


async def rows(cluster: Cluster, database: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(cluster.url("sipha_app", database))
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


NETWORKS = "SELECT source, state FROM road_network ORDER BY id"
IMPORTS = """
SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON database = pg_database.oid
               WHERE locktype = 'advisory' AND granted AND datname = current_database())"""


async def test_a_second_import_replaces_the_first_whole(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    await put(cluster, database_name, grid(6).write(tmp_path / "first.osm"))
    report = await put(cluster, database_name, grid(8).write(tmp_path / "second.osm"))
    assert await rows(cluster, database_name, NETWORKS) == [("second.osm", "current")]
    counted = await rows(cluster, database_name, "SELECT count(*), count(DISTINCT network_id) FROM road_edge")
    assert counted == [(report.stretches, 1)]


async def test_a_bad_file_changes_nothing(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    await put(cluster, database_name, grid(6).write(tmp_path / "good.osm"))
    bad = tmp_path / "bad.osm"
    bad.write_text(grid(8).write(tmp_path / "whole.osm").read_text()[:4000])
    before = await rows(cluster, database_name, "SELECT * FROM road_network")
    ended = await sipha(cluster, database_name, "roads", "import", str(bad))
    assert ended[0] == 1
    assert re.fullmatch(rf"sipha: {re.escape(str(bad))} cannot be read to the end: .*\n", ended[2])
    assert await rows(cluster, database_name, "SELECT * FROM road_network") == before


async def test_the_command_reports_in_lines(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    file = grid(6).write(tmp_path / "streets.osm")
    code, out, err = await sipha(cluster, database_name, "roads", "import", str(file), "--synthetic")
    assert (code, err) == (0, "")
    assert "60 stretches between 36 junctions" in out
    assert "turn restrictions: 0 honoured" in out
    found = await rows(cluster, database_name, "SELECT source, state, synthetic FROM road_network")
    assert found == [("streets.osm", "current", True)]


async def sipha(cluster: Cluster, database: str, *words: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        str(SIPHA), *words, env={**os.environ, "SIPHA_DATABASE_URL": cluster.url("sipha_jobs", database)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_two_imports_at_once(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    file = grid(6).write(tmp_path / "streets.osm")
    second: list[BaseException] = []

    async def meanwhile() -> None:
        with pytest.raises(ImportRunning) as caught:
            await put(cluster, database_name, file)
        second.append(caught.value)

    await put(cluster, database_name, file)
    first = asyncio.create_task(put(cluster, database_name, file))

    async def importing() -> bool:
        return (await rows(cluster, database_name, IMPORTS))[0][0]

    await until(importing)
    await meanwhile()
    await first
    assert "another import is running" in str(second[0])


async def test_a_killed_import_leaves_the_old_network_and_is_cleared(
    cluster: Cluster, database_name: str, tmp_path: Path
) -> None:
    await put(cluster, database_name, grid(6).write(tmp_path / "old.osm"))
    file = grid(170, 30.0).write(tmp_path / "large.osm")
    process = await asyncio.create_subprocess_exec(
        str(SIPHA), "roads", "import", str(file),
        env={**os.environ, "SIPHA_DATABASE_URL": cluster.url("sipha_jobs", database_name)},
    )  # fmt: skip

    async def writing() -> bool:
        return (await rows(cluster, database_name, "SELECT count(*) FROM road_edge"))[0][0] > 100

    await until(writing, 60)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert await rows(cluster, database_name, NETWORKS) == [("old.osm", "current"), ("large.osm", "loading")]
    await put(cluster, database_name, grid(8).write(tmp_path / "next.osm"))
    assert await rows(cluster, database_name, NETWORKS) == [("next.osm", "current")]
    assert (await rows(cluster, database_name, "SELECT count(DISTINCT network_id) FROM road_edge")) == [(1,)]


async def test_only_jobs_may_write_roads(cluster: Cluster, database_name: str) -> None:
    connection = await asyncpg.connect(cluster.url("sipha_app", database_name))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("UPDATE road_network SET state = 'retired'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM road_edge")
    finally:
        await connection.close()


async def test_loaded_as_it_was_built(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    """What is read from the database equals what an extract produces in memory."""
    streets = grid(6)
    streets.restrict(100, "n3_3", 107, "no_left_turn")
    extract = streets.extract(tmp_path)
    await put(cluster, database_name, streets.write(tmp_path / "streets.osm"))
    (number,) = (await rows(cluster, database_name, "SELECT id FROM road_network"))[0]
    network = await load(cluster.url("sipha_app", database_name), "sipha_app", number)
    for name in ("source", "target", "length_m", "seconds", "left_out", "barred", "barred_for"):
        assert np.array_equal(getattr(network.stretches, name), getattr(extract.stretches, name)), name
    lines = extract.lines(0, len(extract.stretches.source))
    assert all(ours.equals_exact(theirs, 1e-6) for ours, theirs in zip(network.lines, lines, strict=True))

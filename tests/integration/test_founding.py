"""`sipha station`: a station from a plan, as a person would make one."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import asyncpg

from api.demo.cluster import Cluster

SIPHA = str(Path(sys.executable).parent / "sipha")


def sipha(cluster: Cluster, database: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SIPHA_DATABASE_URL": cluster.url("sipha_app", database)}
    return subprocess.run([SIPHA, *words], env=environment, capture_output=True, text=True, check=False)


def test_a_station_from_the_example(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    plan = tmp_path / "station.toml"
    plan.write_text(sipha(cluster, database_name, "station", "--example").stdout)
    made = json.loads(sipha(cluster, database_name, "station", str(plan)).stdout)
    assert list(made["passwords"]) == ["operator"]
    assert len(made["worker_token"]) > 40
    again = sipha(cluster, database_name, "station", str(plan))
    assert again.returncode != 0
    assert "taken" in again.stderr

    async def count() -> int:
        connection = await asyncpg.connect(cluster.url(database=database_name))
        try:
            return await connection.fetchval("SELECT count(*) FROM station")
        finally:
            await connection.close()

    assert asyncio.run(count()) == 1, "the second plan left nothing behind"


def test_a_wrong_plan_is_named_in_one_line(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    plan = tmp_path / "station.toml"
    plan.write_text('name_th = "x"\ncolour = "red"\n')
    refused = sipha(cluster, database_name, "station", str(plan))
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "station.toml" in refused.stderr


def test_a_demo_database_is_not_served_outside_the_demo(cluster: Cluster, database_name: str) -> None:
    async def mark() -> None:
        connection = await asyncpg.connect(cluster.url(database=database_name))
        await connection.execute("UPDATE deployment SET demo = true")
        await connection.close()

    asyncio.run(mark())
    environment = {**os.environ, "SIPHA_DATABASE_URL": cluster.url("sipha_app", database_name), "PORT": "58999"}
    refused = subprocess.run([SIPHA, "serve"], env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert refused.returncode != 0
    assert "demo" in refused.stderr

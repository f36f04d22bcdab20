"""`sipha station`: a station from a plan, as a person would make one."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from api.db import pool
from api.demo import history, station
from api.demo.cluster import Cluster
from api.services.access.passwords import passwords
from api.services.stations import founding
from tests.patience import patient
from tests.slow_work import SlowInside, watched

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
    assert "overlaps" in again.stderr
    plan.write_text(plan.read_text().replace("13.7", "14.7").replace("14.764, 100", "14.765, 100"))
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
    refused = subprocess.run(
        [SIPHA, "serve"], env=environment, capture_output=True, text=True, check=False, timeout=patient(60)
    )
    assert refused.returncode != 0
    assert "demo" in refused.stderr


async def test_hashing_that_takes_longer_than_the_database_waits(
    cluster: Cluster, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow machine: every password takes longer than an idle transaction may last."""
    monkeypatch.setitem(pool._TIMEOUTS, "sipha_app", {"idle_in_transaction_session_timeout": "300ms"})
    monkeypatch.setattr(passwords, "_hasher", SlowHasher())
    db = await pool.open_database(cluster.url("sipha_app", database_name), "sipha_app", size=2)
    try:
        model = await station.prepare("http://127.0.0.1")
        past = history.month(model.demo.station_id, model.demo.units, 900, datetime.now(UTC))
        await station.write(db, model, past, datetime.now(UTC))
        plan = msgspec.structs.replace(model.prepared.plan, account=[OPERATOR], area=ELSEWHERE)
        assert (await founding.found(db, plan, datetime.now(UTC))).passwords
    finally:
        await db.close()


ELSEWHERE = [(15.0, 102.0), (15.0, 102.1), (15.1, 102.1), (15.1, 102.0)]
OPERATOR = founding.PlannedAccount(role="operator", username="another", display_name="another")


class SlowHasher:
    def hash(self, password: str) -> str:
        time.sleep(0.5)
        return f"slow {password}"


async def test_slow_work_inside_a_transaction_is_noticed(cluster: Cluster, database_name: str) -> None:
    """`tests/slow_work.py` detects it in the task and in what the task starts, but not afterwards."""
    connection = await asyncpg.connect(cluster.url("sipha_app", database_name))
    try:
        with pytest.raises(SlowInside, match="executor"), watched():
            async with connection.transaction():
                await asyncio.gather(passwords.hash("inside"), return_exceptions=True)
        with pytest.raises(SlowInside, match="hash"), watched():
            async with connection.transaction():
                passwords._hasher.hash("inside")
        with watched():
            with contextlib.suppress(ZeroDivisionError):
                async with connection.transaction():
                    raise ZeroDivisionError
            assert await passwords.hash("after")
    finally:
        await connection.close()


def test_a_province_from_the_example(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    plan = tmp_path / "province.toml"
    plan.write_text(sipha(cluster, database_name, "province", "--example").stdout)
    made = json.loads(sipha(cluster, database_name, "province", str(plan)).stdout)
    assert list(made["passwords"]) == ["province", "province-admin"]
    [station] = made["stations"]
    assert station["state"] == "founded"
    assert [each["username"] for each in station["invitations"]] == ["station-1-operator"]
    again = sipha(cluster, database_name, "province", str(plan))
    assert again.returncode != 0
    assert "taken" in again.stderr
    plan.write_text(plan.read_text().replace('"province', '"other').replace("adopts = []", f'adopts = ["{uuid4()}"]'))
    refused = sipha(cluster, database_name, "province", str(plan))
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1

"""`sipha doctor` names every kind of contradiction, and its own silence is noticed."""

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api.db.doctor import examine_station
from api.db.pool import open_database
from api.domain.records.invariants import BROKEN, Invariant
from api.jobs import doctor as loop
from api.services import doctor
from tests.patience import patient
from tests.patrols import FAR, officers
from tests.site import HERE, Site, incident, until


@pytest.fixture
async def administrator(site: Site) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(site.cluster.url(database=site.database))
    yield connection
    await connection.close()


@pytest.fixture
async def jobs(site: Site) -> AsyncIterator[Any]:
    db = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    yield db
    await db.close()


async def _working(site: Site) -> dict[str, Any]:
    """A case that a unit has accepted, a second that another is asked for, and a third that has ended."""
    first, _ = await officers(site, HERE, FAR)
    operator = await site.sign_in("operator")
    held = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    job = held["assignments"][0]
    assert (await first.post(f"/v1/assignments/{job['id']}/accept", json={})).status_code == 200
    asked = (await operator.post("/v1/incidents", json=incident(lat=FAR[0], lon=FAR[1]))).json()
    ended = (await operator.post("/v1/incidents", json=incident(dispatch=False, lat=13.78, lon=100.58))).json()
    closing = {"disposition": "resolved"}
    assert (await operator.post(f"/v1/incidents/{ended['id']}/close", json=closing)).status_code == 200
    return {
        "held": held["id"],
        "job": job["id"],
        "unit": job["unit_id"],
        "asked": asked["id"],
        "offer": asked["assignments"][0]["id"],
        "other": asked["assignments"][0]["unit_id"],
        "ended": ended["id"],
    }


_ALARM = """
INSERT INTO alarm (station_id, incident_id, reason, raised_at) SELECT station_id, id, 'no_taker', now() FROM incident
WHERE id = '{ended}'
"""
_PROPOSAL = """
INSERT INTO proposal (station_id, kind, incident_id, unit_id, explanation, made_at, expires_at)
SELECT station_id, 'offer', id, '{unit}', '{{}}', now(), now() + interval '1 h' FROM incident WHERE id = '{ended}'
"""
_BEEN = """
WITH earlier AS (
  INSERT INTO assignment (station_id, incident_id, unit_id, state, mode, offered_at, ended_at)
  SELECT station_id, incident_id, unit_id, 'cleared', 'offer', offered_at - interval '1 h',
         offered_at - interval '1 min' FROM assignment WHERE id = '{job}' RETURNING id, station_id, incident_id)
INSERT INTO time_point (station_id, incident_id, assignment_id, kind, source, server_at)
SELECT station_id, incident_id, id, 'arrived', 'officer', now() - interval '30 min' FROM earlier
"""
_LOST = """
INSERT INTO assignment (station_id, incident_id, unit_id, state, mode, offered_at, ended_at, withdrawn_because)
SELECT station_id, '{asked}', unit_id, 'withdrawn', 'offer', offered_at - interval '1 min', now(), 'diverted'
FROM assignment WHERE id = '{job}'
"""
_AGAIN = """
INSERT INTO time_point (station_id, incident_id, assignment_id, kind, source, server_at)
SELECT station_id, incident_id, assignment_id, kind, source, server_at FROM time_point
WHERE assignment_id = '{job}' AND kind = 'accepted'
"""
_STUCK = """
INSERT INTO outgoing (station_id, kind, target, message, created_at, due_at, expires_at)
SELECT station_id, 'push', 'x', '{{}}', now(), now() - interval '1 min', now() FROM incident WHERE id = '{held}'
"""

BREAK: dict[Invariant, list[str]] = {
    Invariant.UNIT_TWICE: [
        "DROP INDEX uq_assignment_unit_held",
        "UPDATE assignment SET unit_id = '{unit}', state = 'accepted' WHERE id = '{offer}'",
    ],
    Invariant.TWO_LEADS: [
        "DROP INDEX uq_assignment_lead",
        "UPDATE assignment SET incident_id = '{held}', state = 'accepted' WHERE id = '{offer}'",
    ],
    Invariant.UNIT_STATUS: ["UPDATE unit_live SET status = 'available' WHERE unit_id = '{unit}'"],
    Invariant.INCIDENT_STATE: ["UPDATE incident SET state = 'on_scene' WHERE id = '{held}'"],
    Invariant.NOBODY_ANSWERS_FOR_IT: ["DELETE FROM deadline"],
    Invariant.OFFER_WITHOUT_END: ["DELETE FROM deadline WHERE kind = 'offer_expiry'"],
    Invariant.FORECAST_WITHOUT_ALARM: ["UPDATE incident SET forecast = 'at_risk' WHERE id = '{held}'"],
    Invariant.STEP_WITHOUT_TIME: ["DELETE FROM time_point WHERE assignment_id = '{job}' AND kind = 'accepted'"],
    Invariant.TIME_TWICE: ["DROP INDEX uq_time_point_once", _AGAIN],
    Invariant.CALLED_BACK: [_BEEN],
    Invariant.DRILL_OVER_REAL: ["UPDATE incident SET drill = true WHERE id = '{held}'", _LOST],
    Invariant.BUMPED_TOO_OFTEN: ["UPDATE incident SET bumped = 3 WHERE id = '{held}'"],
    Invariant.ENDED_WITH_UNITS: ["UPDATE incident SET state = 'closed', ended_at = now() WHERE id = '{held}'"],
    Invariant.ENDED_WITH_ALARM: [_ALARM],
    Invariant.ENDED_WITH_PROPOSAL: [_PROPOSAL],
    Invariant.DEADLINE_MISSED: ["UPDATE deadline SET due_at = now() - interval '1 min' WHERE subject_id = '{held}'"],
    Invariant.MESSAGE_STUCK: [_STUCK],
}


def test_every_invariant_has_words_and_is_tried() -> None:
    assert set(BROKEN) == set(Invariant) == set(BREAK)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(shared_site: Site) -> dict[str, Any]:
    return await _working(shared_site)


async def _broken(site: Site, *statements: str) -> set[str]:
    """What `sipha_jobs` finds after these statements, which are then undone."""
    administrator = await asyncpg.connect(site.cluster.url(database=site.database))
    undone = administrator.transaction()
    await undone.start()
    try:
        for statement in statements:
            await administrator.execute(statement)
        await administrator.execute("SET LOCAL ROLE sipha_jobs")
        await administrator.execute("SELECT set_config('sipha.station_id', $1, true)", str(site.demo.station_id))
        rows = await examine_station.all(
            administrator, station_id=site.demo.station_id, now=datetime.now(UTC), grace=doctor.GRACE
        )
        return {str(row.invariant) for row in rows}
    finally:
        await undone.rollback()
        await administrator.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_is_found_where_nothing_is_wrong(shared_site: Site, made: dict[str, Any]) -> None:
    assert made
    assert await _broken(shared_site) == set()


@pytest.mark.parametrize("invariant", Invariant)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_contradiction_is_named(shared_site: Site, made: dict[str, Any], invariant: Invariant) -> None:
    assert invariant in await _broken(shared_site, *(statement.format(**made) for statement in BREAK[invariant]))


@pytest.mark.asyncio(loop_scope="module")
async def test_a_late_case_without_an_alarm_is_found_whatever_its_forecast_says(
    shared_site: Site, made: dict[str, Any]
) -> None:
    late = "UPDATE incident SET due_at = now() - interval '1 min', forecast = 'on_time' WHERE id = '{held}'"
    assert "forecast_without_alarm" in await _broken(shared_site, late.format(**made))


async def test_the_command_names_what_is_wrong_and_what_is_silent(
    site: Site, administrator: Any, tmp_path: Path
) -> None:
    async def run() -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "sipha"), "doctor",
            env={"SIPHA_DATABASE_URL": site.cluster.url("sipha_jobs", site.database), "SIPHA_HOME": str(tmp_path)},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asyncio.wait_for(process.communicate(), patient(60))
        return process.returncode, said.decode()

    code, said = await run()
    assert (code, said) == (1, "`sipha jobs` has never run\n")
    await site.start_jobs()
    await until(lambda: _seen(administrator))
    code, said = await run()
    assert (code, said) == (0, "nothing wrong was found\n")
    made = await _working(site)
    await administrator.execute("UPDATE incident SET bumped = 3 WHERE id = $1", uuid.UUID(made["held"]))
    code, said = await run()
    assert code == 1
    assert f"a case has lost its unit more than twice (bumped_too_often, {made['held']}" in said


async def _seen(administrator: Any) -> bool:
    return await administrator.fetchval("SELECT count(*) FROM jobs_heartbeat WHERE name LIKE 'doctor on %'") > 0


async def test_findings_and_a_silent_doctor_reach_the_screens(site: Site, administrator: Any, jobs: Any) -> None:
    operator = await site.sign_in("operator")
    await site.start_jobs()
    made = await _working(site)
    await until(lambda: _seen(administrator))
    assert await _banner(operator) == (0, False)
    await administrator.execute("UPDATE incident SET bumped = 3 WHERE id = $1", uuid.UUID(made["held"]))

    async def told() -> bool:
        return await _banner(operator) == (1, False)

    await until(told)
    await administrator.execute("UPDATE incident SET bumped = 0 WHERE id = $1", uuid.UUID(made["held"]))

    async def well() -> bool:
        return await _banner(operator) == (0, False)

    await until(well)
    await site.stop_jobs()
    await administrator.execute("DELETE FROM jobs_heartbeat WHERE name LIKE 'doctor on %'")
    beat = asyncio.create_task(_beating(jobs))

    async def silent() -> bool:
        return await _banner(operator) == (0, True)

    await until(silent)
    beat.cancel()


async def _beating(db: Any) -> None:
    from api.jobs.runner import _beat

    await _beat(db)


async def _banner(client: Any) -> tuple[int, bool]:
    """From the first heartbeat of a stream."""
    import json

    async with client.stream("GET", "/v1/stream") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data:") and "jobs_silent" in line:
                beat = json.loads(line.removeprefix("data:"))
                return beat["findings"], beat["doctor_silent"]
    raise AssertionError("no heartbeat")


def test_the_loop_looks_often_enough_to_be_of_use() -> None:
    assert loop._EVERY_SECONDS <= 5
    assert loop._EVERY_SECONDS * 3 < doctor.DOCTOR_SILENT_SECONDS

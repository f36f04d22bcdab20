"""What a use case leaves for its commit, and whose turn it is for a connection."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from api.db.pool import Database, connection_share, open_database
from api.domain.access.permissions import system_at
from api.domain.incidents.deadline import DeadlineKind
from api.services.context import entering
from api.services.records import journal
from tests.site import Site

RETRY, FORECAST = DeadlineKind.TRY_AGAIN, DeadlineKind.FORECAST


@pytest.fixture
async def db(site: Site) -> AsyncIterator[Database]:
    database = await open_database(site.settings.database_url, "sipha_app", size=10)
    yield database
    await database.close()


async def due(site: Site, subject: UUID) -> dict[str, datetime]:
    async with site.as_station() as connection:
        rows = await connection.fetch("SELECT kind, due_at FROM deadline WHERE subject_id = $1", subject)
    return {row["kind"]: row["due_at"] for row in rows}


async def test_a_deadline_that_is_lifted_before_the_commit_is_never_set(site: Site, db: Database) -> None:
    subject, now = uuid.uuid4(), db.now()
    async with entering(db, system_at(site.demo.station_id), now) as context:
        journal.deadlines(context, subject, {RETRY: now, FORECAST: now})
        await journal.lift(context, subject, [RETRY])
    assert set(await due(site, subject)) == {FORECAST}


async def test_of_several_times_for_one_deadline_the_last_counts_and_a_hint_only_hastens(
    site: Site, db: Database
) -> None:
    subject, now = uuid.uuid4(), db.now()

    def at(seconds: float) -> datetime:
        return now + timedelta(seconds=seconds)

    async def set_by(seconds: float, *hints: float) -> datetime:
        async with entering(db, system_at(site.demo.station_id), now) as context:
            journal.deadline(context, RETRY, subject, at(seconds))
            for hint in hints:
                journal.deadline_by(context, RETRY, subject, at(hint))
        return (await due(site, subject))[RETRY]

    async def hinted(*hints: float) -> datetime:
        async with entering(db, system_at(site.demo.station_id), now) as context:
            for hint in hints:
                journal.deadline_by(context, RETRY, subject, at(hint))
        return (await due(site, subject))[RETRY]

    assert await set_by(60, 30, 90) == at(30)
    assert await hinted(50, 45) == at(30), "the one that is due sooner stays"
    assert await hinted(20, 25) == at(20)
    assert await set_by(70) == at(70), "not a hint: it moves"


async def test_the_first_steps_of_a_case_keep_their_order(site: Site, db: Database) -> None:
    """Those that wait for the commit come before one that is written at once."""
    operator = await site.sign_in("operator")
    body = {"id": str(uuid.uuid4()), "kind": "theft", "lat": 13.77, "lon": 100.57, "dispatch": False}
    made = (await operator.post("/v1/incidents", json=body)).json()
    assert [point["kind"] for point in made["timeline"]] == ["received", "verified"]


async def take(db: Database, share: str, release: asyncio.Event, taken: list[str]) -> None:
    connection_share.set(share)
    async with db.statement():
        taken.append(share)
        await release.wait()


async def test_figures_leave_connections_to_what_is_vital(db: Database) -> None:
    release, taken = asyncio.Event(), list[str]()
    calls = [asyncio.create_task(take(db, "figures", release, taken)) for _ in range(20)]
    calls += [asyncio.create_task(take(db, "ordinary", release, taken)) for _ in range(20)]
    calls += [asyncio.create_task(take(db, "positions", release, taken)) for _ in range(20)]
    try:
        await asyncio.sleep(0.5)
        assert sorted(taken) == ["figures"] * 2 + ["ordinary"] * 4 + ["positions"] * 2
        calls.append(asyncio.create_task(take(db, "vital", release, taken)))
        while "vital" not in taken:
            await asyncio.sleep(0.01)
    finally:
        release.set()
        await asyncio.gather(*calls)
    assert len(taken) == 61

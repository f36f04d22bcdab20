"""The review of a whole station is worked out beside everything else, and carried out only if it still holds."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import httpx
import pytest

from api.db.notifying import push
from api.db.pool import Database, open_database
from api.domain.access.permissions import system_at
from api.domain.incidents.deadline import QUIET_EVERY, REPLAN_EVERY
from api.domain.roads.travel import Goal, Start, TravelTimes
from api.services.context import Runtime, deciding
from api.services.deadlines import carry_out
from api.services.dispatching import review
from api.services.dispatching.review import Outlook
from tests.patrols import FAR, NEARBY, delegate, officers
from tests.site import HERE, Site, incident


@pytest.fixture
async def jobs(site: Site) -> AsyncIterator[Database]:
    db = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=3)
    yield db
    await db.close()


async def looked(site: Site, jobs: Database) -> Outlook | None:
    return await review.look(site.runtime(jobs), system_at(site.demo.station_id), jobs.now())


async def carried_out(site: Site, jobs: Database, outlook: Outlook | None) -> None:
    async with deciding(site.runtime(jobs), system_at(site.demo.station_id), jobs.now()) as context:
        await review.carry_out(context, outlook)


async def swap_in_sight(site: Site) -> tuple[httpx.AsyncClient, httpx.AsyncClient, str, str]:
    """A slow unit has the case and a quick one has come on duty beside it; the operator, the slow officer, the case and
    the assignment."""
    (slow,) = await officers(site, FAR, first=1)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    assignment = made["assignments"][0]["id"]
    await slow.post(f"/v1/assignments/{assignment}/accept", json={})
    await officers(site, NEARBY)
    return operator, slow, made["id"], assignment


async def proposed(operator: httpx.AsyncClient) -> list[str]:
    return [each["kind"] for each in (await operator.get("/v1/proposals")).json()["items"]]


class SlowRoads:
    """Takes until it is told, as a country's streets may."""

    def __init__(self, site: Site) -> None:
        self._roads = site.roads
        self.asked, self.told = asyncio.Event(), asyncio.Event()

    async def travel_times(self, goals: Sequence[Goal], starts: Sequence[Start], speed_m_per_s: float) -> TravelTimes:
        self.asked.set()
        await self.told.wait()
        return await self._roads.travel_times(goals, starts, speed_m_per_s)


async def test_a_case_does_not_wait_for_a_review_that_is_being_worked_out(site: Site, jobs: Database) -> None:
    operator, *_ = await swap_in_sight(site)
    roads, in_a_minute = SlowRoads(site), jobs.now() + timedelta(minutes=1)
    async with jobs.statement() as connection:
        due = await push.due_deadlines.all(
            connection, station_id=site.demo.station_id, kinds=["replan"], now=in_a_minute, most=1
        )
    reviewing = asyncio.create_task(carry_out(Runtime(jobs, roads, site.settings.target_seconds), due[0], in_a_minute))
    await asyncio.wait_for(roads.asked.wait(), 5)
    made = await asyncio.wait_for(operator.post("/v1/incidents", json=incident(lat=FAR[0], lon=FAR[1])), 5)
    assert made.json()["assignments"], "decided while the review waits for its travel times"
    roads.told.set()
    assert await reviewing


async def test_what_still_holds_is_carried_out(site: Site, jobs: Database) -> None:
    operator, *_ = await swap_in_sight(site)
    await carried_out(site, jobs, await looked(site, jobs))
    assert await proposed(operator) == ["swap"]


async def test_nobody_is_relieved_who_has_arrived_meanwhile(site: Site, jobs: Database) -> None:
    operator, slow, *_, assignment = await swap_in_sight(site)
    await delegate(site, swaps="automatic")
    outlook = await looked(site, jobs)
    assert outlook is not None
    assert outlook.plan.moves
    await slow.post(f"/v1/assignments/{assignment}/arrived", json={})
    await carried_out(site, jobs, outlook)
    assert len((await operator.get("/v1/incidents?active=true")).json()["items"][0]["assignments"]) == 1


async def test_no_unit_is_named_that_has_got_a_case_meanwhile(site: Site, jobs: Database) -> None:
    operator, *_ = await swap_in_sight(site)
    outlook = await looked(site, jobs)
    await operator.post("/v1/incidents", json=incident(lat=FAR[0], lon=FAR[1]))
    await carried_out(site, jobs, outlook)
    assert await proposed(operator) == []


async def test_a_rule_that_has_changed_meanwhile_counts(site: Site, jobs: Database) -> None:
    operator, *_ = await swap_in_sight(site)
    await delegate(site, swaps="automatic")
    outlook = await looked(site, jobs)
    await delegate(site, swaps="proposed")
    await carried_out(site, jobs, outlook)
    assert await proposed(operator) == ["swap"]


async def test_what_was_proposed_meanwhile_stays(site: Site, jobs: Database) -> None:
    await delegate(site, offers="proposed")
    await officers(site, HERE)
    operator = await site.sign_in("operator")
    outlook = await looked(site, jobs)
    await operator.post("/v1/incidents", json=incident())
    assert await proposed(operator) == ["offer"]
    await carried_out(site, jobs, outlook)
    assert await proposed(operator) == ["offer"]


async def test_nobody_is_sent_to_wait_elsewhere_who_has_got_a_case_meanwhile(site: Site, jobs: Database) -> None:
    operator, outlook = await somebody_should_wait_elsewhere(site, jobs)
    (move,) = outlook.repositionings
    north = {"lat": move.unit.lat, "lon": move.unit.lon}
    made = (await operator.post("/v1/incidents", json=incident(**north))).json()
    assert made["assignments"][0]["unit_id"] == str(move.unit.unit_id)
    await carried_out(site, jobs, outlook)
    assert await proposed(operator) == []


async def test_two_reviews_at_once_propose_one_place_to_wait(site: Site, jobs: Database) -> None:
    operator, outlook = await somebody_should_wait_elsewhere(site, jobs)
    for _ in range(2):
        await carried_out(site, jobs, outlook)
        async with site.as_station() as connection:  # another unit, as another review may have found
            await connection.execute("UPDATE proposal SET unit_id = $1", site.login("officer", 2).unit_id)
    assert await proposed(operator) == ["repositioning"]


async def somebody_should_wait_elsewhere(site: Site, jobs: Database) -> tuple[httpx.AsyncClient, Outlook]:
    await officers(site, HERE, NEARBY)
    operator = await site.sign_in("operator")
    north = (HERE[0] + 0.035, HERE[1])
    for place in [HERE] * 3 + [north] * 2:
        made = await operator.post("/v1/incidents", json=incident(lat=place[0], lon=place[1], dispatch=False))
        await operator.post(f"/v1/incidents/{made.json()['id']}/close", json={"disposition": "resolved"})
    await delegate(site, beat_floor=0)
    outlook = await looked(site, jobs)
    assert outlook is not None
    return operator, outlook


async def test_a_case_that_is_opened_meanwhile_is_reviewed_soon(site: Site, jobs: Database) -> None:
    await officers(site, HERE)
    operator, outlook = await site.sign_in("operator"), await looked(site, jobs)
    await operator.post("/v1/incidents", json=incident())
    async with deciding(site.runtime(jobs), system_at(site.demo.station_id), jobs.now()) as context:
        assert await review.carry_out(context, outlook) == context.now + REPLAN_EVERY


async def test_whoever_comes_on_duty_meanwhile_is_reviewed(site: Site, jobs: Database) -> None:
    outlook = await looked(site, jobs)
    await officers(site, HERE)
    async with deciding(site.runtime(jobs), system_at(site.demo.station_id), jobs.now()) as context:
        assert await review.carry_out(context, outlook) == context.now + QUIET_EVERY

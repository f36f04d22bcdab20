"""A neighbouring station's unit, by both stations' rules: proposed, requested, on its way, there, no longer needed."""

from typing import Any

import httpx
import pytest

from api.db.pool import open_database
from tests.integration.test_ladder import case
from tests.neighbour import Neighbour, found, lend
from tests.patrols import delegate, live, officers, sweep
from tests.site import HERE, Site, incident, send_position, until

FAR_OFF = (13.830, 100.580)
"""Six kilometres from HERE: eighteen minutes as the crow flies."""


@pytest.fixture
async def neighbour(site: Site) -> Neighbour:
    """A station next door with one unit close to HERE, on duty and reachable."""
    await site.start_jobs()
    db = await open_database(site.cluster.url("sipha_app", site.database), "sipha_app", size=2)
    founded = await found(site, db)
    await db.close()
    assert (await founded.officer.post("/v1/shift", json={"unit_id": str(founded.unit_id)})).status_code == 200
    await send_position(founded.officer, *HERE)
    await site.ring_and_answer(founded.officer, "neighbour")
    return founded


async def offered(client: httpx.AsyncClient) -> Any:
    return (await client.get("/v1/assignments/current")).json()["offer"]


async def test_a_neighbours_unit_saves_the_target(site: Site, neighbour: Neighbour) -> None:
    await lend(neighbour)
    await officers(site, FAR_OFF)
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    policy = (await commander.get("/v1/policy")).json()
    ours = policy | {"targets": policy["targets"] | {"1": 270}}
    assert (await commander.put("/v1/policy", json=ours)).status_code == 200
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    (proposal,) = (await operator.get("/v1/proposals")).json()["items"]
    assert (proposal["kind"], proposal["callsign"]) == ("aid", "นบ 1")
    arrives, own = proposal["explanation"]["clauses"]
    assert (arrives["code"], own["code"]) == ("neighbour_arrives", "own_unit_late")
    assert arrives["station"]["en"] == "Next door"
    agreed = await operator.post(f"/v1/proposals/{proposal['id']}/accept", json={})
    assert agreed.status_code == 200, agreed.text
    job = await until(lambda: offered(neighbour.officer), 15)
    mirror = job["incident"]
    assert (mirror["kind"], mirror["received_at"]) == ("violence", made["received_at"])
    assert (mirror["target_seconds"], mirror["due_at"]) == (270, made["due_at"]), "and so is the promise"
    assert mirror["id"] != made["id"], "what is ours stays ours"
    assert (await neighbour.operator.get(f"/v1/incidents/{made['id']}")).status_code == 404
    reasons = [alarm["reason"] for alarm in (await neighbour.operator.get("/v1/alarms")).json()["items"]]
    assert "aid_wanted" in reasons
    work = f"/v1/assignments/{job['assignment']['id']}"
    assert (await neighbour.officer.post(f"{work}/accept", json={})).status_code == 200
    helped = await case(operator, made["id"])
    assert [(a["to_name_en"], a["callsign"], a["accepted_at"] is not None) for a in helped["aid"]] == [
        ("Next door", "นบ 1", True)
    ]
    assert (helped["forecast"], helped["forecast_reason"]["callsign"]) == ("on_time", "นบ 1")
    async with site.as_station() as connection:  # as when its position is lost
        await connection.execute("UPDATE incident_aid SET arrives_at = NULL")
    reason = (await case(operator, made["id"]))["forecast_reason"]
    assert (reason["code"], reason["callsign"]) == ("arrival_unknown", "นบ 1")
    assert (await neighbour.officer.post(f"{work}/arrived", json={})).status_code == 200

    async def met() -> bool:
        return (await case(operator, made["id"]))["forecast"] == "met"

    await until(met)
    ended = await operator.post(f"/v1/incidents/{made['id']}/close", json={"disposition": "resolved"})
    assert ended.status_code == 200
    assert (await neighbour.officer.post(f"{work}/clear", json={"disposition": "resolved"})).status_code == 200
    assert (await case(operator, made["id"]))["aid"][0]["ended_at"] is not None


async def asked(site: Site, neighbour: Neighbour) -> tuple[httpx.AsyncClient, dict[str, Any], dict[str, Any]]:
    """A case that our own units don't reach in time: our operator, the case, and what the neighbour's officer is
    offered."""
    await lend(neighbour)
    await delegate(site, mutual_aid="automatic")
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    return operator, made, await until(lambda: offered(neighbour.officer), 15)


async def test_what_is_no_longer_needed_is_taken_back(site: Site, neighbour: Neighbour) -> None:
    operator, made, job = await asked(site, neighbour)
    work = f"/v1/assignments/{job['assignment']['id']}"
    assert (await neighbour.officer.post(f"{work}/accept", json={})).status_code == 200
    await operator.post(f"/v1/incidents/{made['id']}/cancel", json={"reason": "a mistake"})

    async def free() -> bool:
        return (await neighbour.officer.get("/v1/assignments/current")).json()["held"] is None

    await until(free)
    theirs = await case(neighbour.operator, job["incident"]["id"])
    assert theirs["state"] == "cancelled"


async def test_a_neighbour_that_declines_is_not_asked_again(site: Site, neighbour: Neighbour) -> None:
    operator, made, job = await asked(site, neighbour)
    declined = await neighbour.officer.post(
        f"/v1/assignments/{job['assignment']['id']}/decline", json={"reason": "busy"}
    )
    assert declined.status_code == 200
    await sweep(site)
    assert len((await case(operator, made["id"]))["aid"]) == 1


async def test_a_neighbour_that_ends_its_part_has_the_case_no_longer(site: Site, neighbour: Neighbour) -> None:
    operator, made, job = await asked(site, neighbour)
    accepted = await neighbour.officer.post(f"/v1/assignments/{job['assignment']['id']}/accept", json={})
    assert accepted.status_code == 200
    assert (await case(operator, made["id"]))["forecast"] == "on_time"
    ended = await neighbour.operator.post(f"/v1/incidents/{job['incident']['id']}/cancel", json={"reason": "no"})
    assert ended.status_code == 200
    seen = await case(operator, made["id"])
    assert (seen["forecast"], seen["forecast_reason"]["code"]) == ("unassigned", "nobody_has_it")


@pytest.mark.parametrize("why", ["does not lend", "own unit in time", "unverified", "switched off"])
async def test_when_nobody_next_door_is_troubled(site: Site, neighbour: Neighbour, why: str) -> None:
    if why != "does not lend":
        await lend(neighbour)
    if why == "own unit in time":
        await officers(site, HERE)
        await live(site, neighbour.officer)
    if why == "switched off":
        await delegate(site, mutual_aid="off")
    operator = await site.sign_in("operator")
    if why == "unverified":
        from tests.site import report

        await site.client().post("/v1/reports", json=report())
    else:
        await operator.post("/v1/incidents", json=incident(kind="violence"))
    await sweep(site)
    assert [each for each in (await operator.get("/v1/proposals")).json()["items"] if each["kind"] == "aid"] == []

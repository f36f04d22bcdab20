"""A neighbouring station's unit, by both stations' rules: proposed, requested, on its way, there, no longer needed."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.db.pool import open_database
from api.services.stations import founding
from tests.clusters import cheap_passwords
from tests.integration.test_ladder import case
from tests.patrols import delegate, live, officers, sweep
from tests.site import HERE, Site, incident, send_position, until

FAR_OFF = (13.830, 100.580)
"""Six kilometres from HERE: eighteen minutes as the crow flies."""


@pytest.fixture
async def neighbour(site: Site) -> dict[str, httpx.AsyncClient]:
    """A station next door with one unit close to HERE, on duty and reachable."""
    await site.start_jobs()
    plan = founding.Plan(
        name_th="สน.ข้างเคียง",
        name_en="Next door",
        lat=13.76,
        lon=100.56,
        area=[(13.75, 100.55), (13.75, 100.57), (13.765, 100.57), (13.765, 100.55)],
        delegated_by="test",
        unit=[founding.PlannedUnit(callsign="นบ 1", kind="car")],
        account=[
            founding.PlannedAccount(role=role, username=f"next-{role}", display_name=role)  # type: ignore[arg-type]
            for role in ("officer", "operator", "commander")
        ],
    )
    db = await open_database(site.cluster.url("sipha_app", site.database), "sipha_app", size=2)
    with cheap_passwords():
        made = await founding.found(db, plan, datetime.now(UTC))
    await db.close()
    people: dict[str, httpx.AsyncClient] = {}
    for username, password in made.passwords.items():
        client = site.client()
        answer = await client.post("/v1/session", json={"username": username, "password": password})
        client.headers["x-csrf-token"] = answer.json()["csrf_token"]
        people[username.removeprefix("next-")] = client
    assert (await people["officer"].post("/v1/shift", json={"unit_id": str(made.unit_ids[0])})).status_code == 200
    await send_position(people["officer"], *HERE)
    await site.ring_and_answer(people["officer"], "neighbour")
    return people


async def lend(neighbour: dict[str, httpx.AsyncClient]) -> None:
    written = (await neighbour["commander"].get("/v1/delegation")).json()
    del written["delegated_by"], written["delegated_at"]
    answer = await neighbour["commander"].put("/v1/delegation", json=written | {"lends_units": True})
    assert answer.json()["lends_units"] is True


async def offered(client: httpx.AsyncClient) -> Any:
    return (await client.get("/v1/assignments/current")).json()["offer"]


async def test_a_neighbours_unit_saves_the_target(site: Site, neighbour: dict[str, httpx.AsyncClient]) -> None:
    await lend(neighbour)
    await officers(site, FAR_OFF)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    (proposal,) = (await operator.get("/v1/proposals")).json()["items"]
    assert (proposal["kind"], proposal["callsign"]) == ("aid", "นบ 1")
    arrives, own = proposal["explanation"]["clauses"]
    assert (arrives["code"], own["code"]) == ("neighbour_arrives", "own_unit_late")
    assert arrives["station"]["en"] == "Next door"
    agreed = await operator.post(f"/v1/proposals/{proposal['id']}/accept", json={})
    assert agreed.status_code == 200, agreed.text
    job = await until(lambda: offered(neighbour["officer"]), 15)
    mirror = job["incident"]
    assert (mirror["kind"], mirror["received_at"]) == ("violence", made["received_at"])
    assert mirror["id"] != made["id"], "what is ours stays ours"
    assert (await neighbour["operator"].get(f"/v1/incidents/{made['id']}")).status_code == 404
    reasons = [alarm["reason"] for alarm in (await neighbour["operator"].get("/v1/alarms")).json()["items"]]
    assert "aid_wanted" in reasons
    work = f"/v1/assignments/{job['assignment']['id']}"
    assert (await neighbour["officer"].post(f"{work}/accept", json={})).status_code == 200
    helped = await case(operator, made["id"])
    assert [(a["to_name_en"], a["callsign"], a["accepted_at"] is not None) for a in helped["aid"]] == [
        ("Next door", "นบ 1", True)
    ]
    assert (helped["forecast"], helped["forecast_reason"]["callsign"]) == ("on_time", "นบ 1")
    assert (await neighbour["officer"].post(f"{work}/arrived", json={})).status_code == 200

    async def met() -> bool:
        return (await case(operator, made["id"]))["forecast"] == "met"

    await until(met)
    ended = await operator.post(f"/v1/incidents/{made['id']}/close", json={"disposition": "resolved"})
    assert ended.status_code == 200
    assert (await neighbour["officer"].post(f"{work}/clear", json={"disposition": "resolved"})).status_code == 200
    assert (await case(operator, made["id"]))["aid"][0]["ended_at"] is not None


async def test_what_is_no_longer_needed_is_taken_back(site: Site, neighbour: dict[str, httpx.AsyncClient]) -> None:
    await lend(neighbour)
    await delegate(site, mutual_aid="automatic")
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    job = await until(lambda: offered(neighbour["officer"]), 15)
    work = f"/v1/assignments/{job['assignment']['id']}"
    assert (await neighbour["officer"].post(f"{work}/accept", json={})).status_code == 200
    await operator.post(f"/v1/incidents/{made['id']}/cancel", json={"reason": "a mistake"})

    async def free() -> bool:
        return (await neighbour["officer"].get("/v1/assignments/current")).json()["held"] is None

    await until(free)
    theirs = await case(neighbour["operator"], job["incident"]["id"])
    assert theirs["state"] == "cancelled"


@pytest.mark.parametrize("why", ["does not lend", "own unit in time", "unverified", "switched off"])
async def test_when_nobody_next_door_is_troubled(site: Site, neighbour: dict[str, httpx.AsyncClient], why: str) -> None:
    if why != "does not lend":
        await lend(neighbour)
    if why == "own unit in time":
        await officers(site, HERE)
        await live(site, neighbour["officer"])
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

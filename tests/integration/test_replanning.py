"""Re-planning over HTTP: diversions, rematching, forecasts; with phones that decrypt their pushes."""

import asyncio
import uuid

import pytest

from api.services.dispatching import situation
from tests.integration.test_enough_have_been_there import go_through
from tests.integration.test_ladder import case, sent
from tests.patrols import FAR, NEARBY, delegate, driving, live, officers, speaks_english
from tests.site import HERE, Site, incident, report, send_position, until


async def test_a_priority_1_takes_the_unit_that_drives_to_something_lesser(site: Site) -> None:
    await site.start_jobs()
    near = await site.officer(0)
    operator = await site.sign_in("operator")
    lesser = await driving(near, operator, kind="nuisance")
    far = await site.officer(1, FAR)
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    (offered,) = made["assignments"]
    assert offered["unit_id"] == str(site.login("officer", 0).unit_id)
    assert (await case(operator, lesser["id"]))["state"] == "en_route", "nothing is left before it is accepted"
    now = (await near.get("/v1/assignments/current")).json()
    assert (now["held"]["incident"]["id"], now["offer"]["incident"]["id"]) == (lesser["id"], made["id"])
    await sent(site, "offer", "officer0")
    assert (await near.post(f"/v1/assignments/{offered['id']}/accept", json={})).status_code == 200
    bumped = await case(operator, lesser["id"])
    assert [(a["state"], a["withdrawn_because"]) for a in bumped["assignments"]] == [
        ("withdrawn", "diverted"),
        ("offered", None),
    ]
    assert bumped["assignments"][1]["unit_id"] == str(site.login("officer", 1).unit_id)
    assert (bumped["received_at"], bumped["due_at"], bumped["bumped"]) == (lesser["received_at"], lesser["due_at"], 1)
    assert (await case(operator, made["id"]))["state"] == "assigned"
    assert (await far.get("/v1/assignments/current")).json()["offer"]["incident"]["id"] == lesser["id"]
    decision = (await case(operator, made["id"]))["decisions"][0]
    assert decision["kind"] == "diversion"
    left = next(clause for clause in decision["explanation"]["clauses"] if clause["code"] == "leaves_job")
    assert (left["priority"], left["reference"]) == (3, lesser["reference"])
    assert decision["candidates"][0]["eta_seconds"] is not None
    assert (await near.get("/v1/assignments/current")).json()["held"]["incident"]["id"] == made["id"]


async def test_a_declined_diversion_leaves_the_lesser_job_where_it_was(site: Site) -> None:
    near = await site.officer(0, phone=False)
    await live(site, near)
    operator = await site.sign_in("operator")
    lesser = await driving(near, operator)
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    declined = await near.post(f"/v1/assignments/{made['assignments'][0]['id']}/decline", json={"reason": "busy"})
    assert declined.status_code == 200
    held = (await near.get("/v1/assignments/current")).json()["held"]
    assert (held["incident"]["id"], held["assignment"]["state"]) == (lesser["id"], "en_route")
    seen = await case(operator, made["id"])
    assert (seen["state"], [alarm["reason"] for alarm in seen["alarms"]]) == ("open", ["nobody_left"])


async def test_a_case_that_has_lost_its_unit_twice_meanwhile_keeps_the_third(site: Site) -> None:
    near = await site.officer(0, phone=False)
    await live(site, near)
    operator = await site.sign_in("operator")
    lesser = await driving(near, operator)
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    async with site.as_station() as connection:  # as two other units' answers may do while this one is asked
        await connection.execute("UPDATE incident SET bumped = 2 WHERE id = $1", lesser["id"])
    refused = await near.post(f"/v1/assignments/{made['assignments'][0]['id']}/accept", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "taken")
    held = (await near.get("/v1/assignments/current")).json()["held"]
    assert held["incident"]["id"] == lesser["id"]


@pytest.mark.parametrize(
    ("meanwhile", "status"),
    [
        ("bumped = 2, drill = true", 200),  # a drill keeps nobody
        ("bumped = 2, over_limit = true, verified = false", 200),  # nor does what one sender floods us with
        ("bumped = 2, over_limit = true, verified = true", 409),
        ("priority = 1", 200),  # another unit has it, so this one counts one priority lower
        ("kind = 'weapon'", 409),
    ],
)
async def test_whether_a_job_may_be_left_is_judged_by_what_it_is_on_accepting(
    site: Site, meanwhile: str, status: int
) -> None:
    near, first = await officers(site, HERE, FAR)
    operator = await site.sign_in("operator")
    await operator.post("/v1/incidents", json=incident(lat=FAR[0], lon=FAR[1], units_wanted=2))
    for officer in (first, near):
        await go_through(officer, "accept", "en-route")
    lesser = (await near.get("/v1/assignments/current")).json()["held"]["incident"]
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    (offered,) = made["assignments"]
    assert offered["unit_id"] == str(site.login("officer", 0).unit_id)
    async with site.as_station() as connection:
        await connection.execute(f"UPDATE incident SET {meanwhile} WHERE id = $1", uuid.UUID(lesser["id"]))
    answer = await near.post(f"/v1/assignments/{offered['id']}/accept", json={})
    assert answer.status_code == status, answer.text


async def test_what_a_unit_was_only_asked_goes_to_the_next_at_once(site: Site) -> None:
    await officers(site, HERE, FAR)
    operator = await site.sign_in("operator")
    lesser = (await operator.post("/v1/incidents", json=incident())).json()
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    assert made["assignments"][0]["unit_id"] == lesser["assignments"][0]["unit_id"]
    again = await case(operator, lesser["id"])
    assert [(a["state"], a["withdrawn_because"]) for a in again["assignments"]] == [
        ("withdrawn", "diverted"),
        ("offered", None),
    ]


async def test_what_a_unit_was_only_asked_is_open_again_when_nobody_else_is_there(site: Site) -> None:
    await officers(site, HERE)
    operator = await site.sign_in("operator")
    lesser = (await operator.post("/v1/incidents", json=incident())).json()
    assert lesser["state"] == "offering"
    await operator.post("/v1/incidents", json=incident(kind="violence"))
    again = await case(operator, lesser["id"])
    assert (again["state"], [alarm["reason"] for alarm in again["alarms"]]) == ("open", ["nobody_left"])


async def test_when_none_of_the_nearest_can_go_everybody_is_looked_at(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(situation, "_NEAREST", 1)
    await officers(site, HERE, FAR)
    able = await speaks_english(site, 1)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(capabilities=["english"]))).json()
    assert [a["unit_id"] for a in made["assignments"]] == [str(able)]


async def test_an_unverified_sos_diverts_nobody_until_the_radio_room_has_looked(site: Site) -> None:
    (near,) = await officers(site, HERE)
    operator = await site.sign_in("operator")
    lesser = await driving(near, operator)
    answer = await site.client().post("/v1/reports", json=report())
    assert answer.status_code == 201
    listed = (await operator.get("/v1/incidents?active=true")).json()["items"]
    sos = next(each for each in listed if each["kind"] == "sos")
    assert sos["assignments"] == []
    sent_by_hand = await operator.post(f"/v1/incidents/{sos['id']}/dispatch", json={})
    assert [a["unit_id"] for a in sent_by_hand.json()["assignments"]] == [lesser["assignments"][0]["unit_id"]]


async def test_an_incident_loses_its_unit_twice_and_no_more(site: Site) -> None:
    (near,) = await officers(site, HERE)
    operator = await site.sign_in("operator")
    lesser = await driving(near, operator)
    async with site.as_station() as connection:
        await connection.execute("UPDATE incident SET bumped = 2 WHERE id = $1", uuid.UUID(lesser["id"]))
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    assert made["assignments"] == []


async def test_a_crew_or_a_capability_that_is_missing_is_said(site: Site) -> None:
    await officers(site, HERE, NEARBY)
    async with site.as_station() as connection:
        await connection.execute(
            "UPDATE unit SET capabilities = '{english}' WHERE id = $1", site.login("officer", 1).unit_id
        )
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(capabilities=["english"]))).json()
    assert [a["unit_id"] for a in made["assignments"]] == [str(site.login("officer", 1).unit_id)]
    listed = (await operator.get(f"/v1/incidents/{made['id']}/candidates")).json()["items"]
    why = {each["unit_id"]: each["excluded_because"] for each in listed}
    assert why[str(site.login("officer", 0).unit_id)] == "wrong_kind"


async def test_two_calls_at_one_point_at_one_moment_get_two_units(site: Site) -> None:
    await officers(site, HERE, NEARBY)
    operator = await site.sign_in("operator")
    made = await asyncio.gather(*(operator.post("/v1/incidents", json=incident(kind="violence")) for _ in range(2)))
    units = [answer.json()["assignments"][0]["unit_id"] for answer in made]
    assert len(set(units)) == 2


@pytest.mark.parametrize("fix_age_s", [600])
async def test_when_every_position_is_old_the_radio_room_hears_of_it(site: Site, fix_age_s: int) -> None:
    await officers(site, HERE)
    async with site.as_station() as connection:
        await connection.execute("UPDATE unit_live SET fix_at = fix_at - make_interval(secs => $1)", fix_age_s)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    assert [alarm["reason"] for alarm in made["alarms"]] == ["nobody_left"]
    listed = (await operator.get(f"/v1/incidents/{made['id']}/candidates")).json()["items"]
    assert "stale_fix" in {each["excluded_because"] for each in listed}


async def test_the_sweep_goes_on_while_something_is_going_on(site: Site) -> None:
    operator = await site.sign_in("operator")
    await operator.post("/v1/incidents", json=incident())

    async def due() -> bool:
        async with site.as_station() as connection:
            return bool(await connection.fetchval("SELECT count(*) FROM deadline WHERE kind = 'replan'"))

    assert await due()
    async with site.as_station() as connection:
        await connection.execute("UPDATE deadline SET due_at = now() WHERE kind = 'replan'")
    await site.start_jobs()

    async def moved_on() -> bool:
        async with site.as_station() as connection:
            return bool(
                await connection.fetchval("SELECT due_at > now() + interval '20 s' FROM deadline WHERE kind = 'replan'")
            )

    await until(moved_on)
    await send_position(await site.officer(0), *HERE)


async def test_the_citizen_of_a_bumped_case_sees_the_new_time(site: Site) -> None:
    near, _ = await officers(site, HERE, FAR)
    operator = await site.sign_in("operator")
    sent_in = (await site.client().post("/v1/reports", json=report(kind="theft"))).json()
    citizen = site.client(authorization=f"Bearer {sent_in['owner_token']}")
    listed = (await operator.get("/v1/incidents?active=true")).json()["items"]
    theft = next(each for each in listed if each["reference"] == sent_in["reference"])
    offered = (await operator.post(f"/v1/incidents/{theft['id']}/dispatch", json={})).json()["assignments"][0]
    assert (await near.post(f"/v1/assignments/{offered['id']}/accept", json={})).status_code == 200
    async with site.as_station() as connection:  # a slow road: not yet almost there
        await connection.execute("UPDATE assignment SET eta_seconds = 300")
    before = (await citizen.get(f"/v1/reports/{sent_in['id']}")).json()
    assert [step["kind"] for step in before["timeline"]] == ["received", "assigned"]
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    work = made["assignments"][0]
    assert work["unit_id"] == offered["unit_id"]
    assert (await near.post(f"/v1/assignments/{work['id']}/accept", json={})).status_code == 200
    after = (await citizen.get(f"/v1/reports/{sent_in['id']}")).json()
    assert [step["kind"] for step in after["timeline"]] == ["received"]
    assert after["eta_minutes"] is not None


async def test_the_forecast_says_why(site: Site) -> None:
    (near,) = await officers(site, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    assert made["forecast_reason"]["code"] == "nobody_has_it"
    work = made["assignments"][0]
    await near.post(f"/v1/assignments/{work['id']}/accept", json={})
    in_time = (await case(operator, made["id"]))["forecast_reason"]
    assert (in_time["code"], in_time["callsign"]) == ("arrives_in_time", work["callsign"])
    async with site.as_station() as connection:
        await connection.execute("UPDATE assignment SET eta_seconds = 1000")
    seen = await case(operator, made["id"])
    assert (seen["forecast"], seen["forecast_reason"]["code"]) == ("at_risk", "arrives_after_target")
    assert seen["forecast_reason"]["seconds"] == pytest.approx(100, abs=5)


async def test_a_unit_that_drives_away_is_noticed_at_its_next_position(site: Site) -> None:
    await site.start_jobs()
    near = await site.officer(0)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    work = made["assignments"][0]
    await near.post(f"/v1/assignments/{work['id']}/accept", json={})
    async with site.as_station() as connection:  # measured half a minute ago, next review far off, tight target
        await connection.execute("UPDATE assignment SET eta_at = eta_at - interval '30 s'")
        await connection.execute("UPDATE deadline SET due_at = now() + interval '1 hour' WHERE kind = 'forecast'")
        await connection.execute("UPDATE incident SET due_at = now() + interval '60 s'")
        await connection.execute("UPDATE unit_live SET fix_at = fix_at - interval '110 s'")
        await connection.execute("UPDATE track SET at = at - interval '110 s'")
    await send_position(near, *FAR)

    async def at_risk() -> bool:
        seen = await case(operator, made["id"])
        return seen["forecast"] == "at_risk" and "forecast_late" in {alarm["reason"] for alarm in seen["alarms"]}

    assert await until(at_risk, 10)


async def test_whoever_comes_free_is_looked_at_now_and_not_when_the_retry_falls_due(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()

    async def retry_in() -> float:
        async with site.as_station() as connection:
            return await connection.fetchval(
                "SELECT extract(epoch FROM due_at - now())::float8 FROM deadline "
                "WHERE kind = 'try_again' AND subject_id = $1",
                uuid.UUID(made["id"]),
            )

    assert await retry_in() > 5
    await officers(site, HERE)
    assert await retry_in() <= 0


async def test_what_a_case_that_ends_leaves_behind(site: Site) -> None:
    """No alarm, no proposal and no deadline."""
    await delegate(site, offers="proposed")
    await officers(site, HERE)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    async with site.as_station() as connection:
        await connection.execute("UPDATE unit_live SET stream_seen_at = NULL")
    other = (await operator.post("/v1/incidents", json=incident(lat=FAR[0], lon=FAR[1]))).json()
    assert [each["kind"] for each in (await operator.get("/v1/proposals")).json()["items"]] == ["offer"]
    assert other["id"] in {each["incident_id"] for each in (await operator.get("/v1/alarms")).json()["items"]}
    for each in (made, other):
        answer = await operator.post(f"/v1/incidents/{each['id']}/cancel", json={"reason": "a mistake"})
        assert answer.status_code == 200
    assert (await operator.get("/v1/alarms")).json()["items"] == []
    async with site.as_station() as connection:
        assert [row["state"] for row in await connection.fetch("SELECT state FROM proposal")] == ["expired"]
        left = {row["kind"] for row in await connection.fetch("SELECT kind FROM deadline")}
    assert left <= {"replan", "alarm_chain"}


async def test_a_case_that_is_late_when_it_is_opened_again_is_looked_at_now(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    await operator.post(f"/v1/incidents/{made['id']}/close", json={"disposition": "hoax"})
    async with site.as_station() as connection:
        await connection.execute("UPDATE incident SET due_at = now() - interval '1 minute'")
    assert (await operator.post(f"/v1/incidents/{made['id']}/undo", json={})).status_code == 200
    async with site.as_station() as connection:
        due = "SELECT due_at <= now() FROM deadline WHERE kind = 'forecast' AND subject_id = $1"
        assert await connection.fetchval(due, uuid.UUID(made["id"]))

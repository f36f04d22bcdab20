"""Implausible fixes, and button against geofence on an arrival, through HTTP and PostgreSQL."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.db.pool import open_database
from api.domain.access.permissions import Actor, Role
from api.domain.units.fix import Fix
from api.services.units.intake import PositionIntake
from api.services.units.positions import Batch
from tests.site import HERE, Site, incident

AWAY = (13.8712, 100.5746)
"""11 km north."""


def fix(place: tuple[float, float], ago: float = 0, **more: object) -> dict[str, object]:
    at = (datetime.now(UTC) - timedelta(seconds=ago)).isoformat()
    return {"at": at, "lat": place[0], "lon": place[1], "accuracy": 5.0, **more}


async def send(client: httpx.AsyncClient, *fixes: dict[str, object]) -> dict[str, Any]:
    body = {"id": str(uuid.uuid4()), "sent_at": datetime.now(UTC).isoformat(), "fixes": fixes}
    answer = await client.post("/v1/positions", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def seen(site: Site, operator: httpx.AsyncClient) -> dict[str, Any]:
    units = (await operator.get("/v1/units")).json()["items"]
    return next(unit for unit in units if unit["id"] == str(site.login("officer").unit_id))


async def later(site: Site, seconds: float) -> None:
    """As if everything so far had been received that much earlier."""
    async with site.as_station() as connection:
        await connection.execute("UPDATE track SET received_at = received_at - make_interval(secs => $1)", seconds)
        await connection.execute(
            "UPDATE unit_live SET doubtful_seen_at = doubtful_seen_at - make_interval(secs => $1)", seconds
        )


async def test_a_teleport_moves_nothing_and_is_shown(site: Site) -> None:
    officer, operator = await site.officer(0, phone=False), await site.sign_in("operator")
    assert (await seen(site, operator))["position_problem"] is None
    assert await send(officer, fix(AWAY)) == {
        "accepted": 0,
        "rejected": [{"index": 0, "code": "implausible_speed"}],
    }
    unit = await seen(site, operator)
    assert (unit["lat"], unit["lon"], unit["position_problem"]) == (*HERE, "implausible_speed")
    async with site.as_station() as connection:
        kept = [row["problem"] for row in await connection.fetch("SELECT problem FROM track ORDER BY at")]
        events = await connection.fetchval(
            "SELECT count(*) FROM event WHERE kind = 'unit' AND payload->>'state' IS NULL"
        )
    assert (kept, events) == ([None, "implausible_speed"], 1)
    near = (HERE[0] + 0.0005, HERE[1])
    assert (await send(officer, fix(near)))["accepted"] == 1
    assert (await seen(site, operator))["position_problem"] == "implausible_speed", "shown for a while"
    await later(site, 31)
    await send(officer, fix(near))
    unit = await seen(site, operator)
    assert (unit["lat"], unit["position_problem"]) == (near[0], None)


async def test_a_wrong_old_position_is_given_up(site: Site) -> None:
    officer, operator = await site.officer(0, phone=False), await site.sign_in("operator")
    async with site.as_station() as connection:  # as if the one fix so far had been sent a minute ago, from afar
        await connection.execute("UPDATE track SET at = at - interval '60 seconds'")
        await connection.execute("UPDATE unit_live SET fix_at = fix_at - interval '60 seconds'")
    for ago in (40, 30, 20, 10):
        assert (await send(officer, fix(AWAY, ago)))["accepted"] == 0
        await later(site, 10)
    assert (await seen(site, operator))["position_problem"] == "implausible_speed"
    assert (await send(officer, fix(AWAY)))["accepted"] == 1
    unit = await seen(site, operator)
    assert (unit["lat"], unit["position_problem"]) == (AWAY[0], None)
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM track WHERE problem IS NOT NULL") == 0


async def test_the_same_fix_under_another_batch_is_kept_once(site: Site) -> None:
    officer, operator = await site.officer(0, phone=False), await site.sign_in("operator")
    same = fix(HERE, 20)
    assert (await send(officer, same))["accepted"] == 1
    assert await send(officer, same) == {"accepted": 0, "rejected": [{"index": 0, "code": "replayed"}]}
    assert (await seen(site, operator))["position_problem"] is None
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM track") == 2


async def test_a_unit_that_teleports_to_the_caller_is_not_nearest(site: Site) -> None:
    await site.start_jobs()
    liar = await site.officer(0, at=AWAY)
    honest = await site.officer(1, at=(HERE[0] + 0.01, HERE[1]))
    assert (await send(liar, fix(HERE)))["accepted"] == 0
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    assert [each["unit_id"] for each in made["assignments"]] == [str(site.login("officer", 1).unit_id)]
    assert (await honest.get("/v1/assignments/current")).json()["offer"] is not None


async def on_the_way(site: Site, place: tuple[float, float]) -> tuple[httpx.AsyncClient, str, str]:
    """An officer who has accepted, at a place; with the incident at `HERE` and the URL path of their assignment."""
    await site.start_jobs()
    officer, operator = await site.officer(0, at=place), await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    work = f"/v1/assignments/{made['assignments'][0]['id']}"
    assert (await officer.post(f"{work}/accept", json={})).status_code == 200
    async with site.as_station() as connection:
        await connection.execute("UPDATE assignment SET offered_at = offered_at - interval '5 minutes'")
        await connection.execute("UPDATE unit_live SET fix_at = fix_at - interval '3 minutes'")
        await connection.execute("UPDATE track SET at = at - interval '3 minutes'")
    return officer, made["id"], work


@asynccontextmanager
async def step_under_way(site: Site) -> AsyncIterator[Any]:
    """Somebody holds every assignment for as long as this lasts. Yields the connection that does."""
    async with site.as_station() as connection:
        step = connection.transaction()
        await step.start()
        await connection.execute("SELECT FROM assignment FOR UPDATE")
        yield connection
        await step.rollback()


async def arrivals(site: Site) -> list[dict[str, Any]]:
    """As stored in the database, geofence first."""
    async with site.as_station() as connection:
        rows = await connection.fetch("SELECT source, phone_at FROM time_point WHERE kind = 'arrived' ORDER BY source")
    return [dict(row) for row in rows]


async def test_the_geofence_notes_the_arrival_also_after_the_button(site: Site) -> None:
    officer, _, work = await on_the_way(site, (HERE[0] + 0.004, HERE[1]))
    assert (await officer.post(f"{work}/arrived", json={})).status_code == 200
    first = fix(HERE, 12, speed=0.4)
    assert (await send(officer, first))["accepted"] == 1
    assert [row["source"] for row in await arrivals(site)] == ["officer"]
    await send(officer, fix(HERE, 1, speed=0.2))
    both = await arrivals(site)
    assert [row["source"] for row in both] == ["geofence", "officer"]
    assert both[0]["phone_at"] == datetime.fromisoformat(str(first["at"]))


async def test_doubtful_repeated_and_vague_fixes_make_no_arrival(site: Site) -> None:
    officer, *_ = await on_the_way(site, AWAY)
    home = fix(AWAY, 30)
    await send(officer, home)
    forged = [fix(HERE, ago, speed=0.0) for ago in (25, 20, 15, 10, 5)]
    assert (await send(officer, *forged))["accepted"] == 0
    assert (await send(officer, home, *forged))["accepted"] == 0
    assert await arrivals(site) == []


async def test_arrivals_that_disagree_are_listed(site: Site) -> None:
    officer, incident_id, work = await on_the_way(site, (HERE[0] + 0.01, HERE[1]))
    await send(officer, fix((HERE[0] + 0.01, HERE[1]), 1))
    assert (await officer.post(f"{work}/arrived", json={})).status_code == 200
    for role in ("commander", "auditor", "operator"):
        client = await site.sign_in(role)
        [row] = (await client.get("/v1/stats/arrivals")).json()["items"]
    assert (row["incident_id"], row["problem"], row["geofence_at"]) == (incident_id, "button_without_geofence", None)
    assert row["difference_s"] is None
    assert {"assignment_id", "reference", "unit_id", "callsign", "button_at"} <= set(row)
    assert (await officer.get("/v1/stats/arrivals")).status_code == 403


async def test_batches_of_one_unit_at_once_are_all_kept(site: Site) -> None:
    officer = await site.officer(0, phone=False)
    answers = await asyncio.gather(*(send(officer, fix(HERE, ago)) for ago in range(1, 13)))
    assert [answer["accepted"] for answer in answers] == [1] * 12
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM track") == 13


async def test_an_arrival_by_fence_and_one_by_button_never_wait_for_each_other(site: Site) -> None:
    """A step locks the assignment and then the unit; a batch must not hold the unit while it waits."""
    officer, *_ = await on_the_way(site, (HERE[0] + 0.004, HERE[1]))
    await send(officer, fix(HERE, 12, speed=0.4))
    async with step_under_way(site) as connection:
        batch = asyncio.create_task(send(officer, fix(HERE, 1, speed=0.2)))
        await asyncio.sleep(0.5)
        assert not batch.done(), "its time point refers to the assignment"
        await connection.execute("SELECT FROM unit_live FOR UPDATE NOWAIT")
    assert (await batch)["accepted"] == 1
    assert [row["source"] for row in await arrivals(site)] == ["geofence"]


async def test_nothing_is_kept_of_what_comes_after_the_sign_out(site: Site) -> None:
    """Who calls is remembered for two seconds, but checked again where the fix is stored."""
    officer = await site.officer(0, phone=False)
    body = {"id": str(uuid.uuid4()), "sent_at": datetime.now(UTC).isoformat(), "fixes": [fix(HERE)]}
    [(name, value)] = officer.cookies.items()
    late = site.client(cookie=f"{name}={value}", **{"x-csrf-token": officer.headers["x-csrf-token"]})
    assert (await officer.delete("/v1/session")).status_code == 204
    answer = await late.post("/v1/positions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert await stored(site) == 1


async def test_nothing_is_kept_of_what_comes_off_duty(site: Site) -> None:
    officer = await site.officer(0, phone=False)
    assert (await officer.delete("/v1/shift")).status_code == 204
    assert (await send(officer, fix(HERE)))["rejected"] == [{"index": 0, "code": "off_duty"}]
    assert await stored(site) == 1


async def test_who_is_locked_out_moves_no_unit(site: Site) -> None:
    officer = await site.officer(0, phone=False)
    async with site.as_station() as connection:
        await connection.execute(
            "UPDATE account SET disabled_at = now() WHERE username = $1", site.login("officer").username
        )
    body = {"id": str(uuid.uuid4()), "sent_at": datetime.now(UTC).isoformat(), "fixes": [fix(HERE)]}
    assert (await officer.post("/v1/positions", json=body)).status_code == 401
    assert await stored(site) == 1


async def test_a_retry_gets_the_same_answer_and_other_content_none(site: Site) -> None:
    officer = await site.officer(0, phone=False)
    bad = fix(HERE, lat=95.0)
    body = {"id": str(uuid.uuid4()), "sent_at": datetime.now(UTC).isoformat(), "fixes": [fix(HERE), bad]}
    answers = await asyncio.gather(*(officer.post("/v1/positions", json=body) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].json() == {"accepted": 1, "rejected": [{"index": 1, "code": "out_of_range"}]}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert await stored(site) == 2
    other = await officer.post("/v1/positions", json=body | {"fixes": [fix(HERE, 3)]})
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")


async def test_an_arrival_that_must_wait_keeps_nobody_else_waiting(site: Site) -> None:
    officer, *_ = await on_the_way(site, (HERE[0] + 0.004, HERE[1]))
    other = await site.officer(1, phone=False)
    await send(officer, fix(HERE, 12, speed=0.4))
    async with step_under_way(site):
        waits = asyncio.create_task(send(officer, fix(HERE, 1, speed=0.2)))
        await asyncio.sleep(0.2)  # theirs are taken in together with the one that waits
        assert [(await send(other, fix(HERE, ago)))["accepted"] for ago in (3, 2, 1)] == [1, 1, 1]
        assert not waits.done()
    assert (await waits)["accepted"] == 1


async def test_two_servers_take_in_one_units_fixes_one_after_the_other(site: Site) -> None:
    """Each is judged after the one before, whichever server got it."""
    officer = await site.officer(0, phone=False)
    async with site.as_station() as connection:
        unit_id, account_id, session_id = await connection.fetchrow(
            "SELECT h.unit_id, h.account_id, s.id FROM shift h JOIN session s ON s.account_id = h.account_id"
        )
    actor = Actor(account_id, Role.OFFICER, site.demo.station_id, unit_id=unit_id, session_id=session_id)
    second = await open_database(site.settings.database_url, "sipha_app", size=4)
    intake = PositionIntake(second, nothing_urgent)
    try:
        now = second.now()
        here = [Fix(now - timedelta(seconds=ago), *HERE, 5.0) for ago in range(8)]
        over_there = intake.take
        answers = await asyncio.gather(
            *(over_there(Batch(actor, [each], now, uuid.uuid4(), b"x")) for each in here),
            *(send(officer, fix((HERE[0] + 0.00001, HERE[1]), ago + 0.5)) for ago in range(8)),
        )
    finally:
        await intake.stop()
        await second.close()
    assert len(answers) == 16
    assert await stored(site) == 17


async def test_when_too_many_wait_senders_are_asked_to_come_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = await site.officer(0, phone=False)
    monkeypatch.setattr("api.services.units.intake._MOST_WAITING", 2)
    bodies = [
        {"id": str(uuid.uuid4()), "sent_at": datetime.now(UTC).isoformat(), "fixes": [fix(HERE, ago)]}
        for ago in range(9)
    ]
    answers = await asyncio.gather(*(officer.post("/v1/positions", json=body) for body in bodies))
    refused = [answer for answer in answers if answer.status_code != 200]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(503, "unavailable")}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    assert await stored(site) == 1 + 9 - len(refused)
    again = [await officer.post("/v1/positions", json=body) for body in bodies]
    assert {answer.status_code for answer in again} == {200}
    assert await stored(site) == 10


async def nothing_urgent() -> None:
    """Nobody to wait for."""


async def stored(site: Site) -> int:
    async with site.as_station() as connection:
        return await connection.fetchval("SELECT count(*) FROM track")


async def test_ten_thousand_fixes_at_once_are_refused_and_named(site: Site) -> None:
    officer = await site.officer(0, phone=False)
    many = [{"at": datetime.now(UTC).isoformat(), "lat": 13.7, "lon": 100.5}] * 10_000
    body = {"id": str(uuid.uuid4()), "sent_at": datetime.now(UTC).isoformat(), "fixes": many}
    answer = await officer.post("/v1/positions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    answer = await officer.post("/v1/positions", json=body | {"fixes": many[:501]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "fixes")
    assert await stored(site) == 1


async def test_a_phone_that_hands_in_its_week_keeps_the_last_day(site: Site) -> None:
    """500 fixes in one call, from now back to a week ago: those of the last 24 hours count, and the unit is where it
    was last."""
    officer, operator = await site.officer(0, phone=False), await site.sign_in("operator")
    week = [fix((HERE[0] + 1e-6 * step, HERE[1]), 7 * 86_400 * step / 500 + 5) for step in range(500)]
    answer = await send(officer, *week)
    late = [index for index in range(500) if 7 * 86_400 * index / 500 + 5 > 86_400]
    assert answer["rejected"] == [{"index": index, "code": "too_old"} for index in late]
    assert await stored(site) == 1 + 500 - len(late)
    assert (await seen(site, operator))["lat"] == HERE[0], "nothing in it is newer than what was known"


async def test_a_clock_that_is_an_hour_off_moves_nothing(site: Site) -> None:
    officer, operator = await site.officer(0, phone=False), await site.sign_in("operator")
    ahead, behind = fix((HERE[0] + 0.001, HERE[1]), -3600), fix((HERE[0] + 0.002, HERE[1]), 3600)
    assert (await send(officer, ahead))["rejected"] == [{"index": 0, "code": "clock_ahead"}]
    assert (await send(officer, behind))["accepted"] == 1, "it may have been in a tunnel"
    assert (await seen(site, operator))["lat"] == HERE[0]


async def test_two_thousand_units_at_one_point(site: Site) -> None:
    """One is offered the job, and each of their positions is taken in."""
    await site.start_jobs()
    async with site.as_station() as connection:
        await connection.execute(
            """WITH one AS MATERIALIZED (
                 SELECT gen_random_uuid() AS unit, gen_random_uuid() AS account, n FROM generate_series(1, 2000) n),
               unit AS (INSERT INTO unit (id, station_id, callsign, kind) SELECT unit, $1, 'n' || n, 'car' FROM one),
               live AS (
                 INSERT INTO unit_live (unit_id, station_id, status, position, fix_at, shift_started_at, push_seen_at)
                 SELECT unit, $1, 'available', ST_SetSRID(ST_MakePoint($3, $2), 4326)::geography, now(), now(), now()
                 FROM one),
               crew AS (INSERT INTO account (id, station_id, role, username, display_name, password_hash)
                        SELECT account, $1, 'officer', account::text, 'x', 'x' FROM one)
               INSERT INTO shift (station_id, unit_id, account_id, started_at)
               SELECT $1, unit, account, now() FROM one""",
            site.demo.station_id,
            *HERE,
        )
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    assert len(made["assignments"]) == 1
    async with site.as_station() as connection:
        rows = await connection.fetch(
            "INSERT INTO session (station_id, account_id, token_hash, created_at, expires_at) "
            "SELECT station_id, account_id, uuid_send(account_id), now(), now() + interval '1 hour' "
            "FROM shift LIMIT 300 RETURNING id, account_id"
        )
    now, db = datetime.now(UTC), site._litestar.state.db
    actors = [Actor(row["account_id"], Role.OFFICER, site.demo.station_id, session_id=row["id"]) for row in rows]
    intake = PositionIntake(db, nothing_urgent)
    answers = await asyncio.gather(
        *(intake.take(Batch(actor, [Fix(now, HERE[0], HERE[1], 5.0)], now, uuid.uuid4(), b"x")) for actor in actors)
    )
    await intake.stop()
    assert {answer.accepted for answer in answers} == {1}
    assert await stored(site) == 300

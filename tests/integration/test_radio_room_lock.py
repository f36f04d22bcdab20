"""A radio room's screen never goes dark: it locks, goes on showing, and the next operator takes it over by PIN."""

from typing import Any

import httpx
import pytest

from api.db.pool import open_database
from tests import neighbour
from tests.people import GOOD, a_person, accepted, code_of, invited
from tests.site import Site, incident

PIN = "481516"


async def with_pin(site: Site, admin: httpx.AsyncClient, **changed: Any) -> tuple[dict[str, Any], httpx.AsyncClient]:
    account, client = await a_person(site, admin, **{"role": "operator"} | changed)
    answer = await client.put("/v1/pin", json={"pin": PIN})
    assert answer.status_code == 204, answer.text
    return account, client


async def unlocked(screen: httpx.AsyncClient, username: str, **secret: str) -> httpx.Response:
    answer = await screen.post("/v1/session/unlock", json={"username": username} | (secret or {"pin": PIN}))
    if answer.status_code == 200:
        screen.headers["x-csrf-token"] = answer.json()["csrf_token"]
    return answer


async def test_a_locked_screen_shows_the_board_and_does_nothing(site: Site) -> None:
    operator = await site.sign_in("operator")
    case = (await operator.post("/v1/incidents", json=incident())).json()
    assert (await operator.post("/v1/session/lock", json={})).status_code == 204
    shown = (
        "/v1/incidents",
        "/v1/units",
        "/v1/alerts",
        "/v1/alarms",
        "/v1/me",
        "/v1/station",
        f"/v1/incidents/{case['id']}",
        f"/v1/incidents/{case['id']}/candidates",
    )
    for path in shown:
        assert (await operator.get(path)).status_code == 200, path
    async with operator.stream("GET", "/v1/stream") as stream:
        assert stream.status_code == 200
    hidden = ("/v1/watchlist", "/v1/stats/response", "/v1/sessions")
    refused = [await operator.get(path) for path in hidden]
    refused += [
        await operator.post("/v1/incidents", json=incident()),
        await operator.post(f"/v1/incidents/{case['id']}/close", json={"disposition": "done"}),
        await operator.delete("/v1/session"),
        await operator.patch("/v1/me", json={"language": "en"}),
        await operator.put("/v1/pin", json={"pin": PIN}),
        await operator.post("/v1/step-up", json={"password": site.login("operator").password}),
    ]
    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (403, "locked"), answer.request.url
    assert (await operator.post("/v1/session/lock", json={})).status_code == 403


async def test_the_next_operator_takes_it_over(site: Site) -> None:
    admin = await site.sign_in("admin")
    account, theirs = await with_pin(site, admin)
    screen = await site.sign_in("operator")
    old_cookie = screen.cookies["sipha_session"]
    await screen.post("/v1/session/lock", json={})
    assert (await unlocked(screen, account["username"])).status_code == 200
    me = (await screen.get("/v1/me")).json()
    assert (me["user"]["username"], me["pin"]) == (account["username"], True)
    assert (await screen.post("/v1/incidents", json=incident())).status_code == 201
    old = site.client(cookie=f"sipha_session={old_cookie}")
    assert (await old.get("/v1/me")).status_code == 401, "the session before has ended"
    assert (await theirs.get("/v1/me")).status_code == 200, "one's other screens stay"
    proved = await screen.put("/v1/pin", json={"pin": "190783"})
    assert proved.json()["code"] == "step_up", "a PIN proves less than a password"
    async with site.as_station() as connection:
        [row] = await connection.fetch("SELECT actor_id FROM audit WHERE action = 'session.take_over'")
    assert str(row["actor_id"]) == account["id"]


async def test_a_session_of_the_radio_room_locks_itself_at_the_end_of_the_shift_and_others_are_over(site: Site) -> None:
    admin = await site.sign_in("admin")
    account, _ = await with_pin(site, admin)
    operator, officer = await site.sign_in("operator"), await site.sign_in("officer")
    async with site.as_station() as connection:
        await connection.execute(
            "UPDATE session SET created_at = created_at - interval '13 h', expires_at = expires_at - interval '13 h'"
        )
    assert (await officer.get("/v1/me")).status_code == 401
    assert (await operator.get("/v1/incidents")).status_code == 200
    assert (await operator.post("/v1/incidents", json=incident())).json()["code"] == "locked"
    assert (await unlocked(operator, account["username"])).status_code == 200
    assert (await operator.post("/v1/incidents", json=incident())).status_code == 201
    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET expires_at = expires_at - interval '86 h'")
    assert (await operator.get("/v1/me")).status_code == 401, "three days later it is over"


async def test_who_cannot_take_it_over(site: Site) -> None:
    admin = await site.sign_in("admin")
    officer, _ = await with_pin(site, admin, role="officer")
    nobody, _ = await a_person(site, admin, role="operator")
    somebody, _ = await with_pin(site, admin)
    screen = await site.sign_in("operator")
    await screen.post("/v1/session/lock", json={})
    for username, secret in (
        (officer["username"], PIN),
        (nobody["username"], PIN),
        ("nobody-of-this-name", PIN),
        (somebody["username"], "190783"),
    ):
        answer = await unlocked(screen, username, pin=secret)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "pin"), username
    assert (await unlocked(screen, officer["username"], password=GOOD)).status_code == 422
    assert (await unlocked(screen, somebody["username"], pin=PIN, password=GOOD)).status_code == 422
    assert (await screen.get("/v1/me")).json()["user"]["username"] == site.login("operator").username
    stranger = await site.client().post("/v1/session/unlock", json={"username": somebody["username"], "pin": PIN})
    assert stranger.status_code == 401, "a PIN opens a locked screen and nothing else"
    assert (await unlocked(screen, somebody["username"], password=GOOD)).status_code == 200


async def test_an_operator_of_another_station_does_not_take_it_over(site: Site) -> None:
    db = await open_database(site.settings.database_url, "sipha_app", size=2)
    other = await neighbour.found(site, db)
    await db.close()
    assert (await other.operator.put("/v1/pin", json={"pin": PIN})).status_code == 204
    screen = await site.sign_in("operator")
    await screen.post("/v1/session/lock", json={})
    assert (await unlocked(screen, "next-operator")).status_code == 422
    assert (await screen.get("/v1/me")).json()["user"]["station_id"] == str(site.demo.station_id)


async def test_guessing_a_pin_becomes_slow(site: Site) -> None:
    admin = await site.sign_in("admin")
    account, _ = await with_pin(site, admin)
    screen = await site.sign_in("operator")
    await screen.post("/v1/session/lock", json={})
    answers = [(await unlocked(screen, account["username"], pin=f"19078{n}")).status_code for n in range(8)]
    assert answers[:5] == [422] * 5
    assert 429 in answers[5:]


async def test_a_second_factor_is_asked_for_with_the_password_and_not_with_the_pin(site: Site) -> None:
    admin = await site.sign_in("admin")
    account, client = await with_pin(site, admin)
    factor = (await client.post("/v1/otp", json={})).json()
    assert (await client.post("/v1/otp/confirm", json={"otp": code_of(factor, 0)})).status_code == 204
    screen = await site.sign_in("operator")
    await screen.post("/v1/session/lock", json={})
    assert (await unlocked(screen, account["username"], password=GOOD)).status_code == 422
    assert (await unlocked(screen, account["username"])).status_code == 200


async def test_a_new_password_by_invitation_ends_the_pin(site: Site) -> None:
    admin = await site.sign_in("admin")
    account, _ = await with_pin(site, admin)
    assert (await accepted(site, await invited(admin, account))).status_code == 200
    screen = await site.sign_in("operator")
    assert (await unlocked(screen, account["username"])).status_code == 422


@pytest.mark.parametrize(("pin", "status"), [("123456", 422), ("48151", 422), ("4815162342000", 422), ("48151a", 422)])
async def test_a_pin_that_cannot_be_one(site: Site, pin: str, status: int) -> None:
    operator = await site.sign_in("operator")
    answer = await operator.put("/v1/pin", json={"pin": pin})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, "pin")
    assert (await operator.get("/v1/me")).json()["pin"] is False


async def test_a_pin_is_removed_and_nobody_elses_phone_locks(site: Site) -> None:
    operator, officer = await site.sign_in("operator"), await site.sign_in("officer")
    await operator.put("/v1/pin", json={"pin": PIN})
    assert (await operator.get("/v1/me")).json()["pin"] is True
    assert (await operator.delete("/v1/pin")).status_code == 204
    assert (await operator.get("/v1/me")).json()["pin"] is False
    assert (await officer.post("/v1/session/lock", json={})).status_code == 409
    assert (await officer.get("/v1/me")).json()["locks_at"] is None

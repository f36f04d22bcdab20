"""What people do to their own accounts: sessions, password, second factor, proving once more who they are."""

import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pyotp.totp import TOTP

from tests.people import GOOD, a_person, code_of, signed_in
from tests.site import Site


async def test_everybody_sees_and_ends_their_own_sessions(site: Site) -> None:
    admin = await site.sign_in("admin")
    account, phone = await a_person(site, admin)
    desk = await signed_in(site, account["username"])
    rows = (await desk.get("/v1/sessions")).json()["items"]
    assert [row["current"] for row in rows].count(True) == 1
    assert {row["device"] for row in rows} == {"Chrome Mobile 131, Android 14, Samsung SM-A156E"}
    assert {row["address"] for row in rows} == {"127.0.0.1"}
    other = next(row["id"] for row in rows if not row["current"])
    assert (await desk.delete(f"/v1/sessions/{other}")).status_code == 204
    assert (await phone.get("/v1/me")).status_code == 401
    assert (await desk.delete(f"/v1/sessions/{other}")).status_code == 404
    tablet = await signed_in(site, account["username"])
    assert (await desk.delete("/v1/sessions")).status_code == 204
    assert ((await tablet.get("/v1/me")).status_code, (await desk.get("/v1/me")).status_code) == (401, 200)
    path = f"/v1/accounts/{account['id']}/sessions"
    (mine,) = (await admin.get(path)).json()["items"]
    assert (await admin.delete(f"{path}/{mine['id']}")).status_code == 204
    assert (await desk.get("/v1/me")).status_code == 401


async def test_nobody_sees_or_ends_somebody_elses_sessions(site: Site) -> None:
    admin = await site.sign_in("admin")
    _, person = await a_person(site, admin)
    _, stranger = await a_person(site, admin)
    (own,) = (await person.get("/v1/sessions")).json()["items"]
    assert (await stranger.delete(f"/v1/sessions/{own['id']}")).status_code == 404
    assert (await person.get("/v1/me")).status_code == 200
    assert (await admin.get(f"/v1/accounts/{uuid.uuid4()}/sessions")).status_code == 404


async def test_the_last_use_of_a_session_is_known_to_the_minute(site: Site) -> None:
    operator = await site.sign_in("operator")
    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET seen_at = now() - interval '3 minutes'")
    (row,) = (await operator.get("/v1/sessions")).json()["items"]
    age = datetime.now(UTC) - datetime.fromisoformat(row["seen_at"])
    assert age.total_seconds() < 60


async def test_an_administrators_session_ends_when_it_is_left_alone_and_a_radio_rooms_does_not(site: Site) -> None:
    admin, operator = await site.sign_in("admin"), await site.sign_in("operator")
    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET seen_at = now() - interval '31 minutes'")
    assert ((await admin.get("/v1/me")).status_code, (await operator.get("/v1/me")).status_code) == (401, 200)


async def test_a_new_password_ends_the_other_sessions(site: Site) -> None:
    admin = await site.sign_in("admin")
    account, here = await a_person(site, admin)
    there = await signed_in(site, account["username"])
    wrong = await here.post("/v1/password", json={"old": "not it, surely", "new": f"{GOOD}8"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "old")
    weak = await here.post("/v1/password", json={"old": GOOD, "new": "password123"})
    assert (weak.status_code, weak.json()["errors"][0]["field"]) == (422, "password")
    assert (await here.post("/v1/password", json={"old": GOOD, "new": f"{GOOD}8"})).status_code == 204
    assert ((await here.get("/v1/me")).status_code, (await there.get("/v1/me")).status_code) == (200, 401)
    await signed_in(site, account["username"], f"{GOOD}8")


async def with_second_factor(person: httpx.AsyncClient) -> dict[str, Any]:
    made = await person.post("/v1/otp", json={})
    assert made.status_code == 201, made.text
    factor = made.json()
    assert (await person.post("/v1/otp/confirm", json={"otp": "000000"})).status_code == 422
    assert (await person.post("/v1/otp/confirm", json={"otp": TOTP(factor["secret"]).now()})).status_code == 204
    return factor


async def test_a_second_factor_is_asked_for_and_each_code_is_good_once(site: Site) -> None:
    admin = await site.sign_in("admin")
    account, person = await a_person(site, admin)
    body = {"username": account["username"], "password": GOOD}
    factor = await with_second_factor(person)
    assert factor["uri"].startswith("otpauth://totp/Sipha:")
    assert (await person.post("/v1/otp", json={})).json()["state"] == "set_up"
    assert (await site.client().post("/v1/session", json=body)).status_code == 401
    used = code_of(factor, 0)
    assert (await site.client().post("/v1/session", json=body | {"otp": used})).status_code == 401, "confirmed with it"
    code = code_of(factor, 1)
    await signed_in(site, account["username"], otp=code)
    assert (await site.client().post("/v1/session", json=body | {"otp": code})).status_code == 401
    for spare in factor["recovery_codes"][:2]:
        await signed_in(site, account["username"], otp=spare.upper())
        assert (await site.client().post("/v1/session", json=body | {"otp": spare})).status_code == 401
    async with site.as_station() as connection:
        stored = await connection.fetchrow("SELECT * FROM account WHERE id = $1", uuid.UUID(account["id"]))
    assert len(stored["otp_recovery"]) == 8
    assert (await person.delete("/v1/otp")).status_code == 204
    await signed_in(site, account["username"])


async def test_what_weighs_most_needs_a_recent_proof(site: Site) -> None:
    commander = await site.sign_in("commander")
    written = (await commander.get("/v1/policy")).json()
    assert (await commander.put("/v1/policy", json=written)).status_code == 200, "just signed in"
    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET proved_at = now() - interval '16 minutes'")
    written = (await commander.get("/v1/policy")).json()
    for method, path in (
        ("PUT", "/v1/policy"),
        ("PUT", "/v1/delegation"),
        ("POST", f"/v1/watchlist/{uuid.uuid4()}/approve"),
        ("DELETE", "/v1/otp"),
    ):
        refused = await commander.request(method, path, json=written if method == "PUT" else {})
        assert (refused.status_code, refused.json()["code"]) == (403, "step_up"), path
    wrong = {"password": "wrong it is"}  # pragma: allowlist secret
    assert (await commander.post("/v1/step-up", json=wrong)).status_code == 422
    assert (await commander.post("/v1/step-up", json={})).status_code == 422
    password = site.login("commander").password
    assert (await commander.post("/v1/step-up", json={"password": password})).status_code == 204
    assert (await commander.put("/v1/policy", json=written)).status_code == 200


async def test_who_has_a_second_factor_proves_with_it(site: Site) -> None:
    admin = await site.sign_in("admin")
    _, person = await a_person(site, admin, role="commander")
    factor = await with_second_factor(person)
    assert (await person.post("/v1/step-up", json={"password": GOOD})).status_code == 422
    code = code_of(factor, 1)
    assert (await person.post("/v1/step-up", json={"otp": code})).status_code == 204
    assert (await person.post("/v1/step-up", json={"otp": code})).status_code == 422, "good once"


async def test_guessing_a_proof_becomes_slow(site: Site) -> None:
    officer = await site.sign_in("officer")
    answers = [(await officer.post("/v1/step-up", json={"password": f"guess {n}"})).status_code for n in range(8)]
    assert answers[-1] == 429
    assert 204 not in answers


@pytest.mark.parametrize(("role", "answers"), [("admin", 403), ("commander", 403), ("operator", 200), ("auditor", 200)])
async def test_outside_the_demo_some_roles_need_a_second_factor(site: Site, role: str, answers: int) -> None:
    site.leave_the_demo()
    person = await site.sign_in(role)
    answer = await person.get("/v1/policy")
    assert answer.status_code == answers
    assert answer.json().get("code") == ("second_factor" if answers == 403 else None)
    assert (await person.get("/v1/me")).status_code == 200
    assert (await person.get("/v1/sessions")).status_code == 200
    await with_second_factor(person)
    assert (await person.get("/v1/policy")).status_code == 200

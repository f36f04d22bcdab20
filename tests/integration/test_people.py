"""A station's people, run by its administrator over HTTP."""

import asyncio
import uuid
from typing import Any

import pytest

from tests.patrols import NEARBY, driving, live
from tests.people import GOOD, a_person, accepted, added, invited, signed_in, somebody
from tests.site import Site


async def audited(site: Site) -> list[tuple[str, Any]]:
    async with site.as_station() as connection:
        rows = await connection.fetch("SELECT action, facts FROM audit WHERE action LIKE 'account.%' ORDER BY id")
    return [(row["action"], row["facts"]) for row in rows]


async def test_a_person_is_invited_and_chooses_a_password(site: Site) -> None:
    admin = await site.sign_in("admin")
    account = await added(admin, role="operator", display_name="อร")
    assert (account["display_name"], account["activated"], account["invited_until"]) == ("อร", False, None)
    assert (await site.client().post("/v1/session", json={"username": account["username"], "password": GOOD})
            ).status_code == 401, "no password has been chosen"  # fmt: skip
    first, second = [await invited(admin, account) for _ in range(2)]
    assert (await accepted(site, first)).status_code == 404, "a newer one ends it"
    assert (await accepted(site, second)).json() == {"username": account["username"]}
    assert (await accepted(site, second)).status_code == 404, "good once"
    person = await signed_in(site, account["username"])
    assert (await person.get("/v1/me")).json()["user"]["role"] == "operator"
    (seen,) = [each for each in (await admin.get("/v1/accounts")).json()["items"] if each["id"] == account["id"]]
    assert (seen["activated"], seen["sessions"], seen["invited_until"]) == (True, 1, None)
    assert seen["seen_at"] is not None
    assert [action for action, _ in await audited(site)] == [
        "account.add", "account.invite", "account.invite", "account.password",
    ]  # fmt: skip


async def test_an_invitation_that_is_too_old_or_of_a_locked_account_is_not_found(site: Site) -> None:
    admin = await site.sign_in("admin")
    account = await added(admin)
    code = await invited(admin, account)
    async with site.as_station() as connection:
        await connection.execute("UPDATE invitation SET expires_at = now()")
    assert (await accepted(site, code)).status_code == 404
    code = await invited(admin, account)
    await admin.post(f"/v1/accounts/{account['id']}/disable", json={})
    assert (await accepted(site, code)).status_code == 404
    refused = await admin.post(f"/v1/accounts/{account['id']}/invite", json={})
    assert (refused.status_code, refused.json()["state"]) == (409, "disabled")


async def test_what_an_invitation_and_a_new_password_end(site: Site) -> None:
    """A lost phone stays out when its owner has chosen another password, and so does whoever has an old link."""
    admin = await site.sign_in("admin")
    account, phone = await a_person(site, admin)
    assert (await accepted(site, await invited(admin, account), f"{GOOD}-new")).status_code == 200
    assert (await phone.get("/v1/me")).status_code == 401
    person = await signed_in(site, account["username"], f"{GOOD}-new")
    code = await invited(admin, account)
    assert (await person.post("/v1/password", json={"old": f"{GOOD}-new", "new": GOOD})).status_code == 204
    assert (await accepted(site, code, f"{GOOD}-stolen")).status_code == 404
    code = await invited(admin, account)
    for action in ("disable", "enable"):
        assert (await admin.post(f"/v1/accounts/{account['id']}/{action}", json={})).status_code == 200
    assert (await accepted(site, code)).status_code == 404, "locking ended it"


async def test_nobody_changes_role_in_the_middle_of_a_shift(site: Site) -> None:
    admin, officer = await site.sign_in("admin"), await site.officer(0, phone=False)
    account = (await officer.get("/v1/me")).json()["user"]["id"]
    body = {"version": 1, "role": "operator"}
    refused = await admin.patch(f"/v1/accounts/{account}", json=body)
    assert (refused.status_code, refused.json()["state"]) == (409, "on_duty")
    await officer.delete("/v1/shift")
    assert (await admin.patch(f"/v1/accounts/{account}", json=body)).status_code == 200


async def test_two_people_with_one_invitation(site: Site) -> None:
    """One of them has it; nobody's password is replaced by the other's."""
    admin = await site.sign_in("admin")
    account = await added(admin)
    code = await invited(admin, account)
    choices = [f"{GOOD}-{number}" for number in range(4)]
    answers = await asyncio.gather(*(accepted(site, code, choice) for choice in choices))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]
    won = next(choice for choice, answer in zip(choices, answers, strict=True) if answer.status_code == 200)
    await signed_in(site, account["username"], won)


@pytest.mark.parametrize(
    "password", ["short", "password123", "Somchai2526", "1234567890", "qwertyuiop", "sipha15sipha15"]
)
async def test_a_password_that_is_soon_guessed_is_refused(site: Site, password: str) -> None:
    admin = await site.sign_in("admin")
    account = await added(admin, username=f"somchai{uuid.uuid4().hex[:3]}", display_name="Somchai")
    refused = await accepted(site, await invited(admin, account), password)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "password")


async def test_an_account_is_changed_with_the_version_that_was_seen(site: Site) -> None:
    admin = await site.sign_in("admin")
    account, person = await a_person(site, admin)
    unit = str(site.demo.units[0].id)
    path = f"/v1/accounts/{account['id']}"
    body = {"version": account["version"], "display_name": "สมหญิง", "default_unit_id": unit}
    changed = (await admin.patch(path, json=body)).json()
    assert (changed["display_name"], changed["default_unit_id"], changed["version"]) == ("สมหญิง", unit, 2)
    late = await admin.patch(path, json={"version": 1, "display_name": "อีกคน"})
    assert (late.status_code, late.json()["code"], late.json()["present"]["display_name"]) == (409, "changed", "สมหญิง")
    assert (await person.get("/v1/me")).status_code == 200
    promoted = await admin.patch(path, json={"version": 2, "role": "operator", "default_unit_id": None})
    assert (promoted.json()["role"], promoted.json()["default_unit_id"]) == ("operator", None)
    assert (await person.get("/v1/me")).status_code == 401, "a new role begins with a new session"
    action, facts = (await audited(site))[-1]
    assert action == "account.change"
    assert '"officer"' in facts
    assert '"operator"' in facts


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"role": "worker"}, "role"),
        ({"username": "two words"}, None),
        ({"display_name": "x" * 500}, None),
        ({"display_name": "evil\u202etxt"}, None),
        ({"display_name": ""}, None),
        ({"display_name": " สมชาย"}, None),
        ({"language": "tlh"}, "language"),
        ({"default_unit_id": str(uuid.uuid4())}, "default_unit_id"),
    ],
)
async def test_what_cannot_be_an_account(site: Site, wrong: dict[str, Any], field: str | None) -> None:
    admin = await site.sign_in("admin")
    refused = await admin.post("/v1/accounts", json=somebody(**wrong))
    assert refused.status_code == 422, refused.text
    assert field is None or refused.json()["errors"][0]["field"] == field


async def test_the_same_account_again_and_a_name_that_is_taken(site: Site) -> None:
    admin = await site.sign_in("admin")
    body = somebody(display_name="😀 อารี")
    for _ in range(2):
        assert (await admin.post("/v1/accounts", json=body)).status_code == 201
    other = await admin.post("/v1/accounts", json=body | {"username": "somebody.else"})
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    taken = await admin.post("/v1/accounts", json=body | {"id": str(uuid.uuid4())})
    assert (taken.status_code, taken.json()["code"]) == (409, "taken")


async def test_the_last_administrator_cannot_lock_everybody_out(site: Site) -> None:
    admin = await site.sign_in("admin")
    me = (await admin.get("/v1/me")).json()["user"]["id"]
    for call in (
        admin.post(f"/v1/accounts/{me}/disable", json={}),
        admin.patch(f"/v1/accounts/{me}", json={"version": 1, "role": "auditor"}),
    ):
        refused = await call
        assert (refused.status_code, refused.json().get("state")) == (409, "last_admin"), refused.text
    second, other = await a_person(site, admin, role="admin")
    answers = await asyncio.gather(  # each the other: one of them stays
        admin.post(f"/v1/accounts/{second['id']}/disable", json={}),
        other.post(f"/v1/accounts/{me}/disable", json={}),
    )
    assert min(answer.status_code for answer in answers) == 200
    async with site.as_station() as connection:
        assert (
            await connection.fetchval("SELECT count(*) FROM account WHERE role = 'admin' AND disabled_at IS NULL") == 1
        )


async def test_a_locked_account_is_out_within_seconds_and_off_duty(site: Site) -> None:
    admin, operator = await site.sign_in("admin"), await site.sign_in("operator")
    officer = await site.officer(0, NEARBY, phone=False)
    subscription = site.receiver.phone("lost").subscription()
    assert (await officer.put("/v1/push/subscription", json=subscription)).status_code == 204
    account = (await officer.get("/v1/me")).json()["user"]["id"]
    ended = asyncio.Event()

    async def watch() -> None:
        async with officer.stream("GET", "/v1/stream") as stream:
            async for line in stream.aiter_lines():
                if "signed_out" in line:
                    ended.set()
                    return

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0.5)
    locked = (await admin.post(f"/v1/accounts/{account}/disable", json={})).json()
    assert (locked["sessions"], locked["disabled_at"] is not None) == (0, True)
    assert (await officer.get("/v1/me")).status_code == 401
    await asyncio.wait_for(ended.wait(), 5)
    await watching
    unit = next(
        u for u in (await operator.get("/v1/units")).json()["items"] if u["id"] == str(site.login("officer").unit_id)
    )
    assert unit["status"] == "off_duty"
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM push_subscription") == 0, "its phone rings no more"
    login = site.login("officer")
    body = {"username": login.username, "password": login.password}
    assert (await site.client().post("/v1/session", json=body)).status_code == 401
    assert (await admin.post(f"/v1/accounts/{account}/enable", json={})).json()["disabled_at"] is None
    assert (await site.client().post("/v1/session", json=body)).status_code == 200


async def test_whoever_is_locked_out_in_the_middle_of_a_case_leaves_it_to_the_radio_room(site: Site) -> None:
    admin, operator = await site.sign_in("admin"), await site.sign_in("operator")
    officer = await site.officer(0, NEARBY, phone=False)
    await live(site, officer)
    case = await driving(officer, operator)
    account = (await officer.get("/v1/me")).json()["user"]["id"]
    assert (await admin.post(f"/v1/accounts/{account}/disable", json={})).status_code == 200
    seen = (await operator.get(f"/v1/incidents/{case['id']}")).json()
    assert seen["state"] == "en_route", "the unit is still on its way, and the desk clears the case for it"


async def test_who_is_locked_out_leaves_the_case_to_the_colleague_in_the_unit(site: Site) -> None:
    admin, operator = await site.sign_in("admin"), await site.sign_in("operator")
    officer = await site.officer(0, NEARBY, phone=False)
    colleague = await site.sign_in("officer", 1)
    unit_id = str(site.login("officer").unit_id)
    assert (await colleague.post("/v1/shift", json={"unit_id": unit_id})).status_code == 200
    await live(site, officer)
    await driving(officer, operator)
    account = (await officer.get("/v1/me")).json()["user"]
    assert (await admin.post(f"/v1/accounts/{account['id']}/disable", json={})).status_code == 200
    unit = next(each for each in (await operator.get("/v1/units")).json()["items"] if each["id"] == unit_id)
    assert account["display_name"] not in unit["officers"]
    assert unit["status"] == "en_route"

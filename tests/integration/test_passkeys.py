"""Passkeys: registered, used to sign in and to step up, refused when anything about them is wrong."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.services.access import passkeys, shell
from tests.authenticators import Authenticator
from tests.people import GOOD, a_person
from tests.site import Site


async def registered(site: Site, client: httpx.AsyncClient, **more: Any) -> Authenticator:
    key = Authenticator(origin(site))
    begun = (await client.post("/v1/passkeys/registration", json={})).json()
    answer = await client.post("/v1/passkeys", json={"name": "โทรศัพท์", "credential": key.register(begun)} | more)
    assert answer.status_code == 201, answer.text
    return key


def origin(site: Site) -> str:
    return site.settings.public_url


async def challenge(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post("/v1/passkeys/challenge", json={})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def sign_in(site: Site, username: str, **more: Any) -> httpx.Response:
    return await site.client().post("/v1/session", json={"username": username, "password": GOOD} | more)


async def somebody(site: Site, role: str = "auditor") -> tuple[str, httpx.AsyncClient]:
    account, client = await a_person(site, await site.sign_in("admin"), role=role)
    return account["username"], client


async def test_a_passkey_is_registered_and_asked_for(site: Site) -> None:
    username, client = await somebody(site)
    key = await registered(site, client)
    assert (await client.get("/v1/me")).json()["second_factor"]
    (shown,) = (await client.get("/v1/passkeys")).json()["items"]
    assert (shown["name"], shown["last_used_at"]) == ("โทรศัพท์", None)
    assert set(shown) == {"id", "name", "created_at", "last_used_at"}, "no key leaves the server"
    assert (await sign_in(site, username)).status_code == 401, "the password alone is no longer enough"
    fresh = site.client()
    signed = await sign_in(site, username, passkey=key.sign(await challenge(fresh)))
    assert signed.status_code == 200, signed.text
    (shown,) = (await client.get("/v1/passkeys")).json()["items"]
    assert shown["last_used_at"] is not None
    assert (await client.delete(f"/v1/passkeys/{shown['id']}")).status_code == 204
    assert (await client.delete(f"/v1/passkeys/{shown['id']}")).status_code == 404
    assert not (await client.get("/v1/me")).json()["second_factor"]
    assert (await sign_in(site, username)).status_code == 200


async def test_it_proves_once_more_who_one_is(site: Site) -> None:
    _, client = await somebody(site)
    key = await registered(site, client)
    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET proved_at = now() - interval '16 minutes'")
    assert (await client.post("/v1/passkeys/registration", json={})).json()["code"] == "step_up"
    wrong = await client.post("/v1/step-up", json={"password": GOOD})
    assert wrong.status_code == 422, "where there is a second factor, the password is not enough"
    proof = key.sign(await challenge(client))
    assert (await client.post("/v1/step-up", json={"passkey": proof})).status_code == 204
    assert (await client.post("/v1/passkeys/registration", json={})).status_code == 201
    assert (await client.post("/v1/step-up", json={"passkey": proof})).status_code == 422, "a replay"


async def test_a_challenge_is_good_once_and_briefly(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    username, client = await somebody(site)
    key = await registered(site, client)
    asked = await challenge(client)
    assert (await sign_in(site, username, passkey=key.sign(asked))).status_code == 200
    assert (await sign_in(site, username, passkey=key.sign(asked))).status_code == 401
    monkeypatch.setattr(passkeys, "_CHALLENGE_LASTS", timedelta(0))
    assert (await sign_in(site, username, passkey=key.sign(await challenge(client)))).status_code == 401
    monkeypatch.undo()
    both = key.sign(await challenge(client))
    answers = await asyncio.gather(*(sign_in(site, username, passkey=both) for _ in range(4)))
    assert [answer.status_code for answer in answers].count(200) == 1
    made_up = key.sign({"challenge": "A" * 43, "rpId": asked["rpId"]})
    assert (await sign_in(site, username, passkey=made_up)).status_code == 401


async def test_what_comes_from_elsewhere_is_refused(site: Site) -> None:
    username, client = await somebody(site)
    key = await registered(site, client)
    key.origin = "https://sipha.example.net"
    assert (await sign_in(site, username, passkey=key.sign(await challenge(client)))).status_code == 401
    key.origin = origin(site)
    other = (await challenge(client)) | {"rpId": "example.net"}
    assert (await sign_in(site, username, passkey=key.sign(other))).status_code == 401
    key.verifies = False
    assert (await sign_in(site, username, passkey=key.sign(await challenge(client)))).status_code == 401
    key.verifies = True
    forged = key.sign(await challenge(client))
    forged["response"]["signature"] = Authenticator(origin(site)).sign(await challenge(client))["response"]["signature"]
    assert (await sign_in(site, username, passkey=forged)).status_code == 401
    assert (await sign_in(site, username, passkey=key.sign(await challenge(client)))).status_code == 200


async def test_somebody_elses_passkey_is_nobodys(site: Site) -> None:
    mine, client = await somebody(site)
    theirs, other = await somebody(site)
    key, other_key = await registered(site, client), await registered(site, other)
    assert (await sign_in(site, mine, passkey=other_key.sign(await challenge(client)))).status_code == 401
    assert (await sign_in(site, theirs, passkey=key.sign(await challenge(client)))).status_code == 401
    begun = (await client.post("/v1/passkeys/registration", json={})).json()
    credential = Authenticator(origin(site)).register(begun)
    answer = await other.post("/v1/passkeys", json={"name": "x", "credential": credential})
    assert answer.status_code == 422, "somebody else's challenge"
    (shown,) = (await client.get("/v1/passkeys")).json()["items"]
    assert (await other.delete(f"/v1/passkeys/{shown['id']}")).status_code == 404
    again = (await other.post("/v1/passkeys/registration", json={})).json()
    copied = await other.post("/v1/passkeys", json={"name": "x", "credential": key.register(again)})
    assert copied.status_code == 409, "one credential, one person"


async def test_a_copy_is_refused_and_audited(site: Site) -> None:
    username, client = await somebody(site)
    key = await registered(site, client)
    for _ in range(3):
        assert (await sign_in(site, username, passkey=key.sign(await challenge(client)))).status_code == 200
    key.count = 1
    assert (await sign_in(site, username, passkey=key.sign(await challenge(client)))).status_code == 401
    rows = (await client.get("/v1/audit", params={"kind": "account.passkey_copied"})).json()["items"]
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"name": ""}, 422),
        ({"credential": {}}, 422),
        ({"credential": {"id": "x", "rawId": "x", "type": "y", "response": {"clientDataJSON": "e30"}}}, 422),
        ({"credential": {"id": "ไทย", "rawId": "x", "type": "y", "response": {"clientDataJSON": "x"}}}, 422),
        ({"more": 1}, 422),
    ],
)
async def test_what_is_no_passkey_is_refused(site: Site, wrong: dict[str, Any], status: int) -> None:
    _, client = await somebody(site)
    key = Authenticator(origin(site))
    body = {"name": "x", "credential": key.register((await client.post("/v1/passkeys/registration", json={})).json())}
    assert (await client.post("/v1/passkeys", json=body | wrong)).status_code == status
    key.verifies = False
    begun = (await client.post("/v1/passkeys/registration", json={})).json()
    answer = await client.post("/v1/passkeys", json={"name": "x", "credential": key.register(begun)})
    assert answer.status_code == 422, "its user was not verified"
    assert (await client.get("/v1/passkeys")).json()["items"] == []


async def test_the_administrators_way_back_in_removes_them(site: Site) -> None:
    username, client = await somebody(site)
    await registered(site, client)
    changed = await shell.reset(site._litestar.state.db, username, site._litestar.state.db.now())
    answer = await site.client().post("/v1/session", json={"username": username, "password": changed.password})
    assert answer.status_code == 200
    assert not (await site.client().get("/v1/me", cookies=answer.cookies)).json()["second_factor"]

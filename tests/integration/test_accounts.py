"""Locking out a lost phone from the server's shell: `sipha account …`, on the real command line."""

import asyncio
import os
import sys
from typing import Any

import msgspec

from tests.patrols import NEARBY
from tests.site import Site, until


async def account(site: Site, *words: str) -> tuple[int, Any, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from api.cli import main; main()",
        "account",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"SIPHA_DATABASE_URL": site.settings.database_url},
    )
    out, err = await process.communicate()
    return process.returncode or 0, msgspec.json.decode(out) if out.strip() else None, err.decode()


async def actions(site: Site) -> list[str]:
    async with site.as_station() as connection:
        rows = await connection.fetch("SELECT action FROM audit WHERE action LIKE 'account.%' ORDER BY id")
    return [row["action"] for row in rows]


async def test_a_lost_phone_is_locked_out_at_once(site: Site) -> None:
    officer = await site.officer(0, NEARBY, phone=False)
    login = site.login("officer")
    subscription = site.receiver.phone("lost").subscription()
    assert (await officer.put("/v1/push/subscription", json=subscription)).status_code == 204
    ended = asyncio.Event()

    async def watch() -> None:
        async with officer.stream("GET", "/v1/stream") as stream:
            async for line in stream.aiter_lines():
                if "signed_out" in line:
                    break
        ended.set()

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0.5)
    code, done, _ = await account(site, "disable", login.username)
    assert (code, done["disabled"], done["sessions_ended"]) == (0, True, 1)
    assert (await officer.get("/v1/me")).status_code == 401
    await asyncio.wait_for(ended.wait(), 10)
    await watching
    body = {"username": login.username, "password": login.password}
    assert (await site.client().post("/v1/session", json=body)).status_code == 401
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM push_subscription") == 0
    assert (await account(site, "enable", login.username))[0] == 0
    assert (await site.client().post("/v1/session", json=body)).status_code == 200
    assert await actions(site) == ["account.disable", "account.enable"]


async def test_a_new_password_ends_the_old_one_and_its_sessions(site: Site) -> None:
    operator, login = await site.sign_in("operator"), site.login("operator")
    async with site.as_station() as connection:
        await connection.execute("UPDATE account SET otp_secret = 'JBSWY3DPEHPK3PXP'")  # pragma: allowlist secret
    code, done, _ = await account(site, "reset", login.username)
    assert code == 0
    assert (await operator.get("/v1/me")).status_code == 401
    old = {"username": login.username, "password": login.password}
    assert (await site.client().post("/v1/session", json=old)).status_code == 401
    new = old | {"password": done["password"]}
    assert (await site.client().post("/v1/session", json=new)).status_code == 200
    code, ended, _ = await account(site, "end-sessions", login.username)
    assert (code, ended["sessions_ended"]) == (0, 1)
    assert (await site.client().post("/v1/session", json=new)).status_code == 200


async def test_accounts_are_added_and_what_cannot_be_is_one_line(site: Site) -> None:
    station = str(site.demo.station_id)
    words = ("--station", station, "--role", "officer", "--display-name", "ส.ต.ท. ใหม่")
    code, made, _ = await account(site, "add", "fresh", *words)
    assert code == 0
    body = {"username": "fresh", "password": made["password"]}
    assert (await site.client().post("/v1/session", json=body)).json()["user"]["role"] == "officer"
    nowhere = ("--station", "00000000-0000-0000-0000-000000000000", *words[2:])
    for wrong, said in (
        (("add", "fresh", *words), "taken"),
        (("add", "other", *nowhere), "not_found"),
        (("add", "other", *words[:3], "worker", *words[4:]), "--role"),
        (("disable", "nobody"), "not_found"),
    ):
        code, out, err = await account(site, *wrong)
        assert (code, out) == (1, None)
        assert said in err
        assert len(err.strip().splitlines()) == 1
    await until(lambda: True)

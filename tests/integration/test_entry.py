"""Who is let in: sessions, CSRF, origins, delays, the table of roles, retries by key."""

import asyncio
import re
import uuid
from typing import Any

import httpx
import pytest

from api.app import create_litestar
from api.domain.access.permissions import ALLOWED, Operation, Role
from api.services.access.passwords import passwords
from tests.patience import patient
from tests.site import Site, alert, incident, until

ROLES = ("officer", "operator", "commander", "admin", "auditor")


def routes() -> list[tuple[str, str, Operation | None]]:
    """Every HTTP route with its operation, from the application itself."""
    from api.settings import from_environment

    found = []
    for route in create_litestar(from_environment({})).routes:
        for handler in getattr(route, "route_handlers", []):
            for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                if route.path.startswith("/v1"):
                    found.append((method, route.path_format, handler.opt.get("operation")))
                    assert handler.opt.get("operation") or handler.opt.get("public"), f"{method} {route.path}"
    return found


async def test_the_whole_table_of_roles_is_walked(site: Site) -> None:
    """Each route × role: roles not in the table get 403 before anything is read; nobody else does."""
    callers: dict[Role, httpx.AsyncClient] = {Role(role): await site.sign_in(role) for role in ROLES}
    callers |= {Role.WORKER: site.worker(), Role.ENROLLER: site.enroller()}
    anonymous = site.client()
    walked = 0
    for method, path, operation in routes():
        if operation is None or path.endswith("/stream") or (method, path) == ("DELETE", "/v1/session"):
            continue
        address = re.sub(r"\{[^}]+\}", str(uuid.uuid4()), path)
        unsigned = await anonymous.request(method, address)
        assert (unsigned.status_code, unsigned.json()["code"]) == (401, "unauthenticated"), f"{method} {path}"
        for role, caller in callers.items():
            answer = await caller.request(method, address, json=None if method == "GET" else {})
            refused = answer.status_code == 403 and answer.json()["code"] == "forbidden"
            assert refused == (role not in ALLOWED[operation]), f"{role} {method} {path}: {answer.text}"
            assert answer.status_code < 500, f"{role} {method} {path}: {answer.text}"
            walked += 1
    assert walked > 250


async def test_a_foreign_stations_objects_do_not_exist(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    async with site.as_station() as connection:
        foreign = uuid.uuid4()
        await connection.execute("SELECT set_config('sipha.station_id', $1, false)", str(foreign))
        await connection.execute(
            """INSERT INTO station (id, name_th, name_en, area, centre)
               VALUES ($1, 'อื่น', 'Other', 'POLYGON((1 1, 2 1, 2 2, 1 1))', 'POINT(1 1)')""",
            foreign,
        )
        await connection.execute("INSERT INTO station_policy (station_id, delegated_by) VALUES ($1, 'x')", foreign)
        await connection.execute(
            """INSERT INTO account (station_id, role, username, display_name, password_hash)
               SELECT $1, 'operator', 'elsewhere', 'x', $2""",
            foreign,
            await _hash("secret-secret"),
        )
    other = site.client()
    # pragma: allowlist nextline secret
    signed = await other.post("/v1/session", json={"username": "elsewhere", "password": "secret-secret"})
    other.headers["x-csrf-token"] = signed.json()["csrf_token"]
    for method, path in (
        ("GET", ""),
        ("GET", "/candidates"),
        ("GET", "/reports"),
        ("POST", "/dispatch"),
    ):
        answer = await other.request(method, f"/v1/incidents/{made['id']}{path}", json={} if method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    reused = await other.post("/v1/incidents", json=incident(id=made["id"]))
    assert (reused.status_code, reused.json()["code"]) == (409, "id_reused")


async def _hash(password: str) -> str:
    return await passwords.hash(password)


async def test_sessions_rotate_and_die_at_once_with_their_streams(site: Site) -> None:
    first, second = await site.sign_in("operator"), await site.sign_in("operator")
    assert first.cookies["sipha_session"] != second.cookies["sipha_session"]
    ended, heard = asyncio.Event(), []

    async def watch() -> None:
        async with first.stream("GET", "/v1/stream") as stream:
            async for line in stream.aiter_lines():
                heard.append(line)
        ended.set()

    watching = asyncio.create_task(watch())
    await until(lambda: heard)
    twin = site.client()
    twin.cookies.set("sipha_session", first.cookies["sipha_session"])
    twin.headers["x-csrf-token"] = first.headers["x-csrf-token"]
    assert (await twin.delete("/v1/session")).status_code == 204
    assert (await first.get("/v1/me")).status_code == 401
    await asyncio.wait_for(ended.wait(), patient(5))
    assert (await second.get("/v1/me")).status_code == 200
    await watching


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-csrf-token": ""}, 403),
        ({"x-csrf-token": "0" * 64}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({}, 201),
    ],
)
async def test_csrf_and_origin(site: Site, headers: dict[str, str], status: int) -> None:
    operator = await site.sign_in("operator")
    answer = await operator.post("/v1/incidents", json=incident(dispatch=False), headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "csrf"
        assert (await operator.get("/v1/incidents")).json()["items"] == []


async def test_guessing_gets_slow_and_locks_out_nobody_else(site: Site) -> None:
    guesser = site.client()
    login = site.login("operator")
    answers = [
        # pragma: allowlist nextline secret
        await guesser.post("/v1/session", json={"username": login.username, "password": "wrong"})
        for _ in range(7)
    ]
    codes = [answer.status_code for answer in answers]
    assert codes[:5] == [401] * 5
    assert codes[-1] == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert (await site.sign_in("commander")).headers["x-csrf-token"]
    async with site.as_station() as connection:  # the same account from elsewhere is not delayed
        await connection.execute("UPDATE sign_in_failure SET address = '10.9.8.7'")
    assert (await site.sign_in("operator")).headers["x-csrf-token"]


async def test_passwords_and_tokens_are_kept_as_hashes_only(site: Site) -> None:
    operator = await site.sign_in("operator")
    async with site.as_station() as connection:
        stored = (
            str(await connection.fetch("SELECT * FROM account"))
            + str(await connection.fetch("SELECT * FROM session"))
            + str(await connection.fetch("SELECT * FROM machine_token"))
        )
    for secret in (operator.cookies["sipha_session"], site.demo.worker_token, site.login("operator").password):
        assert secret not in stored
    assert "$argon2id$" in stored


async def test_passwords_are_hashed_at_full_cost() -> None:
    """No setting lowers it; the tests' model station is hashed cheaply through a patch in its fixture."""
    cost = "$argon2id$v=19$m=65536,t=3,p=4$"
    assert (await passwords.hash("x")).startswith(cost), "RFC 9106, the second recommended option"
    assert not await passwords.verify(None, "x")
    assert (passwords._nobody or "").startswith(cost), "an unknown name takes as long"


async def test_every_answer_carries_the_headers(site: Site) -> None:
    for path in ("/", "/healthz", "/v1/me", "/v1/nothing", "/schema/openapi.json"):
        answer = await site.client().get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-request-id"]
    cookie = (
        (
            await site.client().post(
                "/v1/session", json={"username": "operator", "password": site.login("operator").password}
            )
        )
        .headers["set-cookie"]
        .lower()
    )
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_a_key_replays_the_first_answer(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    key = {"idempotency-key": str(uuid.uuid4())}
    path = f"/v1/incidents/{made['id']}/close"
    body = {"disposition": "resolved"}
    first, second = [await operator.post(path, json=body, headers=key) for _ in range(2)]
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    other = await operator.post(path, json={"disposition": "hoax"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    bad = {"idempotency-key": str(uuid.uuid4())}
    assert (await operator.post(path, json={"nonsense": 1}, headers=bad)).status_code == 422
    assert (await operator.post(path, json=body, headers=bad)).status_code == 200, "a refusal is not kept"


async def test_the_stream_tells_of_what_was_committed_and_goes_on_where_it_was(site: Site) -> None:
    operator = await site.sign_in("operator")
    heard: list[tuple[str, str]] = []

    async def listen(headers: dict[str, str], count: int) -> None:
        async with operator.stream("GET", "/v1/stream", headers=headers) as stream:
            name = identifier = ""
            async for line in stream.aiter_lines():
                field, _, value = line.partition(": ")
                name, identifier = (value if field == "event" else name), (value if field == "id" else identifier)
                if not line and name:
                    heard.append((name, identifier))
                    if sum(kind == "incident" for kind, _ in heard) >= count:
                        return
                    name = ""

    listening = asyncio.create_task(listen({}, 1))
    await until(lambda: heard)
    assert heard[0][0] == "heartbeat"
    await operator.post("/v1/incidents", json=incident(dispatch=False))
    await asyncio.wait_for(listening, patient(10))
    cursor = heard[-1][1]
    await operator.post("/v1/incidents", json=incident(dispatch=False))
    heard.clear()
    await asyncio.wait_for(listen({"last-event-id": cursor}, 1), patient(10))
    assert [kind for kind, _ in heard] == ["heartbeat", "incident"]
    heard.clear()
    resync = asyncio.create_task(listen({"last-event-id": "deadbeef-1-1-1"}, 99))
    await until(lambda: "resync" in [kind for kind, _ in heard])
    resync.cancel()


async def test_an_officer_hears_only_of_their_own_unit(site: Site) -> None:
    await site.start_jobs()
    mine, other = await site.officer(0), await site.officer(1, (13.7869, 100.5801))
    heard: list[Any] = []

    async def listen() -> None:
        async with other.stream("GET", "/v1/stream") as stream:
            async for line in stream.aiter_lines():
                heard.append(line)

    listening = asyncio.create_task(listen())
    await until(lambda: heard)
    await site.worker().post("/v1/alerts", json=alert(site))
    await until(lambda: site.receiver.of("offer"))
    assert (await mine.get("/v1/assignments/current")).json()["offer"] is not None
    await asyncio.sleep(1.5)
    listening.cancel()
    assert [line for line in heard if line.startswith("event: ") and "heartbeat" not in line] == []


async def test_an_idle_station_with_an_open_screen_is_quiet(site: Site) -> None:
    """Readers that wake themselves would keep a core busy for nothing."""
    operator = await site.sign_in("operator")
    woken = 0

    def count(*_: object) -> None:
        nonlocal woken
        woken += 1

    async with operator.stream("GET", "/v1/stream"), site.as_station() as connection:
        await asyncio.sleep(0.5)
        await connection.add_listener("sipha", count)
        await asyncio.sleep(2)
    assert woken <= 4


async def test_forty_wrong_passwords_at_once_starve_nobody_and_are_not_all_checked(site: Site) -> None:
    """From one address, under many names: attempts count before they are checked, and a full pool refuses."""
    import time

    checked: list[str] = []
    verify = passwords._verify

    def slow(password_hash: str | None, password: str) -> bool:
        checked.append(password)
        time.sleep(0.2)
        return verify(password_hash, password)

    passwords._verify = slow  # type: ignore[method-assign]
    try:
        guesser = site.client()
        tries = [
            # pragma: allowlist nextline secret
            asyncio.create_task(guesser.post("/v1/session", json={"username": f"nobody{n}", "password": "wrong"}))
            for n in range(40)
        ]
        await asyncio.sleep(0.1)
        for path in ("/", "/healthz", "/v1/me"):
            begun = time.monotonic()
            await site.client().get(path)
            assert time.monotonic() - begun < 2
        answers = await asyncio.gather(*tries)
    finally:
        del passwords._verify
    assert {answer.status_code for answer in answers} == {401, 429}
    assert len(checked) < 20
    assert all(int(a.headers["retry-after"]) >= 1 for a in answers if a.status_code == 429)
    assert (await site.sign_in("operator")).headers["x-csrf-token"]


async def test_forty_wrong_passwords_of_one_account_at_once_are_five_tries(site: Site) -> None:
    guesser, login = site.client(), site.login("operator")
    # pragma: allowlist nextline secret
    body = {"username": login.username, "password": "wrong"}
    answers = await asyncio.gather(*(guesser.post("/v1/session", json=body) for _ in range(40)))
    assert sum(answer.status_code == 401 for answer in answers) <= 6
    async with site.as_station() as connection:
        refused = await connection.fetchval("SELECT count(*) FROM audit WHERE action = 'session.refused'")
    assert refused == sum(answer.status_code == 401 for answer in answers)


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a stranger may claim anything
        ("172.17.0.1", "198.51.100.1", "198.51.100.1"),  # a bridge that nobody listed
        ("172.17.0.1", "10.0.0.1, 198.51.100.2", "198.51.100.2"),
        ("172.17.0.1", "nonsense", "172.17.0.1"),
        ("172.17.0.1", None, "172.17.0.1"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", None, "203.0.113.9"),
    ],
)
def test_limits_count_people_and_not_the_proxy(peer: str, forwarded: str | None, counted: str) -> None:
    from litestar.testing import RequestFactory

    from api.routes.http.addresses import address

    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    request = RequestFactory().get("/", headers=headers)
    request.scope["client"] = (peer, 1234)
    assert address(request) == counted

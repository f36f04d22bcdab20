"""What is let in at all: host names, body types, nesting depth; and which answers may be stored."""

import json
import re
import uuid
from typing import Any

import msgspec
import pytest

from api.app import create_litestar, openapi_document
from api.routes.http.edge import _hosts
from api.settings import from_environment
from tests.site import Site, incident, report

_SECRET = re.compile(r"password|secret|token|otp|recovery|passkey|invitation")
_HARMLESS = {"csrf_token", "receipt_token"}


@pytest.mark.parametrize("depth", [600, 20_000])
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
async def test_json_that_is_nested_too_deeply_is_refused(site: Site, depth: int, opened: str, closed: str) -> None:
    deep = opened * depth + "1" + closed * depth
    operator = await site.sign_in("operator")
    json_ = {"content-type": "application/json"}
    for caller, path in (
        (operator, "/v1/incidents"),
        (site.client(), "/v1/reports"),
        (site.client(), "/v1/session"),
        (site.worker(), "/v1/alerts"),
    ):
        for body in (deep, f'{{"id": {deep}}}'):
            answer = await caller.post(path, content=body.encode(), headers=json_)
            assert answer.status_code in {400, 413, 422}, f"{path}: {answer.text[:200]}"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", None])
async def test_a_body_that_a_foreign_page_may_send_is_refused(site: Site, kind: str | None) -> None:
    operator = await site.sign_in("operator")
    headers = {} if kind is None else {"content-type": kind}
    body = json.dumps(incident(dispatch=False)).encode()
    answer = await operator.post("/v1/incidents", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    sent = await site.client().post("/v1/reports", content=json.dumps(report()).encode(), headers=headers)
    assert sent.status_code == 400
    assert (await operator.post("/v1/incidents", json=incident(dispatch=False))).status_code == 201
    assert (await operator.delete("/v1/push/subscription")).status_code == 204, "no body, no kind"


async def test_a_foreign_name_is_refused(site: Site) -> None:
    operator = await site.sign_in("operator")
    for host in ("evil.example", f"evil.example:{site.port}", "127.0.0.1.evil.example", ""):
        answer = await operator.get("/v1/incidents", headers={"host": host})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), host
        assert (await operator.get("/", headers={"host": host})).status_code == 400
        assert (await operator.get("/healthz", headers={"host": host})).status_code == 200, "probes ask by address"
    for host in ("127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8015"):
        assert (await operator.get("/v1/incidents", headers={"host": host})).status_code == 200, host


def test_the_names_of_a_server() -> None:
    assert _hosts(from_environment({"SIPHA_PUBLIC_URL": "https://Sipha.example.org", "HOST": "0.0.0.0"})) == {
        "sipha.example.org",
        "0.0.0.0",
        *("localhost", "127.0.0.1", "::1"),
    }
    assert _hosts(from_environment({"HOST": "0.0.0.0"})) is None, "nobody has said how it is called"


async def test_what_is_answered_is_kept_nowhere_unless_it_says_so(site: Site) -> None:
    operator, admin = await site.sign_in("operator"), await site.sign_in("admin")
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    for caller, path in (
        (operator, "/v1/incidents"),
        (operator, f"/v1/incidents/{made['id']}"),
        (operator, f"/v1/incidents/{uuid.uuid4()}"),
        (operator, "/v1/me"),
        (admin, "/v1/cameras"),
        (site.client(), "/v1/me"),
    ):
        assert (await caller.get(path)).headers["cache-control"] == "no-store", path
    # pragma: allowlist nextline secret
    signed_in = await operator.post("/v1/session", json={"username": "nobody", "password": "wrong"})
    assert signed_in.headers["cache-control"] == "no-store"
    tile = await operator.get("/v1/tiles/12/3191/1885.mvt")
    assert tile.headers["cache-control"] == "no-cache", "as it says itself"


async def test_what_a_role_may_not_do_is_in_the_audit_and_cannot_flood_it(site: Site) -> None:
    officer = await site.sign_in("officer")
    for _ in range(40):
        assert (await officer.get("/v1/watchlist")).status_code == 403
    async with site.as_station() as connection:
        rows = await connection.fetch("SELECT actor_id, facts FROM audit WHERE action = 'refused'")
    assert 20 <= len(rows) < 40, "a new minute may have begun"
    assert {json.loads(row["facts"])["operation"] for row in rows} == {"see_entries"}


def secret_calls() -> list[tuple[str, str]]:
    """Every call that takes or answers a secret, as the OpenAPI document describes its bodies."""
    document = json.loads(openapi_document(from_environment({})))
    schemas = document["components"]["schemas"]

    def fields(part: Any, seen: frozenset[str]) -> set[str]:
        if isinstance(part, list):
            return set().union(*(fields(each, seen) for each in part))
        if not isinstance(part, dict):
            return set()
        name = part.get("$ref", "").rsplit("/", 1)[-1]
        if name:
            return set() if name in seen else fields(schemas[name], seen | {name})
        own = set(part.get("properties", {}))
        return own.union(*(fields(each, seen) for each in part.values()))

    found = []
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            if method in {"post", "put", "patch", "delete"}:
                bodies = [call.get("requestBody"), [a for s, a in call["responses"].items() if s.startswith("2")]]
                names = {name for body in bodies for name in fields(body, frozenset())} - _HARMLESS
                if any(_SECRET.search(name) for name in names):
                    found.append((method.upper(), path))
    return found


def test_an_answer_to_a_call_with_a_secret_is_never_kept() -> None:
    handlers = {
        (method, route.path_format): handler
        for route in create_litestar(from_environment({})).routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
    }
    calls = secret_calls()
    assert {("POST", "/v1/session"), ("POST", "/v1/reports"), ("POST", "/v1/push/receipts")} <= set(calls)
    assert any("/trackers" in path for _, path in calls)
    for call in calls:
        opt = handlers[call].opt
        assert any(opt.get(name) for name in ("public", "own_id", "secret")), f"{call}: say `secret` in its opt"


async def test_a_repeat_with_a_key_makes_a_new_tracker_token_and_keeps_none(site: Site) -> None:
    commander, unit_id = await site.sign_in("commander"), str(site.demo.units[0].id)
    headers = {"idempotency-key": str(uuid.uuid4())}
    answers = [
        await commander.post(f"/v1/units/{unit_id}/trackers", json={"label": "phone"}, headers=headers)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].text
    assert answers[0].json()["token"] != answers[1].json()["token"]
    async with site.as_station() as connection:
        kept = await connection.fetch("SELECT body FROM once_only")
    assert not any(answers[0].json()["token"].encode() in (row["body"] or b"") for row in kept)
    assert msgspec.json.decode(answers[0].content)["token"]

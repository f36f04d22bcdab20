"""The OpenAPI document against the real server: what it allows, and much that it forbids, never causes a 5xx.

Generating inputs takes longer than calling with them, so every role gets the same ones.
"""

import asyncio
import functools
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.patience import patient
from tests.site import Site, alert, incident, report
from tests.watchlist import draft, enrolled, match

EXAMPLES = {
    "operator": 10,
    "officer": 3,
    "commander": 3,
    "admin": 2,
    "auditor": 2,
    "worker": 3,
    "enroller": 2,
    "tracker": 2,
    "anonymous": 3,
}
CREDENTIALS = ("authorization", "x-csrf-token")
_SHARE = {GenerationMode.POSITIVE: 1, GenerationMode.NEGATIVE: 2}
"""There are half as many inputs that do not fit the schema."""
_LEFT_OUT = {("get", "/v1/stream"), ("delete", "/v1/session")}
"""A stream does not end, and signing out would end the caller's session."""


class Input(NamedTuple):
    """`real`: path ids are those of existing objects, if there are any."""

    case: Any
    path_parameters: Any
    real: bool


class Inputs(NamedTuple):
    """Inputs for one operation, fitting its schema or not; `fault` says why there are none."""

    operation: str
    mode: GenerationMode
    given: list[Input]
    fault: str | None


@pytest.mark.parametrize("role", EXAMPLES)
async def test_nothing_makes_the_server_fail(site: Site, role: str) -> None:
    known = await ids_to_hit(site)
    document = (await site.client().get("/schema/openapi.json")).text
    client, session = await signed_in(site, role), requests.Session()
    session.trust_env = False  # else each call looks for a proxy through all variables
    session.cookies.update(dict(client.cookies))
    session.headers.update({name: client.headers[name] for name in CREDENTIALS if name in client.headers})
    faults = await asyncio.to_thread(lambda: list(walk(document, site.url, session, known, EXAMPLES[role])))
    assert faults == []


async def signed_in(site: Site, role: str) -> httpx.AsyncClient:
    if role in {"worker", "enroller"}:
        return site.worker() if role == "worker" else site.enroller()
    if role == "anonymous":
        return site.client()
    if role == "tracker":
        admin = await site.sign_in("admin")
        made = await admin.post(f"/v1/units/{site.login('officer').unit_id}/trackers", json={"label": "x"})
        return site.client(authorization=f"Bearer {made.json()['token']}")
    return await site.sign_in(role)


def walk(document: str, url: str, session: Any, known: dict[str, str], examples: int) -> Iterator[str]:
    """Call every operation with inputs that fit its schema and some that do not; yield the failures."""
    walked = set()
    for inputs in thought_up(document):
        most = max(2, examples // _SHARE[inputs.mode])
        fault = inputs.fault or fault_of(inputs.given[:most], url, session, known)
        if fault is not None:
            yield f"{inputs.operation}: {fault}"
        walked.add(inputs.operation)
    assert len(walked) > 50


def fault_of(given: list[Input], url: str, session: Any, known: dict[str, str]) -> str | None:
    try:
        for case, own, real in given:
            if real and isinstance(own, dict):
                case.path_parameters = own | {name: known[name] for name in own if name in known}
            answer = case.call(base_url=url, session=session, timeout=patient(30))
            if not proper(answer):
                return f"{case.as_curl_command()}\n{answer.status_code} {answer.content[:500]!r}"
    except Exception as error:  # noqa: BLE001 - no answer at all, say; in full it would hold the whole document
        return f"{type(error).__name__}: {str(error)[:500]}"
    return None


@functools.cache
def thought_up(document: str) -> list[Inputs]:
    """For each operation, as many inputs as the most thorough role needs."""
    operations = [each.ok() for each in schemathesis.openapi.from_dict(json.loads(document)).get_all_operations()]
    kept = [operation for operation in operations if (operation.method, operation.path) not in _LEFT_OUT]
    return [inputs_of(operation, mode) for operation in kept for mode in _SHARE if has_any(operation, mode)]


def has_any(operation: Any, mode: GenerationMode) -> bool:
    """Without a parameter nothing could be wrong."""
    return mode == GenerationMode.POSITIVE or bool(operation.body or operation.query or operation.path_parameters)


def inputs_of(operation: Any, mode: GenerationMode) -> Inputs:
    made: list[Input] = []
    fault = None

    @settings(
        max_examples=max(2, max(EXAMPLES.values()) // _SHARE[mode]),
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def keep(case: Any, *, real: bool) -> None:
        made.append(Input(case, case.path_parameters, real))

    try:
        keep()
    except Unsatisfiable:
        # If everything fits this operation's schema, no misfit can be generated.
        fault = "nothing fits its schema" if mode == GenerationMode.POSITIVE else None
    except Exception as error:  # noqa: BLE001 - in full it would hold the whole document
        fault = f"{type(error).__name__}: {str(error)[:500]}"
    return Inputs(operation.label, mode, made, fault)


def proper(answer: Any) -> bool:
    """No failure, and every refusal a problem with a stable code."""
    if answer.status_code >= 500:
        return False
    if answer.status_code < 400:
        return True
    kind = answer.headers.get("content-type", [""])[0]
    return kind == "application/problem+json" and isinstance(answer.json()["code"], str)


async def ids_to_hit(site: Site) -> dict[str, str]:
    """Existing objects, so that not every call ends with 404."""
    operator, worker = await site.sign_in("operator"), site.worker()
    await site.officer(0, phone=False)
    _, picture_id = await draft(site)
    entry_id = await enrolled(site)
    seen = match(site, entry_id)
    await worker.post("/v1/alerts", json=seen)
    await worker.post("/v1/alerts", json=alert(site))
    told = (await site.client().post("/v1/reports", json=report(kind="theft"))).json()
    order = {"unit_id": str(site.login("officer").unit_id), "mode": "order"}
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    sent = (await operator.post(f"/v1/incidents/{made['id']}/dispatch", json=order)).json()
    alarms = (await operator.get("/v1/alarms")).json()["items"]
    return {
        "alert_id": seen["id"],
        "entry_id": entry_id,
        "picture_id": picture_id,
        "report_id": told["id"],
        "incident_id": made["id"],
        "assignment_id": sent["assignments"][0]["id"],
        "alarm_id": alarms[0]["id"],
        "camera_id": str(site.demo.cameras[0].id),
    }

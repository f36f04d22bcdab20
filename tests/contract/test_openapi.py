"""The OpenAPI document against the real server: what it allows and much that it forbids never makes a 5xx."""

import asyncio
from collections.abc import Iterator
from typing import Any

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

EXAMPLES = {"operator": 12, "officer": 3, "worker": 3, "anonymous": 3}
_LEFT_OUT = {("get", "/v1/stream"), ("delete", "/v1/session")}
"""A stream does not end, and signing out would make a stranger of the caller."""


@pytest.mark.parametrize("role", EXAMPLES)
async def test_nothing_makes_the_server_fail(site: Site, role: str) -> None:
    known = await ids_to_hit(site)
    document = (await site.client().get("/schema/openapi.json")).json()
    session = requests.Session()
    if role == "worker":
        session.headers["authorization"] = f"Bearer {site.demo.worker_token}"
    elif role != "anonymous":
        client = await site.sign_in(role)
        session.cookies.update(dict(client.cookies))
        session.headers["x-csrf-token"] = client.headers["x-csrf-token"]
    faults = await asyncio.to_thread(lambda: list(walk(document, site.url, session, known, EXAMPLES[role])))
    assert faults == []


def walk(document: dict[str, Any], url: str, session: Any, known: dict[str, str], examples: int) -> Iterator[str]:
    """Call every operation with inputs that fit its schema and with some that do not; yield what is wrong."""
    walked = 0
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = result.ok()
        if (operation.method, operation.path) in _LEFT_OUT:
            continue
        for mode, share in ((GenerationMode.POSITIVE, 1), (GenerationMode.NEGATIVE, 2)):
            fault = fault_of(operation, mode, url, session, known, max(2, examples // share))
            if fault is not None:
                yield fault
        walked += 1
    assert walked > 50


def fault_of(
    operation: Any, mode: GenerationMode, url: str, session: Any, known: dict[str, str], examples: int
) -> str | None:
    if mode == GenerationMode.NEGATIVE and not (operation.body or operation.query or operation.path_parameters):
        return None

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def call(case: Any, *, real: bool) -> None:
        if real and isinstance(case.path_parameters, dict):
            case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
        answer = case.call(base_url=url, session=session, timeout=patient(30))
        assert proper(answer), f"{case.as_curl_command()}\n{answer.status_code} {answer.content[:500]!r}"

    try:
        call()
    except AssertionError as fault:
        return f"{operation.label}: {fault}"
    except Unsatisfiable:
        # Where everything fits this operation's schema, nothing can be made that does not.
        return f"{operation.label}: nothing fits its schema" if mode == GenerationMode.POSITIVE else None
    except Exception as error:  # noqa: BLE001 - no answer at all, say; in full it would hold the whole document
        return f"{operation.label}: {type(error).__name__}: {str(error)[:500]}"
    return None


def proper(answer: Any) -> bool:
    """No failure, and every refusal a problem with a stable code."""
    if answer.status_code >= 500:
        return False
    if answer.status_code < 400:
        return True
    kind = answer.headers.get("content-type", [""])[0]
    return kind == "application/problem+json" and isinstance(answer.json()["code"], str)


async def ids_to_hit(site: Site) -> dict[str, str]:
    """Things that exist, so that not every call ends with 404."""
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

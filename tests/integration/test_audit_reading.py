"""The auditor reads who viewed, decided or changed what, and takes it away as CSV."""

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from api.services.administration import audit_log
from tests.patrols import officers
from tests.site import HERE, Site, incident


async def read(auditor: httpx.AsyncClient, **filters: str) -> list[dict[str, Any]]:
    answer = await auditor.get("/v1/audit", params=filters)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def a_little_history(site: Site) -> tuple[httpx.AsyncClient, dict[str, Any], dict[str, Any]]:
    operator, commander, auditor = [await site.sign_in(role) for role in ("operator", "commander", "auditor")]
    await officers(site, HERE)
    made = (await operator.post("/v1/incidents", json=incident())).json()
    withdrawn = await operator.post(
        f"/v1/assignments/{made['assignments'][0]['id']}/withdraw", json={"reason": "=HYPERLINK()"}
    )
    assert withdrawn.status_code == 200, withdrawn.text
    policy = (await commander.get("/v1/policy")).json()
    await commander.put("/v1/policy", json=policy | {"offer_seconds": 45})
    return auditor, made, (await operator.get("/v1/me")).json()["user"]


async def test_who_did_what_by_person_by_kind_by_subject_and_by_time(site: Site) -> None:
    auditor, case, operator = await a_little_history(site)
    everything = await read(auditor)
    assert everything == sorted(everything, key=lambda entry: (entry["at"], entry["id"]), reverse=True)
    by_operator = await read(auditor, actor=operator["id"])
    assert by_operator
    assert {entry["by"] for entry in by_operator} == {operator["display_name"]}
    (policy,) = await read(auditor, kind="station.policy")
    assert policy["facts"]["after"]["offer_seconds"] == 45
    assert policy in await read(auditor, kind="station"), "a beginning is enough"
    assert await read(auditor, kind="stat") == []
    about = await read(auditor, subject=case["id"])
    assert {entry["subject"] for entry in about} == {case["id"]}
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    assert await read(auditor, **{"from": later, "to": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}) == []


async def test_reading_is_in_it_too(site: Site) -> None:
    auditor, case, _ = await a_little_history(site)
    await read(auditor, subject=case["id"])
    (entry,) = [each for each in await read(auditor, kind="audit") if each["facts"]["filter"]["subject"] == case["id"]]
    assert (entry["action"], entry["role"]) == ("audit.read", "auditor")


async def test_pages_follow_each_other_without_a_gap(site: Site) -> None:
    auditor = await site.sign_in("auditor")
    async with site.as_station() as connection:
        await connection.executemany(
            "INSERT INTO audit (station_id, actor_id, role, action, at) VALUES ($1, $2, 'system', 'test.row', now())",
            [(site.demo.station_id, uuid.uuid4())] * 450,
        )
    seen: list[int] = []
    cursor = None
    for _ in range(3):
        more = {} if cursor is None else {"cursor": cursor}
        page = (await auditor.get("/v1/audit", params={"kind": "test.row"} | more)).json()
        seen += [entry["id"] for entry in page["items"]]
        cursor = page["next"]
    assert (len(seen), len(set(seen)), cursor) == (450, 450, None)


async def test_it_is_exported_whole_and_a_spreadsheet_runs_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "_PAGE", 3)
    auditor, *_ = await a_little_history(site)
    answer = await auditor.get("/v1/audit/export")
    assert answer.headers["content-type"].startswith("text/csv")
    assert ".csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    listed = await read(auditor)
    assert {row["id"] for row in rows} == {str(entry["id"]) for entry in listed if entry["action"] != "audit.read"}
    assert "'=HYPERLINK()" in {row["reason"] for row in rows}
    async with site.as_station() as connection:
        await connection.execute("UPDATE session SET proved_at = now() - interval '1 hour'")
    assert (await auditor.get("/v1/audit/export")).json()["code"] == "step_up"


async def test_the_head_is_the_one_that_is_anchored(site: Site) -> None:
    auditor = await site.sign_in("auditor")
    assert (await auditor.get("/v1/audit/head")).status_code == 404, "nothing is sealed yet"
    administrator = await asyncpg.connect(site.cluster.url(database=site.database))
    await administrator.execute(
        "INSERT INTO audit_head (station_id, size, tx, audit_id, peaks, root, note, at) "
        "VALUES ($1, 7, '1'::xid8, 7, '', $2, 'sipha', now())",
        site.demo.station_id,
        b"\x01\xff",
    )
    await administrator.close()
    head = (await auditor.get("/v1/audit/head")).json()
    assert (head["size"], head["root"], head["note"]) == (7, "01ff", "sipha")


@pytest.mark.parametrize(
    "wrong",
    [
        {"cursor": "yesterday"},
        {"cursor": "2026-01-01_5"},
        {"kind": "DROP TABLE"},
        {"actor": "me"},
        {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
        {"from": "2026-01-02"},
    ],
)
async def test_a_filter_that_makes_no_sense(site: Site, wrong: dict[str, str]) -> None:
    auditor = await site.sign_in("auditor")
    assert (await auditor.get("/v1/audit", params=wrong)).status_code in {400, 422}
    for role in ("officer", "operator", "commander", "admin"):
        assert (await (await site.sign_in(role)).get("/v1/audit")).status_code == 403

"""Search over all cases, and cases that somebody else heard of first."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.people import a_person
from tests.site import HERE, Site, incident, report


async def opened(operator: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await operator.post("/v1/incidents", json=incident(**{"dispatch": False} | more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def found(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get("/v1/incidents", params=query)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


async def test_words_place_time_kind_and_unit(site: Site) -> None:
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    theft = await opened(operator, place="ซอยสุขุมวิท 23 ปากซอย", note="กระเป๋าสีแดง 100%")
    crash = await opened(operator, kind="crash", place="แยกอโศก", lat=HERE[0] + 0.01)
    await operator.post(f"/v1/incidents/{theft['id']}/close", json={"disposition": "settled", "note": "พบของกลาง"})
    assert await found(commander, q="สุขุมวิท 23") == [theft["id"]]
    assert await found(operator, q="ของกลาง") == [theft["id"]], "an ended case too, by its closing note"
    assert await found(operator, q="100%") == [theft["id"]], "nothing is a pattern"
    assert await found(operator, q="_") == []
    assert await found(operator, q=crash["reference"]) == [crash["id"]]
    assert await found(operator, kind="crash") == [crash["id"]]
    assert await found(operator, **{"from": ago(5)}) == [crash["id"], theft["id"]]
    assert await found(operator, to=ago(5)) == []
    unit = str(site.login("officer", 0).unit_id)
    assert await found(operator, unit_id=unit) == []
    sent = await operator.post(f"/v1/incidents/{crash['id']}/dispatch", json={"unit_id": unit, "mode": "order"})
    assert sent.status_code == 200, sent.text
    assert await found(operator, unit_id=unit) == [crash["id"]]


async def test_a_person_is_searched_for_a_reason_only_and_it_is_on_record(site: Site) -> None:
    operator, auditor = await site.sign_in("operator"), await site.sign_in("auditor")
    called = await opened(operator, caller="นางสาวสมหญิง 081-234-5678")
    reported = report(kind="theft", contact="0899999999", lat=HERE[0] + 0.01)
    assert (await site.client().post("/v1/reports", json=reported)).status_code == 201
    for query in ({"caller": "0812345678"}, {"caller": "สมหญิง"}, {"q": "081 234 5678"}, {"q": "1กข 1234"}):
        refused = await operator.get("/v1/incidents", params=query)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "reason"), query
    assert await found(operator, caller="0812345678", reason="ตามคำร้อง") == [called["id"]]
    assert await found(operator, caller="สมหญิง", reason="ตามคำร้อง") == [called["id"]]
    assert len(await found(operator, caller="089-999-9999", reason="ตามคำร้อง")) == 1
    assert await found(operator, q="ซอย 23") == [], "a soi is not a plate"
    read = (await auditor.get("/v1/audit", params={"kind": "incident.search"})).json()["items"]
    assert [each["facts"]["by_person"] for each in read] == [False, True, True, True]
    assert all(each["reason"] for each in read if each["facts"]["by_person"])
    assert "0812345678" not in str(read)


async def test_a_stranger_and_another_role_find_nothing(site: Site) -> None:
    operator = await site.sign_in("operator")
    await opened(operator, note="กุญแจ")
    assert (await site.client().get("/v1/incidents", params={"q": "กุญแจ"})).status_code == 401
    officer = await site.officer(0, phone=False)
    assert (await officer.get("/v1/incidents", params={"q": "กุญแจ"})).status_code == 403
    _, other = await a_person(site, await site.sign_in("admin"), role="operator")
    hidden = await opened(operator, note="กุญแจผี", lat=HERE[0] + 0.01)
    await operator.post(f"/v1/incidents/{hidden['id']}/restrict", json={"reason": "x"})
    assert len(await found(operator, q="กุญแจ")) == 2
    assert len(await found(other, q="กุญแจ")) == 1


@pytest.mark.parametrize("query", [{"q": ""}, {"q": "ก" * 201}, {"q": "\x00"}, {"kind": "nonsense"}, {"from": "now"}])
async def test_a_search_that_is_none(site: Site, query: dict[str, str]) -> None:
    operator = await site.sign_in("operator")
    assert (await operator.get("/v1/incidents", params=query)).status_code in {400, 422}


async def test_the_target_runs_from_when_the_citizen_first_told_anybody(site: Site) -> None:
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    told = ago(10)
    case = await opened(operator, received_at=told, source="191", source_reference="191-26-4711")
    received, entered = (datetime.fromisoformat(case[name]) for name in ("received_at", "entered_at"))
    assert received == datetime.fromisoformat(told)
    assert entered - received > timedelta(minutes=9)
    due = datetime.fromisoformat(case["due_at"])
    assert due - received == timedelta(seconds=case["target_seconds"])
    assert (case["source"], case["source_reference"]) == ("191", "191-26-4711")
    assert await found(operator, q="191-26-4711") == [case["id"]]
    plain = await opened(operator, lat=HERE[0] + 0.01)
    assert plain["source"] == "operator"
    for each in (case, plain):
        await operator.post(f"/v1/incidents/{each['id']}/close", json={"disposition": "settled"})
    figures = (await commander.get("/v1/stats/response", params={"group": "station"})).json()["items"]
    assert [(row["incidents"], row["told_elsewhere"]) for row in figures] == [(2, 1)]


@pytest.mark.parametrize(
    ("minutes", "code"), [(-5, "clock_ahead"), (60 * 24 * 8, "invalid")], ids=["ahead", "too long ago"]
)
async def test_a_time_that_cannot_be_is_refused(site: Site, minutes: float, code: str) -> None:
    operator = await site.sign_in("operator")
    answer = await operator.post("/v1/incidents", json=incident(received_at=ago(minutes)))
    assert (answer.status_code, answer.json()["code"]) == (422, code)

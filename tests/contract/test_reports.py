"""A citizen's report by the HTTP contract: one token writes, the other only reads."""

import math
import uuid
from typing import Any

import httpx
import pytest

from tests.site import HERE, Site, incident, report
from tests.watchlist import portrait

SECRET = "A" * 22


async def told(site: Site, **more: object) -> tuple[httpx.AsyncClient, httpx.AsyncClient, dict[str, Any]]:
    """The reporter, somebody with the shared link, and the receipt."""
    answer = await site.client().post("/v1/reports", json=report(**more))
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    owner = site.client(authorization=f"Bearer {receipt['owner_token']}")
    return owner, site.client(authorization=f"Bearer {receipt['share_token']}"), receipt


async def test_a_receipt_again_is_the_same_receipt(site: Site) -> None:
    body = report(kind="theft", contact="081-000-0000", secret=SECRET)
    first, again = [await site.client().post("/v1/reports", json=body) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert {"id", "reference", "owner_token", "share_token", "covered"} <= set(first.json())
    assert first.json()["covered"] is False, "nobody is on duty"
    other = await site.client().post("/v1/reports", json=body | {"kind": "other"})
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")


@pytest.mark.parametrize("known", [{}, {"secret": "B" * 22}, {"kind": "other"}, {"kind": "other", "secret": "B" * 22}])
async def test_whoever_knows_the_id_learns_nothing_without_the_secret(site: Site, known: dict[str, str]) -> None:
    """A shared link carries the id; content can be guessed, so equal content gets the same answer as any other."""
    body = report(silent=True)
    assert (await site.client().post("/v1/reports", json=body | {"secret": SECRET})).status_code == 201
    answer = await site.client().post("/v1/reports", json=body | known)
    assert (answer.status_code, answer.json()["code"]) == (409, "taken")
    assert "token" not in answer.text
    unsecured = report()
    assert (await site.client().post("/v1/reports", json=unsecured)).status_code == 201
    late = await site.client().post("/v1/reports", json=unsecured | {"secret": SECRET})
    assert (late.status_code, late.json()["code"]) == (409, "taken"), "a secret cannot be added afterwards"


@pytest.mark.parametrize("secret", ["short", "A" * 21, "A" * 129, "A" * 21 + "+", ""])
async def test_a_secret_that_is_none_is_refused(site: Site, secret: str) -> None:
    answer = await site.client().post("/v1/reports", json=report(secret=secret))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_the_reporter_adds_and_the_desk_sees(site: Site) -> None:
    owner, _, receipt = await told(site, kind="violence", contact="081-000-0000")
    path = f"/v1/reports/{receipt['id']}"
    assert (await owner.post(f"{path}/message", json={"text": "มีมีด"})).status_code == 204
    moved = {"lat": HERE[0] + 0.001, "lon": HERE[1], "accuracy": 12}
    assert (await owner.post(f"{path}/position", json=moved)).status_code == 204
    photo = await owner.post(f"{path}/photos", files={"photo": ("p.jpg", portrait(), "image/jpeg")})
    assert photo.status_code == 201
    assert (await owner.post(f"{path}/safe")).status_code == 204
    assert (await owner.post(f"{path}/cancel", json={"reason": "เขาไปแล้ว"})).status_code == 204
    operator = await site.sign_in("operator")
    case = (await operator.get("/v1/incidents?active=true")).json()["items"][0]
    assert case["reference"] == receipt["reference"], "a cancellation tells the operator and stops nothing"
    seen = (await operator.get(f"/v1/incidents/{case['id']}/reports")).json()["items"][0]
    assert (seen["safe"], seen["cancelled"], seen["contact"]) == (True, True, "081-000-0000")
    assert "มีมีด" in [message["text"] for message in seen["messages"]]
    assert seen["photo_ids"] == [photo.json()["id"]]
    assert (await operator.get(f"/v1/photos/{photo.json()['id']}")).headers["content-type"] == "image/jpeg"
    answer = await operator.post(f"/v1/incidents/{case['id']}/message", json={"text": "สายตรวจกำลังไป"})
    assert answer.status_code == 204
    assert "สายตรวจกำลังไป" in (await owner.get(path)).text


@pytest.mark.parametrize("call", ["message", "position", "safe", "cancel", "photos"])
async def test_a_shared_link_only_looks(site: Site, call: str) -> None:
    _, shared, receipt = await told(site)
    path = f"/v1/reports/{receipt['id']}"
    seen = await shared.get(path)
    assert (seen.status_code, seen.json()["as"]) == (200, "share")
    bodies: dict[str, dict[str, object]] = {"message": {"text": "x"}, "position": {"lat": 1, "lon": 1}}
    sent = {"files": {"photo": ("p.jpg", portrait())}} if call == "photos" else {"json": bodies.get(call, {})}
    refused = await shared.post(f"{path}/{call}", **sent)  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


async def test_tracking_says_much_but_not_who_or_where(site: Site) -> None:
    officer = await site.officer(0, phone=False)
    owner, shared, receipt = await told(site, kind="theft", description="กระเป๋า")
    assert receipt["covered"] is True
    operator = await site.sign_in("operator")
    case = (await operator.get("/v1/incidents?active=true")).json()["items"][0]
    order = {"unit_id": str(site.login("officer").unit_id), "mode": "order"}
    work = (await operator.post(f"/v1/incidents/{case['id']}/dispatch", json=order)).json()["assignments"][0]["id"]
    statuses = []
    for step in ("en-route", "arrived"):
        assert (await officer.post(f"/v1/assignments/{work}/{step}", json={})).status_code == 200
        tracked = (await owner.get(f"/v1/reports/{receipt['id']}")).json()
        statuses.append(tracked["status"])
        assert site.login("officer").display_name not in str(tracked)
        assert work not in str(tracked)
    assert statuses == ["on_the_way", "arrived"]
    assert [point["kind"] for point in tracked["timeline"]] == ["received", "assigned", "on_the_way", "arrived"]
    seen = (await shared.get(f"/v1/reports/{receipt['id']}")).json()
    assert (seen["description"], seen["lat"], seen["lon"], seen["messages"]) == (None, None, None, [])
    assert (tracked["lat"], tracked["lon"]) == HERE


async def test_a_shared_link_ends_a_day_after_the_case(site: Site) -> None:
    owner, shared, receipt = await told(site, kind="theft")
    path = f"/v1/reports/{receipt['id']}"
    operator = await site.sign_in("operator")
    case = (await operator.get("/v1/incidents?active=true")).json()["items"][0]
    ended = await operator.post(f"/v1/incidents/{case['id']}/close", json={"disposition": "unfounded"})
    assert ended.status_code == 200, ended.text
    for ago, told_there in (("23 hours 59 minutes", 200), ("24 hours", 404)):
        async with site.as_station() as connection:
            await connection.execute(
                "UPDATE incident SET ended_at = now() - $1::text::interval WHERE id = $2::text::uuid", ago, case["id"]
            )
        assert (await shared.get(path)).status_code == told_there
        assert (await owner.get(path)).status_code == 200


async def test_ten_reporters_cannot_compute_where_the_patrol_is(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each says to be somewhere else; what they are told together is no more than what one is told."""
    monkeypatch.setattr("api.services.citizens.reports.REPORTS_PER_WINDOW", 10)
    officer = await site.officer(0, at=(HERE[0] + 0.012, HERE[1] + 0.004), phone=False)
    operator = await site.sign_in("operator")
    told_each: list[tuple[httpx.AsyncClient, dict[str, Any]]] = []
    for number in range(10):
        at = (HERE[0] + 0.0015 * math.cos(number), HERE[1] + 0.0015 * math.sin(number))
        receipt = (await site.client().post("/v1/reports", json=report(kind="crash", lat=at[0], lon=at[1]))).json()
        told_each.append((site.client(authorization=f"Bearer {receipt['owner_token']}"), receipt))
    case = (await operator.get("/v1/incidents?active=true")).json()["items"][0]
    order = {"unit_id": str(site.login("officer").unit_id), "mode": "order"}
    work = (await operator.post(f"/v1/incidents/{case['id']}/dispatch", json=order)).json()["assignments"][0]["id"]
    assert (await officer.post(f"/v1/assignments/{work}/en-route", json={})).status_code == 200
    etas: set[tuple[int, int | None]] = set()
    for number, (owner, receipt) in enumerate(told_each):
        path = f"/v1/reports/{receipt['id']}"
        for off in (0, 0.01):
            where = {"lat": HERE[0] + off * math.cos(number), "lon": HERE[1] + off * math.sin(number)}
            assert (await owner.post(f"{path}/position", json=where)).status_code == 204
            eta = (await owner.get(path)).json()["eta_minutes"]
            if eta is not None:
                etas.add((eta["low"], eta["high"]))
    assert len(etas) == 1
    assert etas < {(0, 3), (3, 5), (5, 10), (10, 15), (15, None)}


async def test_without_a_token_a_report_does_not_exist(site: Site) -> None:
    _, _, receipt = await told(site)
    stranger = site.client(authorization="Bearer made-up")
    for caller, report_id in ((stranger, receipt["id"]), (stranger, uuid.uuid4())):
        answer = await caller.get(f"/v1/reports/{report_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_an_sos_is_taken_over_the_limit_and_flagged_others_wait(site: Site) -> None:
    client = site.client()
    for _ in range(5):
        assert (await client.post("/v1/reports", json=report(kind="nuisance"))).status_code == 201
    slow = await client.post("/v1/reports", json=report(kind="nuisance"))
    assert (slow.status_code, slow.json()["code"]) == (429, "slow_down")
    assert int(slow.headers["retry-after"]) >= 1
    assert (await client.post("/v1/reports", json=report(kind="sos"))).status_code == 201
    operator = await site.sign_in("operator")
    assert (await operator.post("/v1/incidents", json=incident(dispatch=False))).status_code == 201
    alarms = (await operator.get("/v1/alarms")).json()["items"]
    assert "sos_over_limit" in {alarm["reason"] for alarm in alarms}

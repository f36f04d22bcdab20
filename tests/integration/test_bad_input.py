"""Bad input gets a problem with a stable code, never a stack trace, and nothing is half-done."""

import asyncio
import base64
import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from tests.patience import patient
from tests.site import HERE, Site, alert, incident, now, report

HOUR = timedelta(hours=1)
shared = pytest.mark.asyncio(loop_scope="module")
"""For tests that leave nothing behind: one server for all of them."""


def jpeg(size: tuple[int, int] = (200, 200), **save: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, "JPEG", **save)
    return out.getvalue()


def snapshot(data: bytes) -> str:
    return base64.b64encode(data).decode()


ALERTS = {
    "unknown camera": ({"camera_id": str(uuid.uuid4())}, 422, "unknown_camera"),
    "unknown entry": (
        {
            "kind": "watchlist_face",
            "watchlist_entry_id": str(uuid.uuid4()),
            "confidence": 0.9,
            "model": {"name": "m", "version": "1", "threshold": 0.5},
        },
        422,
        "unknown_entry",
    ),
    "an entry is missing": ({"kind": "watchlist_face"}, 422, "invalid"),
    "a clock an hour ahead": ({"occurred_at": (datetime.now(UTC) + HOUR).isoformat()}, 422, "clock_ahead"),
    "no offset": ({"occurred_at": "2026-11-22T12:00:00"}, 422, "invalid"),
    "not a picture": ({"snapshot": snapshot(b"hello")}, 422, "invalid"),
    "not base64": ({"snapshot": "%%%"}, 422, "invalid"),
    "a picture too large": ({"snapshot": snapshot(b"\xff\xd8" + b"x" * 300_000)}, 413, "too_large"),
    "an unknown kind": ({"kind": "dragon"}, 422, "invalid"),
    "an unknown field": ({"colour": "red"}, 422, "invalid"),
    "a confidence of two": ({"confidence": 2}, 422, "invalid"),
    "NUL in a text": ({"note": "a\u0000b"}, 422, "invalid"),
    "the year one": ({"occurred_at": "0001-01-01T00:00:00+14:00"}, 422, "invalid"),
}


@shared
@pytest.mark.parametrize("name", ALERTS)
async def test_bad_alerts(shared_site: Site, name: str) -> None:
    change, status, code = ALERTS[name]
    answer = await shared_site.worker().post("/v1/alerts", json=alert(shared_site) | change)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    async with shared_site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM alert") == 0
        assert await connection.fetchval("SELECT count(*) FROM incident") == 0


async def test_an_alert_an_hour_late_is_taken_and_dispatches_nothing(site: Site) -> None:
    answer = await site.worker().post(
        "/v1/alerts", json=alert(site, occurred_at=(datetime.now(UTC) - HOUR).isoformat())
    )
    assert (answer.status_code, answer.json()["state"]) == (201, "pending")
    operator = await site.sign_in("operator")
    assert (await operator.get("/v1/incidents?active=true")).json()["items"] == []


async def test_the_same_alert_again_and_the_same_id_with_other_content(site: Site) -> None:
    worker, sent = site.worker(), alert(site)
    first, again = await worker.post("/v1/alerts", json=sent), await worker.post("/v1/alerts", json=sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    other = await worker.post("/v1/alerts", json=sent | {"note": "something else"})
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    together = await asyncio.gather(*(worker.post("/v1/alerts", json=body) for body in [alert(site)] * 8))
    assert sorted(answer.status_code for answer in together) == [200] * 7 + [201]


async def test_snapshots_are_encoded_anew_without_their_exif(site: Site) -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET PLACE"
    data = jpeg(exif=exif)
    assert b"SECRET" in data
    sent = alert(site, snapshot=snapshot(data))
    await site.worker().post("/v1/alerts", json=sent)
    operator = await site.sign_in("operator")
    shown = await operator.get(f"/v1/alerts/{sent['id']}/snapshot")
    assert shown.headers["content-type"] == "image/jpeg"
    assert b"SECRET" not in shown.content
    assert Image.open(io.BytesIO(shown.content)).size == (200, 200)


@shared
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b"[]", 422, "invalid"),
        (b"", 422, "invalid"),
        (b'{"id": 1}', 422, "invalid"),
        (b'{"id": "x", "kind": "sos", "lat": 1e999, "lon": 0}', 400, "malformed"),
    ],
)
async def test_bodies_that_are_no_report(shared_site: Site, body: bytes, status: int, code: str) -> None:
    answer = await shared_site.client().post("/v1/reports", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


@shared
async def test_fields_are_named(shared_site: Site) -> None:
    answer = await shared_site.client().post("/v1/reports", json=report(lat=91, colour="red"))
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} & {"lat", "colour", "data", "body"}


@shared
async def test_an_endless_body_is_cut_off(shared_site: Site) -> None:
    async def endless() -> Any:
        yield b'{"description": "'
        for _ in range(10_000):
            yield b"x" * 1000

    answer = await shared_site.client().post(
        "/v1/reports", content=endless(), headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@shared
async def test_a_slow_client_does_not_hold_up_the_others(shared_site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shared_site.port)
    head = "POST /v1/reports HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"
    writer.write(head.encode())
    await writer.drain()
    assert (await shared_site.client().get("/healthz")).status_code == 200
    answer = await asyncio.wait_for(reader.read(2000), patient(30))
    assert b"400" in answer.split(b"\r\n")[0]
    assert b'"code":"malformed"' in answer
    writer.close()


async def test_bad_fixes_are_named_and_do_not_block_the_rest(site: Site) -> None:
    officer = await site.officer(0, phone=False)
    ahead = (datetime.now(UTC) + HOUR).isoformat()
    fixes = [
        {"at": now(), "lat": 99.0, "lon": 0.0},
        {"at": ahead, "lat": 13.0, "lon": 100.0},
        {"at": now(), "lat": HERE[0], "lon": HERE[1]},
        {"at": (datetime.now(UTC) - timedelta(minutes=5)).isoformat(), "lat": HERE[0] + 0.01, "lon": HERE[1]},
    ]
    body = {"id": str(uuid.uuid4()), "sent_at": now(), "fixes": fixes}
    first, again = [await officer.post("/v1/positions", json=body) for _ in range(2)]
    assert first.json() == again.json()
    assert first.json()["accepted"] == 2
    assert first.json()["rejected"] == [{"index": 0, "code": "out_of_range"}, {"index": 1, "code": "clock_ahead"}]
    other = await officer.post("/v1/positions", json=body | {"fixes": fixes[:1]})
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    operator = await site.sign_in("operator")
    unit = next(u for u in (await operator.get("/v1/units")).json()["items"] if u["fix_age_s"] is not None)
    assert (unit["lat"], unit["lon"]) == pytest.approx(HERE), "an older fix never overwrites a newer one"


async def test_off_duty_nobody_is_tracked(site: Site) -> None:
    officer = await site.sign_in("officer")
    fix = {"at": now(), "lat": HERE[0], "lon": HERE[1]}
    answer = await officer.post("/v1/positions", json={"id": str(uuid.uuid4()), "sent_at": now(), "fixes": [fix]})
    assert answer.json() == {"accepted": 0, "rejected": [{"index": 0, "code": "off_duty"}]}
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM track") == 0


@shared
@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example/push",
        "http://169.254.169.254/latest",
        "https://fcm.googleapis.com.evil.example/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "http://127.0.0.1:1/x",
        "ftp://fcm.googleapis.com/x",
    ],
)
async def test_pushes_go_to_known_services_only(shared_site: Site, endpoint: str) -> None:
    officer = await shared_site.sign_in("officer")
    body = shared_site.receiver.phone("p").subscription() | {"endpoint": endpoint}
    answer = await officer.put("/v1/push/subscription", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_wrong_state_says_which(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    path = f"/v1/incidents/{made['id']}"
    assert (await operator.post(f"{path}/close", json={"disposition": "resolved"})).status_code == 200
    assert (await operator.post(f"{path}/close", json={"disposition": "resolved"})).status_code == 200
    answer = await operator.post(f"{path}/dispatch", json={})
    assert (answer.status_code, answer.json()["state"]) == (409, "closed")


@shared
async def test_unknown_addresses_and_methods(shared_site: Site) -> None:
    client = shared_site.client()
    assert (await client.get("/v1/nothing")).json()["code"] == "not_found"
    assert (await client.get("/v1/alerts/not-a-uuid")).json()["code"] == "not_found"
    assert (await client.put("/healthz")).status_code == 405
    assert (await client.get("/")).status_code == 200
    assert "root:" not in (await client.get("/%2e%2e/%2e%2e/%2e%2e/etc/passwd")).text

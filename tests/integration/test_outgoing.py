"""The queue of what is sent: nobody rings who has unsubscribed, and the previous release's rows go out as worded."""

import json
import uuid
from typing import Any

from aiohttp import web

from tests.site import Site, free_port, until

_OLD_PUSH = """
INSERT INTO push_delivery (id, station_id, account_id, unit_id, subscription_id, kind, content, receipt_token, due_at,
                           expires_at)
SELECT $1, s.station_id, s.account_id, h.unit_id, s.id, 'broadcast', $2::jsonb, 'token-of-an-older-release', now(),
       now() + interval '5 min'
FROM push_subscription s JOIN shift h ON h.account_id = s.account_id AND h.ended_at IS NULL WHERE s.endpoint = $3
"""
_OLD_FALLBACK = """
INSERT INTO fallback_delivery (station_id, channel_id, title, body, created_at, due_at, expires_at)
SELECT station_id, id, 'as worded', 'before', now(), now(), now() + interval '5 min' FROM fallback_channel
"""


async def test_a_push_of_the_previous_release_rings_once_and_its_receipt_counts(site: Site) -> None:
    await site.start_jobs()
    await site.officer(0)
    delivery = uuid.uuid4()
    worded = json.dumps({"title": "งานใหม่", "body": "ข้อความเดิม", "lang": "th"})
    async with site.as_station() as connection:
        await connection.execute(_OLD_PUSH, delivery, worded, site.receiver.phone("officer0").endpoint)
    (rung,) = await until(lambda: site.receiver.of("broadcast"))
    shown = rung.content["notification"]
    assert (shown["title"], shown["body"], shown["lang"]) == ("งานใหม่", "ข้อความเดิม", "th")
    assert (rung.data["delivery_id"], rung.data["receipt_token"]) == (str(delivery), "token-of-an-older-release")
    assert (await site.receipt(rung.data, "shown")).status_code == 204
    async with site.as_station() as connection:
        row = await connection.fetchrow("SELECT state, shown_at FROM push_delivery WHERE id = $1", delivery)
        assert row["shown_at"] is not None
        assert row["state"] is None, "the previous release's sender leaves it alone"
    assert len(site.receiver.of("broadcast")) == 1


async def test_a_fall_back_message_of_the_previous_release_goes_out_as_worded(site: Site) -> None:
    taken: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        taken.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/sms", take)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        admin = await site.sign_in("admin")
        body = {"label": "SMS", "url": f"json://127.0.0.1:{port}/sms"}
        assert (await admin.post("/v1/fallback-channels", json=body)).status_code == 201
        async with site.as_station() as connection:
            await connection.execute(_OLD_FALLBACK)
        await site.start_jobs()
        await until(lambda: taken)
        assert (taken[0]["title"], taken[0]["message"]) == ("as worded", "before")
        (channel,) = await until(lambda: _told(admin))
        assert channel["last_state"] == "sent"
    finally:
        await runner.cleanup()


async def _told(admin: Any) -> list[dict[str, Any]]:
    items = (await admin.get("/v1/fallback-channels")).json()["items"]
    return [channel for channel in items if channel["last_state"] != "due"]


async def test_a_phone_that_unsubscribed_before_its_push_went_out_does_not_ring(site: Site) -> None:
    await site.start_jobs()
    officer = await site.officer(0)
    await site.stop_jobs()
    before = len(site.receiver.received)
    assert (await officer.post("/v1/push/test", json={})).status_code == 202
    assert (await officer.delete("/v1/push/subscription")).status_code == 204
    await site.start_jobs()

    async def settled() -> list[str]:
        async with site.as_station() as connection:
            rows = await connection.fetch("SELECT state, last_error FROM outgoing WHERE state <> 'sent'")
        return [row["state"] for row in rows if row["state"] != "due"]

    assert await until(settled) == ["gone"]
    assert len(site.receiver.received) == before


async def test_each_phone_is_rung_in_its_owners_language(site: Site) -> None:
    await site.start_jobs()
    officer = await site.officer(0)
    assert (await officer.patch("/v1/me", json={"language": "xx"})).status_code == 422
    assert (await officer.patch("/v1/me", json={"language": "en"})).status_code == 200
    assert (await officer.post("/v1/push/test", json={})).status_code == 202
    _, second = await until(lambda: len(site.receiver.of("test")) > 1 and site.receiver.of("test"))
    assert second.content["notification"]["title"] == "Test notification"
    assert second.content["notification"]["lang"] == "en"

"""An alarm that nobody acknowledges escalates: supervisor's phone, commanders' phones, fall-back channels."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from tests.integration.test_ladder import sent
from tests.site import Site, free_port, incident, until


async def impatient(site: Site) -> None:
    async with site.as_station() as connection:
        await connection.execute("UPDATE station_policy SET alarm_seconds = 2")


async def test_it_climbs_from_phone_to_phone_until_somebody_looks(site: Site, gateway: Any) -> None:
    url, taken, _ = gateway
    await impatient(site)
    await site.start_jobs()
    commander, operator = await site.sign_in("commander"), await site.sign_in("operator")
    await site.ring_and_answer(commander, "chief")
    chosen = (await operator.get("/v1/alarms/supervisor")).json()["choices"]
    assert [choice["phones"] for choice in chosen] == [1]
    appointed = await operator.put("/v1/alarms/supervisor", json={"account_id": chosen[0]["id"]})
    assert appointed.json()["supervisor"] == chosen[0]["id"]
    assert (await commander.post("/v1/fallback-channels", json={"label": "SMS", "url": url})).status_code == 201
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    rung = await sent(site, "broadcast", "chief")
    assert (rung.data["incident_id"], rung.data["assignment_id"]) == (made["id"], None)
    assert "ไม่เหลือหน่วยให้เสนอ" in rung.content["notification"]["body"]
    assert rung.content["notification"]["navigate"].endswith(f"/operator?incident={made['id']}")
    assert taken == [], "the supervisor has time to answer before anybody else is called"
    await until(lambda: taken)
    assert taken[0]["title"] == f"Sipha {made['reference']} · ระดับ 1"
    assert "No unit left to offer it to" in taken[0]["message"]
    (alarm,) = (await operator.get("/v1/alarms")).json()["items"]
    assert (alarm["level"], alarm["passed_on_at"] is not None) == ("commander", True)


async def test_an_acknowledged_alarm_goes_nowhere(site: Site) -> None:
    await impatient(site)
    operator = await site.sign_in("operator")
    await operator.post("/v1/incidents", json=incident(kind="violence"))
    (alarm,) = (await operator.get("/v1/alarms")).json()["items"]
    assert (await operator.post(f"/v1/alarms/{alarm['id']}/acknowledge", json={})).status_code == 200
    async with site.as_station() as connection:
        left = await connection.fetchval("SELECT count(*) FROM deadline WHERE kind = 'alarm_chain'")
    assert left == 0


async def test_without_a_supervisor_or_phones_the_channels_are_used_at_once(site: Site, gateway: Any) -> None:
    url, taken, answers = gateway
    answers.extend([500, 500])
    await impatient(site)
    admin, operator = await site.sign_in("admin"), await site.sign_in("operator")
    assert (await admin.post("/v1/fallback-channels", json={"label": "SMS", "url": url})).status_code == 201
    await site.start_jobs()
    await operator.post("/v1/incidents", json=incident(kind="violence", drill=True))
    await until(lambda: taken, 15)
    assert len(taken) == 1, "two refusals were tried again"
    assert taken[0]["title"].startswith("[ฝึกซ้อม] Sipha")
    (channel,) = (await admin.get("/v1/fallback-channels")).json()["items"]
    assert channel["last_state"] == "sent"


async def test_channels_keep_their_address_to_themselves(site: Site, gateway: Any) -> None:
    url, taken, _ = gateway
    admin, operator = await site.sign_in("admin"), await site.sign_in("operator")
    for wrong in ("syslog://", "nonsense", "https://", "dbus://"):
        refused = await admin.post("/v1/fallback-channels", json={"label": "SMS", "url": wrong})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid"), wrong
    assert (await operator.post("/v1/fallback-channels", json={"label": "SMS", "url": url})).status_code == 403
    made = (await admin.post("/v1/fallback-channels", json={"label": "SMS", "url": url})).json()
    assert url not in (await admin.get("/v1/fallback-channels")).text
    async with site.as_station() as connection:
        with pytest.raises(Exception, match="permission denied"):
            await connection.fetch("SELECT url FROM fallback_channel")
    await site.start_jobs()
    assert (await admin.post(f"/v1/fallback-channels/{made['id']}/test", json={})).status_code == 202
    await until(lambda: taken)
    assert (await admin.delete(f"/v1/fallback-channels/{made['id']}")).status_code == 204
    assert (await admin.get("/v1/fallback-channels")).json()["items"] == []
    assert (await admin.post(f"/v1/fallback-channels/{made['id']}/test", json={})).status_code == 404


async def test_only_a_commander_of_the_station_may_be_supervisor(site: Site) -> None:
    operator = await site.sign_in("operator")
    wrong = await operator.put("/v1/alarms/supervisor", json={"account_id": str(site.demo.station_id)})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "account_id")
    assert (await operator.put("/v1/alarms/supervisor", json={"account_id": None})).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "jsons://hooks.example.org/x",  # not listed by the server's operator
        "json://169.254.169.254/latest/meta-data",
        "json://localhost:8015/x",
        "jsons://127.0.0.1/x?method=DELETE",
        "jsons://127.0.0.1/x?verify=no",
        "ntfys://internal.example.org/topic",
        "mailto://user:password@example.org",  # pragma: allowlist secret
        "mqtt://127.0.0.1/topic",
        "xmls://127.0.0.1/x",
    ],
)
async def test_channels_lead_nowhere_that_was_not_named(site: Site, url: str) -> None:
    admin = await site.sign_in("admin")
    refused = await admin.post("/v1/fallback-channels", json={"label": "SMS", "url": url})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid"), refused.text
    assert refused.json()["errors"][0]["field"] == "url"


@pytest.mark.parametrize("allowed", ["ntfy://topic-of-the-station", "tgram://123456789:abcdefg_hijklmnop/12345"])
async def test_services_with_an_address_of_their_own_need_no_naming(site: Site, allowed: str) -> None:
    admin = await site.sign_in("admin")
    assert (await admin.post("/v1/fallback-channels", json={"label": "SMS", "url": allowed})).status_code == 201


async def test_a_redirect_and_a_name_that_leads_inside_are_not_followed(site: Site) -> None:
    """Checked when the connection is made: what the name resolved to when the channel was added does not count."""
    import requests

    from api.jobs.confinement import Confined, confine

    reached: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        reached.append(request.path)
        headers = {"location": f"http://127.0.0.1:{port}/inside"}
        return web.Response(status=307 if request.path == "/sms" else 200, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        confine((f"127.0.0.1:{port}",))
        moved = await asyncio.to_thread(requests.post, f"http://127.0.0.1:{port}/sms", timeout=5)
        assert (moved.status_code, reached) == (307, ["/sms"])
        confine(())
        with pytest.raises((requests.ConnectionError, Confined)):
            await asyncio.to_thread(requests.post, f"http://localhost:{port}/inside", timeout=5)
        assert reached == ["/sms"]
    finally:
        await runner.cleanup()

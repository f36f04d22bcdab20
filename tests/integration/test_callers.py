"""Where the caller is: what a handset says of itself, and the page that a caller opens. Both only suggest a place."""

import asyncio
import uuid
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from api.db.pool import open_database
from api.services.citizens import caller_locations
from tests.integration.test_hand_over import picture
from tests.integration.test_ladder import case
from tests.site import HERE, Site, incident, until

THERE = (13.7801, 100.5822)
AML = {
    "v": "1",
    "emergency_number": "191",
    "location_latitude": str(THERE[0]),
    "location_longitude": str(THERE[1]),
    "location_accuracy": "12",
    "location_source": "gps",
    "device_number": "+66812345678",
}


async def opened(operator: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await operator.post("/v1/incidents", json=incident(**{"dispatch": False} | more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def gateway_of(site: Site) -> httpx.AsyncClient:
    admin = await site.sign_in("admin")
    made = await admin.post("/v1/machine-tokens", json={"role": "locator", "label": "AML"})
    assert made.status_code == 201, made.text
    return site.client(authorization=f"Bearer {made.json()['token']}")


async def located(operator: httpx.AsyncClient, case: dict[str, Any]) -> dict[str, Any]:
    return (await operator.get(f"/v1/incidents/{case['id']}/locate")).json()


async def unmatched(operator: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await operator.get("/v1/caller-locations")).json()["items"]


async def test_a_handset_is_matched_by_its_number_and_moves_nothing(site: Site) -> None:
    operator, aml = await site.sign_in("operator"), await gateway_of(site)
    before = await opened(operator, caller="คุณสมชาย 081-234-5678")
    other = await opened(operator, caller="0899999999", lat=HERE[0] + 0.02)
    assert (await aml.post("/v1/ingest/location", data=AML)).status_code == 201
    (found,) = (await located(operator, before))["items"]
    assert (found["lat"], found["lon"], found["accuracy"], found["source"]) == (*THERE, 12, "handset")
    assert (await located(operator, other))["items"] == []
    assert await unmatched(operator) == []
    now = await case(operator, before["id"])
    assert (now["lat"], now["lon"], now["version"]) == (before["lat"], before["lon"], before["version"])


async def test_the_phone_speaks_before_the_desk_has_typed_its_number(site: Site) -> None:
    operator, aml = await site.sign_in("operator"), await gateway_of(site)
    for metres in ("900", "12"):
        await aml.post("/v1/ingest/location", json=AML | {"location_accuracy": metres})
    (waits,) = await unmatched(operator)
    assert (waits["accuracy"], waits["number"]) == (12, "0812345678"), "the newest word of each phone"
    made = await opened(operator, caller="0812345678")
    assert len((await located(operator, made))["items"]) == 2
    assert await unmatched(operator) == []
    await aml.post("/v1/ingest/location", json=AML | {"device_number": "0877777777"})
    corrected = await operator.patch(f"/v1/incidents/{made['id']}", json={"caller": "0877777777"})
    assert corrected.status_code == 200
    assert len((await located(operator, made))["items"]) == 3


@pytest.mark.parametrize("body", [b"", b"nonsense", b"\xff\xfe", b"{", b'{"location_latitude": "north"}', b"[]"])
async def test_any_content_is_taken(site: Site, body: bytes) -> None:
    aml = await gateway_of(site)
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        answer = await aml.post("/v1/ingest/location", content=body, headers={"content-type": kind})
        assert answer.status_code == 202, answer.text
    assert await unmatched(await site.sign_in("operator")) == []


async def test_only_machines_may_say_it(site: Site) -> None:
    assert (await site.client().post("/v1/ingest/location", data=AML)).status_code == 401
    wrong = site.client(authorization="Bearer nothing")
    assert (await wrong.post("/v1/ingest/location", data=AML)).status_code == 401
    assert (await site.enroller().post("/v1/ingest/location", data=AML)).status_code == 403
    assert (await site.worker().post("/v1/ingest/location", data=AML)).status_code == 201
    assert (await (await site.sign_in("commander")).get("/v1/caller-locations")).status_code == 403


async def test_what_belongs_to_no_case_is_gone_after_ten_minutes(site: Site) -> None:
    operator, aml = await site.sign_in("operator"), await gateway_of(site)
    kept = await opened(operator, caller="0811111111")
    for number in ("0811111111", "0822222222"):
        await aml.post("/v1/ingest/location", data=AML | {"device_number": number})
    async with site.as_station() as connection:
        await connection.execute("UPDATE caller_location SET received_at = received_at - interval '11 minutes'")
    assert await unmatched(operator) == []
    jobs = await open_database(site.cluster.url("sipha_jobs", site.database), "sipha_jobs", size=2)
    await caller_locations.forget_unmatched(jobs, jobs.now())
    await jobs.close()
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM caller_location") == 1
    assert len((await located(operator, kept))["items"]) == 1


class Phone:
    """A caller's phone with the page open."""

    def __init__(self, client: httpx.AsyncClient, report_id: str, token: str) -> None:
        self._client, self._path = client, f"/v1/here/{report_id}"
        self._key, self._token = uuid.uuid4().hex, {"Authorization": f"Bearer {token}"}

    async def position(self, lat: float, lon: float) -> int:
        body = {"lat": lat, "lon": lon, "accuracy": 8, "phone": self._key}
        return (await self._client.post(f"{self._path}/position", json=body, headers=self._token)).status_code

    async def say(self, text: str) -> int:
        answer = await self._client.post(f"{self._path}/message", json={"text": text}, headers=self._token)
        return answer.status_code

    async def photo(self) -> int:
        files = {"photo": ("a.jpg", picture(), "image/jpeg")}
        return (await self._client.post(f"{self._path}/photos", files=files, headers=self._token)).status_code

    async def page(self) -> httpx.Response:
        return await self._client.get(self._path, headers=self._token)


def opens(made: dict[str, Any]) -> tuple[str, str]:
    said = dict(parse_qsl(made["link"].partition("/here#")[2]))
    return said["id"], said["token"]


def phone(site: Site, made: dict[str, Any]) -> Phone:
    report_id, token = opens(made)
    return Phone(site.client(), report_id, token)


async def ask(operator: httpx.AsyncClient, made: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await operator.post(f"/v1/incidents/{made['id']}/locate", json=more)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def test_the_callers_page_sends_position_photos_and_words(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = await opened(operator, caller="0812345678")
    link = await ask(operator, made)
    assert link["link"].startswith(f"{site.settings.public_url}/here#")
    assert link["sent"] is False
    assert (await located(operator, made))["link"]["opened_at"] is None
    caller = phone(site, link)
    page = await caller.page()
    assert (page.status_code, page.json()["reference"]) == (200, made["reference"])
    assert (await located(operator, made))["link"]["opened_at"] is not None
    assert (await caller.position(*THERE), await caller.say("พูดไม่ได้"), await caller.photo()) == (204, 204, 201)
    found = await located(operator, made)
    assert [(each["lat"], each["source"], each["phone_number"]) for each in found["items"]] == [(THERE[0], "link", 1)]
    (said,) = (await operator.get(f"/v1/incidents/{made['id']}/reports")).json()["items"]
    assert ([each["text"] for each in said["messages"]], len(said["photo_ids"])) == (["พูดไม่ได้"], 1)
    assert [each["reason"] for each in (await operator.get("/v1/alarms")).json()["items"]] == ["reporter"]
    await operator.post(f"/v1/incidents/{made['id']}/message", json={"text": "อยู่นิ่ง ๆ"})
    assert [each["text"] for each in (await caller.page()).json()["messages"]] == ["พูดไม่ได้", "อยู่นิ่ง ๆ"]
    now = await case(operator, made["id"])
    assert (now["lat"], now["lon"]) == (made["lat"], made["lon"])
    forwarded = phone(site, link)
    await forwarded.position(HERE[0], HERE[1])
    assert {each["phone_number"] for each in (await located(operator, made))["items"]} == {1, 2}


async def test_a_code_opens_it_once(site: Site) -> None:
    operator, stranger = await site.sign_in("operator"), site.client()
    made = await opened(operator)
    link = await ask(operator, made)
    both = await asyncio.gather(*(site.client().post("/v1/here", json={"code": link["code"]}) for _ in range(2)))
    assert sorted(each.status_code for each in both) == [200, 404]
    entered = next(each.json() for each in both if each.status_code == 200)
    assert await Phone(site.client(), entered["id"], entered["token"]).position(*THERE) == 204
    for code in ("12", "abcd", "12345"):
        assert (await stranger.post("/v1/here", json={"code": code})).status_code == 422
    wrong = [await stranger.post("/v1/here", json={"code": "0000"}) for _ in range(12)]
    assert wrong[-1].status_code == 429, "nobody tries ten thousand"


async def test_it_ends_with_the_case_with_its_time_and_with_a_new_one(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = await opened(operator)
    first = phone(site, await ask(operator, made))
    second_link = await ask(operator, made)
    second = phone(site, second_link)
    assert (await first.position(*THERE), await second.position(*THERE)) == (409, 204)
    await operator.post(f"/v1/incidents/{made['id']}/close", json={"disposition": "resolved"})
    assert (await second.position(*THERE), await second.say("x"), await second.photo()) == (409, 409, 409)
    assert (await second.page()).json()["state"] == "ended"
    assert (await site.client().post("/v1/here", json={"code": second_link["code"]})).status_code in {404, 409}
    closed = await operator.post(f"/v1/incidents/{made['id']}/locate", json={})
    assert closed.status_code == 409
    late = await opened(operator, lat=HERE[0] + 0.02)
    third_link = await ask(operator, late)
    third = phone(site, third_link)
    async with site.as_station() as connection:
        await connection.execute("UPDATE caller_link SET expires_at = now()")
    assert await third.position(*THERE) == 409
    assert (await site.client().post("/v1/here", json={"code": third_link["code"]})).status_code == 404


async def test_a_wrong_token_opens_nothing(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = await opened(operator)
    link = await ask(operator, made)
    report_id, token = opens(link)
    other = phone(site, await ask(operator, await opened(operator, lat=HERE[0] + 0.02)))
    assert (await Phone(site.client(), report_id, "0" * 40).page()).status_code == 404
    assert (await Phone(site.client(), str(uuid.uuid4()), "0" * 40).page()).status_code == 404
    assert (await site.client().get(f"/v1/here/{report_id}")).status_code == 401
    own_token = {"Authorization": f"Bearer {token}"}
    assert (await site.client().get(f"/v1/reports/{report_id}", headers=own_token)).status_code == 404, "only its page"
    assert (await other.page()).status_code == 200


async def test_the_link_goes_out_by_the_stations_own_sender(site: Site, gateway: Any) -> None:
    url, taken, _ = gateway
    await site.start_jobs()
    commander, operator = await site.sign_in("commander"), await site.sign_in("operator")
    body = {"label": "SMS", "url": f"{url}?+to={{to}}"}
    channel = await commander.post("/v1/fallback-channels", json=body)
    assert channel.status_code == 201, channel.text
    (listed,) = (await commander.get("/v1/fallback-channels")).json()["items"]
    assert listed["for_callers"] is True
    made = await opened(operator, caller="0812345678")
    link = await ask(operator, made, to="081-234-5678")
    assert link["sent"] is True
    await until(lambda: taken)
    assert link["link"] in taken[0]["message"]
    assert made["reference"] in taken[0]["message"]
    path = f"/v1/fallback-channels/{channel.json()['id']}/test"
    assert (await commander.post(path)).status_code == 422
    assert (await commander.post(path, json={"to": "0812345678"})).status_code == 202
    await until(lambda: len(taken) == 2)
    async with site.as_station() as connection:
        await connection.execute("UPDATE station_policy SET alarm_seconds = 2")
    await operator.post("/v1/incidents", json=incident(kind="violence", lat=HERE[0] + 0.03))

    async def climbed() -> bool:
        found = (await operator.get("/v1/alarms")).json()["items"]
        return any(each["level"] == "commander" for each in found)

    await until(climbed)
    assert len(taken) == 2, "no alarm goes to a caller's number"


async def test_nothing_goes_to_a_phone_that_may_be_watched(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = await opened(operator, kind="domestic")
    refused = await operator.post(f"/v1/incidents/{made['id']}/locate", json={"to": "0812345678"})
    assert (refused.status_code, refused.json()["state"]) == (409, "not_safe")
    assert (await ask(operator, made, to="0812345678", safe=True))["sent"] is False
    assert (await ask(operator, made))["code"], "read aloud, it rings nobody"
    odd = await operator.post(f"/v1/incidents/{made['id']}/locate", json={"to": "12", "safe": True})
    assert (odd.status_code, odd.json()["errors"][0]["field"]) == (422, "to")

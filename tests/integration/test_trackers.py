"""Traccar Client and OwnTracks, byte for byte as their apps send it."""

import asyncio
import base64
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api import telemetry
from tests.site import HERE, Site, send_position

TRACCAR_9 = """{"location":{"timestamp": "%(iso)s","coords": {"latitude": %(lat)s,"longitude": %(lon)s,"accuracy": 4.7,\
"speed": 6.17,"heading": 63.5,"altitude": 35.7},"is_moving": true,"odometer": 1420.5,"event": "motionchange",\
"battery": {"level": 0.79,"is_charging": false},"activity": {"type": "in_vehicle"},"extras": {},\
"_": "&id=%(token)s&lat=%(lat)s&lon=%(lon)s&timestamp=%(iso)s&"},"device_id":"%(token)s"}"""
OWNTRACKS = {
    "_type": "location", "BSSID": "b4:fb:e4:00:00:00", "SSID": "x", "acc": 13, "alt": 2, "batt": 61, "bs": 1, "cog": 90,
    "conn": "m", "created_at": 0, "inregions": [], "m": 2, "t": "p", "tid": "11", "topic": "owntracks/unit/phone",
    "vac": 3, "vel": 36,
}  # fmt: skip


async def tracker(site: Site, number: int = 0) -> dict[str, Any]:
    commander = await site.sign_in("commander")
    unit_id = site.login("officer", number).unit_id
    made = await commander.post(f"/v1/units/{unit_id}/trackers", json={"label": "mounted phone"})
    assert made.status_code == 201, made.text
    return made.json()


def basic(token: str, user: str = "unit") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()}


def query(token: str, at: datetime, **more: object) -> dict[str, Any]:
    """As Traccar Client up to version 8 builds its URL."""
    return {
        "id": token, "timestamp": int(at.timestamp()), "lat": HERE[0], "lon": HERE[1], "speed": 12.0, "bearing": 63.0,
        "altitude": 12.0, "accuracy": 4.5, "batt": 88.0, **more,
    }  # fmt: skip


def ago(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


async def on_duty(site: Site, *, minutes: int = 60) -> httpx.AsyncClient:
    officer = await site.sign_in("officer")
    assert (await officer.post("/v1/shift", json={"unit_id": str(site.login("officer").unit_id)})).status_code == 200
    async with site.as_station() as connection:
        await connection.execute(
            "UPDATE unit_live SET shift_started_at = shift_started_at - make_interval(mins => $1) "
            "WHERE shift_started_at IS NOT NULL",
            minutes,
        )
    return officer


async def track(site: Site) -> list[dict[str, Any]]:
    async with site.as_station() as connection:
        rows = await connection.fetch(
            """SELECT at, ST_Y(position::geometry) AS lat, accuracy, round(speed::numeric, 2)::float8 AS speed
               FROM track ORDER BY at"""
        )
    return [dict(row) for row in rows]


async def test_traccar_client_in_all_its_shapes(site: Site) -> None:
    await on_duty(site)
    made, phone = await tracker(site), site.client()
    token, address = made["token"], "/v1/ingest/osmand"
    at = datetime.now(UTC).replace(microsecond=0)
    first = await phone.post(address, params=query(token, at - timedelta(seconds=50)))
    assert (first.status_code, first.json()) == (200, {"accepted": 1, "rejected": []})
    await phone.get(address, params=query(token, at - timedelta(seconds=40), speed="-1.0", hdop=6.0, colour="red"))
    form = query(token, at - timedelta(seconds=30))
    form |= {"timestamp": (at - timedelta(seconds=30)).isoformat().replace("+00:00", "Z"), "charge": "true"}
    assert (await phone.post(address, data=form)).json()["accepted"] == 1
    milliseconds = query(token, at, timestamp=int((at - timedelta(seconds=20)).timestamp() * 1000))
    assert (await phone.get(address, params=milliseconds)).json()["accepted"] == 1
    iso = (at - timedelta(seconds=10)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = TRACCAR_9 % {"iso": iso, "lat": HERE[0], "lon": HERE[1], "token": token}
    json_type = {"content-type": "application/json"}
    assert (await phone.post(address, content=body, headers=json_type)).json()["accepted"] == 1
    kept = await track(site)
    assert [row["at"] for row in kept] == [at - timedelta(seconds=ago) for ago in (50, 40, 30, 20, 10)]
    assert [row["speed"] for row in kept] == [6.17, None, 6.17, 6.17, 6.17], "knots in the address, metres in JSON"
    assert {row["lat"] for row in kept} == {HERE[0]}
    again = await phone.post(address, content=body, headers=json_type)
    assert again.status_code == 200
    assert len(await track(site)) == 5, "a retry is harmless"
    for nothing in ({"id": token, "alarm": "sos"}, query(token, at, valid="false")):
        assert (await phone.get(address, params=nothing)).json() == {"accepted": 0, "rejected": []}
    mocked = await phone.post(address, params=query(token, at, mock="true"))
    assert mocked.json()["rejected"] == [{"index": 0, "code": "mocked"}]


async def test_owntracks_locations_and_everything_else(site: Site) -> None:
    await on_duty(site)
    token, phone = (await tracker(site))["token"], site.client()
    address, seconds = "/v1/ingest/owntracks", int(datetime.now(UTC).timestamp())

    async def send(body: object, status: int = 200) -> Any:
        answer = await phone.post(
            address, json=body, headers=basic(token) | {"x-limit-u": "unit", "x-limit-d": "phone"}
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    here = {**OWNTRACKS, "lat": HERE[0], "lon": HERE[1]}
    assert await send({**here, "tst": seconds - 30}) == []
    assert await send([{**here, "tst": seconds - 20}, {**here, "tst": seconds - 10}]) == []
    assert [(row["accuracy"], row["speed"]) for row in await track(site)] == [(13, 10.0)] * 3
    others = ({"_type": "status"}, {"_type": "lwt", "tst": 1}, {**here, "_type": "transition", "tst": seconds}, [])
    for other in others:
        assert await send(other) == []
    assert (await phone.post(address, content=b"", headers=basic(token))).json() == []
    refused = await send({"_type": "encrypted", "data": "5aGVs"}, 422)
    assert (refused["errors"][0]["field"], "encryption key" in refused["errors"][0]["message"]) == ("_type", True)
    assert (await send({"_type": "location", "lat": 1}, 422))["errors"][0]["field"] == "lon"
    assert (await send({"_type": "location", "lat": 1, "lon": 1, "tst": 1e300}, 422))["code"] == "invalid"
    assert (await phone.post(address, content=b"{", headers=basic(token))).json()["code"] == "malformed"
    assert len(await track(site)) == 3


async def test_phone_and_tracker_together_the_newest_wins(site: Site) -> None:
    officer, operator = await on_duty(site), await site.sign_in("operator")
    token = (await tracker(site))["token"]
    await send_position(officer, HERE[0] + 0.0002, HERE[1])
    late = await site.client().get("/v1/ingest/osmand", params=query(token, ago(8)))
    assert late.json()["accepted"] == 1
    unit = await unit_of(site, operator)
    assert (unit["lat"], unit["position_problem"], unit["reachable"]) == (HERE[0] + 0.0002, None, False)
    await send_position(officer, HERE[0] + 0.0003, HERE[1])
    spoofed = await site.client().get("/v1/ingest/osmand", params=query(token, ago(0), lat=15.0))
    assert (spoofed.status_code, spoofed.json()["rejected"][0]["code"]) == (200, "implausible_speed")
    unit = await unit_of(site, operator)
    assert (unit["lat"], unit["position_problem"]) == (HERE[0] + 0.0003, "implausible_speed")


async def unit_of(site: Site, operator: httpx.AsyncClient) -> dict[str, Any]:
    units = (await operator.get("/v1/units")).json()["items"]
    return next(unit for unit in units if unit["id"] == str(site.login("officer").unit_id))


async def test_off_duty_and_before_the_shift_it_is_taken_and_not_kept(site: Site) -> None:
    token, phone = (await tracker(site))["token"], site.client()
    fix = {**OWNTRACKS, "lat": HERE[0], "lon": HERE[1], "tst": int(ago(0).timestamp())}
    assert (await phone.post("/v1/ingest/owntracks", json=fix, headers=basic(token))).json() == []
    off_duty = {"accepted": 0, "rejected": [{"index": 0, "code": "off_duty"}]}
    assert (await phone.get("/v1/ingest/osmand", params=query(token, ago(0)))).json() == off_duty
    officer = await on_duty(site, minutes=10)
    assert (await phone.get("/v1/ingest/osmand", params=query(token, ago(900)))).json() == off_duty
    assert (await phone.get("/v1/ingest/osmand", params=query(token, ago(300)))).json()["accepted"] == 1
    assert (await officer.delete("/v1/shift")).status_code == 204
    assert (await phone.get("/v1/ingest/osmand", params=query(token, ago(0)))).json() == off_duty
    assert len(await track(site)) == 1


async def test_tokens_are_shown_once_listed_without_and_revoked_at_once(site: Site) -> None:
    made, admin = await tracker(site), await site.sign_in("admin")
    unit_id, token = made["unit_id"], made["token"]
    assert made["osmand"] == {
        "server_url": f"{site.settings.public_url}/v1/ingest/osmand",
        "device_identifier": token,
    }
    assert made["owntracks"]["password"] == token
    assert made["owntracks"]["url"] == f"{site.settings.public_url}/v1/ingest/owntracks"
    await site.client().get("/v1/ingest/osmand", params=query(token, ago(0)))
    listed = await admin.get(f"/v1/units/{unit_id}/trackers")
    [row] = listed.json()["items"]
    assert token not in listed.text
    assert (row["id"], row["label"], row["revoked_at"]) == (made["id"], "mounted phone", None)
    assert row["last_used_at"] is not None
    assert (await admin.delete(f"/v1/trackers/{made['id']}")).status_code == 204
    refused = await site.client().get("/v1/ingest/osmand", params=query(token, ago(0)))
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert (await admin.get(f"/v1/units/{unit_id}/trackers")).json()["items"][0]["revoked_at"] is not None
    for role in ("officer", "operator", "auditor"):
        client = await site.sign_in(role)
        assert (await client.post(f"/v1/units/{unit_id}/trackers", json={"label": "x"})).status_code == 403
    assert (await admin.post(f"/v1/units/{uuid.uuid4()}/trackers", json={"label": "x"})).status_code == 404
    async with site.as_station() as connection:
        actions = [row["action"] for row in await connection.fetch("SELECT action FROM audit ORDER BY at")]
        stored = await connection.fetchval("SELECT token_hash FROM machine_token WHERE id = $1", uuid.UUID(made["id"]))
    assert [action for action in actions if action.startswith("tracker.")] == ["tracker.add", "tracker.revoke"]
    assert token.encode() not in stored


@pytest.mark.parametrize("path", ["/v1/positions", "/v1/alerts", "/v1/units"])
async def test_a_trackers_token_opens_nothing_else(site: Site, path: str) -> None:
    client = site.client(authorization=f"Bearer {(await tracker(site))['token']}")
    body = {
        "id": str(uuid.uuid4()),
        "sent_at": ago(0).isoformat(),
        "fixes": [{"at": ago(0).isoformat(), "lat": 1, "lon": 1}],
    }
    answer = await (client.get(path) if path == "/v1/units" else client.post(path, json=body))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_other_tokens_do_not_track(site: Site) -> None:
    phone = site.client()
    for wrong in (site.demo.worker_token, "nonsense", ""):
        assert (await phone.get("/v1/ingest/osmand", params=query(wrong, ago(0)))).status_code == 401
        assert (await phone.post("/v1/ingest/owntracks", json=OWNTRACKS, headers=basic(wrong))).status_code == 401
    for header in ({}, {"authorization": "Basic %%%"}, {"authorization": f"Bearer {site.demo.worker_token}"}):
        assert (await phone.post("/v1/ingest/owntracks", json=OWNTRACKS, headers=header)).status_code == 401
    assert (await phone.get("/v1/ingest/osmand")).json()["code"] == "unauthenticated"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"lat": "north"}, "lat"), ({"lon": "nan"}, "lon"), ({"timestamp": "noon"}, "timestamp"),
     ({"timestamp": "9" * 30}, "timestamp"), ({"accuracy": "inf"}, "accuracy")],
)  # fmt: skip
async def test_values_that_cannot_be_read_are_named(site: Site, change: dict[str, str], field: str) -> None:
    token = (await tracker(site))["token"]
    answer = await site.client().get("/v1/ingest/osmand", params=query(token, ago(0)) | change)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_too_much_and_too_often(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    await on_duty(site)
    token, phone = (await tracker(site))["token"], site.client()
    many = [{**OWNTRACKS, "lat": HERE[0], "lon": HERE[1], "tst": int(ago(900 - i).timestamp())} for i in range(501)]
    few = json.dumps([{key: message[key] for key in ("_type", "lat", "lon", "tst")} for message in many])
    assert (await phone.post("/v1/ingest/owntracks", content=few, headers=basic(token))).json()["code"] == "too_large"
    large = await phone.post("/v1/ingest/owntracks", json=many, headers=basic(token))
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    monkeypatch.setattr("api.services.units.positions.TRACKER_CALLS_PER_MINUTE", 3)
    answers = await asyncio.gather(*(phone.get("/v1/ingest/osmand", params={"id": token}) for _ in range(9)))
    slowed = [answer for answer in answers if answer.status_code == 429]
    assert len(slowed) >= 3, "the minute may turn once"
    assert 1 <= int(slowed[0].headers["retry-after"]) <= 60


async def test_the_token_is_in_no_log_and_no_answer(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    token, phone = (await tracker(site))["token"], site.client()
    json_type = {"content-type": "application/json"}
    telemetry.configure("debug")
    answers = [
        await phone.get("/v1/ingest/osmand", params=query(token, ago(0))),
        await phone.get("/v1/ingest/osmand", params=query(token, ago(0), lat="x")),
        await phone.post("/v1/ingest/osmand", content=b"{" + token.encode(), headers=json_type),
        await phone.post("/v1/ingest/owntracks", content=b"{", headers=basic(token)),
        await phone.put("/v1/ingest/osmand", params={"id": token}),
    ]
    logged = capsys.readouterr().err
    with capsys.disabled():
        telemetry.configure(site.settings.log_level)
    assert logged.count('"path": "/v1/ingest/osmand"') >= 4
    assert token not in logged
    assert not [answer.text for answer in answers if token in answer.text]
    assert token not in (await site.client().get("/metrics")).text

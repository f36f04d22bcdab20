"""A station's units, cameras and machine tokens, run by its administration over HTTP."""

import asyncio
import uuid
from typing import Any

import httpx
import pytest

from tests.patrols import NEARBY, driving, live, officers
from tests.site import HERE, Site, alert, incident


def unit(**changed: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "callsign": f"สายตรวจ {uuid.uuid4().hex[:4]}", "kind": "car"} | changed


def camera(**changed: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "name": "ปากซอย 23", "lat": HERE[0], "lon": HERE[1]} | changed


async def audited(site: Site, like: str) -> list[str]:
    async with site.as_station() as connection:
        rows = await connection.fetch("SELECT action FROM audit WHERE action LIKE $1 ORDER BY id", like)
    return [row["action"] for row in rows]


async def test_a_unit_is_added_changed_and_goes_on_duty(site: Site) -> None:
    admin, commander, officer = [await site.sign_in(role) for role in ("admin", "commander", "officer")]
    body = unit(plate="1กก 1234", capabilities=["english", "diver"])
    for _ in range(2):
        added = await admin.post("/v1/units", json=body)
        assert added.status_code == 201, added.text
    assert (added.json()["capabilities"], added.json()["version"]) == (["diver", "english"], 1)
    other = await admin.post("/v1/units", json=body | {"kind": "foot"})
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    taken = await admin.post("/v1/units", json=body | {"id": str(uuid.uuid4())})
    assert (taken.status_code, taken.json()["code"]) == (409, "taken")
    path = f"/v1/units/{body['id']}"
    changed = (await commander.patch(path, json={"version": 1, "kind": "motorcycle", "plate": None})).json()
    assert (changed["kind"], changed["plate"], changed["callsign"]) == ("motorcycle", None, body["callsign"])
    late = await admin.patch(path, json={"version": 1, "beat": "เหนือ"})
    assert (late.status_code, late.json()["code"], late.json()["present"]["kind"]) == (409, "changed", "motorcycle")
    assert (await officer.post("/v1/shift", json={"unit_id": body["id"]})).status_code == 200
    assert await audited(site, "unit.%") == ["unit.add", "unit.change"]


async def test_an_administrator_sees_units_without_where_they_are(site: Site) -> None:
    admin, operator = await site.sign_in("admin"), await site.sign_in("operator")
    for path in ("/v1/units", "/v1/units?all=true"):
        items = (await admin.get(path)).json()["items"]
        assert items
        assert "lat" not in items[0]
        assert items[0]["version"] == 1
    assert "lat" in (await operator.get("/v1/units")).json()["items"][0]
    assert (await operator.get("/v1/units?all=true")).status_code == 403


async def test_a_retired_unit_goes_on_duty_no_more_and_its_history_stays(site: Site) -> None:
    admin, operator = await site.sign_in("admin"), await site.sign_in("operator")
    near, here = await officers(site, NEARBY, HERE)
    unit_id = str(site.login("officer", 0).unit_id)
    tracker = (await admin.post(f"/v1/units/{unit_id}/trackers", json={"label": "old phone"})).json()
    made = (await operator.post("/v1/incidents", json=incident())).json()
    (offered,) = made["assignments"]
    retired = offered["unit_id"]
    usual = {"id": str(uuid.uuid4()), "role": "officer", "username": "usual", "display_name": "x"}
    assert (await admin.post("/v1/accounts", json=usual | {"default_unit_id": retired})).status_code == 201
    assert (await admin.delete(f"/v1/units/{retired}")).status_code == 204
    again = (await operator.get(f"/v1/incidents/{made['id']}")).json()
    assert [a["state"] for a in again["assignments"]] == ["withdrawn", "offered"], "the next unit is asked"
    assert again["assignments"][0]["callsign"] == offered["callsign"]
    assert retired not in {each["id"] for each in (await operator.get("/v1/units")).json()["items"]}
    gone = next(each for each in (await admin.get("/v1/units")).json()["items"] if each["id"] == retired)
    assert gone["retired_at"] is not None
    (known,) = [each for each in (await admin.get("/v1/accounts")).json()["items"] if each["username"] == "usual"]
    assert known["default_unit_id"] is None
    assert (await admin.delete(f"/v1/units/{retired}")).status_code == 404
    assert (await admin.patch(f"/v1/units/{retired}", json={"version": 2, "plate": "x"})).status_code == 404
    free = near if retired == unit_id else here
    assert (await free.post("/v1/shift", json={"unit_id": retired})).status_code == 404, "and its shift has ended"
    if retired == unit_id:
        params = {"id": tracker["token"], "lat": HERE[0], "lon": HERE[1]}
        assert (await site.client().get("/v1/ingest/osmand", params=params)).status_code == 401


async def test_a_unit_that_holds_a_case_is_not_retired(site: Site) -> None:
    admin, operator = await site.sign_in("admin"), await site.sign_in("operator")
    officer = await site.officer(0, NEARBY, phone=False)
    await live(site, officer)
    await driving(officer, operator)
    refused = await admin.delete(f"/v1/units/{site.login('officer').unit_id}")
    assert (refused.status_code, refused.json()["state"]) == (409, "holds_assignment")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "helicopter"},
        {"callsign": ""},
        {"callsign": " 11"},
        {"callsign": "x" * 500},
        {"callsign": "11\u202e"},
        {"capabilities": ["Deep Diving"]},
        {"capabilities": ["diver"] * 21},
    ],
)
async def test_what_cannot_be_a_unit(site: Site, wrong: dict[str, Any]) -> None:
    admin = await site.sign_in("admin")
    assert (await admin.post("/v1/units", json=unit(**wrong))).status_code == 422


async def test_a_camera_is_added_moved_and_retired(site: Site) -> None:
    admin, operator = await site.sign_in("admin"), await site.sign_in("operator")
    body = camera(direction=270)
    for _ in range(2):
        assert (await admin.post("/v1/cameras", json=body)).status_code == 201
    async with site.as_station() as connection:
        await connection.execute("UPDATE machine_token SET camera_ids = NULL")
    worker, sos = site.worker(), alert(site) | {"camera_id": body["id"], "kind": "intrusion"}
    assert (await worker.post("/v1/alerts", json=sos)).status_code == 201
    path = f"/v1/cameras/{body['id']}"
    moved = await admin.patch(path, json={"version": 1, "lat": 13.78, "name": "ปากซอย 25"})
    assert (moved.json()["lat"], moved.json()["direction"], moved.json()["version"]) == (13.78, 270, 2)
    late = await admin.patch(path, json={"version": 1, "direction": None})
    assert (late.status_code, late.json()["present"]["name"]) == (409, "ปากซอย 25")
    assert (await admin.delete(path)).status_code == 204
    assert body["id"] not in {each["id"] for each in (await operator.get("/v1/cameras")).json()["items"]}
    refused = await worker.post("/v1/alerts", json=sos | {"id": str(uuid.uuid4())})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_camera")
    assert (await worker.post("/v1/alerts", json=sos)).status_code == 200, "what it sent before is still known"
    alerts = (await operator.get("/v1/alerts")).json()["items"]
    assert sos["id"] in {each["id"] for each in alerts}
    assert await audited(site, "camera.%") == ["camera.add", "camera.change", "camera.retire"]


@pytest.mark.parametrize("wrong", [{"lat": 91}, {"direction": 360}, {"direction": -1}, {"name": "\u0000"}])
async def test_what_cannot_be_a_camera(site: Site, wrong: dict[str, Any]) -> None:
    admin = await site.sign_in("admin")
    assert (await admin.post("/v1/cameras", json=camera(**wrong))).status_code == 422


async def made_token(admin: httpx.AsyncClient, **limits: Any) -> dict[str, Any]:
    answer = await admin.post("/v1/machine-tokens", json={"role": "worker", "label": "ตู้ที่ 2"} | limits)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_worker_gets_a_token_is_limited_replaced_and_revoked(site: Site) -> None:
    admin = await site.sign_in("admin")
    made = await made_token(admin)
    path = f"/v1/machine-tokens/{made['id']}"
    first, second = (str(each.id) for each in site.demo.cameras[:2])

    async def posts(token: str, camera_id: str, kind: str = "intrusion") -> int:
        body = alert(site) | {"id": str(uuid.uuid4()), "camera_id": camera_id, "kind": kind}
        client = site.client(authorization=f"Bearer {token}")
        return (await client.post("/v1/alerts", json=body)).status_code

    assert await posts(made["token"], first) == 201
    limited = await admin.patch(path, json={"camera_ids": [second], "alert_kinds": ["intrusion"]})
    assert (limited.json()["camera_ids"], limited.json()["label"]) == ([second], "ตู้ที่ 2")
    assert limited.json()["last_used_at"] is not None
    assert (await admin.patch(path, json={"camera_ids": [str(uuid.uuid4())]})).status_code == 422
    assert (await admin.patch(path, json={"label": "ตู้ที่ 3"})).json()["camera_ids"] == [second]
    assert (await admin.patch(path, json={"label": "ตู้ที่ 2"})).status_code == 200
    assert await posts(made["token"], first) == 422
    assert await posts(made["token"], second) == 201
    assert await posts(made["token"], second, "crowd") in {403, 422}
    renewed = (await admin.post(f"{path}/rotate", json={})).json()
    assert renewed["id"] == made["id"]
    assert await posts(made["token"], second) == 401
    assert await posts(renewed["token"], second) == 201
    assert (await admin.delete(path)).status_code == 204
    assert await posts(renewed["token"], second) == 401
    assert (await admin.post(f"{path}/rotate", json={})).status_code == 404
    row = next(each for each in (await admin.get("/v1/machine-tokens")).json()["items"] if each["id"] == made["id"])
    assert row["revoked_at"] is not None
    assert (await admin.get("/v1/machine-tokens")).text.count("token_hash") == 0
    assert await audited(site, "token.%") == [
        "token.add", "token.change", "token.change", "token.change", "token.rotate", "token.revoke",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "tracker"},
        {"role": "admin"},
        {"role": "enroller", "alert_kinds": ["sos"]},
        {"camera_ids": [str(uuid.uuid4())]},
        {"camera_ids": []},
        {"alert_kinds": ["rain"]},
    ],
)
async def test_what_cannot_be_a_token(site: Site, wrong: dict[str, Any]) -> None:
    admin = await site.sign_in("admin")
    answer = await admin.post("/v1/machine-tokens", json={"role": "worker", "label": "x"} | wrong)
    assert answer.status_code == 422, answer.text


async def test_a_trackers_token_is_run_with_its_unit(site: Site) -> None:
    admin = await site.sign_in("admin")
    tracker = (await admin.post(f"/v1/units/{site.login('officer').unit_id}/trackers", json={"label": "x"})).json()
    rows = (await admin.get("/v1/machine-tokens")).json()["items"]
    assert next(row for row in rows if row["id"] == tracker["id"])["callsign"] is not None
    assert (await admin.delete(f"/v1/machine-tokens/{tracker['id']}")).status_code == 404


async def test_two_people_change_one_unit_at_once(site: Site) -> None:
    admin, commander = await site.sign_in("admin"), await site.sign_in("commander")
    unit_id = site.login("officer").unit_id
    answers = await asyncio.gather(
        *(
            who.patch(f"/v1/units/{unit_id}", json={"version": 1, "plate": f"{n}"})
            for n, who in enumerate((admin, commander))
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]

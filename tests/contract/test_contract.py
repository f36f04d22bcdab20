"""The HTTP contract, tested from outside: who calls, incidents on the desk, looking back, running it."""

import base64
import uuid

from tests.site import HERE, Site, alert, incident, report

FAR = (13.7869, 100.5801)


async def test_a_session_names_its_person_and_ends(site: Site) -> None:
    client, login = site.client(), site.login("commander")
    opened = await client.post("/v1/session", json={"username": login.username, "password": login.password})
    assert opened.status_code == 200
    assert set(opened.json()) == {"user", "csrf_token"}
    user = opened.json()["user"]
    assert {"id", "role", "station_id", "display_name", "language"} <= set(user)
    assert (user["role"], user["station_id"]) == ("commander", str(site.demo.station_id))
    me = (await client.get("/v1/me")).json()
    assert (me["user"], me["csrf_token"]) == (user, opened.json()["csrf_token"])
    ended = await client.delete("/v1/session", headers={"x-csrf-token": me["csrf_token"]})
    assert (ended.status_code, ended.content) == (204, b"")
    refused = await client.get("/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    # pragma: allowlist nextline secret
    wrong = await client.post("/v1/session", json={"username": "nobody", "password": "nothing"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "unauthenticated")


async def test_incidents_are_merged_and_split(site: Site) -> None:
    operator, worker = await site.sign_in("operator"), site.worker()
    apart = [str(camera.id) for camera in (site.demo.cameras[0], site.demo.cameras[-1])]
    sent = [await worker.post("/v1/alerts", json=alert(site, camera_id=camera)) for camera in apart]
    first, second = [answer.json()["incident_id"] for answer in sent]
    joined = await operator.post(f"/v1/incidents/{second}/merge", json={"into": first})
    case = joined.json()
    assert (case["id"], len(case["sightings"])) == (first, 2)
    moved = case["sightings"][1]["id"]
    split = await operator.post(f"/v1/incidents/{first}/split", json={"sighting_ids": [moved]})
    assert split.status_code == 201
    other = split.json()
    assert other["state"] == "open"
    assert [sighting["id"] for sighting in other["sightings"]] == [moved]
    assert other["reference"] != case["reference"]
    merged = await operator.post(f"/v1/incidents/{other['id']}/merge", json={"into": first})
    assert (merged.status_code, merged.json()["id"]) == (200, first)
    assert {sighting["id"] for sighting in case["sightings"]} <= {one["id"] for one in merged.json()["sightings"]}
    gone = (await operator.get(f"/v1/incidents/{other['id']}")).json()
    assert (gone["state"], gone["merged_into"]) == ("merged", first)
    active = (await operator.get("/v1/incidents?active=true")).json()
    assert [each["id"] for each in active["items"]] == [first]
    ended = (await operator.get("/v1/incidents?state=merged")).json()["items"]
    assert {each["id"] for each in ended} == {second, gone["id"]}
    unknown = await operator.post(f"/v1/incidents/{first}/merge", json={"into": str(uuid.uuid4())})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


async def test_an_officer_who_asks_for_backup_gets_a_second_unit_offered(site: Site) -> None:
    await site.start_jobs()
    near, far = await site.officer(0), await site.officer(1, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    work = f"/v1/assignments/{made['assignments'][0]['id']}"
    assert (await near.post(f"{work}/accept", json={})).status_code == 200
    assert (await near.post(f"{work}/backup", json={"note": "two men"})).status_code == 202
    offer = (await far.get("/v1/assignments/current")).json()["offer"]
    assert offer["incident"]["id"] == made["id"]
    accepted = await far.post(f"/v1/assignments/{offer['assignment']['id']}/accept", json={})
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    case = (await operator.get(f"/v1/incidents/{made['id']}")).json()
    assert sorted(each["state"] for each in case["assignments"]) == ["accepted", "accepted"]
    assert case["note"] == "two men"


async def test_figures_and_heatmap(site: Site) -> None:
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    for _ in range(2):
        made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
        ended = await operator.post(f"/v1/incidents/{made['id']}/close", json={"disposition": "resolved"})
        assert ended.json()["state"] == "closed"
    for group in ("unit", "station", "hour", "priority", "beat"):
        answer = await commander.get(f"/v1/stats/response?group={group}")
        assert answer.status_code == 200
        for row in answer.json()["items"]:
            assert set(row) == {
                "group", "incidents", "arrived", "without_arrival", "cancelled", "cancelled_late", "doubtful",
                "unchecked",
                "told_elsewhere",
                "on_time_share", "stages", "eta_error",
            }  # fmt: skip
    station = (await commander.get("/v1/stats/response?group=station")).json()["items"][0]
    assert (station["incidents"], station["without_arrival"], station["on_time_share"]) == (2, 2, 0.0)
    assert station["stages"]["response"] is None, "missing stays missing"
    for metric in ("incidents", "late_share", "response_p90"):
        heat = await commander.get(f"/v1/heatmap?metric={metric}&resolution=9")
        assert heat.headers["content-type"].startswith("application/geo+json")
        assert heat.json()["type"] == "FeatureCollection"
    cells = (await commander.get("/v1/heatmap?metric=incidents&resolution=9")).json()["features"]
    assert [(cell["properties"]["value"], cell["properties"]["count"]) for cell in cells] == [(2, 2)]
    ring = cells[0]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert abs(ring[0][0] - HERE[1]) < 0.01, "longitude first, as GeoJSON has it"
    reversed_period = "/v1/heatmap?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z"
    assert (await commander.get(reversed_period)).json()["code"] == "invalid"


async def test_push_key_units_and_health(site: Site) -> None:
    officer = await site.officer(0, phone=False)
    key = (await officer.get("/v1/push/key")).json()["key"]
    point = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    assert (len(point), point[0]) == (65, 4), "an uncompressed P-256 point"
    operator, anonymous = await site.sign_in("operator"), site.client()
    units = (await operator.get("/v1/units")).json()["items"]
    mine = next(unit for unit in units if unit["id"] == str(site.login("officer").unit_id))
    assert {"callsign", "kind", "status", "lat", "lon", "fix_age_s", "reachable", "held", "officers"} <= set(mine)
    assert (mine["status"], mine["reachable"]) == ("available", False)
    assert (await officer.delete("/v1/shift")).status_code in {200, 204}
    assert (await anonymous.get("/healthz")).status_code == 200
    assert (await anonymous.get("/readyz")).status_code == 200
    assert "sipha" in (await anonymous.get("/metrics")).text
    document = (await anonymous.get("/schema/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert "/v1/alerts" in document["paths"]
    assert (await anonymous.post("/v1/reports", json=report())).status_code == 201

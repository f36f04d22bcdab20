"""From alert to arrival, over HTTP, with phones that decrypt their pushes."""

from typing import Any

import httpx

from tests.patience import patient
from tests.patrols import FAR
from tests.site import HERE, Site, alert, incident, send_position, until


async def sent(site: Site, kind: str, phone: str) -> Any:
    return await until(lambda: next((p for p in site.receiver.of(kind) if p.phone == phone), None))


async def case(operator: httpx.AsyncClient, incident_id: str) -> dict[str, Any]:
    return (await operator.get(f"/v1/incidents/{incident_id}")).json()


async def test_an_sos_rings_the_nearest_phone_and_ends_in_figures(site: Site) -> None:
    await site.start_jobs()
    near, far = await site.officer(0), await site.officer(1, FAR)
    answer = await site.worker().post("/v1/alerts", json=alert(site))
    assert answer.status_code == 201
    assert answer.json()["state"] == "dispatched"
    offer = await sent(site, "offer", "officer0")
    assert (offer.ttl, offer.urgency) == (30, "high")
    assert offer.topic == offer.data["assignment_id"].replace("-", "")
    assert offer.content["web_push"] == 8030
    assert offer.vapid["sub"].startswith("mailto:")
    for stage in ("delivered", "shown", "opened"):
        assert (await site.receipt(offer.data, stage)).status_code == 204
    work = f"/v1/assignments/{offer.data['assignment_id']}"
    assert (await far.post(f"{work}/accept", json={})).status_code == 404
    assert [i["id"] for i in (await near.get("/v1/incidents?active=true")).json()["items"]] == [
        answer.json()["incident_id"]
    ]
    assert (await far.get("/v1/incidents?active=true")).json()["items"] == []
    for step, state in (("accept", "accepted"), ("en-route", "en_route"), ("arrived", "arrived")):
        done = await near.post(f"{work}/{step}", json={})
        assert (done.status_code, done.json()["state"]) == (200, state)
        assert (await near.post(f"{work}/{step}", json={})).json()["state"] == state
    cleared = await near.post(f"{work}/clear", json={"disposition": "resolved"})
    assert cleared.json()["state"] == "cleared"
    operator = await site.sign_in("operator")
    seen = await case(operator, answer.json()["incident_id"])
    assert (seen["state"], seen["forecast"]) == ("closed", "met")
    kinds = [point["kind"] for point in seen["timeline"]]
    wanted = [
        "received",
        "offered",
        "sent",
        "delivered",
        "shown",
        "opened",
        "accepted",
        "en_route",
        "arrived",
        "cleared",
    ]
    assert set(wanted) <= set(kinds)
    row = (await operator.get("/v1/stats/response?group=unit")).json()["items"][0]
    assert (row["incidents"], row["arrived"], row["on_time_share"]) == (1, 1, 1.0)
    assert row["stages"]["response"]["p50"] >= 0


async def test_declining_offers_to_the_next_at_once(site: Site) -> None:
    await site.start_jobs()
    near, _ = await site.officer(0), await site.officer(1, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    first = made["assignments"][0]
    answer = await near.post(f"/v1/assignments/{first['id']}/decline", json={"reason": "busy"})
    assert answer.json()["state"] == "declined"
    seen = await case(operator, made["id"])
    assert [a["state"] for a in seen["assignments"]] == ["declined", "offered"]
    assert seen["assignments"][1]["unit_id"] == str(site.login("officer", 1).unit_id)
    listed = (await operator.get(f"/v1/incidents/{made['id']}/candidates")).json()["items"]
    assert next(c for c in listed if c["unit_id"] == first["unit_id"])["excluded_because"] == "declined"


async def test_a_phone_that_never_has_it_does_not_hold_up_the_next(site: Site) -> None:
    await quick(site, delivery=2, answer=30)
    await site.start_jobs()
    await site.officer(0)
    far = await site.officer(1, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    await sent(site, "offer", "officer1")
    seen = await case(operator, made["id"])
    assert [a["state"] for a in seen["assignments"]] == ["offered", "offered"]
    won = await far.post(f"/v1/assignments/{seen['assignments'][1]['id']}/accept", json={})
    assert won.status_code == 200
    seen = await case(operator, made["id"])
    assert [a["state"] for a in seen["assignments"]] == ["withdrawn", "accepted"]
    assert (await sent(site, "withdrawn", "officer0")).data["assignment_id"] == seen["assignments"][0]["id"]


async def test_silence_climbs_the_ladder_and_alarms_the_operator(site: Site) -> None:
    await quick(site, delivery=2, answer=5)
    await site.start_jobs()
    await site.officer(0)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(kind="violence"))).json()
    offer = await sent(site, "offer", "officer0")
    await site.receipt(offer.data, "delivered")
    await sent(site, "reminder", "officer0")

    async def expired() -> bool:
        return (await case(operator, made["id"]))["assignments"][0]["state"] == "expired"

    await until(expired)
    reasons = {a["reason"] for a in (await operator.get("/v1/alarms")).json()["items"]}
    assert {"first_silence", "nobody_left"} <= reasons
    seen = await case(operator, made["id"])
    assert (seen["state"], seen["forecast"]) == ("open", "unassigned")


async def test_the_radio_room_orders_and_records_on_the_units_behalf(site: Site) -> None:
    await site.start_jobs()
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    assert made["state"] == "open"
    assert [alarm["reason"] for alarm in made["alarms"]] == ["nobody_left"]
    unit_id = str(site.demo.units[4].id)
    ordered = await operator.post(f"/v1/incidents/{made['id']}/dispatch", json={"unit_id": unit_id, "mode": "order"})
    assert ordered.json()["state"] == "assigned"
    work = f"/v1/assignments/{ordered.json()['assignments'][0]['id']}"
    assert (await operator.post(f"{work}/arrived", json={})).json()["state"] == "arrived"
    seen = await case(operator, made["id"])
    arrived = next(point for point in seen["timeline"] if point["kind"] == "arrived")
    assert arrived["source"] == "operator"
    assert seen["forecast"] == "met"
    other = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    refused = await operator.post(f"/v1/incidents/{other['id']}/dispatch", json={"unit_id": unit_id, "mode": "order"})
    assert (refused.status_code, refused.json()["code"]) == (409, "taken")


async def test_dead_subscriptions_are_forgotten_and_a_busy_service_is_tried_again(site: Site) -> None:
    await site.start_jobs()
    officer = await site.officer(0)
    await officer.put("/v1/push/subscription", json=site.receiver.phone("dead").subscription())
    site.receiver.answers = {"dead": 410, "officer0": 503}
    operator = await site.sign_in("operator")
    await operator.post("/v1/incidents", json=incident())
    await until(lambda: site.receiver.refused >= 3)
    del site.receiver.answers["officer0"]
    await sent(site, "offer", "officer0")
    async with site.as_station() as connection:
        endpoints = [row["endpoint"] for row in await connection.fetch("SELECT endpoint FROM push_subscription")]
    assert endpoints == [site.receiver.phone("officer0").endpoint]


async def test_a_cancelled_incident_is_taken_back_from_the_phone(site: Site) -> None:
    await site.start_jobs()
    officer = await site.officer(0)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    await officer.post(f"/v1/assignments/{made['assignments'][0]['id']}/accept", json={})
    ended = await operator.post(f"/v1/incidents/{made['id']}/cancel", json={"reason": "caller was mistaken"})
    assert ended.json()["state"] == "cancelled"
    await sent(site, "withdrawn", "officer0")
    assert (await officer.get("/v1/assignments/current")).json() == {"held": None, "offer": None}
    again = await officer.post(f"/v1/assignments/{made['assignments'][0]['id']}/arrived", json={})
    assert (again.status_code, again.json()["state"]) == (409, "withdrawn")


async def test_a_unit_that_comes_free_is_offered_what_is_waiting(site: Site) -> None:
    await site.start_jobs()
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    assert made["assignments"] == []
    officer = await site.officer(0)
    await send_position(officer, *HERE)

    async def offered() -> bool:
        return bool((await case(operator, made["id"]))["assignments"])

    await until(offered, 20)


async def quick(site: Site, *, delivery: int, answer: int) -> None:
    async with site.as_station() as connection:
        await connection.execute(
            "UPDATE station_policy SET delivery_seconds = $1, offer_seconds = $2",
            round(patient(delivery)),
            round(patient(answer)),
        )

"""One event, one incident; and a mistaken merge or split can be undone."""

from typing import Any

import httpx

from tests.integration.test_ladder import case
from tests.patrols import FAR, NEARBY, officers
from tests.site import Site, alert, incident, report


async def active(operator: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await operator.get("/v1/incidents?active=true")).json()["items"]


async def test_callers_about_one_event_share_an_incident_and_its_reference(site: Site) -> None:
    await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    first = (await site.client().post("/v1/reports", json=report())).json()
    second = (await site.client().post("/v1/reports", json=report(lat=NEARBY[0], lon=NEARBY[1]))).json()
    assert second["reference"] == first["reference"]
    (one,) = await active(operator)
    assert (len(one["sightings"]), len(one["assignments"])) == (2, 1)
    pressed = (await site.worker().post("/v1/alerts", json=alert(site))).json()
    assert pressed["incident_id"] == one["id"]
    for who in (first, second):
        headers = {"authorization": f"Bearer {who['owner_token']}"}
        assert (await site.client().get(f"/v1/reports/{who['id']}", headers=headers)).status_code == 200


async def test_a_later_sender_is_told_of_nothing_before_their_report(site: Site) -> None:
    (near,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    await site.client().post("/v1/reports", json=report())
    (one,) = await active(operator)
    work = f"/v1/assignments/{one['assignments'][0]['id']}"
    assert (await near.post(f"{work}/accept", json={})).status_code == 200
    second = (await site.client().post("/v1/reports", json=report(lat=NEARBY[0], lon=NEARBY[1]))).json()
    headers = {"authorization": f"Bearer {second['owner_token']}"}
    page = (await site.client().get(f"/v1/reports/{second['id']}", headers=headers)).json()
    assert [step["kind"] for step in page["timeline"]] == ["received", "assigned"], "it has joined"
    assert {step["at"] for step in page["timeline"]} == {page["received_at"]}
    assert page["due_at"] > one["due_at"]


async def test_another_place_or_another_matter_is_another_incident(site: Site) -> None:
    operator = await site.sign_in("operator")
    for body in (report(), report(lat=FAR[0], lon=FAR[1]), report(kind="traffic")):
        assert (await site.client().post("/v1/reports", json=body)).status_code == 201
    assert len(await active(operator)) == 3


async def test_what_the_radio_room_opens_joins_nothing_by_itself(site: Site) -> None:
    operator = await site.sign_in("operator")
    for _ in range(2):
        assert (await operator.post("/v1/incidents", json=incident(dispatch=False))).status_code == 201
    assert len(await active(operator)) == 2


async def test_a_merge_can_be_undone(site: Site) -> None:
    await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    await site.client().post("/v1/reports", json=report(kind="traffic", lat=FAR[0], lon=FAR[1]))
    (traffic,) = await active(operator)
    target = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    merged = (await operator.post(f"/v1/incidents/{traffic['id']}/merge", json={"into": target["id"]})).json()
    assert {s["source"] for s in merged["sightings"]} == {"operator", "report"}
    assert (await case(operator, traffic["id"]))["state"] == "merged"
    again = (await operator.post(f"/v1/incidents/{target['id']}/undo", json={})).json()
    assert (again["id"], again["state"], again["ended_at"], again["merged_into"]) == (traffic["id"], "open", None, None)
    assert again["received_at"] == traffic["received_at"]
    assert [s["source"] for s in again["sightings"]] == ["report"]
    assert [s["source"] for s in (await case(operator, target["id"]))["sightings"]] == ["operator"]
    assert [change["undone_at"] is not None for change in again["changes"]] == [True]
    nothing = await operator.post(f"/v1/incidents/{target['id']}/undo", json={})
    assert (nothing.status_code, nothing.json()["state"]) == (409, "nothing_to_undo")


async def test_a_merged_incident_that_was_dispatched_is_sought_for_again(site: Site) -> None:
    (near,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    first = (await operator.post("/v1/incidents", json=incident(lat=FAR[0], lon=FAR[1]))).json()
    target = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    await operator.post(f"/v1/incidents/{first['id']}/merge", json={"into": target["id"]})
    assert (await near.get("/v1/assignments/current")).json()["offer"] is None
    again = (await operator.post(f"/v1/incidents/{first['id']}/undo", json={})).json()
    assert again["state"] == "offering"
    assert (await near.get("/v1/assignments/current")).json()["offer"]["incident"]["id"] == first["id"]


async def test_a_split_can_be_undone(site: Site) -> None:
    operator = await site.sign_in("operator")
    for place in (NEARBY, NEARBY):
        await site.client().post("/v1/reports", json=report(lat=place[0], lon=place[1]))
    (one,) = await active(operator)
    apart = (
        await operator.post(f"/v1/incidents/{one['id']}/split", json={"sighting_ids": [one["sightings"][1]["id"]]})
    ).json()
    assert len(await active(operator)) == 2
    back = (await operator.post(f"/v1/incidents/{apart['id']}/undo", json={})).json()
    assert (back["id"], len(back["sightings"])) == (one["id"], 2)
    assert (await case(operator, apart["id"]))["state"] == "merged"


async def test_a_drill_stays_apart_from_what_is_real(site: Site) -> None:
    (near,) = await officers(site, NEARBY)
    operator = await site.sign_in("operator")
    drill = (await operator.post("/v1/incidents", json=incident(kind="sos", drill=True))).json()
    work = drill["assignments"][0]["id"]
    assert (await near.post(f"/v1/assignments/{work}/accept", json={})).status_code == 200
    async with site.as_station() as connection:
        await connection.execute("UPDATE assignment SET eta_seconds = 300")
    real = (await site.client().post("/v1/reports", json=report())).json()
    assert real["reference"] != drill["reference"]
    refused = await operator.post(
        f"/v1/incidents/{drill['id']}/merge", json={"into": (await active(operator))[0]["id"]}
    )
    assert refused.status_code == 422
    (sos,) = [each for each in await active(operator) if each["reference"] == real["reference"]]
    assert sos["assignments"][0]["unit_id"] == drill["assignments"][0]["unit_id"], "what is real comes first"
    assert (await near.post(f"/v1/assignments/{sos['assignments'][0]['id']}/accept", json={})).status_code == 200
    assert (await case(operator, drill["id"]))["assignments"][0]["withdrawn_because"] == "diverted"
    figures = (await operator.get("/v1/stats/response")).json()["items"]
    assert sum(row["incidents"] for row in figures) == 0

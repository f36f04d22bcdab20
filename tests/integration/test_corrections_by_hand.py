"""The radio room corrects a wrong address, kind or unit, and the units are told at once."""

import asyncio
import uuid

import msgspec

from tests.integration.test_enough_have_been_there import go_through, work_of
from tests.integration.test_ladder import case, sent
from tests.patience import patient
from tests.patrols import FAR, NEARBY, officers, speaks_english
from tests.site import HERE, Site, incident


async def test_a_corrected_address_goes_to_whoever_is_nearer_now(site: Site) -> None:
    here, there = await officers(site, NEARBY, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    assert await work_of(here) is not None
    change = {
        "version": made["version"],
        "lat": FAR[0],
        "lon": FAR[1],
        "place": "หน้าตลาด",
        "reason": "caller corrected",
    }
    answer = await operator.patch(f"/v1/incidents/{made['id']}", json=change)
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    assert (seen["place"], seen["version"], seen["received_at"]) == ("หน้าตลาด", 2, made["received_at"])
    assert (round(seen["lat"], 4), round(seen["lon"], 4)) == FAR
    assert [(a["state"], a["withdrawn_because"]) for a in seen["assignments"]] == [
        ("withdrawn", "corrected"),
        ("offered", None),
    ]
    assert await work_of(here) is None
    work = await work_of(there)
    assert work is not None
    assert work["incident"]["place"] == "หน้าตลาด"


async def test_a_nearer_unit_that_the_case_cannot_use_takes_no_offer_away(site: Site) -> None:
    await officers(site, NEARBY, FAR)
    able = await speaks_english(site, 0)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(capabilities=["english"]))).json()
    change = {"version": made["version"], "lat": FAR[0], "lon": FAR[1], "reason": "caller corrected"}
    seen = (await operator.patch(f"/v1/incidents/{made['id']}", json=change)).json()
    assert [(a["unit_id"], a["state"]) for a in seen["assignments"]] == [(str(able), "offered")]


async def test_whoever_is_on_the_way_hears_of_it_within_a_second_and_is_measured_anew(site: Site) -> None:
    await site.start_jobs()
    officer = await site.officer(0, NEARBY)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    await go_through(officer, "accept", "en-route")
    before = (await case(operator, made["id"]))["eta_seconds"]

    async def next_notice() -> str:
        async with officer.stream("GET", "/v1/stream") as stream:
            async for line in stream.aiter_lines():
                started.set()
                if line.startswith("data: ") and made["id"] in line:
                    return msgspec.json.decode(line.removeprefix("data: "))["incident_id"]
        return ""

    started = asyncio.Event()
    hearing = asyncio.create_task(next_notice())
    await started.wait()
    answer = await operator.patch(f"/v1/incidents/{made['id']}", json={"lat": FAR[0], "lon": FAR[1]})
    assert await asyncio.wait_for(hearing, patient(5)) == made["id"]
    assert answer.json()["eta_seconds"] > before + 60
    assert answer.json()["state"] == "en_route"
    told = await sent(site, "broadcast", "officer0")
    assert "ข้อมูลเหตุเปลี่ยน" in told.content["notification"]["body"]


async def test_another_kind_has_its_own_priority_and_target(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    urgent = (await operator.patch(f"/v1/incidents/{made['id']}", json={"kind": "weapon"})).json()
    assert (urgent["priority"], urgent["target_seconds"]) == (1, 300)
    armed = (await operator.post("/v1/incidents", json=incident(kind="nuisance", dispatch=False))).json()
    raised = (await operator.patch(f"/v1/incidents/{armed['id']}", json={"hazards": ["weapon"]})).json()
    assert (raised["kind"], raised["priority"], raised["hazards"]) == ("nuisance", 1, ["weapon"])
    kept = await operator.patch(f"/v1/incidents/{armed['id']}", json={"note": None, "priority": 2})
    assert (kept.json()["note"], kept.json()["priority"], kept.json()["target_seconds"]) == (None, 2, 900)


async def test_an_old_version_is_refused_with_what_it_is_now(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    path = f"/v1/incidents/{made['id']}"
    assert (await operator.patch(path, json={"version": 1, "note": "first"})).status_code == 200
    late = await operator.patch(path, json={"version": 1, "note": "second"})
    assert (late.status_code, late.json()["code"], late.json()["present"]["note"]) == (409, "changed", "first")
    same = await operator.patch(path, json={"version": 2, "note": "first"})
    assert same.json()["version"] == 2, "nothing changed, so nobody is told"


async def test_bad_corrections_change_nothing(site: Site) -> None:
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident(dispatch=False))).json()
    path = f"/v1/incidents/{made['id']}"
    for body in (
        {"lat": 91},
        {"kind": "flood"},
        {"priority": 4},
        {"hazards": ["tiger"]},
        {"state": "closed"},
        {"kind": None},
    ):
        assert (await operator.patch(path, json=body)).status_code == 422, body
    assert (await case(operator, made["id"]))["version"] == 1
    assert (await operator.patch(f"/v1/incidents/{uuid.uuid4()}", json={"note": "x"})).status_code == 404
    await operator.post(f"{path}/cancel", json={"reason": "test"})
    over = await operator.patch(path, json={"note": "x"})
    assert (over.status_code, over.json()["code"]) == (409, "wrong_state")
    commander = await site.sign_in("commander")
    assert (await commander.patch(path, json={"note": "x"})).status_code == 403


async def test_a_unit_is_taken_back_and_somebody_else_goes(site: Site) -> None:
    near, far = await officers(site, NEARBY, FAR)
    operator = await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    await go_through(near, "accept", "en-route")
    path = f"/v1/assignments/{made['assignments'][0]['id']}/withdraw"
    assert (await operator.post(path, json={})).status_code == 422
    for _ in range(2):
        answer = await operator.post(path, json={"reason": "flat tyre, said by radio"})
        assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    seen = await case(operator, made["id"])
    assert [(a["state"], a["withdrawn_because"]) for a in seen["assignments"]] == [
        ("withdrawn", "by_hand"),
        ("offered", None),
    ]
    assert await work_of(near) is None
    assert await work_of(far) is not None
    assert (await near.post(path, json={"reason": "x"})).status_code == 403


async def test_a_repeat_with_another_place_caller_or_drill_is_not_the_same(site: Site) -> None:
    operator = await site.sign_in("operator")
    body = incident(dispatch=False, caller="0811111111")
    first = await operator.post("/v1/incidents", json=body)
    assert (await operator.post("/v1/incidents", json=body)).json()["id"] == first.json()["id"]
    for other in ({"lat": HERE[0] + 0.01}, {"caller": "0822222222"}, {"drill": True}, {"kind": "crowd"}):
        answer = await operator.post("/v1/incidents", json=body | other)
        assert (answer.status_code, answer.json()["code"]) == (409, "id_reused"), other

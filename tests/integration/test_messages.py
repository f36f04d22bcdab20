"""Messages between the radio room and the units of a case."""

import uuid
from typing import Any

import httpx

from tests.people import a_person
from tests.site import HERE, Site, incident, until


def message(text: str, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "text": text} | more


async def held(site: Site, operator: httpx.AsyncClient, number: int = 0, **more: Any) -> str:
    unit = str(site.login("officer", number).unit_id)
    case = (await operator.post("/v1/incidents", json=incident(**{"dispatch": False} | more))).json()
    answer = await operator.post(f"/v1/incidents/{case['id']}/dispatch", json={"unit_id": unit, "mode": "order"})
    assert answer.status_code == 200, answer.text
    return f"/v1/incidents/{case['id']}/messages"


async def items(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_both_sides_see_what_was_read(site: Site) -> None:
    await site.start_jobs()
    operator = await site.sign_in("operator")
    officer = await site.officer(0)
    path = await held(site, operator)
    rung = len(site.receiver.of("broadcast"))
    asked = message("มีคนเจ็บกี่คน")
    for _ in range(2):
        answer = await operator.post(path, json=asked)
        assert [(each["text"], each["read_at"], each["unit_id"]) for each in answer.json()["items"]] == [
            ("มีคนเจ็บกี่คน", None, None)
        ]
    await until(lambda: len(site.receiver.of("broadcast")) == rung + 1)
    assert "มีข้อความใหม่" in site.receiver.of("broadcast")[-1].content["notification"]["body"]
    assert (await items(operator, path))[0]["read_at"] is None, "the writer's own look is no reading"
    assert (await items(officer, path))[0]["read_at"] is not None
    assert (await officer.post(path, json=message("สองคน"))).status_code == 201
    said = await items(operator, path)
    assert [(each["text"], each["callsign"] is not None) for each in said] == [("มีคนเจ็บกี่คน", False), ("สองคน", True)]
    assert all(each["read_at"] for each in await items(officer, path))
    assert (await operator.post(path, json=message("อื่น", id=asked["id"]))).json()["code"] == "id_reused"


async def test_nobody_else_reads_or_writes(site: Site) -> None:
    operator = await site.sign_in("operator")
    officer, other = await site.officer(0, phone=False), await site.officer(1, phone=False)
    path = await held(site, operator)
    await operator.post(path, json=message("ลับ"))
    for stranger in (other, await site.sign_in("officer", 2)):
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.post(path, json=message("x"))).status_code == 404
    assert (await (await site.sign_in("commander")).get(path)).status_code == 403
    assert (await site.client().get(path)).status_code == 401
    _, colleague = await a_person(site, await site.sign_in("admin"), role="operator")
    await operator.post(path.replace("messages", "restrict"), json={"reason": "x"})
    assert (await colleague.get(path)).status_code == 404
    assert len(await items(officer, path)) == 1


async def test_a_message_that_nobody_would_hear_is_refused(site: Site) -> None:
    operator = await site.sign_in("operator")
    case = (await operator.post("/v1/incidents", json=incident(dispatch=False, lat=HERE[0] + 0.01))).json()
    path = f"/v1/incidents/{case['id']}/messages"
    refused = await operator.post(path, json=message("x"))
    assert (refused.status_code, refused.json()["state"]) == (409, "no_unit")
    held_path = await held(site, operator)
    await operator.post(held_path.replace("messages", "close"), json={"disposition": "settled"})
    assert (await operator.post(held_path, json=message("x"))).status_code == 409
    assert (await operator.post(held_path, json=message(""))).status_code == 422

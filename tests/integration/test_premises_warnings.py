"""What a crew must know about an address: a fact with its source, approved by another person, reviewed within half a
year, shown with the offer, and never a priority."""

import uuid
from typing import Any

import httpx
import pytest

from tests.people import a_person
from tests.site import HERE, Site, incident


def warning(**more: Any) -> dict[str, Any]:
    usual = {
        "id": str(uuid.uuid4()),
        "lat": HERE[0],
        "lon": HERE[1],
        "place": "บ้านเลขที่ 9 ซอย 3",
        "kind": "dog",
        "source": "own_visit",
        "fact": "สุนัขใหญ่สองตัวไม่ได้ล่าม",
    }
    return usual | more


async def approved(client: httpx.AsyncClient, other: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    written = warning(**more)
    assert (await client.post("/v1/premises-warnings", json=written)).status_code == 201
    assert (await other.post(f"/v1/premises-warnings/{written['id']}/approve")).status_code == 204
    return written


async def opened(operator: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    return (await operator.post("/v1/incidents", json=incident(**{"dispatch": False} | more))).json()


async def test_shown_to_desk_and_crew_once_another_person_has_approved_it(site: Site) -> None:
    await site.start_jobs()
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    officer = await site.officer(0)
    plain = await opened(operator, kind="traffic")
    written = warning()
    assert (await operator.post("/v1/premises-warnings", json=written)).status_code == 201
    assert (await operator.post("/v1/premises-warnings", json=written)).status_code == 201, "once"
    (listed,) = (await commander.get("/v1/premises-warnings")).json()["items"]
    assert (listed["fact"], listed["approved_at"]) == (written["fact"], None)
    assert (await opened(operator))["warnings"] == []
    own = await operator.post(f"/v1/premises-warnings/{written['id']}/approve")
    assert (own.status_code, own.json()["state"]) == (409, "own")
    assert (await commander.post(f"/v1/premises-warnings/{written['id']}/approve")).status_code == 204
    made = await opened(operator, kind="traffic", dispatch=True)
    assert (made["priority"], made["hazards"]) == (plain["priority"], []), "it changes nothing but what is known"
    (known,) = made["warnings"]
    assert (known["kind"], known["source"], known["fact"]) == ("dog", "own_visit", written["fact"])
    assert known["made_at"] is not None
    offer = (await officer.get("/v1/assignments/current")).json()["offer"]
    assert [each["fact"] for each in offer["incident"]["warnings"]] == [written["fact"]]
    far = await opened(operator, lat=HERE[0] + 0.001)
    assert far["warnings"] == []
    wide = await approved(operator, commander, radius_m=150, kind="chemicals")
    found = (await operator.get(f"/v1/incidents/{far['id']}")).json()["warnings"]
    assert [each["id"] for each in found] == [wide["id"]]


async def test_it_lapses_and_ends(site: Site) -> None:
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    written = await approved(operator, commander)
    made = await opened(operator)
    assert len(made["warnings"]) == 1
    async with site.as_station() as connection:
        days = await connection.fetchval("SELECT extract(day FROM review_at - now()) FROM premises_warning")
        assert 181 <= days <= 183
        await connection.execute("UPDATE premises_warning SET review_at = now()")
    path = f"/v1/incidents/{made['id']}"
    assert (await operator.get(path)).json()["warnings"] == []
    assert len((await operator.get("/v1/premises-warnings")).json()["items"]) == 1, "waits for a review"
    assert (await commander.post(f"/v1/premises-warnings/{written['id']}/approve")).status_code == 204
    assert len((await operator.get(path)).json()["warnings"]) == 1
    end = f"/v1/premises-warnings/{written['id']}/end"
    assert (await operator.post(end, json={})).status_code == 422
    for _ in range(2):
        assert (await operator.post(end, json={"reason": "ย้ายไปแล้ว"})).status_code == 204
    assert (await operator.get(path)).json()["warnings"] == []
    late = await commander.post(f"/v1/premises-warnings/{written['id']}/approve")
    assert (late.status_code, late.json()["state"]) == (409, "ended")


@pytest.mark.parametrize(
    "wrong",
    [{"radius_m": 5000}, {"radius_m": 1}, {"kind": "convicted"}, {"source": "rumour"}, {"fact": ""}, {"lat": 100}],
)
async def test_bad_input(site: Site, wrong: dict[str, Any]) -> None:
    operator = await site.sign_in("operator")
    answer = await operator.post("/v1/premises-warnings", json=warning(**wrong))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, next(iter(wrong)))


async def test_ids_roles_and_strangers(site: Site) -> None:
    operator, commander = await site.sign_in("operator"), await site.sign_in("commander")
    _, other = await a_person(site, await site.sign_in("admin"), role="operator")
    written = await approved(operator, other)
    again = await operator.post("/v1/premises-warnings", json=written | {"fact": "อย่างอื่น"})
    assert (again.status_code, again.json()["code"]) == (409, "id_reused")
    nobody = f"/v1/premises-warnings/{uuid.uuid4()}"
    assert (await commander.post(f"{nobody}/approve")).status_code == 404
    assert (await commander.post(f"{nobody}/end", json={"reason": "x"})).status_code == 404
    for who in (await site.sign_in("officer"), await site.sign_in("admin")):
        assert (await who.get("/v1/premises-warnings")).status_code == 403
    assert (await site.client().get("/v1/premises-warnings")).status_code == 401

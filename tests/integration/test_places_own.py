"""A station's own places: for its radio room to add, for its people to find, for nobody else."""

import uuid
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.site import HERE, Site, alert, incident, report
from tests.streets import grid, put


def place(**more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "name": "บ้านลุงดำ", "name_en": "Uncle Dam's house", "kind": "landmark",
        "lat": HERE[0], "lon": HERE[1], **more,
    }  # fmt: skip


async def found(client: Any, said: str) -> list[str]:
    return [each["name"] for each in (await client.get("/v1/places", params={"q": said})).json()["items"]]


async def test_a_place_is_added_found_and_removed(site: Site) -> None:
    operator, wanted = await site.sign_in("operator"), place()
    made = await operator.post("/v1/places", json=wanted)
    assert made.status_code == 201
    assert (await operator.post("/v1/places", json=wanted)).json() == made.json(), "a repeat changes nothing"
    other = await operator.post("/v1/places", json=wanted | {"name": "อื่น"})
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    officer = await site.sign_in("officer")
    assert await found(officer, "หน้าบ้านลุงดำ") == ["บ้านลุงดำ"]
    assert await found(officer, "uncle dams house") == ["บ้านลุงดำ"]
    assert [each["id"] for each in (await officer.get("/v1/places/own")).json()["items"]] == [wanted["id"]]
    assert await found(site.client(), "บ้านลุงดำ") == [], "nobody else's business"
    assert (await operator.delete(f"/v1/places/{wanted['id']}")).status_code == 204
    assert (await operator.delete(f"/v1/places/{wanted['id']}")).status_code == 404
    assert await found(officer, "บ้านลุงดำ") == []


@pytest.mark.parametrize("role", ["officer", "admin", "auditor"])
async def test_others_only_look(site: Site, role: str) -> None:
    client = await site.sign_in(role)
    assert (await client.post("/v1/places", json=place())).status_code == 403
    assert (await client.get("/v1/places/own")).status_code == 200


@pytest.mark.parametrize("wrong", [{"kind": "soi"}, {"kind": "camera"}, {"name": " x"}, {"lat": 91}, {"more": 1}])
async def test_what_is_no_place_is_refused(site: Site, wrong: dict[str, Any]) -> None:
    operator = await site.sign_in("operator")
    assert (await operator.post("/v1/places", json=place(**wrong))).status_code == 422


async def test_the_database_shows_no_other_stations_places(site: Site) -> None:
    operator = await site.sign_in("operator")
    await operator.post("/v1/places", json=place())
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM station_place") == 1
        await connection.execute("SELECT set_config('sipha.station_id', $1, false)", str(uuid.uuid4()))
        assert await connection.fetchval("SELECT count(*) FROM station_place") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(
                "INSERT INTO station_place (id, station_id, kind, name, position) "
                "VALUES (gen_random_uuid(), $1, 'landmark', 'x', 'POINT(100 13)')",
                site.demo.station_id,
            )


async def test_a_retired_camera_is_found_no_more(site: Site) -> None:
    operator, camera = await site.sign_in("operator"), site.demo.cameras[0]
    assert camera.name in await found(operator, camera.name)
    async with site.as_station() as connection:
        await connection.execute("UPDATE camera SET retired_at = now() WHERE id = $1", camera.id)
    assert camera.name not in await found(operator, camera.name)


async def test_a_report_with_only_a_pin_says_where_it_is(site: Site, tmp_path: Path) -> None:
    await put(site.cluster, site.database, grid(8).write(tmp_path / "streets.osm"))
    await site.start_jobs()
    officer, operator = await site.officer(), await site.sign_in("operator")
    sent = await site.client().post("/v1/reports", json=report())
    assert sent.status_code == 201
    (case,) = (await operator.get("/v1/incidents")).json()["items"]
    assert case["place_by_position"] is True
    assert case["place"].startswith(("ถนน", "ซอย"))
    offer = (await officer.get("/v1/assignments/current")).json()
    assert case["place"] in str(offer)


async def test_a_persons_words_are_kept(site: Site, tmp_path: Path) -> None:
    await put(site.cluster, site.database, grid(8).write(tmp_path / "streets.osm"))
    operator = await site.sign_in("operator")
    given, bare = incident(place="หลังตลาด", dispatch=False), incident(dispatch=False)
    for wanted in (given, bare, bare):
        assert (await operator.post("/v1/incidents", json=wanted)).status_code in {200, 201}, "a repeat is a repeat"

    async def read(which: dict[str, Any]) -> dict[str, Any]:
        return (await operator.get(f"/v1/incidents/{which['id']}")).json()

    assert ((await read(given))["place"], (await read(given))["place_by_position"]) == ("หลังตลาด", False)
    before = await read(bare)
    assert before["place_by_position"]
    moved = {"lat": HERE[0] + 0.003, "lon": HERE[1] + 0.0015, "version": before["version"]}
    await operator.patch(f"/v1/incidents/{bare['id']}", json=moved)
    after = await read(bare)
    assert after["place_by_position"]
    assert after["place"] != before["place"], "the words follow the pin"
    await operator.patch(f"/v1/incidents/{bare['id']}", json={"place": "ข้างวัด", "version": after["version"]})
    assert ((await read(bare))["place"], (await read(bare))["place_by_position"]) == ("ข้างวัด", False)


async def test_without_streets_there_are_no_words(site: Site) -> None:
    operator, wanted = await site.sign_in("operator"), incident(dispatch=False)
    await operator.post("/v1/incidents", json=wanted)
    case = (await operator.get(f"/v1/incidents/{wanted['id']}")).json()
    assert (case["place"], case["place_by_position"]) == (None, False)


async def test_a_cameras_name_is_the_place_of_its_alert(site: Site, tmp_path: Path) -> None:
    await put(site.cluster, site.database, grid(8).write(tmp_path / "streets.osm"))
    await site.worker().post("/v1/alerts", json=alert(site))
    (case,) = (await (await site.sign_in("operator")).get("/v1/incidents")).json()["items"]
    assert (case["place"], case["place_by_position"]) == (site.demo.cameras[0].name, False)

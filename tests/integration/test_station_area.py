"""The commander writes the station's names and area; an area that cannot be one is refused, with the place."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.db.pool import Database, open_database
from tests import neighbour
from tests.site import Site, incident, report

SQUARE = [[100.55, 13.77], [100.60, 13.77], [100.60, 13.80], [100.55, 13.80], [100.55, 13.77]]
BOW = [[100.55, 13.77], [100.60, 13.80], [100.60, 13.77], [100.55, 13.80], [100.55, 13.77]]


@pytest.fixture
async def db(site: Site) -> AsyncIterator[Database]:
    database = await open_database(site.settings.database_url, "sipha_app", size=2)
    yield database
    await database.close()


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


async def put(commander: httpx.AsyncClient, **changed: Any) -> httpx.Response:
    present = (await commander.get("/v1/station")).json()
    body = {key: present[key] for key in ("name_th", "name_en", "phone", "area", "version")}
    return await commander.put("/v1/station", json=body | changed)


async def test_names_and_area_are_written_and_hold_at_once(site: Site) -> None:
    commander, operator = await site.sign_in("commander"), await site.sign_in("operator")
    before = (await operator.get("/v1/station")).json()
    assert (before["version"], before["area"]["type"]) == (1, "Polygon")
    assert (await put(commander)).status_code == 200, "what was read may be sent back"
    far = {"lat": 13.62, "lon": 100.30}
    assert (await site.client().post("/v1/reports", json=report(**far))).json()["covered"] is False
    square = [[100.28, 13.60], [100.32, 13.60], [100.32, 13.64], [100.28, 13.64], [100.28, 13.60]]
    written = await put(commander, name_en="Moved", area=polygon(square))
    assert written.status_code == 200, written.text
    seen = (await operator.get("/v1/station")).json()
    assert (seen["name_en"], seen["area"]["coordinates"], seen["version"]) == ("Moved", [square], 3)
    assert 13.60 < seen["lat"] < 13.64, "the centre lies inside again"
    await site.officer(0, (13.62, 100.30), phone=False)
    assert (await site.client().post("/v1/reports", json=report(**far))).json()["covered"] is True
    assert (await (await site.sign_in("officer", 1)).get("/v1/station")).json()["area"] is None
    assert (await put(operator)).status_code == 403
    late = await put(commander, version=1)
    assert (late.status_code, late.json()["code"], late.json()["present"]["name_en"]) == (409, "changed", "Moved")
    async with site.as_station() as connection:
        assert await connection.fetchval("SELECT count(*) FROM audit WHERE action = 'station.change'") == 2


@pytest.mark.parametrize(
    ("area", "words"),
    [
        (polygon(BOW), "Self-intersection at 13.785000, 100.575000"),
        (polygon(SQUARE[:-1]), "not closed"),
        (polygon([[100.55, 13.77]] * 4), ""),
        (polygon(SQUARE, [[100.59, 13.79], [100.61, 13.79], [100.61, 13.81], [100.59, 13.79]]), " at "),
        (polygon([[0.0, 0.0], [0.00001, 0.0], [0.0, 0.00001], [0.0, 0.0]]), "km²"),
        (polygon([[90.0, 0.0], [110.0, 0.0], [110.0, 20.0], [90.0, 20.0], [90.0, 0.0]]), "km²"),
        ({"type": "Point", "coordinates": [100.5, 13.7]}, ""),
        (polygon([[200.0, 0.0], [0.0, 0.0], [0.0, 1.0], [200.0, 0.0]]), ""),
    ],
)
async def test_what_cannot_be_an_area(site: Site, area: dict[str, Any], words: str) -> None:
    commander = await site.sign_in("commander")
    before = (await commander.get("/v1/station")).json()
    refused = await put(commander, area=area)
    assert refused.status_code == 422, refused.text
    assert words in refused.text
    after = (await commander.get("/v1/station")).json()
    assert (after["area"], after["version"]) == (before["area"], before["version"])


async def test_an_area_that_overlaps_another_stations_is_refused_with_its_name(site: Site, db: Database) -> None:
    await neighbour.found(site, db)
    commander = await site.sign_in("commander")
    across = [[100.555, 13.755], [100.60, 13.755], [100.60, 13.80], [100.555, 13.80], [100.555, 13.755]]
    refused = await put(commander, area=polygon(across))
    assert (refused.status_code, "Next door" in refused.text) == (422, True), refused.text
    beside = [[100.5699, 13.75], [100.60, 13.75], [100.60, 13.80], [100.5699, 13.80], [100.5699, 13.75]]
    assert (await put(commander, area=polygon(beside))).status_code == 200, (
        "a boundary drawn twice is never quite the same"
    )


async def test_a_case_outside_the_new_area_stays_with_the_station(site: Site) -> None:
    commander, operator = await site.sign_in("commander"), await site.sign_in("operator")
    made = (await operator.post("/v1/incidents", json=incident())).json()
    square = [[100.28, 13.60], [100.32, 13.60], [100.32, 13.64], [100.28, 13.64], [100.28, 13.60]]
    assert (await put(commander, area=polygon(square))).status_code == 200
    assert (await operator.get(f"/v1/incidents/{made['id']}")).status_code == 200

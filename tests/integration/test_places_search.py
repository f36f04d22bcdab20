"""Places as callers name them, over HTTP, in a made-up Thai city."""

import urllib.parse
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.domain.places.matching import metres_apart
from api.domain.places.place import Point
from api.services.citizens.rate_limits import PLACES_PER_WINDOW
from tests.site import Site
from tests.streets import put
from tests.thai_city import City, Phrase
from tests.thai_phrases import phrases

pytestmark = pytest.mark.asyncio(loop_scope="module")
_SHARE = 0.95
_NAMESAKES = 5


class Town:
    def __init__(self, site: Site, city: City, desk: httpx.AsyncClient) -> None:
        self.site, self.city, self.desk = site, city, desk

    async def find(self, said: str, client: httpx.AsyncClient | None = None, **more: Any) -> list[dict[str, Any]]:
        lat, lon = self.city.middle()
        answer = await (client or self.desk).get("/v1/places", params={"q": said, "lat": lat, "lon": lon, **more})
        assert answer.status_code == 200, f"{said}: {answer.text}"
        return answer.json()["items"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(shared_site: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    city = City()
    for number in range(_NAMESAKES):
        soi = city.sois[20 * number]
        city.node(soi.end, amenity="pharmacy", name="ร้านยาคุณหมอ")
    await put(shared_site.cluster, shared_site.database, city.write(tmp_path_factory.mktemp("city") / "city.osm"))
    yield Town(shared_site, city, await shared_site.sign_in("operator"))


def hit(phrase: Phrase, items: list[dict[str, Any]]) -> bool:
    return any(
        metres_apart(Point(each["lat"], each["lon"]), Point(*phrase.at)) <= phrase.within_m for each in items[:3]
    )


@pytest.mark.parametrize("seed", [7, 2026])
async def test_nearly_every_phrase_finds_its_place_among_the_first_three(town: Town, seed: int) -> None:
    said = phrases(town.city, seed)
    assert len(said) >= 200
    missed = [phrase for phrase in said if not hit(phrase, await town.find(phrase.said))]
    assert len(missed) <= (1 - _SHARE) * len(said), missed


async def test_a_name_that_exists_five_times_is_shown_five_times_told_apart(town: Town) -> None:
    found = [each for each in await town.find("ร้านยาคุณหมอ") if each["name"] == "ร้านยาคุณหมอ"]
    assert len(found) == _NAMESAKES
    assert len({each["near"] for each in found}) == _NAMESAKES
    away = [each["distance_m"] for each in found]
    assert away == sorted(away), "the nearer first"


async def test_the_nearest_of_namesakes_follows_the_caller(town: Town) -> None:
    place = town.city.chains[3][1]
    found = await town.find("เซเว่น", lat=place[0], lon=place[1])
    assert found[0]["distance_m"] < 20


@pytest.mark.parametrize(
    ("said", "lat", "lon"),
    [
        ("13.7563, 100.5018", 13.7563, 100.5018),
        ("13.7563N 100.5018E", 13.7563, 100.5018),
        ("13°45'22.7\"N 100°30'6.5\"E", 13.756306, 100.501806),
        ("https://www.google.com/maps/place/X/@13.7563,100.5018,17z", 13.7563, 100.5018),
        ("https://maps.apple.com/?ll=13.7563,100.5018", 13.7563, 100.5018),
        ("geo:13.7563,100.5018", 13.7563, 100.5018),
        ("7P52QG4R+GP", 13.7563125, 100.5418125),
        ("QG4R+GP", 13.7563125, 100.5418125),
    ],
)
async def test_a_pasted_position_is_one(town: Town, said: str, lat: float, lon: float) -> None:
    (found,) = await town.find(said)
    assert found["kind"] == "position"
    assert (found["lat"], found["lon"]) == (pytest.approx(lat, abs=2e-6), pytest.approx(lon, abs=2e-6))


@pytest.mark.parametrize("said", ["ไม่มีที่นี่แน่นอนจริงๆ", "qqqqxxzz", "/", "...", "ๆๆๆ", "()", "+", "%"])
async def test_nothing_found_is_an_empty_list(town: Town, said: str) -> None:
    assert await town.find(said) == []


async def test_whatever_is_typed_never_makes_it_fail(town: Town) -> None:
    odd = ["\x00", "วัด\x00ธาตุทอง", "\u202eวัด", "🏠 วัดธาตุทอง 🚓", "\x07\x1b[0m", "' OR 1=1 --", "ก" * 200, "1" * 200]
    odd += [
        "\u0e48\u0e49",
        "a/" * 100,
        "ซอย" * 60,
        "12/3 " * 40,
        "๑๒",
        "ใกล้ " * 30,
        "(((((",
        "\\",
        "&&&",
        "x ตัด",
        "กม. 12",
    ]
    for said in odd:
        answer = await town.desk.get("/v1/places", params={"q": said})
        assert answer.status_code == 200, f"{said!r}: {answer.text}"
    raw = "/v1/places?q=" + urllib.parse.quote_from_bytes(b"\xff\xfe\xed\xa0\x80")
    assert (await town.desk.get(raw)).status_code < 500


async def test_pictures_and_direction_marks_do_not_hide_a_name(town: Town) -> None:
    plain = (await town.find("วัดธาตุทอง"))[0]
    assert (await town.find("🏠 \u202eวัดธาตุทอง\u202c 🚓"))[0]["id"] == plain["id"]


@pytest.mark.parametrize(
    "asked",
    [{"q": "k" * 10_000}, {"q": "ก" * 201}, {"q": ""}, {}, {"q": "x", "limit": 0}, {"q": "x", "limit": 21},
     {"q": "x", "lat": 91, "lon": 0}, {"q": "x", "lat": 13.7}],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused(town: Town, asked: dict[str, Any]) -> None:
    answer = await town.desk.get("/v1/places", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_no_more_than_asked_for(town: Town) -> None:
    assert len(await town.find("เซเว่น", limit=2)) == 2


async def test_a_citizen_finds_public_places_and_no_camera_of_the_station(town: Town) -> None:
    camera = town.site.demo.cameras[0].name
    citizen = town.site.client()
    assert [each["kind"] for each in await town.find(camera)][:1] == ["camera"]
    assert "camera" not in {each["kind"] for each in await town.find(camera, citizen)}
    assert (await town.find("วัดธาตุทอง", citizen))[0]["name"] == "วัดธาตุทอง"


async def test_a_citizen_may_ask_so_often_and_no_more(town: Town) -> None:
    citizen = town.site.client(**{"x-forwarded-for": "203.0.113.9"})
    answers = [
        (await citizen.get("/v1/places", params={"q": "13.7, 100.5"})).status_code for _ in range(PLACES_PER_WINDOW)
    ]
    assert set(answers[:100]) == {200}
    last = [await citizen.get("/v1/places/near", params={"lat": 13.7, "lon": 100.5}) for _ in range(PLACES_PER_WINDOW)][
        -1
    ]
    assert (last.status_code, "retry-after" in last.headers) == (429, True)


async def test_a_position_in_words(town: Town) -> None:
    soi = next(soi for soi in town.city.sois if soi.thai == "ซอยสุขุมวิท 1")
    lat, lon = (soi.mouth[0] * 0.3 + soi.end[0] * 0.7), (soi.mouth[1] * 0.3 + soi.end[1] * 0.7)
    words = (await town.desk.get("/v1/places/near", params={"lat": lat, "lon": lon})).json()["words"]
    assert words["th"].startswith("ซอยสุขุมวิท 1 ห่างจาก")
    assert words["th"].endswith(" ม.")
    assert words["en"].startswith("Soi Sukhumvit 1, ")
    far = (await town.desk.get("/v1/places/near", params={"lat": 0, "lon": 0})).json()
    assert far == {"words": None}

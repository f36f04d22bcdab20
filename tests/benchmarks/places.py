"""Places found over HTTP: the share of right ones among the first three, and how long a call takes beside the least
that a signed-in call takes on the same server."""

import statistics
import time

import httpx

from api.domain.places.matching import metres_apart
from api.domain.places.place import Point
from api.services.roads.extract_import import import_roads
from tests.benchmarks.alert_to_push import TimedReceiver
from tests.benchmarks.crowd import crowd, running
from tests.thai_city import City, Phrase
from tests.thai_phrases import phrases

SEEDS = (1, 2, 3)


async def run() -> dict[str, float]:
    city = City()
    said = [phrase for seed in SEEDS for phrase in phrases(city, seed)]
    async with crowd(1, TimedReceiver()) as town:
        file = city.write(town.settings.home / "city.osm")
        await import_roads(town.cluster.url("sipha_jobs"), file, lambda things, _: things, synthetic=True)
        async with running(town, "serve") as url:
            cookie = {"cookie": f"sipha_session={town.tokens[0]}"}
            async with httpx.AsyncClient(base_url=url, headers=cookie, timeout=30) as http:
                await _found(http, city, said[:50])  # so that statements are prepared
                hits, took = await _found(http, city, said)
                bare = [await _timed(http, "/v1/me", {}) for _ in said]
    floor = sorted(seconds for seconds, _ in bare)
    ordered = sorted(took)
    return {
        "phrases": len(said),
        "share_found": round(hits / len(said), 4),
        "p50_ms": round(1000 * statistics.median(ordered), 1),
        "p95_ms": round(1000 * ordered[int(0.95 * len(ordered))], 1),
        "floor_p50_ms": round(1000 * statistics.median(floor), 1),
        "floor_p95_ms": round(1000 * floor[int(0.95 * len(floor))], 1),
        "ratio_p50": round(statistics.median(ordered) / statistics.median(floor), 1),
        "ratio_p95": round(ordered[int(0.95 * len(ordered))] / floor[int(0.95 * len(floor))], 1),
    }


async def _found(http: httpx.AsyncClient, city: City, said: list[Phrase]) -> tuple[int, list[float]]:
    (lat, lon), hits, took = city.middle(), 0, []
    for phrase in said:
        seconds, answer = await _timed(http, "/v1/places", {"q": phrase.said, "lat": str(lat), "lon": str(lon)})
        took.append(seconds)
        hits += any(
            metres_apart(Point(each["lat"], each["lon"]), Point(*phrase.at)) <= phrase.within_m
            for each in answer.json()["items"][:3]
        )
    return hits, took


async def _timed(http: httpx.AsyncClient, path: str, params: dict[str, str]) -> tuple[float, httpx.Response]:
    begun = time.perf_counter()
    answer = await http.get(path, params=params)
    answer.raise_for_status()
    return time.perf_counter() - begun, answer

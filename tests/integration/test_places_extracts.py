"""Places of real extracts by their own names as people type them: without accents, in small letters, a letter wrong."""

import random
import unicodedata
from pathlib import Path

import pytest

from api.db.pool import open_database
from api.demo.cluster import Cluster
from api.domain.places.matching import metres_apart
from api.domain.places.place import PlaceKind, Point
from api.roads.gazetteer import Entry, Gazetteer
from api.roads.named import read_named
from api.services.places.search import search_public
from tests.streets import put
from tests.thai_phrases import slip

SHARED = Path(__file__).parents[3] / "shared" / "data" / "roads"
_SAID = 150
_SHARE = 0.95
_SHORTER = (("straße", "str."), ("Rua ", "R. "), ("Avenida ", "Av. "), ("Carrer ", "C/ "))


@pytest.mark.parametrize("name", ["heidelberg.osm.pbf", "campo_grande.osm.gz", "andorra.osm.pbf"])
async def test_a_real_extract_is_found_by_its_names(cluster: Cluster, database_name: str, name: str) -> None:
    file = SHARED / name
    if not file.exists():
        pytest.skip("the shared data is not here")
    await put(cluster, database_name, file)
    gazetteer = Gazetteer(read_named(file, lambda things, _: things))
    entries = [each for each in gazetteer.entries() if each and worth_asking(each)]
    chance = random.Random(15)
    db = await open_database(cluster.url("sipha_app", database_name), "sipha_app", size=2)
    missed: list[str] = []
    try:
        for entry in chance.sample(entries, _SAID):
            said = typed(entry.name, chance)
            here = Point(entry.at.lat + 0.01, entry.at.lon + 0.006)
            found = await search_public(db, said, here, 8)
            if not any(metres_apart(Point(each.lat, each.lon), entry.at) < 60 for each in found[:3]):
                missed.append(f"{said} for {entry.name}: {[each.name for each in found[:3]]}")
    finally:
        await db.close()
    assert len(missed) <= (1 - _SHARE) * _SAID, missed


def worth_asking(entry: Entry) -> bool:
    """A stop has a post on each side of the street; houses are said otherwise; a name of a few letters says little."""
    return entry.kind not in {PlaceKind.STOP, PlaceKind.HOUSE, PlaceKind.KM_POST} and len(entry.name) > 4


def typed(name: str, chance: random.Random) -> str:
    bare = "".join(each for each in unicodedata.normalize("NFD", name) if not unicodedata.combining(each))
    short = name
    for long, instead in _SHORTER:
        short = short.replace(long, instead)
    return chance.choice((name, bare, bare.lower(), name.upper(), short, slip(name, chance), slip(bare, chance)))

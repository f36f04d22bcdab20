"""Finding a place as a caller says it: every reading of the phrase is looked up at once, the best places come first."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from api.db import places as rows
from api.db.places import OwnPlace
from api.db.pool import Connection, Database
from api.domain.access.permissions import Actor, Operation, demand
from api.domain.places.coordinates import coordinates_in, plus_code_in
from api.domain.places.matching import metres_apart
from api.domain.places.names import Name, expanded, read_name
from api.domain.places.phrases import Reading, readings
from api.domain.places.place import PlaceKind, Point
from api.domain.places.ranking import Found, best_first, fit_of_own
from api.domain.places.text import plain
from api.services.places.looking import Look

MOST = 20
_NAMESAKES = 12


class PlaceFound(msgspec.Struct, frozen=True):
    """`distance_m`: from where the search was made. `near`: what tells it from its namesakes."""

    id: str
    name: str
    name_en: str | None
    kind: PlaceKind
    lat: float
    lon: float
    distance_m: float | None = None
    near: str | None = None


async def search(db: Database, actor: Actor, text: str, here: Point | None, most: int) -> list[PlaceFound]:
    """Public places, the station's own and its cameras; from the station's middle if `here` is not said."""
    demand(actor, Operation.FIND_PLACES)
    understood = readings(text)
    async with db.looking(actor) as connection:
        middle = await rows.middle.one(connection, station_id=actor.station_id) if here is None else None
        start = here or (Point(middle.lat, middle.lon) if middle else None)
        pasted = _pasted(text, start)
        if pasted is not None:
            return await _told_apart(connection, [pasted], here)
        found = await Look(connection, start or Point(0.0, 0.0)).everything(understood)
        found += await _own(connection, actor.station_id, text, understood)
        return await _told_apart(connection, best_first(found, start, most), here)


async def search_public(db: Database, text: str, here: Point | None, most: int) -> list[PlaceFound]:
    """What anybody may find."""
    understood = readings(text)
    async with db.stationless() as connection:
        pasted = _pasted(text, here)
        if pasted is not None:
            return await _told_apart(connection, [pasted], here)
        found = await Look(connection, here or Point(0.0, 0.0)).everything(understood)
        return await _told_apart(connection, best_first(found, here, most), here)


def _pasted(text: str, near: Point | None) -> Found | None:
    at = coordinates_in(text) or plus_code_in(text, near)
    if at is None:
        return None
    shown = f"{at.lat:.6f}, {at.lon:.6f}"
    return Found(f"at:{shown}", PlaceKind.POSITION, shown, None, at, 1.0)


async def _own(connection: Connection, station_id: UUID, text: str, understood: Sequence[Reading]) -> list[Found]:
    texts = list(dict.fromkeys([plain(text), expanded(text)]))
    names = [reading.wanted.name for reading in understood]
    found = await rows.own_like.all(connection, station_id=station_id, texts=texts, most=_NAMESAKES)
    return [_own_found(place, names, text) for place in found]


def _own_found(place: OwnPlace, names: Sequence[Name], text: str) -> Found:
    given = [name for name in (place.name, place.name_en) if name]
    same = any(plain(text) == plain(name) for name in given)
    score = (
        1.05
        if same
        else max(fit_of_own(name, read_name(own), place.kind) for name in names or [read_name(text)] for own in given)
    )
    return Found(str(place.id), place.kind, place.name, place.name_en, Point(place.lat, place.lon), score)


async def _told_apart(connection: Connection, found: Sequence[Found], here: Point | None) -> list[PlaceFound]:
    if not found:
        return []
    around = await rows.around.all(
        connection,
        numbers=list(range(len(found))),
        lats=[each.at.lat for each in found],
        lons=[each.at.lon for each in found],
    )
    words = {row.asked: " · ".join(dict.fromkeys(word for word in (row.area, row.street) if word)) for row in around}
    return [_shown(each, words.get(number, ""), here) for number, each in enumerate(found)]


def _shown(found: Found, near: str, here: Point | None) -> PlaceFound:
    beside = " · ".join(word for word in (found.near, *near.split(" · ")) if word and word != found.name) or None
    metres = None if here is None else round(metres_apart(here, found.at), 1)
    at = (round(found.at.lat, 7), round(found.at.lon, 7))
    return PlaceFound(found.id, found.name, found.name_en, found.kind, *at, metres, beside)

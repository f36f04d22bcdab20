"""Places by name: anybody's search, and the station's own places."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, delete, get, post
from litestar.params import QueryParameter

from api.db.places import OwnPlace
from api.db.pool import Database
from api.domain.access.permissions import Actor, Operation
from api.domain.errors import Invalid
from api.domain.places.place import PlaceKind, Point
from api.domain.places.text import LONGEST
from api.domain.places.words import Words
from api.routes.http import gate
from api.routes.http.addresses import address
from api.routes.http.fields import In, Items, Lat, Lon, Name
from api.services.citizens import rate_limits
from api.services.citizens.link_tokens import Tokens
from api.services.places import near, own, search
from api.services.places.own import NewPlace
from api.services.places.search import MOST, PlaceFound

_RUN = {"operation": Operation.RUN_PLACES}
OwnKind = Literal[
    "area", "bank", "bridge", "building", "fuel", "hospital", "hotel", "junction", "landmark", "market", "park",
    "police", "school", "shop", "station", "stop", "temple", "village", "worship",
]  # fmt: skip
AskedLat = Annotated[float | None, QueryParameter(ge=-90, le=90)]
AskedLon = Annotated[float | None, QueryParameter(ge=-180, le=180)]


class PlaceOut(msgspec.Struct, omit_defaults=True):
    """`distance_m`: from `lat`, `lon`. `near`: what tells it from others of the same name."""

    id: str
    name: str
    kind: PlaceKind
    lat: float
    lon: float
    name_en: str | None = None
    distance_m: float | None = None
    near: str | None = None


class NearOut(msgspec.Struct):
    """`words` is null where nothing near has a name."""

    words: Words | None


class OwnPlaceIn(In, kw_only=True):
    """`id`: made by the caller; the same again changes nothing."""

    id: UUID
    name: Name
    name_en: Name | None = None
    kind: OwnKind
    lat: Lat
    lon: Lon


class Places(Controller):
    path = "/v1/places"
    tags = ("Places",)

    @get("/", summary="Places as a caller names them, best first", opt={"public": True})
    async def found(
        self,
        request: Request[Any, Any, Any],
        db: Database,
        tokens: Tokens,
        q: Annotated[str, QueryParameter(max_length=LONGEST, min_length=1)],
        lat: AskedLat = None,
        lon: AskedLon = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = 8,
    ) -> Items[PlaceOut]:
        """Staff also find their station's own places and cameras. Pasted positions, links to maps and plus codes are
        understood."""
        here = _point(lat, lon)
        actor = await _actor(request, db, tokens)
        if actor is None:
            found = await search.search_public(db, q, here, limit)
        else:
            found = await search.search(db, actor, q, here, limit)
        return Items([_shown(place) for place in found])

    @get("/near", summary="A position in words", opt={"public": True})
    async def near(
        self,
        request: Request[Any, Any, Any],
        db: Database,
        tokens: Tokens,
        lat: Annotated[float, QueryParameter(ge=-90, le=90)],
        lon: Annotated[float, QueryParameter(ge=-180, le=180)],
    ) -> NearOut:
        actor = await _actor(request, db, tokens)
        if actor is None:
            return NearOut(await near.words_for_anybody(db, lat, lon))
        return NearOut(await near.words_near(db, actor, lat, lon))

    @get("/own", summary="The station's own places", opt={"operation": Operation.FIND_PLACES})
    async def own(self, db: Database, actor: Actor) -> Items[PlaceOut]:
        return Items([_own(place) for place in await own.listed(db, actor)])

    @post("/", summary="Add a place of the station's own", opt=_RUN | {"own_id": True})
    async def add(self, db: Database, actor: Actor, data: OwnPlaceIn) -> PlaceOut:
        new = NewPlace(PlaceKind(data.kind), data.name, data.name_en, data.lat, data.lon)
        return _own(await own.add(db, actor, data.id, new, db.now()))

    @delete("/{place_id:uuid}", summary="Remove a place of the station's own", opt=_RUN)
    async def remove(self, db: Database, actor: Actor, place_id: UUID) -> None:
        await own.remove(db, actor, place_id, db.now())


async def _actor(request: Request[Any, Any, Any], db: Database, tokens: Tokens) -> Actor | None:
    """None for the public, who may ask so often and no more."""
    actor = await gate.welcome(request, Operation.FIND_PLACES)
    if actor is None:
        caller = tokens.caller("places " + address(request))
        await rate_limits.limit_calls(db, caller, db.now(), rate_limits.PLACES_PER_WINDOW)
    return actor


def _point(lat: float | None, lon: float | None) -> Point | None:
    if (lat is None) != (lon is None):
        raise Invalid("lat" if lat is None else "lon", "both or neither")
    return None if lat is None or lon is None else Point(lat, lon)


def _shown(place: PlaceFound) -> PlaceOut:
    return PlaceOut(place.id, place.name, place.kind, place.lat, place.lon, place.name_en, place.distance_m, place.near)


def _own(place: OwnPlace) -> PlaceOut:
    return PlaceOut(str(place.id), place.name, place.kind, place.lat, place.lon, place.name_en)

from collections.abc import Iterable
from uuid import UUID

import msgspec

from api.db import bindings
from api.db.pool import Connection
from api.domain.places.place import PlaceKind

_PLACE_COLUMNS = ("network_id", "id", "kind", "name", "name_en", "position", "line", "remarkable")


class KeyRow(msgspec.Struct, frozen=True):
    """`asked`: the number of the wording."""

    asked: int
    id: int
    script: str
    letters: str


class PlaceRow(msgspec.Struct, frozen=True):
    """`asked`: the number of the question. `line`: latitudes and longitudes in turn, from the mouth to the end."""

    asked: int
    id: int
    kind: PlaceKind
    name: str
    name_en: str | None
    lat: float
    lon: float
    line: list[float] | None
    number: str


class CrossingRow(msgspec.Struct, frozen=True):
    one: int
    other: int
    lat: float
    lon: float


class AroundRow(msgspec.Struct, frozen=True):
    asked: int
    area: str | None
    street: str | None


class NearRow(msgspec.Struct, frozen=True):
    """Metres to the nearest named street and to the nearest place worth naming."""

    street: str | None
    street_en: str | None
    street_m: float | None
    mark: str | None
    mark_en: str | None
    mark_m: float | None


class OwnPlace(msgspec.Struct, frozen=True):
    id: UUID
    kind: PlaceKind
    name: str
    name_en: str | None
    lat: float
    lon: float


class Middle(msgspec.Struct, frozen=True):
    lat: float
    lon: float


exact_keys = bindings.ExactKeys(KeyRow)
similar_keys = bindings.SimilarKeys(KeyRow)
named = bindings.PlacesNamed(PlaceRow)
crossings = bindings.CrossingsBetween(CrossingRow)
around = bindings.Around(AroundRow)
near = bindings.NearPosition(NearRow)
own_like = bindings.OwnPlacesLike(OwnPlace)
own = bindings.ListOwnPlaces(OwnPlace)
add_own = bindings.AddOwnPlace()
remove_own = bindings.RemoveOwnPlace()
middle = bindings.MiddleOfStation(Middle)
delete_places = bindings.DeleteOldPlaces()
delete_keys = bindings.DeleteOldPlaceKeys()


async def add_places(connection: Connection, rows: Iterable[tuple[object, ...]]) -> None:
    """By binary COPY; positions as EWKB."""
    await _copy(connection, "place", rows, _PLACE_COLUMNS)


async def add_names(connection: Connection, rows: Iterable[tuple[object, ...]]) -> None:
    await _copy(connection, "place_name", rows, ("network_id", "place_id", "key_id", "number", "position"))


async def add_crossings(connection: Connection, rows: Iterable[tuple[object, ...]]) -> None:
    await _copy(connection, "place_crossing", rows, ("network_id", "one", "other", "position"))


async def add_keys(connection: Connection, rows: Iterable[tuple[int, int, str, str]]) -> None:
    await connection.copy_records_to_table("place_key", records=rows, columns=("network_id", "id", "script", "letters"))


async def _copy(
    connection: Connection, table: str, rows: Iterable[tuple[object, ...]], columns: tuple[str, ...]
) -> None:
    await connection.set_type_codec("geography", schema="public", encoder=bytes, decoder=bytes, format="binary")
    await connection.copy_records_to_table(table, records=rows, columns=columns)

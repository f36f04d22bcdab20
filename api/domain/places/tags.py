"""What OpenStreetMap's tags say about a place: its kind, and every name it goes by."""

import re
from collections.abc import Mapping

from api.domain.places.place import PlaceKind
from api.domain.places.text import is_thai

Tags = Mapping[str, str]
K = PlaceKind

_NAMES = (
    "name", "name:th", "name:en", "alt_name", "alt_name:th", "alt_name:en", "old_name", "old_name:th", "old_name:en",
    "short_name", "short_name:th", "short_name:en", "official_name", "official_name:th", "official_name:en", "loc_name",
    "brand", "brand:th", "brand:en", "name:th-Latn", "int_name",
)  # fmt: skip
_AMENITIES = {
    **dict.fromkeys(("school", "university", "college", "kindergarten"), K.SCHOOL),
    **dict.fromkeys(("hospital", "clinic"), K.HOSPITAL),
    "police": K.POLICE, "marketplace": K.MARKET, "bank": K.BANK, "fuel": K.FUEL, "bus_station": K.STATION,
}  # fmt: skip
_AREAS = frozenset(
    {"suburb", "quarter", "neighbourhood", "village", "town", "city", "district", "subdistrict"}
    | {"municipality", "borough", "hamlet", "locality", "county", "city_block"}
)
_HOTELS = frozenset({"hotel", "hostel", "guest_house", "motel"})
_OTHERS = ("amenity", "tourism", "leisure", "historic", "office", "man_made", "craft", "healthcare", "club")
_GROUNDS = frozenset({"retail", "commercial", "religious", "military"})
_PARTS = re.compile(r"\s*;\s*")
_BRACKETS = re.compile(r"^(.*?)\s*[(（]([^)）]+)[)）]\s*(.*)$")
_SOI = re.compile(r"ซอย|ตรอก|ซ\.|\bsoi\b|\balley\b|\btrok\b", re.IGNORECASE)
_JUNCTION = re.compile(r"แยก|\b(?:junction|intersection)\b", re.IGNORECASE)


def kind_of(tags: Tags) -> PlaceKind | None:
    """None for what nobody would be looking for by name."""
    if "highway" in tags:
        return _of_highway(tags)
    return next((kind for kind in (_of_public(tags), _of_ground(tags)) if kind is not None), None)


def _of_public(tags: Tags) -> PlaceKind | None:
    if tags.get("amenity") == "place_of_worship" or tags.get("building") == "temple":
        return K.TEMPLE if tags.get("religion", "buddhist") == "buddhist" else K.WORSHIP
    if tags.get("amenity") in _AMENITIES:
        return _AMENITIES[tags["amenity"]]
    if tags.get("railway") in {"station", "halt", "stop"} or tags.get("public_transport") == "station":
        return K.STATION
    if tags.get("public_transport") in {"platform", "stop_position"}:
        return K.STOP
    if "shop" in tags:
        return K.MARKET if tags["shop"] == "market" else K.SHOP
    return K.HOTEL if tags.get("tourism") in _HOTELS else None


def _of_ground(tags: Tags) -> PlaceKind | None:
    if "place" in tags or tags.get("boundary") == "administrative":
        return K.AREA if tags.get("place", "suburb") in _AREAS else None
    for key, value, kind in (
        ("leisure", "park", K.PARK),
        ("man_made", "bridge", K.BRIDGE),
        ("landuse", "residential", K.VILLAGE),
    ):
        if tags.get(key) == value:
            return kind
    if any(key in tags for key in _OTHERS) or tags.get("landuse") in _GROUNDS:
        return K.LANDMARK
    return K.BUILDING if "building" in tags else K.JUNCTION if "junction" in tags else None


def _of_highway(tags: Tags) -> PlaceKind | None:
    value = tags["highway"]
    if value == "milestone":
        return K.KM_POST
    if value == "bus_stop":
        return K.STOP
    if value in {"traffic_signals", "crossing", "motorway_junction"} or ("junction" in tags and "name" in tags):
        return K.JUNCTION
    return None


def street_kind(names: list[str]) -> PlaceKind:
    return K.SOI if any(_SOI.search(name) for name in names) else K.ROAD


def is_junction(name: str) -> bool:
    return bool(_JUNCTION.search(name))


def names_of(tags: Tags) -> list[str]:
    """Every name, the one on the sign first; what stands in brackets is a name of its own."""
    found: list[str] = []
    for key in _NAMES:
        for name in _PARTS.split(tags.get(key, "")):
            inside = _BRACKETS.match(name)
            found += [part for part in ((f"{inside[1]} {inside[3]}", inside[2]) if inside else (name,)) if part.strip()]
    return list(dict.fromkeys(name.strip()[:200] for name in found))


def shown(tags: Tags) -> tuple[str | None, str | None]:
    """The name on the sign and the English one; the latter is None where it is not known."""
    thai = tags.get("name:th") or tags.get("name") or tags.get("name:en") or tags.get("brand")
    english = tags.get("name:en") or tags.get("int_name") or tags.get("brand:en")
    if english is None and thai and not is_thai(thai):
        english = thai
    return thai, english

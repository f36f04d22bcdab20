"""What one OpenStreetMap way's tags mean for a motorcycle, a car and a person on foot."""

import re
from collections.abc import Mapping

import msgspec

from api.roads.profiles import (
    ALLEY_KM_PER_H,
    CAR,
    CLASSES,
    FOOT,
    MOTORCYCLE,
    NARROW_M,
    PROGRESS_SHARE,
    WALKING_KM_PER_H,
    ZONES,
    RoadClass,
)

Tags = Mapping[str, str]
Speeds = tuple[float, float]
"""Metres a second along the way and against it; 0 where it is not allowed."""

SPOKEN_OF = frozenset(
    {"highway", "access", "vehicle", "motor_vehicle", "motorcar", "motorcycle", "foot", "junction", "service"}
    | {"oneway", "oneway:motorcycle", "oneway:motorcar", "maxspeed", "maxspeed:forward", "maxspeed:backward"}
    | {"width", "maxwidth"}
)
"""The keys that `read_way` looks at; ways that agree on them are used alike."""

_YES = frozenset({"yes", "permissive", "designated", "official", "destination", "customers", "delivery", "public"})
_NO = frozenset({"no", "private", "agricultural", "forestry", "military", "permit", "residents"})
_KEYS = {
    MOTORCYCLE: ("motorcycle", "motor_vehicle", "vehicle"),
    CAR: ("motorcar", "motor_vehicle", "vehicle"),
    FOOT: ("foot",),
}
_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph|knots)?\s*(?:;.*)?$")
_WIDTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(m|cm|ft|')?\s*$")
_METRES = {None: 1.0, "m": 1.0, "cm": 0.01, "ft": 0.3048, "'": 0.3048}


class WayUse(msgspec.Struct, frozen=True):
    """`speeds` by profile, in the order of `PROFILES`."""

    road: RoadClass
    speeds: tuple[Speeds, Speeds, Speeds]

    @property
    def oneway(self) -> bool:
        """For the vehicles that use it."""
        return any((along > 0) != (against > 0) for along, against in self.speeds)


def read_way(tags: Tags) -> WayUse | None:
    """None for a way that nobody may use, or that is not a road."""
    road = CLASSES.get(tags.get("highway", ""))
    if road is None:
        return None
    speeds = (_motor(tags, road, MOTORCYCLE), _motor(tags, road, CAR), _on_foot(tags, road))
    return WayUse(road, speeds) if any(max(each) > 0 for each in speeds) else None


def _motor(tags: Tags, road: RoadClass, profile: int) -> Speeds:
    if not _admitted(tags, road, profile):
        return 0.0, 0.0
    along, against = _directions(tags, road, profile)
    forward, backward = (_speed(tags, road, way) for way in ("maxspeed:forward", "maxspeed:backward"))
    return forward * along, backward * against


def _on_foot(tags: Tags, road: RoadClass) -> Speeds:
    stated = _stated(tags, ("foot", "access"))
    walks = WALKING_KM_PER_H / 3.6 * (road.foot if stated is None else stated)
    return walks, walks


def _admitted(tags: Tags, road: RoadClass, profile: int) -> bool:
    """A car may use a narrow way only where a specific tag says so, and never one under two metres."""
    if profile == CAR and _width(tags) < NARROW_M:
        return False
    stated = _stated(tags, _KEYS[profile])
    if stated is not None:
        return stated
    alley = profile == CAR and tags.get("service") == "alley"
    usual = (road.car if profile == CAR else road.motorcycle) and not alley
    return usual and _stated(tags, ("access",)) is not False


def _stated(tags: Tags, keys: tuple[str, ...]) -> bool | None:
    """The most specific tag wins; unknown values are ignored."""
    for key in keys:
        value = tags.get(key)
        if value in _YES:
            return True
        if value in _NO:
            return False
    return None


def _directions(tags: Tags, road: RoadClass, profile: int) -> tuple[bool, bool]:
    own = tags.get("oneway:motorcar" if profile == CAR else "oneway:motorcycle")
    oneway = own or tags.get("oneway")
    if oneway in {"-1", "reverse"}:
        return False, True
    if oneway in {"reversible", "alternating"}:  # its current direction is unknown
        return False, False
    implied = tags.get("junction") in {"roundabout", "circular"} or road.name == "motorway"
    return True, not (oneway in {"yes", "true", "1"} or (implied and oneway != "no"))


def _speed(tags: Tags, road: RoadClass, key: str) -> float:
    """Metres a second."""
    usual = min(road.km_per_h, ALLEY_KM_PER_H) if tags.get("service") == "alley" else road.km_per_h
    posted = posted_km_per_h(tags.get(key)) or posted_km_per_h(tags.get("maxspeed"))
    return (usual if posted is None else PROGRESS_SHARE * posted) / 3.6


def posted_km_per_h(text: str | None) -> float | None:
    """Parses `50`, `30 mph`, `DE:urban`, `DE:zone:30`, `walk`; None for values that give no speed, such as `none` and
    `signals`."""
    if not text:
        return None
    number = _NUMBER.match(text)
    if number is not None:
        factor = {"mph": 1.609344, "knots": 1.852}.get(number[2] or "", 1.0)
        return float(number[1]) * factor or None
    zone = text.rpartition(":")[2]
    return ZONES.get(zone) or (float(zone.removeprefix("zone")) if zone.removeprefix("zone").isdigit() else None)


def _width(tags: Tags) -> float:
    found = [_WIDTH.match(tags.get(key, "")) for key in ("width", "maxwidth")]
    return min((float(each[1]) * _METRES[each[2]] for each in found if each is not None), default=NARROW_M)

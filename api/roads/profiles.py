"""The one table of which roads each kind of unit may use, and how fast.

The speeds are those of OSRM's car profile (`profiles/car.lua`, free-flowing traffic, driven and not posted), because
they are known to fit OpenStreetMap's classes; they do not allow for blue lights. A posted limit replaces the class's
speed with `PROGRESS_SHARE` of the limit, also OSRM's factor. Narrow classes are for motorcycles; a car uses them where
a tag allows it. On foot 1.4 m/s everywhere, in both directions.
"""

import msgspec

from api.domain.roads.travel import UnitKind
from api.roads.eta import WALKING_M_PER_S

PROFILES = tuple(UnitKind)
"""Named as in `unit.kind`; a profile's number is its index here."""
MOTORCYCLE, CAR, FOOT = range(3)
BITS = (1, 2, 4)
"""One bit per profile, for storing sets of profiles."""
MOTORISED = BITS[MOTORCYCLE] | BITS[CAR]

PROGRESS_SHARE = 0.8
NARROW_M = 2.0
"""A car does not enter anything narrower."""
MAJOR_RANK = 4
"""Classes up to this rank are drawn on maps showing more than a few streets."""


class RoadClass(msgspec.Struct, frozen=True):
    """`km_per_h` where a motor is allowed; `car`, `motorcycle`, `foot`: allowed unless a tag says otherwise."""

    name: str
    rank: int
    km_per_h: float
    motorcycle: bool = True
    car: bool = True
    foot: bool = True


CLASSES = {
    each.name: each
    for each in (
        RoadClass("motorway", 0, 90, foot=False),
        RoadClass("motorway_link", 0, 45, foot=False),
        RoadClass("trunk", 1, 85, foot=False),
        RoadClass("trunk_link", 1, 40, foot=False),
        RoadClass("primary", 2, 65),
        RoadClass("primary_link", 2, 30),
        RoadClass("secondary", 3, 55),
        RoadClass("secondary_link", 3, 25),
        RoadClass("tertiary", 4, 40),
        RoadClass("tertiary_link", 4, 20),
        RoadClass("unclassified", 5, 25),
        RoadClass("residential", 5, 25),
        RoadClass("road", 5, 25),
        RoadClass("living_street", 5, 10, car=False),
        RoadClass("service", 6, 15),
        RoadClass("track", 6, 15, motorcycle=False, car=False),
        RoadClass("pedestrian", 6, 10, motorcycle=False, car=False),
        RoadClass("path", 7, 10, motorcycle=False, car=False),
        RoadClass("footway", 7, 10, motorcycle=False, car=False),
        RoadClass("cycleway", 7, 10, motorcycle=False, car=False),
        RoadClass("bridleway", 7, 10, motorcycle=False, car=False),
        RoadClass("steps", 7, 5, motorcycle=False, car=False),
        RoadClass("corridor", 7, 5, motorcycle=False, car=False),
    )
}
ALLEY_KM_PER_H = 10.0

ZONES = {
    "walk": 6.0,
    "living_street": 10.0,
    "bicycle_road": 30.0,
    "urban": 50.0,
    "rural": 90.0,
    "trunk": 110.0,
    "motorway": 120.0,
}
"""km/h for `maxspeed=DE:urban` and the like; the country is ignored, using each zone's most common value."""

WALKING_KM_PER_H = 3.6 * WALKING_M_PER_S

"""What a place is, and what kinds of places callers name."""

from enum import StrEnum

import msgspec


class PlaceKind(StrEnum):
    SOI = "soi"
    ROAD = "road"
    JUNCTION = "junction"
    TEMPLE = "temple"
    WORSHIP = "worship"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    POLICE = "police"
    MARKET = "market"
    BRIDGE = "bridge"
    STATION = "station"
    STOP = "stop"
    PARK = "park"
    BANK = "bank"
    HOTEL = "hotel"
    FUEL = "fuel"
    SHOP = "shop"
    VILLAGE = "village"
    BUILDING = "building"
    LANDMARK = "landmark"
    AREA = "area"
    HOUSE = "house"
    KM_POST = "km_post"
    POSITION = "position"
    CAMERA = "camera"


STREETS = frozenset({PlaceKind.SOI, PlaceKind.ROAD})
OWN = frozenset(PlaceKind) - {*STREETS, PlaceKind.HOUSE, PlaceKind.KM_POST, PlaceKind.POSITION, PlaceKind.CAMERA}
"""Kinds of places that a station may add of its own."""
UNREMARKABLE = frozenset({*STREETS, PlaceKind.HOUSE, PlaceKind.KM_POST, PlaceKind.AREA, PlaceKind.STOP})
"""Not what "near what?" is answered with."""


class Spot(StrEnum):
    """A part of a street: `mouth` is where it meets the main street."""

    MOUTH = "mouth"
    MIDDLE = "middle"
    END = "end"


class Point(msgspec.Struct, frozen=True):
    lat: float
    lon: float

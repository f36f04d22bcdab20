"""Requests to the road network process, and its answers. Arrays travel as float64 bytes.

A frame is a four-byte big-endian length followed by msgpack.
"""

import struct
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from api.roads.closing import Closing

Message = TypeVar("Message")
LENGTH = struct.Struct(">I")
_ENCODER = msgspec.msgpack.Encoder()


class Places(msgspec.Struct, frozen=True):
    """Latitudes and longitudes in degrees; `profiles` as int8, empty for goals."""

    lat: bytes
    lon: bytes
    profiles: bytes = b""


class Load(msgspec.Struct, frozen=True):
    """The first message: which network, of which database, read as which role."""

    database_url: str
    role: str
    network_id: int


class Ready(msgspec.Struct, frozen=True):
    """The first answer."""

    edges: int
    seconds: float


class TimesAsked(msgspec.Struct, frozen=True, tag="times"):
    """`until`: by the system's monotonic clock; after this nobody waits for the answer."""

    id: int
    until: float
    goals: Places
    starts: Places


class SoonestAsked(msgspec.Struct, frozen=True, tag="soonest"):
    id: int
    until: float
    starts: Places
    places: Places
    within_seconds: float


class RouteAsked(msgspec.Struct, frozen=True, tag="route"):
    """(latitude, longitude)."""

    id: int
    until: float
    start: tuple[float, float]
    goal: tuple[float, float]
    profile: int


class CloseAsked(msgspec.Struct, frozen=True, tag="close"):
    """From now on these hold, and no others."""

    id: int
    until: float
    closings: list[Closing]


Asked = TimesAsked | SoonestAsked | RouteAsked | CloseAsked


class Route(msgspec.Struct, frozen=True):
    """`coordinates` are [longitude, latitude] on the road; `seconds` and `metres` include the walk to and from it."""

    coordinates: list[tuple[float, float]]
    seconds: float
    metres: float


class Times(msgspec.Struct, frozen=True, tag="times"):
    """`seconds` by goal and start, infinite off the network. `off_road_m`: each goal's distance from its road."""

    id: int
    seconds: bytes
    off_road_m: bytes


class Soonest(msgspec.Struct, frozen=True, tag="soonest"):
    """`seconds` by place, infinite past the limit. `starts_on`, `places_on`: 1 for those on the network, else 0."""

    id: int
    seconds: bytes
    starts_on: bytes
    places_on: bytes


class RouteFound(msgspec.Struct, frozen=True, tag="route"):
    id: int
    route: Route | None


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    id: int
    stretches: int


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Too late, or an error that the process has logged."""

    id: int


Answer = Times | Soonest | RouteFound | Closed | Refused


def packed(message: object) -> bytes:
    content = _ENCODER.encode(message)
    return LENGTH.pack(len(content)) + content


def as_bytes(values: ArrayLike) -> bytes:
    return np.ascontiguousarray(values, dtype=np.float64).tobytes()


def as_array(content: bytes) -> NDArray[np.float64]:
    return np.frombuffer(content, dtype=np.float64)

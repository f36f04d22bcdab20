"""The OsmAnd protocol as Traccar Client speaks it: JSON since version 9, query parameters or a form before."""

import math
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import msgspec

from api.domain.errors import Invalid, Malformed
from api.domain.units.fix import Fix
from api.routes.units.tracker_message import decoded, known, moment

_KNOT_M_PER_S = 1852 / 3600
_SOS = "sos"
_NEWEST_SECONDS = 2**31 - 1
"""Larger numbers are milliseconds, as in Traccar's own server."""


class Coords(msgspec.Struct):
    """Metres and metres a second; negative: unknown."""

    latitude: float
    longitude: float
    accuracy: float | None = None
    speed: float | None = None
    heading: float | None = None


class Extras(msgspec.Struct):
    alarm: str | None = None


class Location(msgspec.Struct):
    timestamp: str | float
    coords: Coords
    mock: bool = False
    extras: Extras | None = None


class Message(msgspec.Struct):
    device_id: str
    location: Location | list[Location]


class Told(msgspec.Struct, frozen=True):
    """`fixes`: none if none was valid. `sos`: somebody has pressed the alarm; `sos_fix`: where."""

    token: str | None
    fixes: list[Fix]
    sos: bool = False
    sos_fix: Fix | None = None


def read(query: str, body: bytes, kind: str, now: datetime) -> Told:
    """`kind`: the body's media type."""
    if kind == "application/json":
        message = decoded(body, Message)
        found = message.location if isinstance(message.location, list) else [message.location]
        alarms = [_fix(each) for each in found if each.extras is not None and each.extras.alarm == _SOS]
        return Told(message.device_id, [_fix(each) for each in found], bool(alarms), alarms[-1] if alarms else None)
    try:
        text = query if not body else f"{query}&{body.decode()}"
        fields = dict(parse_qsl(text, max_num_fields=100))
    except ValueError:
        raise Malformed(detail="the parameters cannot be read") from None
    sos = fields.get("alarm") == _SOS
    try:
        fixes = _fixes_of(fields, now)
    except Invalid:
        if not sos:  # a call for help is heard whatever else it says
            raise
        fixes = []
    return Told(fields.get("id") or fields.get("deviceid"), fixes, sos, fixes[-1] if sos and fixes else None)


def _fix(location: Location) -> Fix:
    coords = location.coords
    return Fix(
        at=_moment(str(location.timestamp)),
        lat=coords.latitude,
        lon=coords.longitude,
        accuracy=known(coords.accuracy) or None,
        speed=known(coords.speed),
        heading=known(coords.heading),
        mocked=location.mock,
    )


def _fixes_of(fields: dict[str, str], now: datetime) -> list[Fix]:
    """The time defaults to now. Without a position there is no fix."""
    lat, _, lon = fields.get("location", "").partition(",")
    lat, lon = fields.get("lat", lat), fields.get("lon", lon)
    if not (lat and lon) or fields.get("valid", "true").lower() in {"false", "0"}:
        return []
    knots = known(_number(fields, "speed"))
    return [
        Fix(
            at=_moment(fields["timestamp"]) if "timestamp" in fields else now,
            lat=_number({"lat": lat}, "lat") or 0.0,
            lon=_number({"lon": lon}, "lon") or 0.0,
            accuracy=known(_number(fields, "accuracy")) or None,
            speed=None if knots is None else knots * _KNOT_M_PER_S,
            heading=known(_number(fields, "bearing" if "bearing" in fields else "heading")),
            mocked=fields.get("mock", "").lower() in {"true", "1"},
        )
    ]


def _number(fields: dict[str, str], name: str) -> float | None:
    if name not in fields:
        return None
    try:
        number = float(fields[name])
    except ValueError:
        raise Invalid(name, "not a number") from None
    if not math.isfinite(number):
        raise Invalid(name, "not a number")
    return number


def _moment(text: str) -> datetime:
    """Unix seconds or milliseconds, or ISO 8601; UTC if there is no offset."""
    try:
        number = float(text)
    except ValueError:
        return _iso(text)
    return moment(number / 1000 if number > _NEWEST_SECONDS else number, "timestamp")


def _iso(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("timestamp", "not a time") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)

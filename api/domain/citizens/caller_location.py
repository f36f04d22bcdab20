"""Where a caller's phone says it is: by ETSI TS 103 625 (AML), as Google's Emergency Location Service sends it, or by
the page that the caller has opened. A suggestion to the radio room; it never moves a case."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from api.domain.incidents.conflict import digits
from api.domain.incidents.incident import TIP_OFFS, IncidentKind

MATCHED_WITHIN = timedelta(minutes=10)
"""A phone and a case belong together if they came within this time; what belongs to no case is then deleted."""
LINK_LIFETIME = timedelta(minutes=30)
_CLOCK = timedelta(hours=1)
"""A phone's clock that differs by more is wrong, and the time is left out."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WIDEST_M = 100_000.0
_LONGEST = 40
_SMS = re.compile(r'A"ML=\d')


class LocationSource(StrEnum):
    HANDSET = "handset"
    LINK = "link"


class HandsetLocation(msgspec.Struct, frozen=True):
    """Degrees, metres. `number`: as `conflict.digits` writes it."""

    lat: float
    lon: float
    accuracy: float | None
    number: str | None
    method: str | None
    floor: str | None
    located_at: datetime | None


def from_fields(said: Mapping[str, object], now: datetime) -> HandsetLocation | None:
    """Every field is optional and may be malformed; None when no place can be read."""
    lat, lon = _degrees(said.get("location_latitude"), 90), _degrees(said.get("location_longitude"), 180)
    if lat is None or lon is None or (lat, lon) == (0.0, 0.0):
        return None
    return HandsetLocation(
        lat=lat,
        lon=lon,
        accuracy=_metres(said.get("location_accuracy")),
        number=_number(said.get("device_number")),
        method=_word(said.get("location_source")),
        floor=_word(said.get("location_floor")),
        located_at=_moment(said.get("location_time") or said.get("time"), now),
    )


def from_sms(text: str, now: datetime) -> HandsetLocation | None:
    """The message of a phone without data, such as `A"ML=1;lt=+13.77;lg=+100.57;rd=15;top=20261128101500;pm=G`. Its
    sender's number is not in it."""
    if _SMS.match(text.strip()) is None:
        return None
    said = dict(part.split("=", 1) for part in text.strip().split(";") if "=" in part)
    lat, lon = _degrees(said.get("lt"), 90), _degrees(said.get("lg"), 180)
    if lat is None or lon is None or (lat, lon) == (0.0, 0.0):
        return None
    methods = {"G": "gps", "W": "wifi", "C": "cell"}
    return HandsetLocation(
        lat=lat,
        lon=lon,
        accuracy=_metres(said.get("rd")),
        number=None,
        method=methods.get(said.get("pm", "").upper()),
        floor=_word(said.get("fl")),
        located_at=_compact_moment(said.get("top", ""), now),
    )


def _real(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _degrees(value: object, most: int) -> float | None:
    number = _real(value)
    return number if number is not None and abs(number) <= most else None


def _metres(value: object) -> float | None:
    number = _real(value)
    return number if number is not None and 0 <= number <= _WIDEST_M else None


def _number(value: object) -> str | None:
    plain = digits(str(value or ""))
    return plain[:_LONGEST] if len(plain) >= 7 else None


def _word(value: object) -> str | None:
    text = str(value or "").strip().lower()
    return text[:_LONGEST] if text.isprintable() and text else None


def _moment(value: object, now: datetime) -> datetime | None:
    """`value`: milliseconds since 1970."""
    number = _real(value)
    if number is None or not 0 < number < 4e12:
        return None
    return _plausible(_EPOCH + timedelta(milliseconds=number), now)


def _compact_moment(value: str, now: datetime) -> datetime | None:
    try:
        return _plausible(datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=UTC), now)
    except ValueError:
        return None


def _plausible(at: datetime, now: datetime) -> datetime | None:
    return at if abs(at - now) <= _CLOCK else None


def link_may_go_out(kind: IncidentKind, *, silent: bool, safe: bool) -> bool:
    """Whether anything may be sent to the caller's phone: not where somebody may be watching it, before they have been
    asked."""
    return safe or not (silent or kind in {IncidentKind.DOMESTIC, *TIP_OFFS})

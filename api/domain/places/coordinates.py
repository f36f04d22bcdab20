"""Positions that somebody pasted: decimal degrees, degrees and minutes, links to maps (which are read, never fetched),
and Open Location Codes."""

import re

from api.domain.places.place import Point

_NUMBER = r"[+-]?\d{1,3}(?:\.\d{1,15})?"
_DECIMAL = re.compile(rf"^\(?\s*({_NUMBER})\s*°?\s*([NS])?\s*[,; ]\s*({_NUMBER})\s*°?\s*([EW])?\s*\)?$", re.IGNORECASE)
_LINK = re.compile(r"^\s*(?:https?://|geo:|comgooglemaps://|maps://|\S+\.\S+/)\S*\s*$", re.IGNORECASE)
_PAIR = rf"({_NUMBER})\s*(?:,|%2C)\s*(?:\+|%20)?({_NUMBER})"
_IN_LINK = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"!3d({_NUMBER})!4d({_NUMBER})",
        rf"[?&](?:q|query|ll|sll|center|daddr|destination|coordinate)=(?:loc:)?{_PAIR}",
        rf"mlat=({_NUMBER})&mlon=({_NUMBER})",
        rf"geo:{_PAIR}",
        rf"/(?:place|search|dir)/(?:[^/]*/)?{_PAIR}",
        rf"@{_PAIR}",
        rf"#map=\d+(?:\.\d+)?/({_NUMBER})/({_NUMBER})",
    )
]
_PART = r"(\d{1,3})\s*[°d:\s]\s*(\d{1,2}(?:\.\d+)?)\s*['′’:m\s]?\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|″|”|''|s)?)?\s*"
_SEXAGESIMAL = re.compile(rf"^{_PART}([NS])\s*[,; ]?\s*{_PART}([EW])$", re.IGNORECASE)
_LEADING_LETTERS = re.compile(r"^([NS])\s*([^NSEW]+?)[,; ]*\s*([EW])\s*([^NSEW]+)$", re.IGNORECASE)

_ALPHABET = "23456789CFGHJMPQRVWX"
_CODE = re.compile(rf"(?<![\w+])([{_ALPHABET}]{{2,8}}0{{0,6}}\+[{_ALPHABET}]{{0,7}})(?![\w+])", re.IGNORECASE)
_PAIRS = 5


def coordinates_in(text: str) -> Point | None:
    """None if the text is no position."""
    said = text.strip()
    if _LINK.match(said):
        pairs = (pattern.search(said) for pattern in _IN_LINK)
        return next((point for found in pairs if found and (point := _point(found[1], found[2]))), None)
    said = _LEADING_LETTERS.sub(r"\2 \1, \4 \3", said)
    found = _DECIMAL.match(said)
    if found and ("." in said or found[2] or "," in said) and not re.fullmatch(r"[\d ]+", said):
        return _point(_signed(found[1], found[2]), _signed(found[3], found[4]))
    found = _SEXAGESIMAL.match(said)
    if found:
        return _point(_degrees(*found.group(1, 2, 3, 4)), _degrees(*found.group(5, 6, 7, 8)))
    return None


def _signed(number: str, side: str | None) -> float:
    return -float(number) if side and side in "SsWw" else float(number)


def _degrees(degrees: str, minutes: str, seconds: str | None, side: str) -> float:
    whole = int(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600
    return -whole if side in "SsWw" else whole


def _point(lat: float | str, lon: float | str) -> Point | None:
    point = Point(float(lat), float(lon))
    return point if abs(point.lat) <= 90 and abs(point.lon) <= 180 else None


def plus_code_in(text: str, near: Point | None) -> Point | None:
    """The middle of the code's cell; a short code is completed near the place, without one it is None."""
    found = _CODE.search(text)
    if found is None:
        return None
    code = found[1].upper()
    before, _, after = code.partition("+")
    if len(before) == 8:
        return _decoded(before.rstrip("0") + after) if _padded_well(before, after) else None
    if near is None or "0" in before or len(before) % 2 or len(after) < 2:
        return None
    return _nearest(before + after, 8 - len(before), near)


def _padded_well(before: str, after: str) -> bool:
    letters = before.rstrip("0")
    return "0" not in letters and bool(letters) and len(letters) % 2 == 0 and not (len(letters) < 8 and after)


def _decoded(digits: str) -> Point | None:
    lat, lon, size = -90.0, -180.0, 400.0
    lat_size = lon_size = 20.0
    for at in range(0, min(len(digits), 2 * _PAIRS) - 1, 2):
        size /= 20
        lat, lon = lat + _ALPHABET.index(digits[at]) * size, lon + _ALPHABET.index(digits[at + 1]) * size
        lat_size = lon_size = size
    for digit in digits[2 * _PAIRS :]:
        row, column = divmod(_ALPHABET.index(digit), 4)
        lat_size, lon_size = lat_size / 5, lon_size / 4
        lat, lon = lat + row * lat_size, lon + column * lon_size
    return _point(round(lat + lat_size / 2, 9), round(lon + lon_size / 2, 9))


def encoded(point: Point) -> str:
    """The first eight digits and two more, without the `+`."""
    lat, lon = min(point.lat + 90, 180 - 1e-9), (point.lon + 180) % 360
    steps = 8000
    row, column, digits = int(lat * steps), int(lon * steps), ""
    for _ in range(_PAIRS):
        digits = _ALPHABET[row % 20] + _ALPHABET[column % 20] + digits
        row, column = row // 20, column // 20
    return digits


def _nearest(digits: str, missing: int, near: Point) -> Point | None:
    """The cell that the code means is at most half a cell of the missing size away."""
    size = 20.0 ** (2 - missing / 2)
    found = _decoded(encoded(near)[:missing] + digits)
    if found is None:
        return None
    lat = found.lat + size * round((near.lat - found.lat) / size)
    lon = found.lon + size * round((near.lon - found.lon) / size)
    return _point(lat if abs(lat) <= 90 else found.lat, (lon + 180) % 360 - 180)

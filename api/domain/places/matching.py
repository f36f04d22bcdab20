"""How well a stored name fits one that was said."""

import math

from api.domain.places.names import Name
from api.domain.places.place import STREETS, PlaceKind, Point

WORTH_LOOKING = 0.55
_SPOKEN_ALIKE = 0.97
_VOWELS = frozenset("aeiouะัาิีึืุูำเแโใไ")
_KIND_DIFFERS, _KIND_MAY_DIFFER = 0.82, 0.9
_NUMBER_MISSING, _NUMBER_UNASKED = 0.62, 0.8
_EARTH_M = 6_371_000.0


def likeness(said: str, stored: str) -> float:
    """1 for the same, 0 for nothing alike; a part of the longer one is more than as many letters at random."""
    if said == stored:
        return 1.0
    if not said or not stored:
        return 0.0
    longer = max(len(said), len(stored))
    edited = 1 - _distance(said, stored) / longer
    if said in stored and len(said) > 2:
        return max(edited, 0.74 + 0.2 * len(said) / longer)
    if stored in said and len(stored) > 2:
        return max(edited, 0.45 + 0.4 * len(stored) / longer)
    return edited


def _distance(one: str, other: str) -> float:
    """Letters changed, left out or swapped; a vowel counts half."""
    before: list[float] = []
    row = [0.0]
    for letter in other:
        row.append(row[-1] + _cost(letter))
    for at, letter in enumerate(one, start=1):
        before, last = row, before
        row = [before[0] + _cost(letter)]
        for spot, theirs in enumerate(other, start=1):
            change = 0.0 if letter == theirs else max(_cost(letter), _cost(theirs))
            best = min(before[spot - 1] + change, before[spot] + _cost(letter), row[spot - 1] + _cost(theirs))
            if at > 1 and spot > 1 and letter == other[spot - 2] and one[at - 2] == theirs:
                best = min(best, last[spot - 2] + 0.7)
            row.append(best)
    return row[-1]


def _cost(letter: str) -> float:
    return 0.5 if letter in _VOWELS else 1.0


def written_or_spoken(name: Name, script: str, text: str) -> float:
    """`script`: `written` in Thai letters, `spoken` in folded Latin ones."""
    if script == "written":
        return likeness(name.written, text)
    return _SPOKEN_ALIKE * likeness(name.spoken, text) if name.written else likeness(name.spoken, text)


def fits(said: Name, alike: float, number: str, kind: PlaceKind) -> float:
    """`alike`: how the letters compare; then the number has to be the same, and the kind should be."""
    if number != said.number:
        alike *= _NUMBER_UNASKED if not said.number else _NUMBER_MISSING if not number else 0.3
    if said.kind is None or said.kind == kind:
        return alike
    streets = said.kind in STREETS and kind in STREETS
    return alike * (_KIND_MAY_DIFFER if streets else _KIND_DIFFERS)


def beside(metres: float) -> float:
    """1 for next to each other, falling off over a few hundred metres."""
    return 1 / (1 + (metres / 500) ** 2)


def metres_apart(one: Point, other: Point) -> float:
    """On a local plane."""
    lat = math.radians(other.lat - one.lat)
    lon = math.radians(other.lon - one.lon) * math.cos(math.radians((one.lat + other.lat) / 2))
    return _EARTH_M * math.hypot(lat, lon)

"""Which of the places found is meant: names first, then nearness."""

from collections.abc import Iterable

import msgspec

from api.domain.places import matching
from api.domain.places.matching import fits, likeness, metres_apart
from api.domain.places.names import Name
from api.domain.places.phrases import Reading, Wanted
from api.domain.places.place import PlaceKind, Point
from api.domain.places.streets import Shape

WORTH_SHOWING = 0.5
_NUMBER_GIVEN_UP = 0.75
"""A street without the house or the kilometre that was asked for."""
_SAME_M = 40.0
_NEARNESS = 0.03
"""What lying next door is worth against a better name."""
_FAR_M = 20_000.0


class Found(msgspec.Struct, frozen=True):
    """`near`: the place that it was said to be beside."""

    id: str
    kind: PlaceKind
    name: str
    name_en: str | None
    at: Point
    score: float
    near: str | None = None


class Candidate(msgspec.Struct, frozen=True):
    """A place that may be the one named; `at`: the part of it that was asked for."""

    number: int
    kind: PlaceKind
    name: str
    name_en: str | None
    at: Point
    score: float
    shape: Shape | None = None

    @classmethod
    def of(
        cls,
        wanted: Wanted,
        alike: float,
        number: str,
        place: tuple[int, PlaceKind, str, str | None, Point, Shape | None],
    ) -> "Candidate":
        score = _score(wanted, alike, number, place[1])
        own, shape = place[4], place[5]
        return cls(*place[:4], own if shape is None else shape.at(wanted.spot), score, shape)


def _score(wanted: Wanted, alike: float, number: str, kind: PlaceKind) -> float:
    if not (wanted.house or wanted.km):
        return 0.0 if "#" in number or "@" in number else fits(wanted.name, alike, number, kind)
    mark, asked = ("#", wanted.house) if wanted.house else ("@", wanted.km)
    street, _, told = number.partition(mark)
    if told:
        exact = told == asked and street == wanted.name.number
        return alike * 1.02 if exact else 0.0
    return _NUMBER_GIVEN_UP * fits(wanted.name, alike, number, kind)


def fit_of_own(said: Name, stored: Name, kind: PlaceKind) -> float:
    """Of one of the station's own places."""
    if stored.empty:
        return 0.0
    written = likeness(said.written, stored.written) if said.written and stored.written else 0.0
    alike = max(written, 0.97 * likeness(said.spoken, stored.spoken))
    return fits(said, alike, stored.number, stored.kind if kind == PlaceKind.CAMERA and stored.kind else kind)


def alone(reading: Reading, place: Candidate, weight: float = 1.0) -> Found:
    return _found(place, place.at, reading.weight * weight * place.score)


def beside(reading: Reading, place: Candidate, other: Candidate) -> Found:
    """As good as both names, and as they are close."""
    close = other.at if other.shape is None or (reading.near and reading.near.spot) else other.shape.nearest(place.at)
    at = place.at if place.shape is None or reading.wanted.spot else place.shape.nearest(close)
    near = matching.beside(metres_apart(at, close))
    score = reading.weight * (0.6 * place.score + 0.4 * other.score) * (0.6 + 0.4 * near)
    return msgspec.structs.replace(_found(place, at, score), near=other.name)


def crossing(reading: Reading, one: Candidate, other: Candidate, at: Point) -> Found:
    """Named as it was asked for: the first street first."""
    english = f"{one.name_en} / {other.name_en}" if one.name_en and other.name_en else None
    score = reading.weight * (one.score + other.score) / 2 * 1.05
    name = f"{one.name} ตัด {other.name}"
    return Found(f"x{one.number}-{other.number}", PlaceKind.JUNCTION, name, english, at, score)


def _found(place: Candidate, at: Point, score: float) -> Found:
    return Found(f"p{place.number}", place.kind, place.name, place.name_en, at, score)


def best_first(found: Iterable[Found], here: Point | None, most: int) -> list[Found]:
    """Each place once; the nearer of namesakes first."""
    best: dict[str, Found] = {}
    for each in found:
        if each.score >= WORTH_SHOWING and (each.id not in best or best[each.id].score < each.score):
            best[each.id] = each
    ranked = sorted(best.values(), key=lambda each: (-_weight(each, here), each.id))
    kept: list[Found] = []
    for each in ranked:
        if len(kept) < most and not any(_same(each, other) for other in kept):
            kept.append(each)
    return kept


def _weight(found: Found, here: Point | None) -> float:
    away = _FAR_M if here is None else min(_FAR_M, metres_apart(here, found.at))
    return round(found.score, 3) + _NEARNESS * (1 - away / _FAR_M)


def _same(one: Found, other: Found) -> bool:
    """One place mapped twice."""
    return one.name == other.name and one.kind == other.kind and metres_apart(one.at, other.at) < _SAME_M

"""The look-ups of one search, all readings of the phrase together: few round trips, each by an index."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from api.db import places as rows
from api.db.places import PlaceRow
from api.db.pool import Connection
from api.domain.places.matching import WORTH_LOOKING, metres_apart, written_or_spoken
from api.domain.places.names import Name
from api.domain.places.phrases import Reading, Wanted, joined
from api.domain.places.place import STREETS, PlaceKind, Point
from api.domain.places.ranking import Candidate, Found, alone, beside, crossing
from api.domain.places.streets import Shape

_KEYS_READ, _KEYS_KEPT = 24, 8
_PLACES = 8
_PARTNERS = 4
_BESIDE = 3
_SPLITS = 2
_MOST_SIMILAR = 7

Question = tuple[int, str | None, float, float]
"""A key, a number, and where to look from."""


class Look:
    """One search from one place."""

    def __init__(self, connection: Connection, start: Point) -> None:
        self._connection, self._start = connection, start
        self._keys: dict[Name, list[tuple[int, float]]] = {}
        self._answers: dict[Question, list[PlaceRow]] = {}

    async def everything(self, understood: Sequence[Reading]) -> list[Found]:
        if not understood:
            return []
        understood = await self._find_keys(understood)
        wanted = list(dict.fromkeys(each for reading in understood for each in _parts(reading)))
        await self._ask(question for each in wanted for question in self._questions(each, [self._start], _PLACES))
        known = {each: self._candidates(each, [self._start]) for each in wanted}
        found = [
            alone(reading, each)
            for reading in understood
            if not (reading.near or reading.crosses)
            for each in known[reading.wanted]
        ]
        found += await self._pairs([each for each in understood if each.near], known)
        return found + await self._crossings([each for each in understood if each.crosses], known)

    async def _find_keys(self, understood: Sequence[Reading]) -> list[Reading]:
        """Exact spellings are looked up of everything, similar ones only where they are needed: those are what takes
        the time in a country. Adds the readings of two names said as one word, if the first of them is one."""
        parts = {letters: reading for whole in understood for letters, reading in joined(whole)}
        names = _names([*understood, *parts.values()])
        await self._look_up([(name, *key) for name in names for key in _wordings(name)], exactly=True)
        split = sorted((letters for letters in parts if self._keys.get(parts[letters].wanted.name)), key=len)[-_SPLITS:]
        understood = [*understood, *(parts[letters] for letters in split)]
        certain = any(all(self._keys.get(part.name) for part in _parts(reading)) for reading in understood)
        similar = _names(understood[:1] if certain else understood)[:_MOST_SIMILAR]
        await self._look_up([(name, *key) for name in similar for key in _wordings(name)], exactly=False)
        return understood

    async def _look_up(self, wordings: list[tuple[Name, str, str]], *, exactly: bool) -> None:
        numbers = list(range(len(wordings)))
        scripts, letters = [script for _, script, _ in wordings], [text for _, _, text in wordings]
        found = await (
            rows.exact_keys.all(self._connection, numbers=numbers, scripts=scripts, letters=letters)
            if exactly
            else rows.similar_keys.all(
                self._connection, numbers=numbers, scripts=scripts, letters=letters, most=_KEYS_READ
            )
        )
        best: dict[Name, dict[int, float]] = defaultdict(dict)
        for row in found:
            name = wordings[row.asked][0]
            alike = written_or_spoken(name, row.script, row.letters)
            if alike >= WORTH_LOOKING:
                best[name][row.id] = alike
        for name, keys in best.items():
            together = dict(self._keys.get(name, ())) | keys
            self._keys[name] = sorted(together.items(), key=lambda key: -key[1])[:_KEYS_KEPT]

    def _questions(self, wanted: Wanted, places: Sequence[Point], most: int) -> list[Question]:
        """The exact number first; what is there without it only of the best wordings."""
        asked: list[Question] = []
        for rank, (key, _) in enumerate(self._keys.get(wanted.name, ())[:most]):
            for number in _numbers(wanted, first=rank < 2):
                asked += [(key, number, point.lat, point.lon) for point in places]
        return asked

    async def _ask(self, questions: Iterable[Question]) -> None:
        fresh = [each for each in dict.fromkeys(questions) if each not in self._answers]
        if not fresh:
            return
        keys, numbers, lats, lons = zip(*fresh, strict=True)
        found = await rows.named.all(
            self._connection,
            numbers=list(range(len(fresh))),
            key_ids=list(keys),
            place_numbers=list(numbers),
            lats=list(lats),
            lons=list(lons),
            most=_PLACES,
        )
        self._answers |= {each: [] for each in fresh}
        for row in found:
            self._answers[fresh[row.asked]].append(row)

    def _candidates(self, wanted: Wanted, places: Sequence[Point]) -> list[Candidate]:
        alike = dict(self._keys.get(wanted.name, ()))
        best: dict[int, Candidate] = {}
        for question in self._questions(wanted, places, _KEYS_KEPT):
            for row in self._answers.get(question, ()):
                made = Candidate.of(wanted, alike[question[0]], row.number, _place(row))
                if made.score > 0 and (row.id not in best or best[row.id].score < made.score):
                    best[row.id] = made
        return sorted(best.values(), key=lambda each: (-each.score, metres_apart(each.at, self._start)))

    async def _pairs(self, understood: Sequence[Reading], known: dict[Wanted, list[Candidate]]) -> list[Found]:
        """The places of the first name beside each of the best of the second."""
        partners = {reading: known[reading.near][:_PARTNERS] for reading in understood if reading.near}
        await self._ask(
            question
            for reading, others in partners.items()
            for other in others
            for question in self._questions(reading.wanted, _corners(other), _BESIDE)
        )
        found: list[Found] = []
        for reading, others in partners.items():
            for other in others:
                found += [beside(reading, each, other) for each in self._candidates(reading.wanted, _corners(other))]
            found += [alone(reading, each, weight=0.8) for each in others]
        return found

    async def _crossings(self, understood: Sequence[Reading], known: dict[Wanted, list[Candidate]]) -> list[Found]:
        found: list[Found] = []
        for reading in understood:
            if reading.crosses is None:
                continue
            ours, theirs = (
                {each.number: each for each in known[side] if each.kind in STREETS}
                for side in (reading.wanted, reading.crosses)
            )
            met = await rows.crossings.all(self._connection, ones=list(ours), others=list(theirs))
            for row in met:
                for one, other in ((row.one, row.other), (row.other, row.one)):
                    if one in ours and other in theirs:
                        found.append(crossing(reading, ours[one], theirs[other], Point(row.lat, row.lon)))
        return found


def _parts(reading: Reading) -> list[Wanted]:
    return [each for each in (reading.wanted, reading.near, reading.crosses) if each]


def _names(understood: Iterable[Reading]) -> list[Name]:
    return list(dict.fromkeys(each.name for reading in understood for each in _parts(reading)))


def _wordings(name: Name) -> list[tuple[str, str]]:
    return [(script, text) for script, text in (("written", name.written), ("spoken", name.spoken)) if text]


def _numbers(wanted: Wanted, *, first: bool) -> list[str | None]:
    own = wanted.name.number
    if wanted.house:
        return [f"{own}#{wanted.house}", own]
    if wanted.km:
        return [f"{own}@{wanted.km}", own]
    if not own:
        return ["", None] if first else [""]
    return [own, "", None] if first else [own]


def _corners(place: Candidate) -> list[Point]:
    """Where to look from: a street's mouth, middle and end."""
    if place.shape is None:
        return [place.at]
    points = place.shape.points
    return list(dict.fromkeys((points[0], points[len(points) // 2], points[-1], place.at)))


def _place(row: PlaceRow) -> tuple[int, PlaceKind, str, str | None, Point, Shape | None]:
    at = Point(row.lat, row.lon)
    if not row.line:
        return row.id, row.kind, row.name, row.name_en, at, None
    points = (Point(lat, lon) for lat, lon in zip(row.line[::2], row.line[1::2], strict=True))
    return row.id, row.kind, row.name, row.name_en, at, Shape(tuple(points))

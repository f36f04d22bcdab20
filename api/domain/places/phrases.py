"""What a caller may mean: a phrase read in every way that makes sense, the likeliest first."""

import re

import msgspec

from api.domain.places.names import Name, expanded, taken_apart
from api.domain.places.place import Spot
from api.domain.places.sounds import sound
from api.domain.places.text import plain

_MOST_READINGS = 12
_SHORTEST, _TWO_NAMES = 3, 6


class Wanted(msgspec.Struct, frozen=True):
    """One named place. `house`: a number on that street; `km`: a kilometre of that road."""

    name: Name
    spot: Spot | None = None
    house: str = ""
    km: str = ""


class Reading(msgspec.Struct, frozen=True):
    """`near`: the place is that beside this one; `crosses`: it is where the two streets meet. `weight`: 1 for the words
    as they are, less for a guess."""

    wanted: Wanted
    near: Wanted | None = None
    crosses: Wanted | None = None
    weight: float = 1.0


def _words(*listed: str) -> str:
    return "|".join(sorted((plain(word) for word in " ".join(listed).split()), key=len, reverse=True))


_SPOTS = (
    (
        Spot.MOUTH,
        re.compile(rf"(?:{_words('หน้า ตรง อยู่ ที่')})*\s?(?:{_words('ปาก ต้น')})\s?(?:ทางเขา|ทาง|(ซอย|ตรอก|ถนน))"),
    ),
    (Spot.MIDDLE, re.compile(rf"(?:{_words('ตรง อยู่ ที่ ช่วง')})*\s?กลาง(?:ๆ)?\s?(ซอย|ตรอก|ถนน)")),
    (Spot.END, re.compile(rf"(?:{_words('ใน ตรง อยู่ ที่')})*\s?(?:{_words('ท้าย สุด ก้น ปลาย ในสุด')})\s?(ซอย|ตรอก|ถนน)")),
    (Spot.MOUTH, re.compile(r"\b(?:at )?(?:the )?(?:mouth|entrance|start|beginning)(?: of)?(?: the)?\b")),
    (Spot.MIDDLE, re.compile(r"\b(?:in )?(?:the )?middle(?: of)?(?: the)?\b")),
    (Spot.END, re.compile(r"\b(?:at )?(?:the )?(?:dead |far )?end(?: of)?(?: the)?\b")),
)  # fmt: skip
_BESIDE = _words("ตรงข้าม สาขา ใกล้กับ ใกล้ เยื้อง ติดกับ ติด ข้าง ด้านหน้า ด้านหลัง ด้านข้าง หน้า หลัง แถว บริเวณ ย่าน ระหว่าง ตรง")
_RELATION = re.compile(
    rf"\s?(?:(?:{_words('อยู่ ตรง บริเวณ แถว ที่')})?(?:{_BESIDE})"
    r"(?:ๆ)?(?:กับ)?|ใน(?=\s?(?:ซอย|ถนน|ตลาด|หมู|หาง|ปัม)))\s?"
    r"|\s?\b(?:near(?: to)?|opposite(?: to)?|across from|behind|in front of|next to|beside|close to|by|at|off|on)"
    r"(?: the)?\b\s?"
)
_CROSSING = re.compile(rf"\s?(?:{_words('ตัดกับ ตัด ชนกับ บรรจบกับ บรรจบ แยกกับ')})\s?|\s(?:x|&|cross(?:es|ing)?)\s")
_JOINING = re.compile(r"\s?(?:กับ|และ|/|&)\s?|\s(?:and|with|e|y|i|und)\s|\s?-\s?(?=[^\d])")
_CORNER = re.compile(
    r"^\s?(?:ตรง)?(?:หัวมุม|มุม|ทางแยก|สีแยก|สามแยก|แยก)\s?(?:ระหวาง)?\s?"
    r"|^(?:the )?(?:corner|junction|intersection|crossing|esquina|ecke)(?: of| de| da)?\s?"
)
_STREET_WORD = re.compile(r"^(?:ถนน|ซอย|soi|road|rua|avenida)|(?:road|soi|street|strasse)$")
_NUMBERED = re.compile(r"\d+(?:\s?[/-]\s?\d+)*")
_HOUSE = re.compile(
    rf"^(?P<said>(?:{_words('บ้านเลขที่ เลขที่ บ้าน')})\s?|(?:house |building )?(?:no\.?|number)\s?|house\s)?"
    r"(?P<house>\d+(?:\s?[/-]\s?\d+)*[ก-ฮa-z]?),?(?P<gap>\s|(?=ซอย|ถนน|หมู))\s?(?P<rest>\D.*)$"
)
_HOUSE_AFTER = re.compile(
    rf"^(?P<rest>.*\S)\s?(?:{_words('บ้านเลขที่ เลขที่')}|,|\bno\.?)\s?(?P<house>\d+(?:\s?[/-]\s?\d+)*[a-z]?)$"
)
_KM = re.compile(
    r"(?:หลัก)?\s?(?:กม\.?|ก\.ม\.|กิโลเมตร(?:ที)?|กิโล(?:ที)?|\bkm\.?|\bkilomet(?:er|re))\s?(?:ที)?\s?(\d+)(?:\s?[+.]\s?(\d+))?"
)
_ROAD_NUMBER = re.compile(
    r"\b(?:ทล\.?|ทางหลวง(?:หมายเลข)?|highway|route|hwy)\s?(?=\d)|(?<![ก-์])(?:ทล\.?|ทางหลวง(?:หมายเลข)?)\s?(?=\d)"
)
_POLITE = re.compile(rf"\s?(?:{_words('ครับ ค่ะ คะ นะครับ นะคะ ครับผม จ้า')})$")
_FILLERS = re.compile(rf"^(?:{_words('อยู่ที่ อยู่ ที่ ตรง ใน แถว')})\s?|^(?:at|in|on|the)\s")


def joined(reading: Reading) -> list[tuple[str, Reading]]:
    """Thai needs no spaces: where the name may be two, a place and one near it. With the letters that the first would
    be known by."""
    name = reading.wanted.name
    if reading.near or reading.crosses or reading.weight < 1 or len(name.written) < _TWO_NAMES:
        return []
    parts = ((name.written[:at], name.written[at:]) for at in range(_SHORTEST, len(name.written) - _SHORTEST + 1))
    return [
        (first, Reading(Wanted(Name(first, sound(first), "", name.kind)), near=_near(rest, name), weight=0.95))
        for first, rest in parts
    ]


def _near(rest: str, name: Name) -> Wanted:
    return Wanted(taken_apart(f"{rest} {name.number}".strip()))


def readings(text: str) -> list[Reading]:
    """Empty if the text names nothing."""
    said = _POLITE.sub("", expanded(text)).strip(" .,-/")
    literal = taken_apart(said)
    if literal.empty and not literal.number:
        return []
    found = [*_of_km(said), *_of_houses(said), *_crossings(said), *_places(said)]
    return list(dict.fromkeys(found))[:_MOST_READINGS]


def _places(said: str) -> list[Reading]:
    found = [Reading(_wanted(said))]
    bare = _FILLERS.sub("", said)
    if bare != said:
        found.append(Reading(_wanted(bare), weight=0.99))
    whole = found[0].wanted.name
    if whole.number and not whole.empty:
        found.append(Reading(Wanted(msgspec.structs.replace(whole, number=""), house=whole.number), weight=0.96))
    for _, spot in _SPOTS:
        split = spot.search(said)
        if split and split.start() > 0 and said[split.end() :].strip():
            found.append(
                Reading(_wanted(_unled(said[: split.start()])), near=_wanted(said[split.start() :]), weight=0.98)
            )
    for split in _RELATION.finditer(said):
        before, after = _unled(said[: split.start()].strip(" ,")), said[split.end() :].strip(" ,")
        if after and before:
            found.append(Reading(_one(before), near=_wanted(after), weight=0.98))
        elif after:
            found.append(Reading(_wanted(after), weight=0.97))
    for split in re.finditer(r"[ ,]+", said):
        before, after = said[: split.start()], said[split.end() :]
        if not before.endswith(("/", "-")) and re.search(r"[^\d/ ]", after) and re.search(r"[^\d/ ]", before):
            found.append(Reading(_one(before), near=_wanted(after), weight=0.93))
    return found


def _unled(said: str) -> str:
    """Without the word for where beside the place somebody stands."""
    led = _RELATION.match(said)
    return said[led.end() :] if led and led.end() < len(said) else said


def _wanted(said: str) -> Wanted:
    for spot, pattern in _SPOTS:
        found = pattern.search(said)
        if found:
            word = found[1] if found.re.groups and found[1] else ""
            rest = f"{said[: found.start()].strip()} {word}{said[found.end() :].strip()}".strip()
            rest = re.sub(r"\s(?:ซอย|ตรอก|ถนน)$", "", rest)
            name = taken_apart(rest)
            if not name.empty or name.number:
                return Wanted(name, spot)
    return Wanted(taken_apart(said))


def _crossings(said: str) -> list[Reading]:
    corner = _CORNER.match(said)
    rest = said[corner.end() :] if corner else said
    found = [_crossing(rest, split, 1.0) for split in _CROSSING.finditer(rest)]
    for split in _JOINING.finditer(rest):
        both = [rest[: split.start()].strip(), rest[split.end() :].strip()]
        if corner or all(_STREET_WORD.search(side) for side in both):
            found.append(_crossing(rest, split, 0.98))
    return [each for each in found if each is not None]


def _crossing(said: str, split: re.Match[str], weight: float) -> Reading | None:
    one, other = taken_apart(said[: split.start()].strip()), taken_apart(said[split.end() :].strip())
    return None if one.empty or other.empty else Reading(Wanted(one), crosses=Wanted(other), weight=weight)


def _of_houses(said: str) -> list[Reading]:
    house = _house(said)
    return [] if house is None else [Reading(house)]


def _one(said: str) -> Wanted:
    return _house(said) or _wanted(said)


def _house(said: str) -> Wanted | None:
    found = _HOUSE.match(said) or _HOUSE_AFTER.match(said)
    if found is None:
        return None
    number = re.sub(r"\s", "", found["house"]).replace("-", "/")
    street = _wanted(found["rest"])
    return Wanted(street.name, street.spot, house=number)


def _of_km(said: str) -> list[Reading]:
    found = _KM.search(said)
    if found is None:
        return []
    rest = _ROAD_NUMBER.sub("", f"{said[: found.start()]} {said[found.end() :]}".strip()).strip()
    name = taken_apart(rest)
    return [] if name.empty and not name.number else [Reading(Wanted(name, km=found[1]))]

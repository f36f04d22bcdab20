"""A name taken apart: what kind of place it says, its number, and what is left, written and spoken."""

import re

import msgspec

from api.domain.places.place import PlaceKind
from api.domain.places.sounds import sound
from api.domain.places.text import bare, is_thai, plain

K = PlaceKind


def _table(*rows: tuple[str, PlaceKind | None]) -> list[tuple[str, PlaceKind | None]]:
    """The longest word first, each as `plain` writes it."""
    words = [(plain(word), kind) for listed, kind in rows for word in listed.split()]
    return sorted(words, key=lambda row: -len(row[0]))


_SHORT = (
    (r"(?<![ก-ฮ])ซ\.?(?=\s?\d)|(?<!\S)ซ(?:\.| (?=[ก-ฮเ-ไ]))|(?<=[ก-์])ซ\.", " ซอย "),
    (r"(?<!\S)ถ(?:\.| )|(?<=[ก-์\d])ถ\.", " ถนน "),
    (r"(?<![ก-์])(?:ร\.ร\.|รร\.?)(?=\s?[ก-ฮเ-ไa-z])", " โรงเรียน "),
    (r"(?<![ก-์])(?:ร\.พ\.|รพ\.?)(?=\s?[ก-ฮเ-ไa-z])", " โรงพยาบาล "),
    (r"(?<![ก-์])(?:ส\.น\.|สน\.|สน(?= ))|สถานีตำรวจนครบาล", " สถานีตำรวจ "),
    (r"(?<![ก-์])(?:สภ\.?|สภ\.อ\.)(?=\s?[ก-ฮเ-ไ])|สถานีตำรวจภูธร", " สถานีตำรวจ "),
    (r"(?<![ก-์])(?:ธ\.|ธ(?= ))", " ธนาคาร "),
    (r"(?<![ก-์])ม\.(?=\s?\d)", " หมู่ "),
    (r"(?<![ก-์])(?:ม\.|มหาลัย)(?=\s?[ก-ฮเ-ไ])", " มหาวิทยาลัย "),
    (r"(?<![ก-์])(?:ต\.|แขวง|ตำบล)|(?<![ก-์])(?:อ\.|เขต|อำเภอ)|(?<![ก-์])(?:จ\.|จังหวัด)", " "),
    (r"(?:7|seven|เซเวน)\s?-?\s?(?:11|eleven|อีเลฟเวน|อิเลฟเวน|อีเลเวน)|เซเวน|\bseven\b", " เซเวน "),
    (r"\bptt\b|ป\.?ต\.?ท\.?", " ปตท "),
    (r"โรงบาล", " โรงพยาบาล "),
    (r"(?:กทม\.?|กรุงเทพมหานคร|กรุงเทพฯ|\bbangkok)?\s?\b\d{5}$|(?<=\s)(?:กทม\.?|กรุงเทพมหานคร)$", " "),
    (r"พระราม(?:ที)?\s?(?=\d|หนึง|สอง|สาม|สี|หา|หก|เจด|แปด|เกา)|\brama\s?(?=\d|[ivx]+\b)", " พระราม "),
    (r"\b(?:rd|blvd)\b\.?", " road "), (r"\bst\b\.?(?=\s*(?:\d|$))", " street "), (r"\bave?\b\.", " avenida "),
    (r"(?<=[a-z])str\b\.?", "strasse"), (r"^r\. ?(?=[a-z\d])", "rua "), (r"^c/ ?(?=[a-z])", "carrer "),
)  # fmt: skip
_SHORTENED = [(re.compile(pattern), word) for pattern, word in _SHORT]
_COUNTED = {
    plain(word): str(n) for n, word in enumerate(["หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า"], 1)
}
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_RAMA = re.compile(rf"(?<= พระราม )\s?({'|'.join(_COUNTED)}|(?:[ivx]+)\b)")

_PREFIXES = _table(
    ("ซอย ตรอก", K.SOI), ("ถนน", K.ROAD), ("สี่แยกไฟแดง สี่แยก สามแยก ห้าแยก ไฟแดง แยก วงเวียน", K.JUNCTION),
    ("วัด", K.TEMPLE),
    ("โรงเรียน มหาวิทยาลัย วิทยาลัย", K.SCHOOL), ("โรงพยาบาล", K.HOSPITAL), ("สถานีตำรวจ โรงพัก", K.POLICE),
    ("มัสยิด", K.WORSHIP), ("ตลาด", K.MARKET), ("สะพานลอย", K.BRIDGE), ("สะพาน", K.BRIDGE),
    ("สถานีรถไฟฟ้า สถานีรถไฟ รถไฟฟ้า สถานี บีทีเอส เอ็มอาร์ที bts mrt arl", K.STATION),
    ("ป้ายรถเมล์ ป้ายรถ", K.STOP), ("สวนสาธารณะ", K.PARK), ("ธนาคาร", K.BANK), ("โรงแรม", K.HOTEL),
    ("ปั๊มน้ำมัน ปั๊ม", K.FUEL), ("ร้าน ห้าง", K.SHOP), ("หมู่บ้าน", K.VILLAGE), ("คอนโดมิเนียม คอนโด อาคาร ตึก", K.BUILDING),
)  # fmt: skip
_WORDS = _table(
    ("soi alley lane trok", K.SOI), ("road street thanon avenue", K.ROAD), ("junction intersection yaek", K.JUNCTION),
    ("wat temple", K.TEMPLE), ("school university college", K.SCHOOL), ("hospital", K.HOSPITAL), ("mosque", K.WORSHIP),
    ("market", K.MARKET), ("bridge", K.BRIDGE), ("station", K.STATION), ("bank", K.BANK), ("hotel", K.HOTEL),
    ("shop", K.SHOP), ("condo condominium building", K.BUILDING),
)  # fmt: skip
_PREFIX = re.compile(r"(?:^|(?<=\s)|(?<=\d))(" + "|".join(re.escape(word) for word, _ in _PREFIXES) + r")\s?")
_WORD = re.compile(r"\b(police station|" + "|".join(re.escape(word) for word, _ in _WORDS) + r")\b")
_KIND_OF = dict(_PREFIXES) | dict(_WORDS) | {"police station": K.POLICE}
_INSIDE = re.compile(r"(?<=\S)(?:ซอย|แยก)(?=\s?\d)")
_OF_ROAD = re.compile(r"^(?:ซอย|soi)\s?(\d+(?:/\d+)*),?\s(?=\D)(.+)$")
"""The number of a soi said before its road."""
_NUMBER = re.compile(r"\d+(?:\s?[/-]\s?\d+)*")
_SEPARATORS = re.compile(r"[\s/-]+")
_LONGEST = 60
_EMPTY = re.compile(r"[^\w\u0e00-\u0e7f]")


_BY_NUMBER = "number"
"""What a road that has only a number is found by."""


class Name(msgspec.Struct, frozen=True):
    """`written` in Thai, "" if it is not; `spoken` in folded Latin. Of a name that is nothing but its kind, the kind's
    own word."""

    written: str
    spoken: str
    number: str = ""
    kind: PlaceKind | None = None

    @property
    def empty(self) -> bool:
        return not (self.written or self.spoken)


def expanded(text: str) -> str:
    """Plain, with abbreviations written out and brands in one spelling."""
    said = re.sub(r"(?<=[a-z]{3})(?=\d)", " ", plain(text))
    for pattern, word in _SHORTENED:
        said = pattern.sub(word, said)
    said = _RAMA.sub(lambda found: _COUNTED.get(found[1]) or _ROMAN.get(found[1], found[1]), said)
    return re.sub(r"\s+", " ", said).strip()


def read_name(text: str) -> Name:
    return taken_apart(expanded(text))


def taken_apart(text: str) -> Name:
    """Of `expanded` text."""
    text = _OF_ROAD.sub(r"\2 ซอย \1", text)
    said = _INSIDE.sub(" ", re.sub(r"([ก-์])(ซอย|แยก)\s?(?=\d)", r"\1 \2 ", text))
    first = _PREFIX.match(said)
    kind = _KIND_OF[first[1]] if first else None
    rest = said[first.end() :] if first else said
    own = first[1] if first else ""
    if kind in {None, K.SOI, K.ROAD}:
        streets = [found for found in _PREFIX.finditer(rest) if _KIND_OF[found[1]] in {K.SOI, K.ROAD}]
        for found in reversed(streets):
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
            kind = K.SOI if K.SOI in {kind, _KIND_OF[found[1]]} else kind or K.ROAD
            own = own or found[1]
        rest = re.sub(r"(?<=\d)\s*แยก\s*(?=\d)", "/", rest)
    words = _WORD.findall(rest)
    if words:
        kinds = [_KIND_OF[word] for word in words]
        kind = kind or (K.SOI if K.SOI in kinds else kinds[-1])
        own, rest = own or words[0], _WORD.sub(" ", rest)
    number = "/".join(_SEPARATORS.sub("/", found).strip("/") for found in _NUMBER.findall(rest))
    letters = _NUMBER.sub(" ", rest)
    letters = letters if _EMPTY.sub("", letters) else own or (_BY_NUMBER if number else "")
    written = _EMPTY.sub("", bare(letters)) if is_thai(letters) else ""
    return Name(written[:_LONGEST], sound(letters)[:_LONGEST], number[:_LONGEST], kind)

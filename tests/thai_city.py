"""A made-up Thai city as an OpenStreetMap file, and what callers say about its places.

The phrases are made from the city's facts by people's mistakes (a tone mark, a letter, a dropped word, a spelling heard
from somebody else), not from what the search can parse.
"""

import random
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

At = tuple[float, float]
SOUTH, WEST = 13.70, 100.50
_LAT, _LON = 1 / 110_574, 1 / 108_100
_BLOCK = 900
ACROSS = (
    ("สุขุมวิท", "Sukhumvit", ("Sukhumwit", "Sukumvit")), ("เพชรบุรี", "Phetchaburi", ("Petchburi", "Phetburi")),
    ("พระราม 4", "Rama IV", ("Rama 4",)), ("รามคำแหง", "Ramkhamhaeng", ("Ramkamhaeng", "Ramkhamheng")),
    ("ลาดพร้าว", "Lat Phrao", ("Ladprao", "Ladphrao")), ("พัฒนาการ", "Phatthanakan", ("Pattanakarn", "Phattanakan")),
)  # fmt: skip
ALONG = (
    ("รัชดาภิเษก", "Ratchadaphisek", ("Ratchadapisek", "Rachadapisek")), ("อโศกมนตรี", "Asok Montri", ("Asoke Montri",)),
    ("วิภาวดีรังสิต", "Vibhavadi Rangsit", ("Wiphawadi Rangsit",)),
    ("ศรีนครินทร์", "Si Nakharin", ("Srinakarin", "Sri Nakarin")),
    ("เอกมัย", "Ekkamai", ("Ekamai",)), ("ทองหล่อ", "Thong Lo", ("Thonglor", "Tonglo")),
)  # fmt: skip
_SOIS = 24
MARKS = (
    ("temple", "วัดธาตุทอง", "Wat That Thong"), ("temple", "วัดภาษี", None), ("temple", "วัดใหม่ช่องลม", None),
    ("temple", "วัดอุทัยธาราม", "Wat Uthai Tharam"), ("temple", "วัดเทพลีลา", None), ("temple", "วัดบึงทองหลาง", None),
    ("school", "โรงเรียนวัดธาตุทอง", None), ("school", "โรงเรียนสตรีวิทยา 2", "Satriwitthaya 2 School"),
    ("school", "โรงเรียนเซนต์ดอมินิก", "Saint Dominic School"), ("school", "โรงเรียนสามเสนนอก", None),
    ("hospital", "โรงพยาบาลกรุงเทพ", "Bangkok Hospital"), ("hospital", "โรงพยาบาลสุขุมวิท", "Sukhumvit Hospital"),
    ("hospital", "โรงพยาบาลรามคำแหง", "Ramkhamhaeng Hospital"), ("hospital", "โรงพยาบาลคามิลเลียน", None),
    ("police", "สถานีตำรวจนครบาลทองหล่อ", "Thong Lo Police Station"), ("police", "สถานีตำรวจนครบาลมักกะสัน", None),
    ("marketplace", "ตลาดคลองเตย", "Khlong Toei Market"), ("marketplace", "ตลาดเสรี", None),
    ("mall", "เซ็นทรัลพลาซา พระราม 9", "Central Plaza Rama 9"), ("mall", "เดอะมอลล์ บางกะปิ", "The Mall Bang Kapi"),
    ("mall", None, "Gateway Ekamai"), ("mall", None, "Emporium"), ("mall", "เทอร์มินอล 21", "Terminal 21"),
    ("hotel", "โรงแรมแกรนด์สุขุมวิท", "Grand Sukhumvit Hotel"), ("hotel", None, "Landmark Plaza Hotel"),
    ("station", "สถานีพร้อมพงษ์", "Phrom Phong Station"), ("station", "สถานีเพชรบุรีใหม่", None),
    ("bank", "ธนาคารกสิกรไทย", "Kasikornbank"), ("bank", "ธนาคารกรุงไทย", "Krungthai Bank"),
    ("park", "สวนเบญจสิริ", "Benchasiri Park"), ("village", "หมู่บ้านปัญญา", "Panya Village"),
    ("mosque", "มัสยิดดารุลอิหซาน", None), ("building", "อาคารซันทาวเวอร์ส", "Sun Towers"),
    ("mall", "บิ๊กซี เอกมัย", "Big C Ekkamai"),
)  # fmt: skip
_TAGS = {
    "temple": {"amenity": "place_of_worship", "religion": "buddhist"}, "school": {"amenity": "school"},
    "hospital": {"amenity": "hospital"}, "police": {"amenity": "police"}, "marketplace": {"amenity": "marketplace"},
    "mall": {"shop": "mall"}, "hotel": {"tourism": "hotel"}, "station": {"railway": "station"},
    "bank": {"amenity": "bank"},
    "park": {"leisure": "park"}, "village": {"landuse": "residential"}, "building": {"building": "yes"},
    "mosque": {"amenity": "place_of_worship", "religion": "muslim"},
}  # fmt: skip
_CHAINS = (
    ({"shop": "convenience", "name": "เซเว่น อีเลฟเว่น", "name:en": "7-Eleven", "brand": "7-Eleven"}, 18),
    ({"shop": "convenience", "name": "7-Eleven"}, 6), ({"amenity": "fuel", "name": "ปตท.", "brand": "ปตท."}, 5),
    ({"shop": "supermarket", "name": "โลตัส", "name:en": "Lotus's", "old_name": "เทสโก้ โลตัส"}, 5),
)  # fmt: skip
_AREAS = ("คลองเตย", "วัฒนา", "ห้วยขวาง", "วังทองหลาง", "บางกะปิ", "สวนหลวง")


class Phrase(NamedTuple):
    said: str
    at: At
    within_m: float
    sort: str


class Soi(NamedTuple):
    road: int
    number: str
    thai: str
    english: str
    mouth: At
    end: At


def at(x: float, y: float) -> At:
    return SOUTH + y * _LAT, WEST + x * _LON


class City:
    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self._nodes: list[tuple[At, dict[str, str]]] = []
        self._ways: list[tuple[list[int], dict[str, str]]] = []
        self.sois: list[Soi] = []
        self.marks: list[tuple[str | None, str | None, At]] = []
        self.chains: list[tuple[str, At]] = []
        self.houses: list[tuple[str, Soi, At]] = []
        self.posts: list[tuple[int, At]] = []
        self.junctions: dict[tuple[int, int], At] = {}
        self.named: list[tuple[str, At]] = []
        self._streets()
        self._landmarks()

    def node(self, place: At, /, **tags: str) -> int:
        self._nodes.append((place, tags))
        return len(self._nodes)

    def _streets(self) -> None:
        crossing = {}
        for row in range(len(ACROSS)):
            for column in range(len(ALONG)):
                place = at(_BLOCK * (column + 1), _BLOCK * (row + 1))
                self.junctions[row, column] = place
                crossing[row, column] = self.node(place)
        names = {
            (0, 1): "แยกอโศก",
            (0, 5): "แยกทองหล่อ",
            (1, 1): "แยกอโศก-เพชรบุรี",
            (4, 0): "แยกรัชดา-ลาดพร้าว",
            (2, 0): "แยกพระราม 4",
        }
        names |= {(3, 3): "แยกลำสาลี", (5, 3): "แยกพัฒนาการ", (0, 4): "แยกเอกมัยใต้"}
        for key, name in names.items():
            self.node(self.junctions[key], highway="traffic_signals", name=name)
            self.named.append((name, self.junctions[key]))
        for row in range(len(ACROSS)):
            self._main(row, [crossing[row, column] for column in range(len(ALONG))])
        for column, (thai, english, _) in enumerate(ALONG):
            tags = {"highway": "primary", **_names(f"ถนน{thai}", f"{english} Road", column)}
            self._ways.append(([crossing[row, column] for row in range(len(ACROSS))], tags))

    def _main(self, row: int, crossings: list[int]) -> None:
        thai, english, _ = ACROSS[row]
        y, line, sois = _BLOCK * (row + 1), [], []
        step = _BLOCK * (len(ALONG) - 1) / (_SOIS / 2 + 1)
        for place in range(int(_SOIS / 2)):
            x = _BLOCK + step * (place + 1) + 17
            for side, number in ((1, 2 * place + 1), (-1, 2 * place + 2)):
                mouth, end = at(x + side * 12, y), at(x + side * 12 + 40, y + side * (250 + 10 * place))
                first, last = self.node(mouth), self.node(end)
                line.append((x + side * 12, first))
                soi = Soi(row, str(number), f"ซอย{thai} {number}", f"Soi {english} {number}", mouth, end)
                sois.append((soi, first, last))
        line += [(_BLOCK * (column + 1), node) for column, node in enumerate(crossings)]
        ref = {"ref": "3"} if row == 0 else {}
        tags = {"highway": "trunk", **_names(f"ถนน{thai}", f"{english} Road", row), **ref}
        self._ways.append(([node for _, node in sorted(line)], tags))
        for count, (soi, first, last) in enumerate(sois):
            self._soi(soi, first, last, count)
        if row == 0:
            for kilometre in range(1, 6):
                place = at(_BLOCK + kilometre * 800, y + 8)
                self.node(place, highway="milestone", distance=str(kilometre), ref="3", name=f"ถนน{thai}")
                self.posts.append((kilometre, place))

    def _soi(self, soi: Soi, first: int, last: int, count: int) -> None:
        tags = {"highway": "residential", **_names(soi.thai, soi.english, count)}
        if count % 7 == 3:
            tags["alt_name"] = f"ซอย{_GIVEN[count % len(_GIVEN)]}{ACROSS[soi.road][0].replace(' ', '')[:3]}"
        middle = self.node(_between(soi.mouth, soi.end, 0.5))
        self._ways.append(([first, middle, last], tags))
        self.sois.append(soi)
        if count % 5 == 2:
            branch = _between(soi.mouth, soi.end, 0.5)
            end = (branch[0], branch[1] + 120 * _LON)
            number = f"{soi.number}/1"
            thai = f"ซอย{ACROSS[soi.road][0]} {soi.number} แยก 1" if count % 2 else f"ซอย{ACROSS[soi.road][0]} {number}"
            sub = Soi(soi.road, number, thai, f"Soi {ACROSS[soi.road][1]} {number}", branch, end)
            self._ways.append(([middle, self.node(end)], {"highway": "service", "name": thai}))
            self.sois.append(sub)
        if count % 4 == 1:
            for house in (12, 45):
                place = _between(soi.mouth, soi.end, house / 60)
                self.node(place, **{"addr:housenumber": f"{house}/{count}", "addr:street": soi.thai})
                self.houses.append((f"{house}/{count}", soi, place))

    def _landmarks(self) -> None:
        spots = list(self.sois)
        self.random.shuffle(spots)
        for (sort, thai, english), soi in zip(MARKS, spots, strict=False):
            place = _between(soi.mouth, soi.end, self.random.uniform(0.2, 0.9))
            tags = dict(_TAGS[sort])
            tags |= {"name": thai or english or ""} | ({"name:en": english} if english and thai else {})
            self.node(place, **tags)
            self.marks.append((thai, english, place))
        free = iter(spots[len(MARKS) :])
        for tags, count in _CHAINS:
            for _ in range(count):
                soi = next(free)
                place = _between(soi.mouth, soi.end, 0.1)
                self.node(place, **tags)
                self.chains.append((tags["name"], place))
        for number, area in enumerate(_AREAS):
            place = at(_BLOCK * (1.5 + number % 3 * 1.7), _BLOCK * (1.5 + number // 3 * 2.8))
            self.node(place, place="suburb", name=f"แขวง{area}")

    def write(self, file: Path) -> Path:
        lines = ["<?xml version='1.0' encoding='UTF-8'?>", '<osm version="0.6" generator="test">']
        for number, ((lat, lon), tags) in enumerate(self._nodes, start=1):
            lines.append(f'<node id="{number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}">{_tags(tags)}</node>')
        for number, (nodes, tags) in enumerate(self._ways, start=1):
            refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
            lines.append(f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>')
        file.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
        return file

    def middle(self) -> At:
        return at(_BLOCK * 3.5, _BLOCK * 3.5)


_GIVEN = ("ประสานมิตร", "แสงแจ่ม", "เจริญใจ", "มหาดไทย", "ร่วมใจ", "นวลน้อย", "สวัสดี")


def _names(thai: str, english: str, count: int) -> dict[str, str]:
    """Most have both, some only one."""
    if count % 6 == 4:
        return {"name": thai}
    if count % 6 == 5:
        return {"name": english}
    return {"name": thai, "name:en": english}


def _between(one: At, other: At, share: float) -> At:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _tags(tags: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())

"""A name taken apart."""

import pytest

from api.domain.places.names import Name, expanded, read_name
from api.domain.places.place import PlaceKind as K
from api.domain.places.tags import is_junction, kind_of, names_of, shown, street_kind


@pytest.mark.parametrize(
    ("said", "written", "number", "kind"),
    [
        ("ซอยสุขุมวิท 23", "สุขุมวิท", "23", K.SOI), ("ซ.สุขุมวิท23", "สุขุมวิท", "23", K.SOI),
        ("สุขุมวิทซอย 23", "สุขุมวิท", "23", K.SOI), ("สุขุมวิท ซ.๒๓", "สุขุมวิท", "23", K.SOI),
        ("ซอย 23 ถนนสุขุมวิท", "สุขุมวิท", "23", K.SOI), ("ซอย 12 ถนนพระราม 4", "พระราม", "4/12", K.SOI),
        ("ตรอกข้าวสาร", "ขาวสาร", "", K.SOI), ("ถ.สีลม", "สีลม", "", K.ROAD), ("ถนน พระรามที่ 4", "พระราม", "4", K.ROAD),
        ("ถ.พระรามเก้า", "พระราม", "9", K.ROAD), ("Rama IX Road", "พระราม", "9", K.ROAD),
        ("rama 4", "พระราม", "4", None),
        ("ลาดพร้าว 101/3", "ลาดพราว", "101/3", None), ("ลาดพร้าว 101 แยก 3", "ลาดพราว", "101/3", None),
        ("ซอยลาดพร้าว 101-3", "ลาดพราว", "101/3", K.SOI), ("รร.วัดธาตุทอง", "วัดธาตุทอง", "", K.SCHOOL),
        ("ร.ร.วัดธาตุทอง", "วัดธาตุทอง", "", K.SCHOOL), ("วัดธาตุทอง", "ธาตุทอง", "", K.TEMPLE),
        ("รพ.กรุงเทพ", "กรุงเทพ", "", K.HOSPITAL), ("โรงบาลกรุงเทพ", "กรุงเทพ", "", K.HOSPITAL),
        ("สน.ทองหล่อ", "ทองหลอ", "", K.POLICE), ("สถานีตำรวจนครบาลทองหล่อ", "ทองหลอ", "", K.POLICE),
        ("สภ.บางปู", "บางปู", "", K.POLICE), ("ธ.กสิกรไทย", "กสิกรไทย", "", K.BANK), ("สี่แยกอโศก", "อโศก", "", K.JUNCTION),
        ("ไฟแดงอโศก", "อโศก", "", K.JUNCTION), ("สะพานควาย", "ควาย", "", K.BRIDGE), ("ตลาด", "ตลาด", "", K.MARKET),
        ("ม.เกษตรศาสตร์", "เกษตรศาสตร", "", K.SCHOOL), ("ปั๊ม ปตท.", "ปตท", "", K.FUEL), ("PTT", "ปตท", "", None),
        ("ซอย 3", "ซอย", "3", K.SOI), ("สนามบิน", "สนามบิน", "", None), ("BTS อโศก", "อโศก", "", K.STATION),
        ("ซอยแยกเจริญ", "แยกเจริญ", "", K.SOI), ("บ้านซอย", "บานซอย", "", None),
    ],
)  # fmt: skip
def test_a_thai_name(said: str, written: str, number: str, kind: K | None) -> None:
    read = read_name(said)
    assert (read.written, read.number, read.kind) == (written, number, kind)


@pytest.mark.parametrize(
    "said", ["7-11", "7-Eleven", "7 eleven", "Seven Eleven", "เซเว่น", "เซเว่น อีเลฟเว่น", "เซเวน", "seven", "7-อีเลฟเว่น"]
)
def test_one_chain_has_one_name(said: str) -> None:
    assert read_name(said) == Name("เซเวน", "sewen")


@pytest.mark.parametrize(
    ("said", "same", "number", "kind"),
    [
        ("Soi Sukhumvit 23", "sukumwit", "23", K.SOI), ("Sukhumvit Soi23", "sukumwit", "23", K.SOI),
        ("sukhumvit rd.", "sukumwit", "", K.ROAD), ("Wat Pho", "po", "", K.TEMPLE),
        ("Bangkok Hospital", "pangkok", "", K.HOSPITAL),
        ("Thong Lo Police Station", "tonglo", "", K.POLICE), ("Asok Intersection", "asok", "", K.JUNCTION),
        ("Hauptstr. 5", "hauptstlas", "5", None), ("Hauptstraße 5", "hauptstlas", "5", None),
        ("35", "numpel", "35", None),
        ("R. 14 de Julho", "luateculho", "14", None), ("Sukhumvit 22 Alley", "sukumwit", "22", K.SOI),
    ],
)  # fmt: skip
def test_a_name_in_latin_letters(said: str, same: str, number: str, kind: K | None) -> None:
    read = read_name(said)
    assert (read.written, read.spoken, read.number, read.kind) == ("", same, number, kind)


def test_nothing_is_no_name_and_a_long_one_ends() -> None:
    assert read_name("").empty
    assert read_name(".. /").empty
    assert len(read_name("ก" * 500).written) == 60
    assert expanded("อาคาร X แขวงคลองเตย เขตคลองเตย กทม. 10110").endswith("คลองเตย")


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"amenity": "place_of_worship", "religion": "buddhist"}, K.TEMPLE),
        ({"amenity": "place_of_worship", "religion": "muslim"}, K.WORSHIP),
        ({"amenity": "school"}, K.SCHOOL), ({"amenity": "police"}, K.POLICE), ({"amenity": "cafe"}, K.LANDMARK),
        ({"highway": "bus_stop"}, K.STOP), ({"highway": "milestone"}, K.KM_POST),
        ({"highway": "traffic_signals"}, K.JUNCTION),
        ({"highway": "street_lamp"}, None), ({"highway": "stop", "junction": "yes", "name": "x"}, K.JUNCTION),
        ({"shop": "convenience"}, K.SHOP), ({"shop": "market"}, K.MARKET), ({"place": "suburb"}, K.AREA),
        ({"place": "island"}, None),
        ({"boundary": "administrative"}, K.AREA), ({"railway": "station"}, K.STATION),
        ({"public_transport": "platform"}, K.STOP),
        ({"tourism": "hotel"}, K.HOTEL), ({"tourism": "museum"}, K.LANDMARK), ({"leisure": "park"}, K.PARK),
        ({"building": "yes"}, K.BUILDING),
        ({"landuse": "residential"}, K.VILLAGE), ({"landuse": "retail"}, K.LANDMARK),
        ({"landuse": "grass"}, None), ({"junction": "yes"}, K.JUNCTION),
        ({"man_made": "bridge"}, K.BRIDGE), ({"building": "temple"}, K.TEMPLE), ({}, None),
        ({"amenity": "bank"}, K.BANK),
        ({"amenity": "fuel"}, K.FUEL), ({"amenity": "hospital"}, K.HOSPITAL), ({"amenity": "marketplace"}, K.MARKET),
    ],
)  # fmt: skip
def test_a_kind_by_its_tags(tags: dict[str, str], kind: K | None) -> None:
    assert kind_of(tags) == kind


def test_every_name_it_goes_by() -> None:
    tags = {"name": "ซอยสุขุมวิท 23 (ประสานมิตร)", "alt_name": "A; B", "name:en": "Soi 23", "old_name": "A"}
    assert names_of(tags) == ["ซอยสุขุมวิท 23", "ประสานมิตร", "Soi 23", "A", "B"]
    assert shown(tags) == ("ซอยสุขุมวิท 23 (ประสานมิตร)", "Soi 23")
    assert shown({"name": "Emporium"}) == ("Emporium", "Emporium")
    assert shown({"name": "วัด"}) == ("วัด", None)
    assert shown({"name": "Wat", "name:th": "วัด"})[0] == "วัด"
    assert (street_kind(["ถนนสีลม"]), street_kind(["x", "Soi 3"]), street_kind(["ตรอก ก"])) == (K.ROAD, K.SOI, K.SOI)
    assert (is_junction("แยกอโศก"), is_junction("Asok Junction"), is_junction("อโศก")) == (True, True, False)

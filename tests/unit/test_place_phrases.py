"""What a caller may mean."""

import pytest

from api.domain.places.names import read_name
from api.domain.places.phrases import Reading, Wanted, joined, readings
from api.domain.places.place import Spot

MOUTH, MIDDLE, END = Spot.MOUTH, Spot.MIDDLE, Spot.END


@pytest.mark.parametrize(
    ("said", "name", "spot"),
    [
        ("ซอยสุขุมวิท 23 ปากซอย", "ซอยสุขุมวิท 23", MOUTH), ("ปากซอยสุขุมวิท 23", "ซอยสุขุมวิท 23", MOUTH),
        ("หน้าปากซ.สุขุมวิท 23", "ซอยสุขุมวิท 23", MOUTH), ("ต้นซอยสุขุมวิท 23", "ซอยสุขุมวิท 23", MOUTH),
        ("กลางซอยสุขุมวิท 23", "ซอยสุขุมวิท 23", MIDDLE), ("ท้ายซอยสุขุมวิท 23", "ซอยสุขุมวิท 23", END),
        ("ซอยสุขุมวิท 23 สุดซอย", "ซอยสุขุมวิท 23", END), ("mouth of Soi Sukhumvit 23", "soi sukhumvit 23", MOUTH),
        ("the end of Soi Sukhumvit 23", "soi sukhumvit 23", END),
        ("middle of Soi Sukhumvit 23", "soi sukhumvit 23", MIDDLE),
        ("ซอยสุขุมวิท 23", "ซอยสุขุมวิท 23", None), ("กลางถนนสีลม", "ถนนสีลม", MIDDLE),
    ],
)  # fmt: skip
def test_a_part_of_a_street(said: str, name: str, spot: Spot | None) -> None:
    assert readings(said)[0] == Reading(Wanted(read_name(name), spot))


@pytest.mark.parametrize(
    ("said", "name", "house"),
    [
        ("12/3 ซอยรามคำแหง 24", "ซอยรามคำแหง 24", "12/3"), ("บ้านเลขที่ 45 ซ.รามคำแหง 24", "ซอยรามคำแหง 24", "45"),
        ("เลขที่ 45-1 ถนนสีลม", "ถนนสีลม", "45/1"), ("No. 7 Silom Road", "silom road", "7"),
        ("12ก ถนนสีลม", "ถนนสีลม", "12ก"),
        ("ถนนสีลม เลขที่ 9", "ถนนสีลม", "9"),
    ],
)  # fmt: skip
def test_a_house(said: str, name: str, house: str) -> None:
    assert Reading(Wanted(read_name(name), house=house)) in readings(said)


@pytest.mark.parametrize(
    ("said", "name", "km"),
    [
        ("กม. 12 ถนนบางนา", "ถนนบางนา", "12"), ("ถนนบางนา กม.12+500", "ถนนบางนา", "12"),
        ("หลัก กม.ที่ 12 ทล.35", "35", "12"),
        ("km 12 Bang Na Road", "bang na road", "12"), ("กิโลเมตรที่ 3 ทางหลวงหมายเลข 4", "4", "3"),
    ],
)  # fmt: skip
def test_a_kilometre(said: str, name: str, km: str) -> None:
    assert readings(said)[0] == Reading(Wanted(read_name(name), km=km))


@pytest.mark.parametrize(
    ("said", "one", "other"),
    [
        ("แยกสีลมตัดสาทร", "สีลม", "สาทร"), ("ถนนสีลมตัดกับถนนสาทร", "ถนนสีลม", "ถนนสาทร"), ("สีลม บรรจบ สาทร", "สีลม", "สาทร"),
        ("corner of Silom and Sathon", "silom", "sathon"), ("หัวมุมสีลมกับสาทร", "สีลม", "สาทร"),
        ("สีลม x สาทร", "สีลม", "สาทร"),
        ("แยกพระราม 4-สีลม", "พระราม 4", "สีลม"), ("ถนนสีลม/ถนนสาทร", "ถนนสีลม", "ถนนสาทร"),
        ("Silom Road and Sathon Road", "silom road", "sathon road"), ("esquina de Rua A e Rua B", "rua a", "rua b"),
    ],
)  # fmt: skip
def test_a_corner(said: str, one: str, other: str) -> None:
    pairs = [(each.wanted.name, each.crosses.name) for each in readings(said) if each.crosses]
    assert (read_name(one), read_name(other)) in pairs


def test_two_names_joined_by_and_are_no_corner_unless_somebody_says_so() -> None:
    assert not [each for each in readings("Marks and Spencer") if each.crosses]


@pytest.mark.parametrize(
    ("said", "one", "other"),
    [
        ("หน้าเซเว่นตรงข้ามวัดธาตุทอง", "เซเว่น", "วัดธาตุทอง"), ("เซเว่นข้างๆวัดธาตุทอง", "เซเว่น", "วัดธาตุทอง"),
        ("เซเว่น สุขุมวิท 23", "เซเว่น", "สุขุมวิท 23"), ("7-11 near Wat Pho", "7-11", "wat pho"),
        ("โลตัสสาขาบางนา", "โลตัส", "บางนา"), ("เซเว่นในซอยสีลม 3", "เซเว่น", "ซอยสีลม 3"),
        ("เซเว่นอยู่ใกล้กับวัดธาตุทอง", "เซเว่น", "วัดธาตุทอง"),
    ],
)  # fmt: skip
def test_a_place_beside_another(said: str, one: str, other: str) -> None:
    pairs = [(each.wanted.name, each.near.name) for each in readings(said) if each.near]
    assert (read_name(one), read_name(other)) in pairs


def test_a_chain_at_the_mouth_of_a_soi() -> None:
    pairs = [(each.wanted.name, each.near) for each in readings("เซเว่นปากซอยสุขุมวิท 23") if each.near]
    assert (read_name("เซเว่น"), Wanted(read_name("ซอยสุขุมวิท 23"), MOUTH)) in pairs


@pytest.mark.parametrize("said", ["ใกล้วัดธาตุทอง", "แถววัดธาตุทอง", "อยู่หน้าวัดธาตุทอง", "opposite วัดธาตุทอง", "ที่วัดธาตุทองครับ"])
def test_words_around_a_name_are_left_out(said: str) -> None:
    assert read_name("วัดธาตุทอง") in [each.wanted.name for each in readings(said)]


def test_polite_words_say_nothing() -> None:
    assert readings("ปากซอยสีลม 6ค่ะ") == readings("ปากซอยสีลม 6 นะครับ") == readings("ปากซอยสีลม 6")


def test_words_that_belong_to_a_name_are_kept_first() -> None:
    assert readings("ถนนหลังสวน")[0] == Reading(Wanted(read_name("ถนนหลังสวน")))
    assert [each.weight for each in readings("ถนนหลังสวน")] == sorted(
        (each.weight for each in readings("ถนนหลังสวน")), reverse=True
    )


def test_two_names_in_one_word() -> None:
    (whole, *_) = readings("เซเว่นทองหล่อ 10")
    parts = dict(joined(whole))
    assert parts["เซเวน"].wanted.name == read_name("เซเว่น")
    assert parts["เซเวน"].near == Wanted(read_name("ทองหล่อ 10"))
    assert min(map(len, parts)) == 3
    assert joined(readings("สีลม")[0]) == []
    assert joined(Reading(whole.wanted, near=whole.wanted)) == []


def test_what_names_nothing_has_no_readings() -> None:
    assert readings("") == readings("... / -") == readings("\x00\u202e🏠") == []
    assert len(readings("a b c d e f g h i j k l m n o p q r s t")) <= 12

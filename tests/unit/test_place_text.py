"""Text as it is compared, and how it sounds."""

import pytest

from api.domain.places.sounds import sound
from api.domain.places.text import bare, is_thai, plain, silenced


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ซอย ๒๓", "ซอย 23"), ("ลาดพร้าว", "ลาดพราว"), ("ลาดพรัาว", "ลาดพรัาว"), ("เเยก", "แยก"),
        ("นํ้า", "นำ"), ("น้ำ", "นำ"),
        ("เซ็นทรัล", "เซนทรัล"), ("ÁÉ Straße", "ae strasse"), ("ＳＯＩ", "soi"), ("a\x00b\u200bc\u202ed", "a bcd"),
        ("🏠 วัด 🚓", "วัด"), ("  a \t b\n", "a b"), ("101/3", "101/3"), ("O'Connor", "o'connor"), ("วัด_ใหม่", "วัด ใหม"),
        ("จันทร์", "จันทร์"), ("a\u00a0b", "a b"),
    ],
)  # fmt: skip
def test_plain(text: str, same: str) -> None:
    assert plain(text) == same
    assert plain(plain(text)) == plain(text), "what is plain stays so"


def test_silent_letters_are_written_and_not_spoken() -> None:
    assert (silenced("จันทร์"), bare("จันทร์")) == ("จัน", "จันทร")
    assert (silenced("ศุกร์"), silenced("สิทธิ์")) == ("ศุก", "สิท")
    assert (is_thai("soi ก"), is_thai("soi 23 ๏")) == (True, False)


@pytest.mark.parametrize(
    ("thai", "english"),
    [
        ("สุขุมวิท", "Sukhumvit"), ("สุขุมวิท", "Sukhumwit"), ("อโศก", "Asok"), ("อโศก", "Asoke"), ("ลาดพร้าว", "Lat Phrao"),
        ("ลาดพร้าว", "Ladprao"), ("ทองหล่อ", "Thong Lo"), ("สีลม", "Silom"), ("สาทร", "Sathon"),
        ("รามคำแหง", "Ramkhamhaeng"),
        ("หลังสวน", "Lang Suan"), ("จันทร์", "Chan"), ("บางกะปิ", "Bang Kapi"), ("ประสานมิตร", "Prasanmit"),
        ("ดินแดง", "Din Daeng"), ("ห้วยขวาง", "Huai Khwang"), ("ไทย", "Thai"), ("เดิน", "Doen"), ("เมือง", "Mueang"),
        ("บัว", "Bua"), ("เกาะ", "Ko"), ("เก่า", "Kao"), ("ธรรม", "Tham"), ("ทราย", "Sai"), ("แม่", "Mae"), ("คน", "Khon"),
    ],
)  # fmt: skip
def test_a_thai_name_sounds_as_its_english_spelling(thai: str, english: str) -> None:
    assert sound(plain(thai)) == sound(plain(english))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ratchadapisek", "Ratchadaphisek"), ("Vibhavadi", "Wiphawadi"), ("Phuket", "Puket"), ("Thonburi", "Tonburi"),
        ("Khaosan", "Kaosan"), ("Ekkamai", "Ekamai"), ("Nana", "Nanna"), ("Soonvijai", "Sunwichai"),
        ("Cyclo", "Syklo"), ("Taxi", "Taksi"), ("Lumpinee", "Lumpini"), ("Zoo", "Su"), ("Ayudhya", "Ayutya"),
        ("Paeng", "Peng"),
        ("Chaeng", "Jaeng"), ("Ari", "Ary"), ("Thonglor", "Thonglol"), ("Nuea", "Nua"), ("Toei", "Toi"), ("Law", "Lo"),
    ],
)  # fmt: skip
def test_spellings_that_are_one(one: str, other: str) -> None:
    assert sound(plain(one)) == sound(plain(other)) != ""


def test_different_names_sound_different() -> None:
    names = ["Silom", "Sathon", "Siam", "Asok", "Ari", "Ekkamai", "Bang Na", "Phra Khanong", "Nang", "Nak"]
    assert len({sound(plain(name)) for name in names}) == len(names)
    assert sound("12/3") == ""

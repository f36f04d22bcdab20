"""What people say about the made-up city, with their mistakes; each with where it is."""

import random

from tests.thai_city import ACROSS, ALONG, At, City, Phrase, Soi, _between

_TONES = "่้๊๋"
_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def phrases(city: City, seed: int = 7) -> list[Phrase]:
    chance = random.Random(seed)
    return [
        *_sois(city, chance), *_parts(city, chance), *_houses(city, chance), *_corners(city, chance), *_posts(city),
        *_marks(city, chance), *_beside(city, chance), *_junctions(city, chance), *_english(city, chance),
    ]  # fmt: skip


def _no_tones(text: str) -> str:
    return "".join(letter for letter in text if letter not in _TONES)


def _wrong_tones(text: str, chance: random.Random) -> str:
    return "".join(chance.choice(_TONES) if letter in _TONES else letter for letter in text)


def slip(text: str, chance: random.Random) -> str:
    """One letter left out, doubled or swapped with the next; never a digit, nor the first two letters."""
    spots = [at for at in range(3, len(text) - 1) if text[at].isalpha() and text[at + 1].isalpha()]
    if not spots:
        return text
    at = chance.choice(spots)
    return chance.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        )
    )


def _sois(city: City, chance: random.Random) -> list[Phrase]:
    found = []
    for soi in chance.sample(city.sois, 60):
        road, number = ACROSS[soi.road][0], soi.number
        joined = "" if not road[-1].isdigit() else " "
        said = chance.choice(
            (
                f"ซอย{road} {number}", f"ซ.{road}{joined}{number}", f"ซ. {road} {number}", f"{road} {number}",
                f"{road}ซอย{number}",
                f"{road} ซ.{number}", f"ซอย{road}{joined}{number}".translate(_DIGITS), f"  ซอย  {road}   {number} ",
                _no_tones(f"ซอย{road} {number}"), _wrong_tones(f"ซอย{road} {number}", chance),
                f"ซอย {number} ถนน{road}",
                f"ในซอย{road} {number} ครับ", f"อยู่ {road} {number}", f"ซอย{slip(road, chance)} {number}",
            )
        )  # fmt: skip
        found.append(Phrase(said, _between(soi.mouth, soi.end, 0.5), _length(soi), "soi"))
    return found


def _length(soi: Soi) -> float:
    return 130.0 if "/" in soi.number else 170.0


def _parts(city: City, chance: random.Random) -> list[Phrase]:
    found = []
    for soi in chance.sample([soi for soi in city.sois if "/" not in soi.number], 36):
        place, said = chance.choice(
            (
                (soi.mouth, f"{soi.thai} ปากซอย"), (soi.mouth, f"ปาก{soi.thai}"), (soi.mouth, f"หน้าปาก{soi.thai}ค่ะ"),
                (soi.end, f"ท้าย{soi.thai}"), (soi.end, f"{soi.thai} สุดซอย"), (soi.end, f"สุด{_no_tones(soi.thai)}"),
                (_between(soi.mouth, soi.end, 0.5), f"กลาง{soi.thai}"), (soi.mouth, f"ปากซ.{soi.thai[3:]}"),
                (_between(soi.mouth, soi.end, 0.5), f"{soi.thai} กลางซอย"), (soi.mouth, f"ต้นซอย{soi.thai[3:]}"),
            )
        )  # fmt: skip
        found.append(Phrase(said, place, 60, "part"))
    return found


def _houses(city: City, chance: random.Random) -> list[Phrase]:
    found = []
    for number, soi, place in chance.sample(city.houses, 16):
        said = chance.choice(
            (
                f"{number} {soi.thai}",
                f"บ้านเลขที่ {number} {soi.thai}",
                f"เลขที่ {number} ซ.{soi.thai[3:]}",
                f"{number} {soi.thai[3:]}",
            )
        )
        found.append(Phrase(said, place, 60, "house"))
    return found


def _corners(city: City, chance: random.Random) -> list[Phrase]:
    found = []
    for (row, column), place in chance.sample(sorted(city.junctions.items()), 22):
        one, other = ACROSS[row][0], ALONG[column][0]
        english = ACROSS[row][1], ALONG[column][1]
        said = chance.choice(
            (
                f"แยก{one}ตัด{other}", f"ถนน{one}ตัดกับถนน{other}", f"ถ.{other} ตัด ถ.{one}", f"{one} ตัดกับ {other}",
                f"corner of {english[0]} and {english[1]}", f"หัวมุม{one}กับ{other}",
                f"{english[0]} Road x {english[1]} Road",
                _no_tones(f"สี่แยก {one} - {other}"), f"intersection of {english[1]} and {english[0]}",
            )
        )  # fmt: skip
        found.append(Phrase(said, place, 80, "corner"))
    return found


def _posts(city: City) -> list[Phrase]:
    road = ACROSS[0][0]
    forms = (
        "กม. {} ถนน" + road,
        "กม.{} ถ." + road,
        road + " กม. {}",
        "หลักกม.ที่ {} ทล.3",
        "km {} " + ACROSS[0][1] + " Road",
    )
    return [
        Phrase(form.format(number), place, 60, "km") for form, (number, place) in zip(forms, city.posts, strict=True)
    ]


def _marks(city: City, chance: random.Random) -> list[Phrase]:
    found = []
    for thai, english, place in city.marks:
        forms = (
            [
                thai,
                _no_tones(thai),
                _wrong_tones(thai, chance),
                slip(thai, chance),
                _short(thai),
                thai.replace(" ", ""),
            ]
            if thai
            else []
        )
        forms += [english, english.lower(), slip(english, chance)] if english else []
        beside = (
            [f"ใกล้{thai}", f"หน้า{thai}", f"แถว{thai}", f"อยู่ข้าง{thai}", f"ตรงข้าม{thai}"] if thai else [f"near {english}"]
        )
        found += [Phrase(said, place, 60, "mark") for said in (chance.choice(forms), chance.choice(beside))]
    return found


def _short(thai: str) -> str:
    for long, short in (("โรงเรียน", "รร."), ("โรงพยาบาล", "รพ."), ("สถานีตำรวจนครบาล", "สน."), ("ธนาคาร", "ธ.")):
        thai = thai.replace(long, short)
    return thai


def _beside(city: City, chance: random.Random) -> list[Phrase]:
    """A branch of a chain, by what is near it."""
    found = []
    sevens = [place for name, place in city.chains if name in {"เซเว่น อีเลฟเว่น", "7-Eleven"}]
    for place in sevens:
        soi = min((soi for soi in city.sois if "/" not in soi.number), key=lambda soi: _apart(soi.mouth, place))
        said = chance.choice(
            (
                f"เซเว่น{soi.thai}", f"7-11 {soi.thai}", f"เซเว่นปาก{soi.thai}", f"seven {soi.english}",
                f"เซเวน {soi.thai[3:]}",
                f"หน้าเซเว่นใน{soi.thai}", f"7-Eleven near {soi.english}", f"เซเว่นอีเลฟเว่น หน้าปาก{soi.thai}",
            )
        )  # fmt: skip
        found.append(Phrase(said, place, 60, "chain"))
    return found


def _apart(one: At, other: At) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _junctions(city: City, chance: random.Random) -> list[Phrase]:
    found = []
    for name, place in city.named:
        for said in (name, _no_tones(name.replace("แยก", "สี่แยก")), name.replace("แยก", "ตรงแยก")):
            found.append(Phrase(said, place, 60, "junction"))
    return found


def _english(city: City, chance: random.Random) -> list[Phrase]:
    found = []
    for soi in chance.sample([soi for soi in city.sois if "/" not in soi.number], 30):
        road = chance.choice((ACROSS[soi.road][1], *ACROSS[soi.road][2]))
        said = chance.choice(
            (f"Soi {road} {soi.number}", f"{road} Soi {soi.number}", f"{road} {soi.number}",
            f"{road.lower()} soi{soi.number}",
             f"ซอย {road} {soi.number}", f"{road.upper()} {soi.number}")
        )  # fmt: skip
        found.append(Phrase(said, _between(soi.mouth, soi.end, 0.5), 170, "english"))
    for thai, english, others in (*ACROSS, *ALONG):
        row = next((at for at, road in enumerate(ACROSS) if road[0] == thai), None)
        column = next((at for at, road in enumerate(ALONG) if road[0] == thai), 0)
        road = chance.choice((english, *others))
        middle = city.middle()[1] if row is not None else city.junctions[0, column][1]
        lat = city.junctions[row, 0][0] if row is not None else city.middle()[0]
        found.append(Phrase(f"{road} Road", (lat, middle), 450, "road"))
    return found

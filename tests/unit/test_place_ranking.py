"""Which of the places found is meant."""

import pytest

from api.domain.places.matching import beside as closeness
from api.domain.places.matching import fits, likeness, metres_apart, written_or_spoken
from api.domain.places.names import Name, read_name
from api.domain.places.phrases import Reading, Wanted
from api.domain.places.place import PlaceKind as K
from api.domain.places.place import Point, Spot
from api.domain.places.ranking import WORTH_SHOWING, Candidate, Found, alone, beside, best_first, crossing, fit_of_own
from api.domain.places.streets import Shape, shaped
from api.domain.places.words import Words, rounded, worded

HERE = Point(13.7, 100.5)


def north(metres: float) -> Point:
    return Point(HERE.lat + metres / 111_195, HERE.lon)


def found(name: str, score: float, at: Point, key: str = "") -> Found:
    return Found(key or name, K.SHOP, name, None, at, score)


def test_likeness_falls_with_every_slip() -> None:
    assert likeness("สุขุมวิท", "สุขุมวิท") == 1
    assert likeness("สุขุมวทิ", "สุขุมวิท") > likeness("สุขมวทิ", "สุขุมวิท") > likeness("สีลม", "สุขุมวิท")
    assert likeness("abcdef", "abcdfe") > likeness("abcdef", "abcdxy"), "swapped is better than wrong"
    assert likeness("bat", "bet") > likeness("bat", "bad"), "a vowel weighs less"
    assert likeness("", "a") == likeness("a", "") == 0
    assert likeness("วิภาวดี", "วิภาวดีรังสิต") > 0.8, "the beginning of a long name is said for all of it"
    assert likeness("ab", "abcdefgh") < 0.5
    assert 0.55 < likeness("หนาวัดธาตุทอง", "วัดธาตุทอง") < 0.9


def test_what_is_written_counts_more_than_what_is_heard() -> None:
    thai, latin = read_name("สีลม"), read_name("Silom")
    assert written_or_spoken(thai, "written", "สีลม") == 1
    assert written_or_spoken(thai, "spoken", "silom") == pytest.approx(0.97)
    assert written_or_spoken(latin, "spoken", "silom") == 1


def test_numbers_are_not_alike_they_are_the_same() -> None:
    said = Name("สุขุมวิท", "sukumwit", "23", K.SOI)
    right, without, wrong = (fits(said, 1.0, number, K.SOI) for number in ("23", "", "24"))
    assert right == 1 > without > WORTH_SHOWING > wrong
    unasked = fits(Name("สุขุมวิท", "sukumwit"), 1.0, "23", K.SOI)
    assert 1 > unasked > without


def test_a_kind_that_differs_costs_something() -> None:
    said = Name("ธาตุทอง", "tatutong", kind=K.TEMPLE)
    assert fits(said, 1.0, "", K.TEMPLE) == 1 > fits(said, 1.0, "", K.SCHOOL) > WORTH_SHOWING
    soi = Name("เอกมัย", "ekmai", kind=K.SOI)
    assert 1 > fits(soi, 1.0, "", K.ROAD) > fits(soi, 1.0, "", K.SHOP)


def test_a_house_of_a_street() -> None:
    wanted = Wanted(Name("สีลม", "silom", "3"), house="12/3")
    place = (1, K.HOUSE, "x", None, HERE, None)
    scores = [Candidate.of(wanted, 1.0, number, place).score for number in ("3#12/3", "3#12/4", "4#12/3", "3@12/3")]
    assert scores[0] > 1
    assert max(scores[1:]) < WORTH_SHOWING
    street = Candidate.of(wanted, 1.0, "3", (1, K.SOI, "x", None, HERE, None))
    assert scores[0] > street.score > WORTH_SHOWING, "the street is better than nothing"
    assert Candidate.of(Wanted(Name("สีลม", "silom", "3")), 1.0, "3#12/3", place).score == 0, "nobody asked for a house"
    post = Candidate.of(Wanted(Name("สีลม", "silom"), km="7"), 1.0, "@7", (1, K.KM_POST, "x", None, HERE, None))
    assert post.score > 1


def test_the_part_of_a_street_that_was_asked_for() -> None:
    shape = shaped([[HERE, north(600)]], north(600))
    ends = {
        spot: Candidate.of(Wanted(Name("a", "a"), spot), 1.0, "", (1, K.SOI, "a", None, HERE, shape)).at
        for spot in (*Spot, None)
    }
    assert metres_apart(ends[Spot.MOUTH], north(600)) < 1
    assert metres_apart(ends[Spot.END], HERE) < 1
    assert metres_apart(ends[Spot.MIDDLE], north(300)) < 1
    assert ends[None] == ends[Spot.MIDDLE]


def test_a_shape_has_few_points_and_begins_at_an_end() -> None:
    assert len(shaped([[HERE, north(10_000)]], None).points) == 24
    parts = [[north(300), north(500)], [HERE, north(300)]]
    assert {
        round(metres_apart(HERE, point)) for point in (shaped(parts, None).points[0], shaped(parts, None).points[-1])
    } == {0, 500}
    assert metres_apart(shaped(parts, None).nearest(north(310)), north(300)) < 40
    assert shaped([[HERE]], None).points == (HERE,)


def test_beside_is_better_the_closer_it_is() -> None:
    reading = Reading(Wanted(Name("ก", "k")), near=Wanted(Name("ข", "k")))
    temple = Candidate(9, K.TEMPLE, "วัด", None, HERE, 1.0)
    shops = [Candidate(at, K.SHOP, "เซเว่น", None, north(metres), 1.0) for at, metres in enumerate((20, 600, 5_000))]
    scores = [beside(reading, shop, temple).score for shop in shops]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.99 > scores[1] > 0.65 > scores[2]
    assert beside(reading, shops[0], temple).near == "วัด"
    street = Candidate(8, K.SOI, "ซอย", None, north(3_000), 1.0, Shape((HERE, north(3_000), north(6_000))))
    assert beside(reading, shops[0], street).score > 0.99, "anywhere along the street"
    at_end = Reading(reading.wanted, near=Wanted(Name("ข", "k"), Spot.END))
    assert beside(at_end, shops[0], street).score < 0.7, "unless a part of it was named"
    assert closeness(0) == 1


def test_a_crossing_is_named_as_it_was_asked_for() -> None:
    one, other = (Candidate(at, K.ROAD, name, name, HERE, 0.9) for at, name in enumerate("AB"))
    made = crossing(Reading(Wanted(Name("ก", "k")), weight=0.5), one, other, north(5))
    assert (made.name, made.name_en, made.kind, made.at, made.id) == ("A ตัด B", "A / B", K.JUNCTION, north(5), "x0-1")
    assert made.score == pytest.approx(0.5 * 0.9 * 1.05)


def test_best_first_then_nearest_each_once() -> None:
    asked = [
        found("far", 0.9, north(9_000)), found("near", 0.9, north(10)), found("better", 0.97, north(15_000)),
        found("poor", WORTH_SHOWING - 0.01, HERE), found("near", 0.7, north(10)),
        found("near", 0.9, north(40), "again"),
    ]  # fmt: skip
    assert [each.name for each in best_first(asked, HERE, 9)] == ["better", "near", "far"]
    assert [each.id for each in best_first(asked, None, 2)] == ["better", "again"]
    twins = [found("twin", 0.9, HERE, "a"), found("twin", 0.9, north(200), "b")]
    assert len(best_first(twins, HERE, 9)) == 2, "namesakes are shown"


def test_own_places_are_known_by_either_spelling() -> None:
    said, stored = read_name("บ้านลุงดำ"), read_name("บ้านลุงดำ")
    assert fit_of_own(said, stored, K.LANDMARK) == 1
    assert fit_of_own(read_name("กล้อง 1"), read_name("กล้อง 2"), K.CAMERA) < WORTH_SHOWING
    assert fit_of_own(said, read_name(""), K.LANDMARK) == 0
    assert alone(
        Reading(Wanted(said), weight=0.5), Candidate(1, K.SHOP, "a", None, HERE, 0.8), 0.5
    ).score == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("street", "mark", "th", "en"),
    [
        (("ซอย ก", "Soi K", 10.0), ("วัด ข", "Wat Kh", 42.0), "ซอย ก ห่างจากวัด ข 40 ม.", "Soi K, 40 m from Wat Kh"),
        (("ซอย ก", None, 10.0), None, "ซอย ก", "ซอย ก"),
        (("ซอย ก", None, 151.0), ("วัด ข", None, 3.0), "ห่างจากวัด ข 10 ม.", "10 m from วัด ข"),
        (("ก", None, 1.0), ("ก", None, 1.0), "ก", "ก"), (("ก", "K", 150.0), ("ข", None, 1_501.0), "ก", "K"),
        (("ก", "K", 1.0), ("ข", "Kh", 1_500.0), "ก ห่างจากข 1500 ม.", "K, 1500 m from Kh"),
    ],
)  # fmt: skip
def test_a_position_in_words(street: object, mark: object, th: str, en: str) -> None:
    assert worded(street, mark) == Words(th, en)  # type: ignore[arg-type]


def test_no_words_for_the_middle_of_nowhere() -> None:
    assert worded(None, None) is None
    assert worded(("ก", None, 500.0), ("ข", None, 2_000.0)) is None
    assert [rounded(metres) for metres in (0, 14, 196, 199.9, 226, 1_480)] == [10, 10, 200, 200, 250, 1_500]


@pytest.mark.parametrize(
    ("said", "stored", "alike"),
    [
        ("kt", "kp", 0.5), ("kat", "kit", 1 - 0.5 / 3), ("kt", "tk", 1 - 0.7 / 2), ("ktn", "kt", max(1 - 1 / 3, 0)),
        ("ktn", "ktnlp", 0.74 + 0.2 * 3 / 5), ("ktnlpsmh", "ktn", 0.45 + 0.4 * 3 / 8), ("kat", "kt", 1 - 0.5 / 3),
        ("kt", "ktn", 1 - 1 / 3), ("kntp", "ktnp", 1 - 0.7 / 4), ("abcd", "wxyz", 1 - 4 / 4),
    ],
)  # fmt: skip
def test_what_each_slip_costs(said: str, stored: str, alike: float) -> None:
    assert likeness(said, stored) == pytest.approx(alike)


def test_what_numbers_and_kinds_cost() -> None:
    said = Name("ก", "k", "3", K.SOI)
    assert [fits(said, 1.0, number, K.SOI) for number in ("3", "", "4")] == [1.0, 0.62, 0.3]
    assert fits(Name("ก", "k"), 1.0, "3", K.SOI) == 0.8
    assert [fits(said, 1.0, "3", kind) for kind in (K.SOI, K.ROAD, K.SHOP)] == [1.0, 0.9, 0.82]
    assert fits(Name("ก", "k", kind=K.SHOP), 1.0, "", K.ROAD) == 0.82
    assert closeness(500) == 0.5
    assert metres_apart(HERE, Point(14.7, 100.5)) == pytest.approx(111_195, abs=1)
    assert metres_apart(Point(60.0, 10.0), Point(60.0, 11.0)) == pytest.approx(55_597, abs=1)


def test_words_choose_the_english_name_where_there_is_one() -> None:
    assert worded(("ก", None, 1.0), ("ข", "Kh", 20.0)) == Words("ก ห่างจากข 20 ม.", "ก, 20 m from Kh")
    assert worded(("ก", "K", 1.0), ("ข", None, 20.0)) == Words("ก ห่างจากข 20 ม.", "K, 20 m from ข")
    assert worded(None, ("ข", "Kh", 20.0)) == Words("ห่างจากข 20 ม.", "20 m from Kh")
    assert [rounded(metres) for metres in (199.0, 200.0, 201.0, 225.1)] == [200, 200, 200, 250]

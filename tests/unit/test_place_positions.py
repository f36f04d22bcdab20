"""Positions that somebody pasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.places.coordinates import coordinates_in, encoded, plus_code_in
from api.domain.places.place import Point

HERE = Point(13.7563, 100.5018)


@pytest.mark.parametrize(
    "said",
    [
        "13.7563, 100.5018", "13.7563 100.5018", "(13.7563,100.5018)", "13.7563N 100.5018E",
        "13.7563° N, 100.5018° E", "N 13.7563, E 100.5018",
        "13°45'22.68\"N 100°30'6.48\"E", "13° 45.378' N 100° 30.108' E", "N13 45.378 E100 30.108",
        "geo:13.7563,100.5018?z=17",
        "https://www.google.com/maps/place/X/@13.7563,100.5018,17z", "https://maps.google.com/?q=13.7563,100.5018", "https://x.y/?q=loc:13.7563,100.5018",
        "https://www.google.com/maps/place/A/@1.0,2.0,17z/data=!3m1!4b1!4m5!3d13.7563!4d100.5018", "https://maps.apple.com/?ll=13.7563,100.5018&q=x",
        "https://www.openstreetmap.org/?mlat=13.7563&mlon=100.5018", "https://www.openstreetmap.org/#map=17/13.7563/100.5018",
        "https://maps.apple.com/place?coordinate=13.7563,100.5018", "https://www.google.com/maps/search/13.7563,+100.5018",
    ],
)  # fmt: skip
def test_one_place_in_many_ways(said: str) -> None:
    found = coordinates_in(said)
    assert found is not None
    assert (found.lat, found.lon) == (pytest.approx(HERE.lat, abs=1e-6), pytest.approx(HERE.lon, abs=1e-6))


@pytest.mark.parametrize(
    ("said", "lat", "lon"),
    [("33.5S 70.25W", -33.5, -70.25), ("-33.5, -70.25", -33.5, -70.25), ("S 33°30'0\" W 70°15'0\"", -33.5, -70.25)],
)
def test_the_other_half_of_the_world(said: str, lat: float, lon: float) -> None:
    assert coordinates_in(said) == Point(lat, lon)


@pytest.mark.parametrize(
    "said",
    ["45 12", "12/3", "91.5, 100.5", "13.7, 181.2", "https://goo.gl/maps/abc", "ซอย 13.5", "สุขุมวิท 23", "", "1.2.3, 4"],
)
def test_no_position(said: str) -> None:
    assert coordinates_in(said) is None


@pytest.mark.parametrize(
    ("code", "lat", "lon"),
    [
        ("7FG49QCJ+2V", 20.3700625, 2.7821875), ("7FG49Q00+", 20.375, 2.775), ("8FVC9G8F+6X", 47.3655625, 8.5249375),
        ("4VCPPQGP+Q9", -41.2730625, 174.7859375), ("6FG22222+22", 0.0000625 + 1 - 1 + 0.0, 2.0000625 - 2),
    ],
)  # fmt: skip
def test_full_codes_of_the_specification(code: str, lat: float, lon: float) -> None:
    if code.startswith("6FG2"):
        lat, lon = 0.0000625, 0.0000625
    found = plus_code_in(f"พบกันที่ {code.lower()} นะ", None)
    assert found is not None
    assert (found.lat, found.lon) == (pytest.approx(lat, abs=1e-9), pytest.approx(lon, abs=1e-9))


@pytest.mark.parametrize(
    "code", ["7P5+", "0P52QG4R+GP", "7P52QG4R+G", "QG4R+G", "7P52QG4RGP", "7A52QG4R+GP", "QG4+GP", "7P520000+GP"]
)
def test_what_is_no_code(code: str) -> None:
    assert plus_code_in(code, HERE) is None or code == "7P52QG4R+G"


def test_a_short_code_needs_a_place_nearby() -> None:
    assert plus_code_in("QG4R+GP", None) is None
    assert plus_code_in("QG4R+GP", HERE) == Point(13.7563125, pytest.approx(100.5418125))


@given(st.floats(-80, 80), st.floats(-179, 179), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))
def test_a_short_code_is_the_nearest_of_its_kind(lat: float, lon: float, up: float, right: float) -> None:
    code = encoded(Point(lat, lon))
    found = plus_code_in(f"{code[4:8]}+{code[8:]}", Point(lat + up, lon + right))
    assert found is not None
    assert (found.lat, found.lon) == (pytest.approx(lat, abs=0.0001), pytest.approx(lon, abs=0.0001))

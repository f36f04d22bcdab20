"""Whole streets, their mouths and crossings, and the names of everything, out of a file."""

from pathlib import Path

import pytest

from api.domain.places.matching import metres_apart
from api.domain.places.place import PlaceKind, Point
from api.roads.gazetteer import Entry, Gazetteer
from api.roads.named import read_named
from tests.streets import Map, place


def at(x: float, y: float) -> Point:
    return Point(*place(x, y))


def read(streets: Map, folder: Path) -> Gazetteer:
    return Gazetteer(read_named(streets.write(folder / "streets.osm"), lambda things, _: things))


def named(gazetteer: Gazetteer, name: str) -> list[Entry]:
    return [each for each in gazetteer.entries() if each and each.name == name]


def test_pieces_of_a_street_are_one_and_namesakes_elsewhere_are_not(tmp_path: Path) -> None:
    streets = Map(a=(0, 0), b=(100, 0), c=(200, 0), d=(260, 5), e=(400, 5), x=(9000, 0), y=(9100, 0))
    for nodes in ("a b", "b c", "d e", "x y"):
        streets.way(nodes, name="ซอย 3")
    found = named(read(streets, tmp_path), "ซอย 3")
    lengths = sorted(
        round(metres_apart(each.shape.points[0], each.shape.points[-1]), -1) for each in found if each.shape
    )
    assert lengths == [100, 400], "a gap of sixty metres is none"


def test_the_mouth_is_where_it_meets_the_street_it_is_named_after(tmp_path: Path) -> None:
    streets = Map(a=(0, 0), b=(300, 0), w=(-500, 0), e=(500, 300), s=(300, -500), n=(300, 500), v=(-500, 300))
    streets.way("a b", name="Soi Silom 3")
    streets.way("s b n", "trunk", name="ถนนพระราม 4")
    streets.way("w a v", "tertiary", name="ถนนสีลม")
    (soi,) = named(read(streets, tmp_path), "Soi Silom 3")
    assert soi.kind == PlaceKind.SOI
    assert soi.shape is not None
    assert metres_apart(soi.shape.points[0], at(0, 0)) < 1
    assert metres_apart(soi.shape.points[-1], at(300, 0)) < 1
    assert metres_apart(soi.at, at(150, 0)) < 40


def test_without_a_namesake_the_mouth_is_at_the_greatest_street(tmp_path: Path) -> None:
    streets = Map(a=(0, 0), b=(300, 0), s=(300, -500), n=(300, 500), w=(0, -500), v=(0, 500))
    streets.way("a b", name="ซอยร่วมใจ")
    streets.way("w a v", "residential", name="ซอยแสงจันทร์")
    streets.way("s b n", "trunk", name="ถนนพระราม 4")
    (soi,) = named(read(streets, tmp_path), "ซอยร่วมใจ")
    assert soi.shape is not None
    assert metres_apart(soi.shape.points[0], at(300, 0)) < 1


def test_streets_that_share_a_node_cross_there(tmp_path: Path) -> None:
    streets = Map(a=(0, 0), b=(100, 0), c=(0, 100), d=(0, -100))
    streets.way("a b", name="A")
    streets.way("d a c", name="B")
    streets.way("c d", name="B")
    gazetteer = read(streets, tmp_path)
    (crossing,) = gazetteer.crossings()
    assert metres_apart(crossing.at, at(0, 0)) < 1
    assert (crossing.one, crossing.other) == (0, 1)


def test_the_file_says_nothing_of_some(tmp_path: Path) -> None:
    streets = Map(a=(0, 0), b=(100, 0))
    streets.way("a gone b", name="A", alt_name="B", ref="3")
    file = streets.write(tmp_path / "streets.osm")
    school = '<way id="7" version="1"><nd ref="9999"/><tag k="amenity" v="school"/><tag k="name" v="S"/></way></osm>'
    file.write_text(file.read_text(encoding="utf-8").replace("</osm>", school), encoding="utf-8")
    gazetteer = Gazetteer(read_named(file, lambda things, _: things))
    (street,) = named(gazetteer, "A")
    assert {text for script, text, _ in street.keys} >= {"a", "p"}
    assert ("spoken", "numpel", "3") in street.keys
    assert [each for each in gazetteer.entries() if each is None] == [None]


@pytest.mark.parametrize(
    ("tags", "key"),
    [
        ({"addr:housenumber": "12-3", "addr:street": "ซอยสีลม 5"}, ("written", "สีลม", "5#12/3")),
        ({"highway": "milestone", "distance": "12 km", "ref": "35"}, ("spoken", "numpel", "35@12")),
        ({"highway": "milestone", "pk": "4", "name": "ถนนสีลม"}, ("written", "สีลม", "@4")),
        ({"amenity": "school", "name": "โรงเรียนสีลม"}, ("spoken", "silom", "")),
    ],
)
def test_what_it_is_found_by(tmp_path: Path, tags: dict[str, str], key: tuple[str, str, str]) -> None:
    file = tmp_path / "one.osm"
    inside = "".join(f'<tag k="{name}" v="{value}"/>' for name, value in tags.items())
    file.write_text(
        f'<osm version="0.6"><node id="1" version="1" lat="13.7" lon="100.5">{inside}</node></osm>', encoding="utf-8"
    )
    (entry,) = Gazetteer(read_named(file, lambda things, _: things)).entries()
    assert entry is not None
    assert key in entry.keys


def test_what_has_no_use_for_a_caller_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "none.osm"
    tags = (
        '<tag k="name" v="x"/><tag k="power" v="tower"/>',
        '<tag k="addr:housenumber" v="1"/>',
        '<tag k="highway" v="milestone"/>',
    )
    nodes = "".join(f'<node id="{at}" version="1" lat="13" lon="100">{tag}</node>' for at, tag in enumerate(tags, 1))
    file.write_text(f'<osm version="0.6">{nodes}</osm>', encoding="utf-8")
    assert list(Gazetteer(read_named(file, lambda things, _: things)).entries()) == []

"""Files as they come: bad ones give one line, real ones are read (if the shared data is present)."""

import gzip
import os
import re
from pathlib import Path

import numpy as np
import pytest
import shapely

from api.roads.extract import Extract, read_extract
from api.roads.geometry import to_degrees
from api.roads.network import Places
from api.roads.osm import UnusableFile
from tests.streets import Map, network_of

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "roads"
STREETS = Map(a=(0, 0), b=(100, 0))
STREETS.way("a b")


def read(file: Path) -> Extract:
    return read_extract(file, lambda things, _: things)


def refused(file: Path) -> str:
    with pytest.raises(UnusableFile) as caught:
        read(file)
    message = str(caught.value)
    assert "\n" not in message
    assert str(file) in message
    return message


def shared(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip(f"needs the shared data: {name}")
    return DATA / name


def test_missing_directory_and_empty(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "no.osm.pbf")
    folder = tmp_path / "folder.osm.pbf"
    folder.mkdir()
    assert "is a directory" in refused(folder)
    for name in ("empty.osm.pbf", "empty.osm", "empty.osm.gz"):
        (tmp_path / name).touch()
        assert "is empty" in refused(tmp_path / name)


@pytest.mark.parametrize("name", ["noise.osm.pbf", "noise.osm", "noise.osm.gz"])
def test_not_openstreetmap_at_all(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(os.urandom(4000))
    assert "cannot be read" in refused(tmp_path / name)
    (tmp_path / name).write_text("<html><body>not here</body></html>")
    assert "cannot be read" in refused(tmp_path / name)


def test_another_kind_of_file(tmp_path: Path) -> None:
    (tmp_path / "roads.txt").write_text("roads")
    assert "is none of .osm.pbf" in refused(tmp_path / "roads.txt")


def test_without_a_road(tmp_path: Path) -> None:
    (tmp_path / "a.osm").write_text('<osm version="0.6"><node id="1" version="1" lat="1" lon="1"/></osm>')
    assert "no road that anybody may use" in refused(tmp_path / "a.osm")
    footpath = Map(a=(0, 0), b=(100, 0))
    footpath.way("a b", highway="footway")
    assert "a car or a motorcycle" in refused(footpath.write(tmp_path / "b.osm"))
    nodeless = Map()
    nodeless.way("a b")
    assert "lacks their nodes" in refused(nodeless.write(tmp_path / "c.osm"))


def test_cut_short(tmp_path: Path) -> None:
    whole = STREETS.write(tmp_path / "whole.osm").read_bytes()
    assert read(tmp_path / "whole.osm").report.stretches == 1
    (tmp_path / "half.osm").write_bytes(whole[: len(whole) // 2])
    assert "cannot be read to the end" in refused(tmp_path / "half.osm")
    packed = gzip.compress(whole)
    (tmp_path / "whole.osm.gz").write_bytes(packed)
    assert read(tmp_path / "whole.osm.gz").report.stretches == 1
    (tmp_path / "half.osm.gz").write_bytes(packed[: len(packed) // 2])
    assert "cannot be read to the end" in refused(tmp_path / "half.osm.gz")


def test_a_shared_file_cut_short(tmp_path: Path) -> None:
    whole = shared("andorra.osm.pbf").read_bytes()
    for share in (0.02, 0.5, 0.98):
        (tmp_path / "half.osm.pbf").write_bytes(whole[: int(len(whole) * share)])
        assert "cannot be read to the end" in refused(tmp_path / "half.osm.pbf")


@pytest.mark.parametrize(
    ("name", "kept", "restrictions"),
    [
        ("heidelberg.osm.pbf", 0.85, 476),
        ("campo_grande.osm.gz", 0.95, 1),
        ("andorra.osm.pbf", 0.95, 0),
        ("bayfront_singapore.osm.pbf", 0.25, 40),
    ],
)
def test_shared_extracts(name: str, kept: float, restrictions: int) -> None:
    extract = read(shared(name))
    report = extract.report
    assert report.profiles["motorcycle"].kept_share > kept
    assert report.honoured + sum(report.left_out.values()) == restrictions
    apart = [warning for warning in report.warnings if re.search(r"is in pieces for car: only \d+ %", warning)]
    assert bool(apart) == (report.profiles["car"].kept_share < 0.8)
    network = network_of(extract)
    drivable = np.flatnonzero(np.isfinite(extract.stretches.seconds).all(axis=(0, 1)))
    chosen = np.random.default_rng(15).choice(drivable, 40)
    lon, lat = to_degrees(shapely.get_coordinates(shapely.line_interpolate_point(network.lines[chosen], 5))).T
    found = network.travel_times(lat[:1], lon[:1], Places(lat[1:], lon[1:], np.arange(39, dtype=np.int8) % 3))
    assert np.isfinite(found.seconds).all()
    assert found.off_road_m[0] < 1
    assert found.seconds[0, 2::3].mean() > found.seconds[0, 1::3].mean()

"""The demo's made-up streets: one import at the first start, none at the second, every unit of the station on them."""

from pathlib import Path

import asyncpg
import numpy as np
import pytest

from api.demo import streets
from api.demo.cluster import Cluster
from api.demo.course import Course
from api.demo.station import _CAMERAS, _UNITS
from api.roads.extract import read_extract
from api.roads.network import Places
from api.roads.profiles import CAR
from tests.streets import network_of


async def test_imported_once(cluster: Cluster, database_name: str, tmp_path: Path) -> None:
    url = cluster.url("sipha_jobs", database_name)
    for _ in range(2):
        await streets.load(url, tmp_path)
    connection = await asyncpg.connect(url)
    found = await connection.fetch("SELECT synthetic, state FROM road_network")
    await connection.close()
    assert [tuple(row) for row in found] == [(True, "current")]


def test_the_same_file_every_time(tmp_path: Path) -> None:
    first, second = tmp_path / "first.osm", tmp_path / "second.osm"
    streets.write(first)
    streets.write(second)
    assert first.read_bytes() == second.read_bytes()


def test_units_reach_cameras_and_the_canal_is_a_way_round(tmp_path: Path) -> None:
    streets.write(tmp_path / "streets.osm")
    extract = read_extract(tmp_path / "streets.osm", lambda things, _: things)
    assert all(profile.kept_share == 1 for profile in extract.report.profiles.values())
    assert extract.report.honoured == 3
    assert extract.report.left_out == {}
    network = network_of(extract)
    units = np.array([unit[3:] for unit in _UNITS])
    cameras = np.array([camera[1:] for camera in _CAMERAS])
    starts = Places(units[:, 0], units[:, 1], np.zeros(len(units), dtype=np.int8))
    found = network.travel_times(cameras[:, 0], cameras[:, 1], starts)
    assert np.isfinite(found.seconds).all()
    assert found.off_road_m.max() < 100
    banks = [streets._degrees(2200, 250), streets._degrees(2300, 250)]
    lon, lat = np.array(banks).T
    across = network.travel_times(lat[:1], lon[:1], Places(lat[1:], lon[1:], np.zeros(1, dtype=np.int8)))
    assert across.seconds[0, 0] > 100


def test_a_patrol_keeps_to_the_streets_and_gets_there(tmp_path: Path) -> None:
    streets.write(tmp_path / "streets.osm")
    network = network_of(read_extract(tmp_path / "streets.osm", lambda things, _: things))
    course, goal = Course(_UNITS[1][3:], network), (_CAMERAS[0][1], _CAMERAS[0][2])
    course.head_for(goal, "car")
    steps, there = [], False
    while not there:
        there = course.go(36)
        steps.append(course.here)
        assert len(steps) < 300
    assert course.here == pytest.approx(goal, abs=0.0002)
    lat, lon = np.array(steps).T
    beside = network.snapper.snap(lat, lon, CAR).metres
    assert np.median(beside) < 1
    assert len(steps) > 40, "the way round, not through the houses"


def test_without_streets_a_patrol_goes_straight_ahead() -> None:
    course = Course((13.77, 100.57), None)
    course.head_for((13.771, 100.57), "foot")
    assert not course.go(50)
    assert course.here == pytest.approx((13.77 + 50 / 111_000, 100.57))
    assert course.go(100)

"""Commands beside a running demo find its database through SIPHA_HOME, and say so in one line if there is none."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.demo.cluster import Cluster
from tests import clusters
from tests.homes import home
from tests.patience import patient
from tests.site import free_port
from tests.streets import grid

SIPHA = str(Path(sys.executable).parent / "sipha")
PLAN = """
name_th = "สน.ทดสอบ"
name_en = "Test"
lat = 13.779
lon = 100.579
area = [[13.764, 100.568], [13.7655, 100.5905], [13.7935, 100.588]]
delegated_by = "x"
"""


@pytest.fixture(scope="module", name="home")
def running_home() -> Iterator[Path]:
    """As `make demo` leaves it while it runs: a private cluster with a migrated database."""
    with home("home") as folder:
        cluster = clusters.copied_to(folder)
        cluster.start()
        try:
            yield folder
        finally:
            cluster.stop()


def sipha(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIPHA_")}
    return subprocess.run(
        [SIPHA, *words],
        env=kept | {"SIPHA_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=patient(120),
    )


def test_commands_find_the_running_demo(home: Path, tmp_path: Path) -> None:
    (tmp_path / "station.toml").write_text(PLAN)
    streets = grid(4).write(tmp_path / "streets.osm")
    for words in (
        ["migrate"],
        ["station", str(tmp_path / "station.toml")],
        ["roads", "import", str(streets)],
        ["verify-audit"],
    ):
        done = sipha(home, *words)
        assert done.returncode == 0, f"{words}: {done.stderr}"
        if words[0] == "station":
            assert json.loads(done.stdout)["worker_token"]


NEED_A_DATABASE = [
    ["serve"],
    ["jobs"],
    ["migrate"],
    ["bootstrap"],
    ["verify-audit"],
    ["station", "{folder}/station.toml"],
    ["roads", "import", "{folder}/streets.osm"],
]


@pytest.mark.parametrize("words", NEED_A_DATABASE, ids=lambda words: words[0])
def test_no_database_anywhere_is_one_line(words: list[str], tmp_path: Path) -> None:
    refused = refused_by(tmp_path, words)
    assert "SIPHA_DATABASE_URL" in refused
    assert str(tmp_path / "nothing") in refused


@pytest.mark.parametrize("words", NEED_A_DATABASE, ids=lambda words: words[0])
def test_a_database_that_does_not_answer_is_one_line(words: list[str], tmp_path: Path) -> None:
    # pragma: allowlist nextline secret
    url = f"postgresql://sipha_app:secret@127.0.0.1:{free_port()}/sipha"
    refused = refused_by(tmp_path, words, SIPHA_DATABASE_URL=url)
    assert "database" in refused
    assert "secret" not in refused


def test_a_home_that_was_closed_meanwhile_is_found(home: Path) -> None:
    """PostgreSQL's user can no longer enter the folder; it is already inside."""
    home.chmod(0o700)
    try:
        done = sipha(home, "verify-audit")
    finally:
        home.chmod(0o755)
    assert done.returncode == 0, done.stderr


def test_a_wrong_password_is_one_line(home: Path, tmp_path: Path) -> None:
    port = Cluster(home).running_port()
    # pragma: allowlist nextline secret
    url = f"postgresql://sipha_app:secret@127.0.0.1:{port}/sipha"
    for words in NEED_A_DATABASE:
        assert "password" in refused_by(tmp_path, words, SIPHA_DATABASE_URL=url)


def test_a_home_left_by_a_killed_demo_is_one_line(home: Path, tmp_path: Path) -> None:
    """The password file is there, the server is not."""
    left = tmp_path / "nothing"
    left.mkdir()
    (left / "cluster.json").write_bytes((home / "cluster.json").read_bytes())
    for words in NEED_A_DATABASE:
        assert str(left) in refused_by(tmp_path, words)


def refused_by(folder: Path, words: list[str], **environment: str) -> str:
    """The one line from a command that must fail. Nothing may be left in a home that was only inspected."""
    (folder / "station.toml").write_text(PLAN)
    grid(4).write(folder / "streets.osm")
    passwords = {f"SIPHA_{role}_PASSWORD": "x" for role in ("OWNER", "APP", "JOBS")}
    filled = [word.format(folder=folder) for word in words]
    port = {"PORT": str(free_port())}
    done = sipha(folder / "nothing", *filled, **passwords, **port, **environment)
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("sipha: ")
    assert "Traceback" not in done.stderr
    return done.stderr

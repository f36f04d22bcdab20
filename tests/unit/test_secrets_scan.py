"""`make check` looks for secrets: a secret left behind is found, and a marked one is not."""

import subprocess
from pathlib import Path

import pytest

from api.settings import ROOT

PLANTED = {
    "a cloud's key": 'key = "AKIA' + 'QYLPMN5HHHFPZAM2"',
    "a private key": "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEow",
    "a password": 'password = "' + 'Hm7-kettle-granite"',
    "a login in an address": 'url = "postgresql://sipha:' + 'kettle7granite@db.example.org/x"',
}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "clean.py").write_text('greeting = "สวัสดี"\n')
    return tmp_path


def scan(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [ROOT / "scripts" / "secrets.sh", folder], capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("what", PLANTED)
def test_a_secret_left_behind_is_found(clone: Path, what: str) -> None:
    (clone / "settings.py").write_text(PLANTED[what] + "\n")
    found = scan(clone)
    assert found.returncode != 0
    assert "settings.py:1" in found.stdout


def test_what_is_marked_and_what_is_none_is_not(clone: Path) -> None:
    (clone / "settings.py").write_text(PLANTED["a password"] + "  # pragma: allowlist secret\n")
    found = scan(clone)
    assert found.returncode == 0, found.stdout + found.stderr

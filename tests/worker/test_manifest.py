"""Models are data: named, licensed, checked."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from recognition_worker.engine import Engine
from recognition_worker.onnx import manifest, prepare
from recognition_worker.onnx.store import ModelMissing, ModelTampered, Store
from recognition_worker.settings import Models

from .conftest import ROOT

YUNET = ROOT.parent / "shared" / "data" / "models" / "yunet_n_dynamic.onnx"


def test_every_model_says_where_it_comes_from_and_under_which_licence():
    for item in [*manifest.load().model, *manifest.load().picture]:
        assert item.licence and item.source and re.fullmatch("[0-9a-f]{64}", item.sha256)


def test_a_file_with_one_wrong_bit_is_never_loaded(store, tmp_path):
    model = manifest.load().find("face-landmark-68", "landmarks")
    content = bytearray(store.read(model))
    content[1000] ^= 1
    (tmp_path / model.file).write_bytes(content)
    broken = Store(tmp_path)
    assert not broken.has(model)
    with pytest.raises(ModelTampered, match="refused"):
        broken.read(model)
    with pytest.raises(ModelMissing, match="models prepare"):
        Engine.load(manifest.load(), broken, Models())


def test_a_conversion_with_other_bytes_is_not_stored(tmp_path):
    with pytest.raises(ModelTampered, match="locked version"):
        Store(tmp_path).write(manifest.load().model[0], b"something else")
    assert not list(tmp_path.iterdir())


def test_a_second_preparation_fetches_and_converts_nothing(store, monkeypatch):
    monkeypatch.setattr(prepare, "fetch", lambda *_: pytest.fail("fetched again"))
    monkeypatch.setattr(prepare, "_convert", lambda *_: pytest.fail("converted again"))
    said = []
    prepare.prepare(manifest.load(), store, said.append)
    assert "4 models ready" in said[0]


def test_without_the_programs_it_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(prepare.PrepareError, match="npm is not installed"):
        prepare.fetch(tmp_path / "models", print)


def test_no_lock_names_a_registry():
    for file in prepare.PACKAGES.iterdir():
        assert not re.search(r"https?://", file.read_text()), file
    lock = json.loads((prepare.PACKAGES / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())


def test_an_unknown_model_is_named_with_those_that_are_known():
    with pytest.raises(manifest.ManifestError, match="centerface"):
        manifest.load().find("yolo", "detector")


def test_a_manifest_that_is_none(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('[[model]]\nname = "x"\n')
    with pytest.raises(manifest.ManifestError, match=r"own\.toml"):
        manifest.load(path)


def test_another_detector_is_a_change_of_configuration(store, scene, tmp_path):
    """YuNet, from a custom manifest."""
    if not YUNET.is_file():
        pytest.skip("needs shared/data/models")
    (tmp_path / "yunet.onnx").write_bytes(YUNET.read_bytes())
    for model in manifest.load().model:
        (tmp_path / model.file).symlink_to(store.path(model))
    outputs = [f"{part}_{stride}" for part in ("cls", "obj", "bbox") for stride in (8, 16, 32)]
    own = tmp_path / "own.toml"
    own.write_text(f"""
[[model]]
name = "yunet"
version = "2023mar"
role = "detector"
file = "yunet.onnx"
licence = "Apache-2.0"
source = "libfacedetection"
sha256 = "{sha256(YUNET.read_bytes()).hexdigest()}"
input = {{ name = "input", colour = "bgr", width = 640, multiple_of = 32 }}
outputs = {outputs}
reading = "yunet"
threshold = 0.6
""")
    engine = Engine.load(manifest.load(own), Store(Path(tmp_path)), Models(detector="yunet"))
    assert len(engine.detector(scene)) == 3

"""The converter against what the npm package computes itself."""

import json
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from recognition_worker.onnx import manifest
from recognition_worker.onnx.convert import weights
from recognition_worker.onnx.convert.recipes import RECIPES
from recognition_worker.onnx.convert.tiny import ANCHORS, STRIDE
from recognition_worker.onnx.session import Session
from tests.patience import patient

HERE = Path(__file__).parent / "reference"
REFERENCE = json.loads((HERE / "reference.json").read_text())
SIDES = {"face-landmark-68": 112, "dlib-resnet": 150, "tiny-face-detector": 96}
WITHIN = {"face-landmark-68": 2e-6, "dlib-resnet": 5e-4}


def made_up(side):
    """The same whole numbers as in make_reference.mjs, as 1,3,H,W."""
    y, x, c = np.mgrid[:side, :side, :3]
    return ((x * 3 + y * 5 + c * 40 + ((x * y) >> 4)) % 256).transpose(2, 0, 1)[None].astype(np.float32)


def session(store, name):
    return Session(store, next(model for model in manifest.load().model if model.name == name))


@pytest.mark.parametrize("name", WITHIN)
def test_outputs_are_those_of_the_package(store, name):
    ours = session(store, name).run(made_up(SIDES[name]))[0].ravel()
    assert np.abs(ours - np.array(REFERENCE[name])).max() < WITHIN[name]


def test_the_tiny_detector_decodes_as_the_package_does(store):
    corners, scores = session(store, "tiny-face-detector").run(made_up(96))
    raw = np.array(REFERENCE["tiny-face-detector"]).reshape(3, 3, 5, 5)
    sigmoid = 1 / (1 + np.exp(-raw))
    rows, columns = np.mgrid[:3, :3]
    middle_x = (columns[..., None] + sigmoid[..., 0]) * STRIDE
    middle_y = (rows[..., None] + sigmoid[..., 1]) * STRIDE
    width, height = (np.exp(raw[..., 2 + axis]) * np.array(ANCHORS)[:, axis] * STRIDE for axis in (0, 1))
    expected = np.stack(
        [middle_x - width / 2, middle_y - height / 2, middle_x + width / 2, middle_y + height / 2], axis=-1
    )
    assert np.abs(corners[0] - expected.reshape(-1, 4)).max() < 1e-3
    assert np.abs(scores[0] - sigmoid[..., 4].ravel()).max() < 1e-6


def test_the_committed_numbers_come_from_the_package(store):
    """Runs the package's own code once more, in Node."""
    node = shutil.which("node")
    package = store.folder / "npm" / "node_modules" / "@vladmandic" / "face-api"
    if node is None or not package.is_dir():
        pytest.skip("needs Node and the npm package")
    run = subprocess.run(
        [node, HERE / "make_reference.mjs", package], capture_output=True, timeout=patient(120), check=True
    )
    fresh = json.loads(run.stdout.splitlines()[-1])
    for name in SIDES:
        assert np.allclose(fresh[name], REFERENCE[name], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", RECIPES)
def test_the_same_bytes_every_time(store, name):
    if not (store.folder / "npm" / "node_modules").is_dir():
        pytest.skip("the packages were removed after the set-up")
    wanted = next(model for model in manifest.load().model if model.recipe == name)
    assert sha256(RECIPES[name](store.folder)).hexdigest() == wanted.sha256


def test_a_weight_file_that_is_too_short_or_too_long_is_refused(tmp_path):
    folder = tmp_path / weights.FACE_API / "model"
    folder.mkdir(parents=True)
    tensor = {"name": "a", "shape": [4], "dtype": "float32", "quantization": {"dtype": "uint8", "scale": 2, "min": -1}}
    (folder / "x-weights_manifest.json").write_text(json.dumps([{"paths": ["x.bin"], "weights": [tensor]}]))
    (folder / "x.bin").write_bytes(bytes([0, 1, 2, 3]))
    assert weights.read(tmp_path, "x")["a"].tolist() == [-1, 1, 3, 5]
    for wrong in (b"abc", b"abcde"):
        (folder / "x.bin").write_bytes(wrong)
        with pytest.raises(weights.WeightsError):
            weights.read(tmp_path, "x")

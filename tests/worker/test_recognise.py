"""Real models on real pictures: one person twice, and other people."""

import cv2
import numpy as np
import pytest

from recognition_worker import enroll
from recognition_worker.engine import Engine
from recognition_worker.onnx import manifest
from recognition_worker.settings import Models
from recognition_worker.steps.match import distances

from .conftest import FACES

SINGLE = 0.55


def vectors(engine, image):
    """From left to right."""
    found = sorted(engine.detector(image), key=lambda face: face.box.x)
    return [engine.look(image, face).embedding for face in found]


@pytest.fixture(scope="module")
def wanted(engine, enrolment):
    result = enroll.enrol(enrolment, engine)
    assert isinstance(result, enroll.Enrolled), result
    return result


def test_one_person_in_two_pictures_and_two_bystanders(engine, scene, wanted):
    left, middle, right = (float(np.linalg.norm(vector - wanted.template)) for vector in vectors(engine, scene))
    assert right < SINGLE - 0.05
    assert left > SINGLE and middle > SINGLE


@pytest.mark.parametrize(("name", "width"), [("centerface", None), ("tiny-face-detector", 640)])
def test_both_detectors_find_all_three(store, scene, name, width):
    engine = Engine.load(manifest.load(), store, Models(detector=name, detector_width=width))
    found = engine.detector(scene)
    middles = sorted(face.box.middle for face in found)
    assert len(middles) == 3
    for (x, y), (near_x, near_y) in zip(middles, [(500, 475), (930, 530), (1575, 320)], strict=True):
        assert abs(x - near_x) < 80 and abs(y - near_y) < 80


@pytest.mark.parametrize("width", [1920, 960, 640])
def test_the_match_survives_a_smaller_picture(engine, scene, wanted, width):
    small = cv2.resize(scene, (width, width * 2 // 3), interpolation=cv2.INTER_AREA)
    assert np.linalg.norm(vectors(engine, small)[-1] - wanted.template) < SINGLE


def test_public_persons_match_themselves_and_nobody_else(engine, wanted):
    if not FACES.is_dir():
        pytest.skip("needs shared/data/faces")
    found = []
    for path in sorted(FACES.glob("*/*")):
        result = enroll.enrol(path.read_bytes(), engine)
        if isinstance(result, enroll.Enrolled):
            found.append((path.parent.name, result.template))
    assert len(found) > 8
    apart = np.array([[np.linalg.norm(a - b) for _, b in found] for _, a in found])
    same = np.array([[a == b for b, _ in found] for a, _ in found])
    assert (apart[~same] > SINGLE).all()
    others = same & ~np.eye(len(found), dtype=bool)
    assert (apart[others] < SINGLE).mean() > 0.9
    assert all(np.linalg.norm(vector - wanted.template) > SINGLE for _, vector in found)


def test_no_face_in_an_empty_room(engine):
    noise = np.random.default_rng(1).integers(0, 40, (360, 640, 3), dtype=np.uint8)
    assert engine.detector(noise) == []


def test_distances_agree_with_the_plain_formula():
    from uuid import uuid4

    from recognition_worker.steps.match import People

    random = np.random.default_rng(2)
    stored, face = random.normal(size=(50, 128)).astype(np.float32), random.normal(size=128).astype(np.float32)
    people = People([uuid4() for _ in stored], stored)
    assert np.allclose(distances(people, face, "l2"), np.linalg.norm(stored - face, axis=1), atol=1e-4)

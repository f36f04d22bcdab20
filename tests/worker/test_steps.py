"""The steps on their own."""

import cv2
import numpy as np
import pytest

from recognition_worker.steps import decode, snapshot
from recognition_worker.steps.align import TEMPLATES, similarity
from recognition_worker.steps.cut import Cuts
from recognition_worker.steps.detect import preprocess
from recognition_worker.steps.faces import Box
from recognition_worker.steps.motion import Motion, thumbnail
from recognition_worker.steps.quality import GOOD, WEAK, Quality

RANDOM = np.random.default_rng(15)


@pytest.mark.parametrize(("degrees", "scale", "shift"), [(0, 1, (0, 0)), (30, 2, (40, -7)), (-80, 0.3, (500, 300))])
def test_alignment_undoes_turn_scale_and_shift(degrees, scale, shift):
    target = TEMPLATES["dlib"][1]
    angle = np.radians(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = similarity((target @ turn.T + shift).astype(np.float32), target)
    back = (target @ turn.T + shift) @ matrix[:, :2].T + matrix[:, 2]
    assert np.abs(back - target).max() < 0.01


def test_alignment_never_mirrors():
    target = TEMPLATES["dlib"][1]
    mirrored = target * np.array([-1, 1], np.float32)
    assert np.linalg.det(similarity(mirrored, target)[:, :2]) > 0


def test_of_two_boxes_on_one_face_the_better_stays():
    corners = np.array([[0, 0, 10, 10], [1, 1, 11, 11], [20, 0, 30, 10]], np.float32)
    assert decode.suppress(corners, np.array([0.5, 0.9, 0.7], np.float32), 0.4).tolist() == [1, 2]
    assert decode.suppress(np.empty((0, 4), np.float32), np.empty(0, np.float32), 0.4).size == 0


def test_centerface_cells_become_boxes():
    heat, size, offset = np.zeros((1, 1, 8, 8)), np.zeros((1, 2, 8, 8)), np.zeros((1, 2, 8, 8))
    heat[0, 0, 3, 5], size[0, :, 3, 5], offset[0, :, 3, 5] = 0.9, np.log([4, 2]), (0.25, -0.25)
    corners, scores = decode.centerface([heat, size, offset], 0.5, 32)
    assert np.allclose(corners, [[21 - 4, 15 - 8, 21 + 4, 15 + 8]]) and scores.tolist() == [0.9]


@pytest.mark.parametrize("shape", [(720, 1280), (1280, 720), (33, 1000), (1, 1)])
def test_any_shape_fits_the_network(shape):
    padded, scale = preprocess(np.zeros((*shape, 3), np.uint8), 640, 32)
    assert padded.shape[0] % 32 == padded.shape[1] % 32 == 0
    assert max(padded.shape) <= 640 and scale == 640 / max(shape)


def test_the_snapshot_shows_one_face_and_hides_the_others():
    frame = RANDOM.integers(0, 255, (400, 600, 3), dtype=np.uint8)
    face, other = Box(200, 150, 80, 100), Box(270, 160, 60, 80)
    picture = snapshot.crop(frame, face, [other])
    left, top = 240 - 110, 200 - 110
    same = (picture == frame[top : top + picture.shape[0], left : left + picture.shape[1]]).all(axis=2)
    assert same[150 - top : 250 - top, 200 - left : 280 - left].all(), "the matched face is untouched"
    hidden = same[165 - top : 235 - top, 285 - left : 325 - left]
    assert hidden.mean() < 0.02, "the bystander is not"


def test_a_face_at_the_edge_of_the_frame():
    frame = RANDOM.integers(0, 255, (100, 100, 3), dtype=np.uint8)
    for box in (Box(-20, -20, 60, 60), Box(80, 90, 60, 60), Box(-300, 0, 20, 20)):
        picture = snapshot.crop(frame, box, [Box(500, 500, 10, 10), Box(-40, -40, 30, 30)])
        if picture.size:
            assert snapshot.jpeg(picture)[:2] == b"\xff\xd8"


@pytest.mark.parametrize("side", [40, 512, 3000])
def test_the_worst_picture_stays_below_the_limit(side):
    noise = RANDOM.integers(0, 255, (side, side, 3), dtype=np.uint8)
    encoded = snapshot.jpeg(noise)
    assert len(encoded) <= 256 * 1024
    assert max(cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR).shape) <= 512


def noisy(frame):
    return np.clip(frame + RANDOM.normal(0, 3, frame.shape), 0, 255).astype(np.uint8)


def test_noise_is_no_motion_and_a_walker_is():
    room = cv2.resize(RANDOM.integers(60, 180, (9, 16, 3), dtype=np.uint8), (1280, 720))
    motion = Motion()
    assert motion(thumbnail(room)), "the first frame is always searched"
    assert not any(motion(thumbnail(noisy(room))) for _ in range(20))
    room[300:400, 600:660] = 255
    assert motion(thumbnail(noisy(room)))


def test_a_cut_is_told_from_movement_and_from_a_lamp(scene):
    wide = cv2.resize(scene, (1280, 720))
    cuts = Cuts()
    assert not cuts(thumbnail(wide))
    assert not any(cuts(thumbnail(np.roll(wide, 30 * step, axis=1))) for step in range(1, 5))
    assert not Cuts()(thumbnail(wide))
    lamp = Cuts()
    lamp(thumbnail(wide))
    assert not lamp(thumbnail(np.clip(wide.astype(int) + 15, 0, 255).astype(np.uint8)))
    other = np.full_like(wide, (200, 120, 30))
    assert cuts(thumbnail(other))


def test_a_poor_view_is_worth_less_or_nothing():
    good = Quality(width=80, score=0.9, light=120, contrast=40, sharpness=300, turn=0.05, frontal=0.9)
    assert GOOD.passes(good)
    for worse in (
        good._replace(width=30),
        good._replace(light=20),
        good._replace(sharpness=20),
        good._replace(turn=0.45),
        good._replace(frontal=0.4),
    ):
        assert not GOOD.passes(worse)
    profile = good._replace(turn=0.6, frontal=0.3)
    assert WEAK.passes(profile) and 0 < profile.weight < good.weight
    assert not WEAK.passes(good._replace(width=15))

"""A fixed camera that somebody tampers with."""

import functools
from uuid import uuid4

import cv2
import msgspec
import numpy as np
import pytest

from recognition_worker.clock import Clock
from recognition_worker.sources.reader import Frame
from recognition_worker.spool.cipher import Cipher
from recognition_worker.spool.disk import Disk
from recognition_worker.spool.kept import Limits
from recognition_worker.spool.outbox import Outbox
from recognition_worker.steps.health import WARM_UP_FRAMES, Health
from recognition_worker.tampering import Tampering
from recognition_worker.wire import Alert

STEP = 0.25


def street(side=7):
    random = np.random.default_rng(side)
    small = random.integers(0, 255, (36, 64, 3), dtype=np.uint8)
    return cv2.resize(small, (640, 360), interpolation=cv2.INTER_NEAREST)


def noisy(picture, random):
    """With a piece of the noise, another one each time: to make it anew takes longer than all that is tested."""
    y, x = random.integers(0, 360), random.integers(0, 640)
    return cv2.add(picture, noise()[y : y + 360, x : x + 640], dtype=cv2.CV_8U)


@functools.cache
def noise():
    return np.rint(np.random.default_rng(3).normal(0, 3, (720, 1280, 3))).astype(np.int16)


def watched(change, seconds=8.0):
    """What is reported over this many seconds after a long quiet period."""
    health, random = Health(), np.random.default_rng(1)
    for step in range(WARM_UP_FRAMES + 40):
        assert health(noisy(street(), random), step * STEP) == set()
    start = WARM_UP_FRAMES + 40
    return [health(change(random), (start + step) * STEP) for step in range(int(seconds / STEP))]


@pytest.mark.parametrize(
    ("trouble", "change"),
    [
        ("covered", lambda random: noisy(np.full((360, 640, 3), 30, np.uint8), random)),
        ("blurred", lambda random: noisy(cv2.GaussianBlur(street(), (0, 0), 6), random)),
        ("turned", lambda random: noisy(street(8), random)),
        ("frozen", lambda random: street()),
    ],
)
def test_what_lasts_is_told_by_its_name(trouble, change):
    said = watched(change)
    assert said[4] == set(), "not at once"
    assert said[-1] == {trouble}


def test_dusk_a_passing_lorry_and_a_crowd_are_no_trouble():
    assert not any(watched(lambda random: noisy((street() * 0.6).astype(np.uint8), random)))
    assert not any(watched(lambda random: noisy(np.full((360, 640, 3), 90, np.uint8), random), seconds=2))

    def crowd(random):
        picture = street()
        for _ in range(8):
            x, y = random.integers(0, 560), random.integers(0, 260)
            picture[y : y + 80, x : x + 40] = random.integers(0, 255, 3)
        return noisy(picture, random)

    assert not any(watched(crowd))


def test_one_alert_per_trouble_without_a_picture(tmp_path):
    clock, random = Clock(), np.random.default_rng(2)
    outbox = Outbox(lambda: Disk(tmp_path / "spool.sqlite", Cipher(bytes(32)), Limits()), clock, Limits())
    tampering = Tampering(uuid4(), outbox, clock, lambda: None)
    for step in range(WARM_UP_FRAMES + 200):
        picture = street() if step < WARM_UP_FRAMES + 20 else np.full((360, 640, 3), 20, np.uint8)
        tampering.process(Frame(noisy(picture, random), step * STEP))
    (waiting,) = outbox.due(clock.tick())
    alert = msgspec.json.decode(waiting.body, type=Alert)
    assert alert.kind == "tamper" and alert.snapshot is None and alert.note == "the lens is covered"
    outbox.close()

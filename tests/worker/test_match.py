"""Who is recognised, and who is not."""

from uuid import uuid4

import numpy as np
import pytest

from recognition_worker.steps.match import People, Rule, Rules, confidence, matches, track_gate
from tests.patience import patient

GOOD = Rules.around(0.55).good


def vector(*values):
    return np.array([*values, *[0.0] * (8 - len(values))], np.float32)


def people(*vectors):
    return People([uuid4() for _ in vectors], np.stack(vectors))


def test_the_nearest_entry_within_reach():
    known = people(vector(0), vector(1))
    (found,) = matches(known, vector(0.4), GOOD, "l2", "good")
    assert found.entry_id == known.entries[0] and found.distance == pytest.approx(0.4)


def test_nobody_beyond_the_threshold_and_nobody_in_an_empty_gallery():
    assert matches(people(vector(0)), vector(0.56), GOOD, "l2", "good") == []
    assert matches(People([], np.empty((0, 8), np.float32)), vector(0), GOOD, "l2", "good") == []


def test_between_two_people_nobody_is_accused():
    known = people(vector(0), vector(0.9))
    assert matches(known, vector(0.44), GOOD, "l2", "good") == []
    assert len(matches(known, vector(0.43), GOOD, "l2", "good")) == 1


def test_two_entries_about_one_person_are_both_told():
    known = people(vector(0), vector(0.1), vector(3))
    assert {found.entry_id for found in matches(known, vector(0.2), GOOD, "l2", "good")} == set(known.entries[:2])


def test_several_pictures_of_an_entry_are_one_match_by_the_nearest():
    entry = uuid4()
    known = People([entry, entry], np.stack([vector(0), vector(0, 0.5)]))
    (found,) = matches(known, vector(0.1), GOOD, "l2", "good")
    assert found.distance == pytest.approx(0.1)


def test_angles_for_models_that_are_compared_so():
    one, other = vector(1), vector(0, 1)
    (found,) = matches(people(one, other), vector(0.8, 0.6), Rule(1, 0.5, 0.03), "cosine", "good")
    assert found.distance == pytest.approx(0.2)
    assert confidence(found.distance, "cosine") == pytest.approx(0.8)


def test_confidence_and_threshold_share_a_scale():
    assert confidence(0, "l2") == 1 and confidence(1.1, "l2") == 0 == confidence(5, "l2")
    assert confidence(0.4, "l2") > confidence(GOOD.distance, "l2") == pytest.approx(0.4909)


def test_the_gate_of_a_track_is_wider_than_the_threshold_in_every_metric():
    assert track_gate(0.55, "l2") == pytest.approx(0.65)
    assert track_gate(0.5, "cosine") > 1


def test_a_hundred_thousand_pictures_take_milliseconds():
    from time import perf_counter

    random = np.random.default_rng(4)
    known = People([uuid4() for _ in range(100_000)], random.normal(size=(100_000, 128)).astype(np.float32))
    face = random.normal(size=128).astype(np.float32)
    matches(known, face, GOOD, "l2", "good")
    began = perf_counter()
    matches(known, face, GOOD, "l2", "good")
    assert perf_counter() - began < patient(0.5)

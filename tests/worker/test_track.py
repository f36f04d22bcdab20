"""One track is one person: never two, whatever the scene does."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recognition_worker.steps.faces import Box, Detection
from recognition_worker.steps.quality import Quality
from recognition_worker.steps.track import ENOUGH_VIEWS, FORGET_SECONDS, KEPT_VIEWS, Tracker, View, template

SHARP = Quality(width=80, score=0.9, light=120, contrast=40, sharpness=300, turn=0.05, frontal=0.9)
STEP = 0.25


def person(number):
    """Vectors of different people are about 0.85 apart, as dlib's are."""
    vector = np.random.default_rng(number).normal(size=128)
    return (0.6 * vector / np.linalg.norm(vector)).astype(np.float32)


def at(x, y=100.0):
    return Detection(Box(x, y, 80, 100), 0.9)


def looker(people, quality=SHARP):
    """Who is where: detection → view, with a little noise."""
    random = np.random.default_rng(3)

    def look(detection):
        vector = people[detection.box.x] + random.normal(0, 0.01, 128).astype(np.float32)
        return View(vector, quality)

    return look


def test_a_walker_stays_one_track():
    tracker = Tracker(0.65)
    tracks = set()
    for step in range(20):
        x = 100.0 + 25 * step
        (seen,) = tracker.step([at(x)], looker({x: person(1)}), step * STEP)
        tracks.add(seen.track.number)
    assert tracks == {1}


def test_another_person_at_the_same_place_is_another_track():
    tracker = Tracker(0.65)
    for step in range(4):
        tracker.step([at(100.0)], looker({100.0: person(1)}), step * STEP)
    (seen,) = tracker.step([at(100.0)], looker({100.0: person(2)}), 4 * STEP)
    assert seen.track.number == 2 and len(seen.track.views) == 1


def test_after_a_cut_everyone_is_new():
    tracker = Tracker(0.65)
    (before,) = tracker.step([at(100.0)], looker({100.0: person(1)}), 0)
    tracker.forget()
    (after,) = tracker.step([at(100.0)], looker({100.0: person(1)}), STEP)
    assert before.track is not after.track


def test_two_people_crossing_keep_their_tracks():
    tracker, owners = Tracker(0.65), {}
    for step in range(30):
        left, right = 100.0 + 20 * step, 700.0 - 20 * step + 0.5
        people = {left: person(1), right: person(2)}
        visible = [at(left)] if abs(left - right) < 40 else [at(left), at(right, 120.0)]
        for seen in tracker.step(visible, looker(people), step * STEP):
            for view in seen.track.views:
                near = min((1, 2), key=lambda who: np.linalg.norm(view.embedding - person(who)))
                owners.setdefault(seen.track.number, set()).add(near)
    assert all(len(people) == 1 for people in owners.values())


def test_a_track_ends_when_unseen():
    tracker = Tracker(0.65)
    tracker.step([at(100.0)], looker({100.0: person(1)}), 0)
    tracker.tick(FORGET_SECONDS)
    assert not tracker.empty
    tracker.tick(FORGET_SECONDS + 0.01)
    assert tracker.empty and not tracker.undecided


def test_undecided_until_enough_was_seen_then_looked_at_seldom():
    tracker, looks = Tracker(0.65), 0
    for step in range(40):
        (seen,) = tracker.step([at(100.0)], looker({100.0: person(1)}), step * STEP)
        looks += seen.view is not None
        assert tracker.undecided == (seen.track.looked < ENOUGH_VIEWS)
    assert ENOUGH_VIEWS < looks < ENOUGH_VIEWS + 4


def test_poor_views_are_not_kept():
    tracker = Tracker(0.65)
    for step in range(10):
        (seen,) = tracker.step([at(100.0)], looker({100.0: person(1)}, SHARP._replace(sharpness=1)), step * STEP)
    assert seen.track.views == [] and tracker.undecided


def test_the_best_views_are_kept_and_weigh_more():
    tracker = Tracker(0.65)
    for step in range(80):
        quality = SHARP._replace(sharpness=100 + step)
        (seen,) = tracker.step([at(100.0)], looker({100.0: person(1)}, quality), step * STEP)
    kept = [view.quality.sharpness for view in seen.track.views]
    assert len(kept) == KEPT_VIEWS and min(kept) > 100
    sharp, soft = View(person(1), SHARP), View(person(2), SHARP._replace(sharpness=6))
    mean = template([sharp, soft])
    assert np.linalg.norm(mean - person(1)) < 0.05


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12)), max_size=4, unique_by=lambda one: one[1]),
        max_size=25,
    )
)
def test_whatever_moves_no_track_ever_mixes_two_people(frames):
    """Frames of (person, place); people jump about and swap as they like."""
    tracker = Tracker(0.65)
    for step, frame in enumerate(frames):
        people = {place * 50.0: person(who) for who, place in frame}
        for seen in tracker.step([at(x) for x in people], looker(people), step * STEP):
            owners = {
                min(range(6), key=lambda who: float(np.linalg.norm(view.embedding - person(who))))
                for view in seen.track.views
            }
            assert len(owners) <= 1

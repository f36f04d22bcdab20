"""How often a camera's frames are examined, and when that is too rarely."""

import pytest

from recognition_worker.pace import WINDOW_SECONDS, Pace


def paced(looks_per_second, skipped=5, seconds=30.0, pace=None, begin=100.0):
    pace = pace or Pace()
    pace.begin(begin)
    for number in range(int(seconds * looks_per_second)):
        pace.look(begin + (number + 1) / looks_per_second, skipped)
    return pace, begin + seconds


@pytest.mark.parametrize(
    ("rate", "skipped", "kind"),
    [
        (4.0, 0, None),
        (1.5, 3, None),
        (0.8, 4, "overloaded"),
        (0.5, 9, "overloaded"),
        (0.8, 0, None),  # the camera itself delivers few frames
        (0.3, 9, "not_matching"),
        (0.3, 0, "not_matching"),
    ],
)
def test_what_too_few_looks_mean(rate, skipped, kind):
    pace, now = paced(rate, skipped)
    found = pace.trouble(now)
    assert (found and found.kind) == kind and pace.rate(now) == pytest.approx(rate, abs=0.1)


def test_one_look_that_never_ends_is_noticed_too():
    pace, now = paced(4.0, 0)
    assert pace.trouble(now) is None
    found = pace.trouble(now + WINDOW_SECONDS)
    assert found.kind == "not_matching" and "too few frames examined a second" in found.words


def test_nothing_is_said_at_the_start_or_of_a_camera_that_shows_nothing():
    pace, _ = paced(0.2, 9, seconds=10)
    assert pace.trouble(110.0) is None
    pace.end()
    assert pace.trouble(500.0) is None


def test_it_does_not_flicker_at_the_edge():
    pace, now = paced(0.9, 3)
    assert pace.trouble(now).kind == "overloaded"
    pace, now = paced(1.1, 3, pace=pace, begin=now)
    assert pace.trouble(now).kind == "overloaded"
    pace, now = paced(1.4, 3, pace=pace, begin=now)
    assert pace.trouble(now) is None

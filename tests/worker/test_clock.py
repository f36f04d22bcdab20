"""The server's time counts, whatever the worker's own clock says."""

from datetime import UTC, datetime, timedelta

import pytest

from recognition_worker.client import Client
from recognition_worker.clock import Clock
from recognition_worker.gallery import Gallery
from recognition_worker.gallery_poll import GalleryPoll

from .fake_api import WORKER

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SIX = timedelta(minutes=6)


class Machine:
    """A wall clock that may be wrong, and ticks that never are."""

    def __init__(self, error):
        self.passed, self.error = 0.0, error
        self.clock = Clock(lambda: NOON + timedelta(seconds=self.passed) + self.error, lambda: 1000 + self.passed)

    def hears(self, real=None, took=0.2):
        """A Date header is truncated to the second."""
        asked = self.clock.tick()
        self.passed += took
        real = real or NOON + timedelta(seconds=self.passed)
        self.clock.heard(real.replace(microsecond=0), asked, self.clock.tick())


@pytest.mark.parametrize("error", [SIX, -SIX, timedelta(days=-20000), timedelta(0)])
def test_the_servers_time_within_a_second_and_nobody_can_set_it(error):
    machine = Machine(error)
    assert not machine.clock.sure and machine.clock.now() == NOON + error
    for _ in range(20):
        machine.passed += 0.37
        machine.hears()
        assert abs(machine.clock.now() - NOON - timedelta(seconds=machine.passed)) <= timedelta(seconds=1)
    machine.error = timedelta(hours=3)
    assert abs(machine.clock.now() - NOON - timedelta(seconds=machine.passed)) <= timedelta(seconds=0.3)


def test_a_tick_of_before_the_first_answer_gets_its_true_time_afterwards():
    machine = Machine(SIX)
    before = machine.clock.tick()
    machine.passed += 100
    machine.hears()
    assert abs(machine.clock.at(before) - NOON) <= timedelta(seconds=1)


def test_a_server_whose_clock_was_set_is_followed():
    machine = Machine(timedelta(0))
    machine.hears()
    machine.hears(real=NOON - timedelta(hours=1))
    assert abs(machine.clock.now() - NOON + timedelta(hours=1)) <= timedelta(seconds=1)


@pytest.mark.parametrize(("error", "says"), [(SIX, "360 s ahead of"), (-SIX, "360 s behind"), (timedelta(0), None)])
def test_a_large_difference_is_told(error, says):
    machine = Machine(error)
    assert machine.clock.trouble is None
    machine.hears()
    found = machine.clock.trouble
    assert found is None if says is None else says in found.words


@pytest.mark.parametrize("error", [SIX, -SIX])
def test_a_wrong_clock_neither_empties_the_gallery_nor_keeps_it(api, error):
    """The fake server's clock is wrong by as much instead of ours: the same difference."""
    api.clock_error = -error
    api.gallery_lasts = timedelta(minutes=3)
    api.enrol((1, 2, 3, 4), expires_in=timedelta(minutes=2))
    with Client(api.url, WORKER) as client:
        gallery = Gallery(4)
        GalleryPoll(client, gallery, "dlib-resnet@1", 1).ask()
        now = client.clock.now()
        assert abs(now - api.now()) <= timedelta(seconds=1)
        assert gallery.people(now + timedelta(minutes=1.9)).entries
        assert gallery.people(now + timedelta(minutes=2.1)).entries == []
        assert gallery.version(now + timedelta(minutes=3.1)) is None

"""A camera is `live` only while somebody would be found on it."""

from datetime import datetime, timedelta
from time import monotonic
from urllib.request import urlopen
from uuid import uuid4

import numpy as np
import pytest

from recognition_worker.client import Client
from recognition_worker.clock import Clock
from recognition_worker.gallery import Gallery
from recognition_worker.gallery_poll import GalleryPoll
from recognition_worker.status import StatusBoard
from recognition_worker.troubles import Trouble
from recognition_worker.wire import ModelUsed

from .conftest import free_port
from .fake_api import WORKER

CAMERA = uuid4()
MODEL = ModelUsed("dlib-resnet", "1", 0.5)


class Desk:
    """A status board against the fake server, with a gallery polled by hand."""

    def __init__(self, api, client, every=30.0):
        self.api, self.clock = api, client.clock
        self.gallery = Gallery(4)
        self.poll = GalleryPoll(client, self.gallery, "dlib-resnet@1", 1)
        self.troubles = []
        self.board = StatusBoard(client, self.gallery, MODEL, every, lambda: self.troubles)

    def told(self, seconds=0.0):
        """What is posted that many seconds later; None if nothing is."""
        before = len(self.api.statuses)
        self.board.round(self.clock.tick() + seconds)
        return self.api.statuses[-1][2] if len(self.api.statuses) > before else None


@pytest.fixture
def desk(api):
    with Client(api.url, WORKER, timeout=2) as client:
        yield Desk(api, client)


def test_no_gallery_an_empty_one_and_one_that_has_run_out(api, desk):
    desk.board.report(CAMERA, "live")
    told = desk.told()
    assert told["state"] == "not_matching" and "no gallery" in told["detail"] and "gallery_version" not in told
    desk.poll.ask()
    told = desk.told()
    assert told["state"] == "not_matching" and told["detail"] == "the gallery is empty"
    api.enrol((1, 2, 3, 4), expires_in=timedelta(minutes=2))
    desk.poll.ask()
    told = desk.told()
    assert told["state"] == "live" and "detail" not in told and told["gallery_version"] == "1"
    assert desk.told() is None, "nothing new"
    for minutes, words in ((3, "expired"), (11, "has expired")):
        api.clock_error = timedelta(minutes=minutes)
        desk.clock.heard(api.now(), desk.clock.tick(), desk.clock.tick())
        told = desk.told()
        assert told["state"] == "not_matching" and words in told["detail"]


def test_a_wrong_clock_is_told_and_costs_nothing(api, desk):
    """Six minutes ahead of the server: the camera goes on, its times are the server's."""
    api.clock_error = -timedelta(minutes=6)
    api.enrol((1, 2, 3, 4), expires_in=timedelta(minutes=5))
    desk.poll.ask()
    desk.troubles = [desk.clock.trouble]
    desk.board.report(CAMERA, "live")
    told = desk.told()
    assert told["state"] == "live" and "s ahead of the server" in told["detail"]
    assert abs(datetime.fromisoformat(told["at"]) - api.now()) < timedelta(seconds=2)


def test_too_few_looks(api):
    """Half a frame examined a second while the camera delivers four, then a tenth, then enough."""
    passed = [1000.0]
    with Client(api.url, WORKER, timeout=2, clock=Clock(ticks=lambda: passed[0])) as client:
        desk = Desk(api, client)
        api.enrol((1, 2, 3, 4))
        desk.poll.ask()
        desk.board.report(CAMERA, "live")
        assert desk.told()["state"] == "live"
        told = []
        for apart, skipped in ((2.0, 7), (10.0, 39), (0.25, 0)):
            for _ in range(int(60 / apart)):
                passed[0] += apart
                desk.board.count(CAMERA, 0, skipped)
                told.append(desk.told())
    states = [status["state"] for status in told if status is not None]
    assert list(dict.fromkeys(states)) == ["overloaded", "not_matching", "live"] and states[-1] == "live"
    assert any(
        "frames examined a second" in status["detail"] for status in told if status and status["state"] == "overloaded"
    )


def test_figures_that_change_are_no_news_but_a_new_trouble_is(desk, api):
    api.enrol((1, 2, 3, 4))
    desk.poll.ask()
    desk.board.report(CAMERA, "live")
    desk.told()
    desk.troubles = [Trouble("spool_failed", "3 in memory")]
    assert desk.told()["detail"] == "3 in memory"
    desk.troubles = [Trouble("spool_failed", "4 in memory")]
    assert desk.told() is None
    assert desk.told(31)["detail"].endswith("4 in memory")


def test_a_camera_that_is_away_says_so_whatever_else_is_wrong(desk):
    desk.board.report(CAMERA, "unreachable", "no answer")
    desk.troubles = [Trouble("held", "x" * 300)]
    told = desk.told()
    assert told["state"] == "unreachable" and told["detail"].startswith("no answer; x") and len(told["detail"]) == 200


def test_a_server_that_does_not_know_the_words_is_told_in_its_own(api, desk):
    api.old_states = {"live", "stalled", "unreachable", "off"}
    desk.board.report(CAMERA, "live")
    assert desk.told() is None
    told = desk.told()
    assert told["state"] == "off" and "no gallery" in told["detail"], "never that it is live"
    api.old_states = None
    assert desk.told(700)["state"] == "not_matching"


def test_withdrawn_is_unmatched_within_30_s_of_an_answer(program, api, configure, rtsp):
    api.enrol(np.random.default_rng(5).normal(0, 0.06, 128))
    config = configure((CAMERA, rtsp))
    config.write_text(config.read_text().replace("gallery_seconds = 0.5\n", ""))  # the default
    worker = program("run", "--config", config)
    api.wait_for(lambda: "live" in api.states(CAMERA), 40)
    api.entries.clear()
    withdrawn = monotonic()
    api.wait_for(lambda: api.states(CAMERA)[-1] == "not_matching", 30)
    assert monotonic() - withdrawn < 30 and api.statuses[-1][2]["detail"] == "the gallery is empty"
    assert worker.stop() == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_server_that_answers_and_gives_no_gallery_ends_matching_at_once(api, desk, status):
    api.enrol((1, 2, 3, 4))
    desk.poll.ask()
    api.gallery_refused = status
    desk.poll.ask()
    assert desk.gallery.people(desk.clock.now()).entries == []
    assert "no gallery" in desk.gallery.trouble(desk.clock.now()).words


def test_a_model_that_is_missing_is_told_before_it_ends(program, api, configure, rtsp, tmp_path, store):
    config = configure((CAMERA, rtsp))
    (tmp_path / "none").mkdir()
    config.write_text(config.read_text().replace(str(store.folder), str(tmp_path / "none")))
    worker = program("run", "--config", config)
    assert worker.process.wait(30) == 1
    (status,) = api.statuses
    assert status[2]["state"] == "not_matching" and "model" in status[2]["detail"] and "missing" in status[2]["detail"]


def test_metrics(program, api, configure, rtsp, enrolment, engine):
    from recognition_worker import enroll

    api.enrol(enroll.enrol(enrolment, engine).template)
    api.unknown_entries = set()
    port = free_port()
    worker = program("run", "--config", configure((CAMERA, rtsp), extra=f"metrics = {{ port = {port} }}"))
    api.wait_for(lambda: len(api.alerts) == 1, 60)

    def figures():
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain")
            lines = [line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if not line.startswith("#")]
        return {name.removeprefix("sipha_worker_"): float(value) for name, value in lines}

    api.wait_for(lambda: figures().get('alerts_total{outcome="acknowledged"}') == 1, 10)
    found = figures()
    assert found['alerts_total{outcome="raised"}'] == 1 and found['alerts_total{outcome="held"}'] == 0
    assert (
        found[f'looks_per_second{{camera="{CAMERA}"}}'] > 0 and found[f'faces_scanned_total{{camera="{CAMERA}"}}'] > 0
    )
    states = [name for name, value in found.items() if name.startswith("camera_state") and value == 1]
    assert len(states) == 1 and str(CAMERA) in states[0]
    assert found['spool_alerts{where="disk"}'] == found['spool_alerts{where="memory"}'] == found["spool_failed"] == 0
    assert 0 <= found["gallery_age_seconds"] < 30 and found["gallery_templates"] == 1
    assert abs(found["clock_ahead_seconds"]) < 5
    listening = _listening_on(port)
    assert listening == {"127.0.0.1"}
    assert worker.stop() == 0


def _listening_on(port):
    """Addresses on which this port is open, according to the kernel."""
    import socket
    from pathlib import Path

    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, state = line.split()[1], line.split()[3]
        address, number = local.split(":")
        if state == "0A" and int(number, 16) == port:
            found.add(socket.inet_ntoa(bytes.fromhex(address)[::-1]))
    return found


def test_a_taken_metrics_port_keeps_no_camera_from_being_watched(program, api, configure, rtsp):
    worker = program("run", "--config", configure((CAMERA, rtsp), extra=f"metrics = {{ port = {api.port} }}"))
    api.wait_for(lambda: bool(api.states(CAMERA)), 40)
    assert "metrics_unavailable" in worker.text() and worker.stop() == 0

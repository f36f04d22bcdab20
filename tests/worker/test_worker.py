"""The whole worker as a process, on a real RTSP stream, against a server that comes and goes."""

import base64
import contextlib
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from urllib.parse import urlsplit
from uuid import uuid4

import cv2
import numpy as np
import pytest

from recognition_worker import enroll
from tests.patience import patient

from .conftest import free_port
from .fake_api import ENROLLER, WORKER

CAMERA = uuid4()


@pytest.fixture(scope="module")
def wanted(engine, enrolment):
    return enroll.enrol(enrolment, engine).template


class Relay:
    """A relay between worker and camera: `hold()` stops all traffic but keeps every connection open."""

    def __init__(self, target):
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"rtsp://127.0.0.1:{self._listener.getsockname()[1]}{parts.path}"
        self._flowing = threading.Event()
        self._flowing.set()
        self._sockets = []
        threading.Thread(target=self._accept, daemon=True).start()

    def hold(self):
        self._flowing.clear()

    def release(self):
        self._flowing.set()

    def close(self):
        self._listener.close()
        for one in self._sockets:
            one.close()
        self.release()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            self._sockets += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    def _copy(self, source, sink):
        try:
            while data := source.recv(65536):
                self._flowing.wait()
                sink.sendall(data)
        except OSError:
            pass
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def relay(rtsp):
    made = Relay(rtsp)
    yield made
    made.close()


def test_one_alert_with_all_that_a_person_needs_to_decide(program, api, configure, rtsp, wanted, engine):
    entry, began = api.enrol(wanted), datetime.now(UTC)
    worker = program("run", "--config", configure((CAMERA, rtsp)))
    api.wait_for(lambda: api.alerts, 30)
    sleep(16)  # the clip starts over: the same person, the same visit
    assert worker.stop() == 0, worker.text()
    (alert,) = api.alerts.values()
    assert len(api.posts) == 1
    assert alert["camera_id"] == str(CAMERA) and alert["watchlist_entry_id"] == str(entry)
    assert alert["kind"] == "watchlist_face"
    model = alert["model"]
    assert (model["name"], model["version"]) == ("dlib-resnet", "1")
    assert 0.45 < model["threshold"] < alert["confidence"] <= 1
    assert began < datetime.fromisoformat(alert["occurred_at"]) < began + timedelta(seconds=40)
    snapshot = base64.b64decode(alert["snapshot"])
    assert len(snapshot) <= 256 * 1024
    picture = cv2.imdecode(np.frombuffer(snapshot, np.uint8), cv2.IMREAD_COLOR)
    faces = engine.detector(picture)
    assert len(faces) == 1, "the wanted person and no bystander"
    assert np.linalg.norm(engine.look(picture, faces[0]).embedding - wanted) < 0.55
    assert "live" in api.states(CAMERA)  # on a starved machine not at once
    assert api.states(CAMERA)[-1] == "off"
    assert sum(body["frames"] for *_, body in api.statuses) > 40
    assert sum(body["faces_scanned"] for *_, body in api.statuses) >= 3
    for line in worker.text().splitlines():
        assert json.loads(line)["event"]
    assert WORKER not in worker.text() and "rtsp://" not in worker.text()


def test_bystanders_leave_no_trace(program, api, configure, rtsp, tmp_path):
    api.enrol(np.random.default_rng(5).normal(0, 0.06, 128))
    worker = program("run", "--config", configure((CAMERA, rtsp)))
    api.wait_for(lambda: sum(body["faces_scanned"] for *_, body in api.statuses) >= 3, 30)
    assert worker.stop() == 0
    assert api.posts == []
    written = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert written and all(path.name.startswith("spool.sqlite") for path in written)
    assert sum(path.stat().st_size for path in written) < 150_000
    assert not any(b"\xff\xd8\xff" in path.read_bytes() or b"/9j/" in path.read_bytes() for path in written)


def test_server_away_in_the_middle_and_worker_killed_still_exactly_once(program, api, configure, rtsp, wanted):
    entry = api.enrol(wanted)
    config = configure((CAMERA, rtsp))
    first = program("run", "--config", config)
    api.wait_for(lambda: "gallery_loaded" in first.text(), 30)
    api.down()
    api.wait_for(lambda: "alert_waits" in first.text(), 40)
    first.kill()
    second = program("run", "--config", config)
    api.wait_for(lambda: '"alerts_waiting": 1' in second.text(), 20)
    sleep(2)
    api.lose_answers = 1  # and the first answer is lost too
    api.up()
    api.wait_for(lambda: len(api.posts) >= 2, 30)
    sleep(17)  # long enough for another pass of the clip
    assert second.stop() == 0
    assert len(api.alerts) == 1, "one alert, however often it was sent"
    assert {body["watchlist_entry_id"] for body in api.posts} == {str(entry)}


def test_the_gallery_ends_although_the_server_is_away(program, api, configure, rtsp, wanted):
    """The entry expires before the person appears, with the server unreachable."""
    api.enrol(wanted, expires_in=timedelta(seconds=4))
    api.gallery_lasts = timedelta(minutes=5)
    worker = program("run", "--config", configure((CAMERA, rtsp)))
    api.wait_for(lambda: "gallery_loaded" in worker.text(), 20)
    api.down()
    sleep(18)
    assert "alert_raised" not in worker.text()
    assert worker.stop() == 0
    api.up()


@pytest.mark.parametrize("minutes", [6, -6])
def test_a_clock_that_is_wrong_by_minutes_costs_nothing(program, api, configure, rtsp, wanted, minutes):
    """The server's clock is wrong by as much the other way: still found, dated by the server, and reported."""
    api.clock_error = -timedelta(minutes=minutes)
    api.gallery_lasts = timedelta(minutes=5)
    api.enrol(wanted, expires_in=timedelta(minutes=4))
    worker = program("run", "--config", configure((CAMERA, rtsp)))
    api.wait_for(lambda: len(api.alerts) == 1, 60)
    (alert,) = api.alerts.values()
    late = api.now() - datetime.fromisoformat(alert["occurred_at"])
    assert timedelta(seconds=-2) < late < timedelta(seconds=40) and len(api.posts) == 1
    assert {"live"} <= set(api.states(CAMERA)) <= {"live", "overloaded"}
    way = "ahead of" if minutes > 0 else "behind"
    api.wait_for(lambda: f"s {way} the server's" in api.statuses[-1][2].get("detail", ""), 10)
    assert "clock_differs" in worker.text() and worker.stop() == 0


def test_silent_cameras_are_told_within_15_s_while_another_goes_on(program, api, configure, rtsp, relay, wanted):
    """One stalls, one refuses, one accepts the connection but stays silent; the fourth finds the person."""
    stalls, refuses, mute, well = (uuid4() for _ in range(4))
    silent = socket.create_server(("127.0.0.1", 0))
    mute_url = f"rtsp://127.0.0.1:{silent.getsockname()[1]}/x"
    api.enrol(wanted)
    cameras = [(stalls, relay.url), (refuses, f"rtsp://127.0.0.1:{free_port()}/x"), (mute, mute_url), (well, rtsp)]
    worker = program("run", "--config", configure(*cameras))
    api.wait_for(lambda: bool(api.statuses), 40)
    began = monotonic()  # it is up: starting Python and loading models is not timed
    api.wait_for(lambda: "live" in api.states(stalls) and "live" in api.states(well), 40)
    relay.hold()
    held = monotonic()
    api.wait_for(lambda: "stalled" in api.states(stalls), 15)
    assert monotonic() - held < patient(15)
    api.wait_for(lambda: all("unreachable" in api.states(camera) for camera in (refuses, mute)), 15)
    told = {camera: at for at, camera, body in reversed(api.statuses) if body["state"] == "unreachable"}
    assert all(told[str(camera)] - began < patient(15) for camera in (refuses, mute))
    api.wait_for(lambda: any(alert["camera_id"] == str(well) for alert in api.alerts.values()), 30)
    assert set(api.states(well)) == {"live"}
    relay.release()
    api.wait_for(lambda: api.states(stalls)[-1] == "live", 40)
    assert worker.stop() == 0
    assert all(api.states(camera)[-1] == "off" for camera, _ in cameras)
    silent.close()


def test_a_camera_that_comes_later_is_found(program, api, configure, rtsp):
    api.enrol(np.random.default_rng(5).normal(0, 0.06, 128))
    port = free_port()
    worker = program("run", "--config", configure((CAMERA, f"rtsp://127.0.0.1:{port}/sample.mp4")))
    api.wait_for(lambda: "unreachable" in api.states(CAMERA), 15)
    late = program("sample-camera", "--port", port)
    api.wait_for(lambda: "live" in api.states(CAMERA), 30)
    late.kill()
    api.wait_for(lambda: api.states(CAMERA)[-1] in ("stalled", "unreachable"), 15)
    assert worker.stop() == 0


def test_a_revoked_token_ends_matching(program, api, configure, rtsp, wanted):
    api.enrol(wanted)
    worker = program("run", "--config", configure((CAMERA, rtsp)))
    api.wait_for(lambda: "gallery_loaded" in worker.text(), 20)
    api.gallery_refused = 401
    sleep(16)
    assert "alert_raised" not in worker.text() and api.statuses[-1][2].get("gallery_version") is None
    assert worker.stop() == 0


def test_check_says_what_is_wrong(program, api, configure, rtsp):
    dead = uuid4()
    config = configure((CAMERA, rtsp), (dead, f"rtsp://user:secret@127.0.0.1:{free_port()}/x"))
    check = program("check", "--config", config)
    assert check.process.wait(patient(40)) == 1
    said = check.text()
    assert f"camera {CAMERA}: shows a picture" in said and f"camera {dead}: cannot be opened" in said
    assert "models: all there" in said and "server: answers" in said
    assert "secret" not in said and ENROLLER not in said

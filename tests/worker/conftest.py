import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from recognition_worker.engine import Engine
from recognition_worker.onnx import manifest
from recognition_worker.onnx.store import Store
from recognition_worker.sample import picture
from recognition_worker.settings import Models
from tests.patience import patient

from .fake_api import ENROLLER, WORKER, FakeApi

ROOT = Path(__file__).parents[2]
FACES = ROOT.parent / "shared" / "data" / "faces"


@pytest.fixture(scope="session")
def store():
    folder = Path(os.environ.get("SIPHA_MODELS") or ROOT / ".models")
    found = Store(folder)
    if not all(found.has(model) for model in manifest.load().model):
        pytest.skip(f"no models in {folder}: run `sipha-worker models prepare`")
    return found


@pytest.fixture(scope="session")
def engine(store):
    return Engine.load(manifest.load(), store, Models())


@pytest.fixture(scope="session")
def scene(store):
    """The demo's clip is made from this; three people, the wanted one on the right."""
    return cv2.imdecode(np.frombuffer(store.read(manifest.load().find_picture("scene")), np.uint8), cv2.IMREAD_COLOR)


@pytest.fixture(scope="session")
def enrolment(store):
    """Another picture of the wanted person, as JPEG."""
    return cv2.imencode(".jpg", picture.crop(store), [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


@pytest.fixture
def api():
    server = FakeApi()
    yield server
    server.down()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """A separate `sipha-worker` process; its log is kept for failed assertions."""

    def __init__(self, log, *arguments):
        self.log = log
        self._file = log.open("wb")
        tokens = {"SIPHA_WORKER_TOKEN": WORKER, "SIPHA_ENROLLER_TOKEN": ENROLLER}
        environment = os.environ | tokens | {"PYTHONFAULTHANDLER": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "recognition_worker", *map(str, arguments)],
            stdout=self._file,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=ROOT,
        )

    def stop(self):
        """Terminates it gracefully; returns the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(patient(15))
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)  # its log then says where each thread hangs
            self.process.wait(patient(5))
            raise AssertionError(f"it does not end:\n{self.text()[-6000:]}") from None
        finally:
            self.kill()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(patient(5))
        self._file.close()

    def text(self):
        return self.log.read_text()


@pytest.fixture
def program(tmp_path):
    """Starts programs and stops those that the test left running."""
    started = []

    def start(*arguments):
        started.append(Program(tmp_path / f"program{len(started)}.log", *arguments))
        return started[-1]

    yield start
    for one in started:
        one.kill()


@pytest.fixture(scope="session")
def rtsp(store, tmp_path_factory):
    """The sample camera, a real RTSP server on loopback; its address."""
    port = free_port()
    camera = Program(
        tmp_path_factory.mktemp("camera") / "camera.log", "sample-camera", "--port", port, "--models", store.folder
    )
    for _ in range(int(patient(600))):
        if "CAMERA" in camera.text() or camera.process.poll() is not None:
            break
        camera.process.poll()
        _pause()
    assert "CAMERA" in camera.text(), camera.text()
    yield camera.text().split("CAMERA ", 1)[1].split()[0]
    camera.kill()


def _pause():
    from time import sleep

    sleep(0.1)


@pytest.fixture
def configure(tmp_path, store, api):
    """Writes a worker's configuration; cameras are (id, url) pairs."""

    def write(*cameras, extra=""):
        text = f"""
state = "state"
gallery_seconds = 0.5
status_seconds = 2
{extra}
[api]
url = "{api.url}"
timeout_seconds = {patient(3)}
[models]
folder = "{store.folder}"
detector = "tiny-face-detector"
detector_width = 640
"""
        for camera_id, url in cameras:
            text += f'[[camera]]\nid = "{camera_id}"\nurl = "{url}"\n'
        path = tmp_path / "worker.toml"
        path.write_text(text)
        return path

    return write

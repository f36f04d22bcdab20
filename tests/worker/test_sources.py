"""Reading sources, without a network."""

from itertools import pairwise
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from recognition_worker.sample import clip
from recognition_worker.sources.camera import Camera
from recognition_worker.sources.capture import CannotOpen, SourceError, check, open_capture
from recognition_worker.sources.reader import Reader
from tests.patience import patient


@pytest.fixture(scope="module")
def film(store):
    return clip.make(store)


def test_only_the_newest_frame_is_kept_and_not_more_than_asked_for(film):
    reader = Reader(str(film), frames_per_second=4)
    frames, end = [], monotonic() + patient(10)
    while len(frames) < 12 and monotonic() < end:
        frame = reader.take(0.2)
        if frame is not None:
            frames.append(frame)
    reader.give_up()
    assert len(frames) == 12
    assert frames[0].image.shape == (720, 1280, 3)
    assert all(0.2 < later.tick - earlier.tick < patient(0.6) for earlier, later in pairwise(frames))
    slow = Reader(str(film), frames_per_second=12)
    sleep(1.5)
    assert monotonic() - slow.take(patient(1)).tick < 0.8, "a slow taker gets the present, not the past"
    slow.give_up()


@pytest.mark.parametrize(
    "url", ["gopher://x/y", "rtsp://", "/no/such/file.mp4", "file:///no/such/file", "concat:/etc/passwd|/etc/hosts"]
)
def test_addresses_that_no_camera_has(url):
    with pytest.raises(SourceError):
        check(url)
    with pytest.raises(CannotOpen):
        open_capture(url)


def test_a_file_without_video(tmp_path):
    (tmp_path / "film.mp4").write_bytes(b"no film at all" * 100)
    with pytest.raises(CannotOpen, match="cannot be opened"):
        open_capture(str(tmp_path / "film.mp4"))


def test_an_address_never_appears_in_what_is_said():
    with pytest.raises(CannotOpen) as error:
        open_capture("rtsp://operator:secret@127.0.0.1:1/street")  # pragma: allowlist secret
    assert "secret" not in str(error.value) and "127.0.0.1" not in str(error.value)
    assert error.value.__cause__ is None


def test_a_film_that_ends_begins_again(tmp_path, film, monkeypatch):
    short = tmp_path / "short.mp4"
    monkeypatch.setattr(clip, "SIZE", (320, 180))
    import numpy as np

    clip.encode(np.full((1280, 1920, 3), 90, np.uint8), short, 1.0)
    stop, frames, states = Event(), [], []
    camera = Camera(str(short), frames_per_second=10)
    thread = Thread(target=camera.run, args=(stop, frames.append, lambda state, _: states.append(state)))
    thread.start()
    end = monotonic() + patient(10)
    while len(frames) <= 12 and monotonic() < end:
        sleep(0.05)
    stop.set()
    thread.join(patient(2))
    assert not thread.is_alive()
    assert len(frames) > 12 and set(states) == {"live"}

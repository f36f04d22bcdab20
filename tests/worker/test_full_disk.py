"""A disk that cannot be written: alerts still go out, each once, and it is reported."""

import contextlib
import subprocess
from datetime import timedelta
from uuid import uuid4

import pytest

from recognition_worker.client import Client
from recognition_worker.courier import Courier
from recognition_worker.spool.kept import Hold
from recognition_worker.visits import Visit

from .fake_api import WORKER
from .spools import NOW, alert, outbox, waiting

MINUTE = timedelta(minutes=1)
FACE = "f" * 30_000


class SmallDisk:
    """A file system of half a megabyte."""

    def __init__(self, folder):
        self.folder = folder

    def fill(self):
        """To the last byte, with real ENOSPC."""
        with (self.folder / "ballast").open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        with pytest.raises(OSError, match="No space left"):
            (self.folder / "one more").write_bytes(bytes(4096))
        (self.folder / "one more").unlink(missing_ok=True)

    def clear(self):
        (self.folder / "ballast").unlink()


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder]
    made = subprocess.run(command, check=False, capture_output=True)
    if made.returncode:
        pytest.skip("may not mount a file system of its own")
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def courier(api):
    """Creates a courier for an outbox; `round(seconds)` sends what is due that many seconds later."""
    with Client(api.url, WORKER, timeout=2) as client:

        def make(box):
            one = Courier(box, client, "settings")
            return lambda seconds=0: (one.settle(), one.round(client.clock.tick() + seconds))

        yield make


def ids(api):
    return [body["id"] for body in api.posts]


def test_every_alert_goes_out_once_and_those_in_memory_first(api, small_disk, courier):
    box = outbox(small_disk.folder)
    carry = courier(box)
    spooled = alert(FACE)
    box.put(spooled, None, NOW)
    small_disk.fill()
    visits = [Visit(uuid4(), uuid4()) for _ in range(11)]
    late = [alert(FACE) for _ in visits]
    for number, (one, visit) in enumerate(zip(late, visits, strict=True)):
        box.put(one, visit, NOW + number * MINUTE)
        assert not box.sighted(visit, NOW + number * MINUTE), "its visit is open: nothing is told twice"
    (told,) = box.troubles()
    assert told.kind == "spool_failed" and "full" in told.words and "11 in memory" in told.words
    for _ in range(4):
        carry()
    assert ids(api) == [str(one.id) for one in [*late, spooled]]
    assert box.waiting() == 0
    small_disk.clear()
    carry()
    assert box.troubles() == [] and len(api.posts) == 12
    box.close()
    again = outbox(small_disk.folder)
    assert again.waiting() == 0 and not any(again.sighted(visit, NOW + 10 * MINUTE) for visit in visits)
    again.close()


def test_what_is_in_memory_goes_to_the_disk_when_that_takes_it_again(api, small_disk, courier):
    box = outbox(small_disk.folder)
    carry = courier(box)
    small_disk.fill()
    late = [alert(FACE) for _ in range(5)]
    for number, one in enumerate(late):
        box.put(one, None, NOW + number * MINUTE)
    api.down()
    carry()
    small_disk.clear()
    carry()
    assert box.in_memory() == 0 and box.troubles() == []
    box.close()
    again = outbox(small_disk.folder)
    assert waiting(again) == late
    again.close()
    api.up()


def test_a_disk_that_is_full_at_the_start(api, small_disk, courier):
    small_disk.fill()
    box = outbox(small_disk.folder)
    carry = courier(box)
    assert [one.kind for one in box.troubles()] == ["spool_failed"]
    box.put(alert(FACE), None, NOW)
    carry()
    assert len(api.alerts) == len(api.posts) == 1
    small_disk.clear()
    carry()
    assert box.troubles() == []
    box.put(alert(FACE), None, NOW)
    assert box.depth().waiting == 1
    box.close()


def test_memory_is_bounded_and_what_had_to_go_is_told(small_disk):
    box = outbox(small_disk.folder, memory_alerts=5)
    small_disk.fill()
    late = [alert() for _ in range(9)]
    for number, one in enumerate(late):
        box.put(one, None, NOW + number * MINUTE)
    assert box.in_memory() + box.depth().waiting <= 9 and box.in_memory() <= 5
    assert [one.id for one in waiting(box)][-1] == late[-1].id
    assert box.outcomes["dropped"] == 9 - len(waiting(box)) > 0
    assert {one.kind for one in box.troubles()} == {"spool_failed", "dropped"}
    box.close()


def test_a_refused_one_is_held_although_the_disk_is_full(api, small_disk, courier):
    box = outbox(small_disk.folder)
    carry = courier(box)
    box.put(alert(FACE), None, NOW)
    small_disk.fill()
    box.put(alert(FACE), None, NOW)
    api.refusals = [(422, "unknown_entry", None), (404, "not_found", None)]
    for _ in range(3):
        carry(600)
    assert len(api.posts) == 2 and {hold.status for hold in box.holds()} == {404, 422}
    small_disk.clear()
    carry(600)
    box.close()
    again = outbox(small_disk.folder)
    assert again.depth().held == 2 and {hold.status for hold in again.holds()} == {404, 422}
    assert all(isinstance(hold, Hold) for hold in again.holds())
    again.close()


def test_the_whole_worker_on_a_full_disk(program, api, configure, rtsp, small_disk, enrolment, engine):
    """Starts on a full disk, with no place for the key either, and reports it in the camera's state."""
    from recognition_worker import enroll

    camera = uuid4()
    api.enrol(enroll.enrol(enrolment, engine).template)
    config = configure((camera, rtsp))
    text = config.read_text().replace('state = "state"', f'state = "{small_disk.folder}"\n')
    config.write_text(text + f'[spool]\nkey_file = "{small_disk.folder / "key"}"\n')
    small_disk.fill()
    worker = program("run", "--config", config)
    api.wait_for(lambda: len(api.alerts) == 1, 60)
    api.wait_for(lambda: any("cannot be kept on disk" in body.get("detail", "") for *_, body in api.statuses), 20)
    assert {body["state"] for *_, body in api.statuses} <= {"live", "overloaded", "not_matching"}
    assert len(api.posts) == 1
    small_disk.clear()
    api.wait_for(lambda: "cannot be kept" not in api.statuses[-1][2].get("detail", ""), 20)
    assert (small_disk.folder / "key").stat().st_mode & 0o777 == 0o600
    assert worker.stop() == 0

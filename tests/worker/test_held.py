"""Alerts the server refuses are set aside and shown; nothing waits behind them, and they are retried later."""

from datetime import timedelta

import pytest

from recognition_worker.client import Client
from recognition_worker.courier import Courier
from recognition_worker.settings import Settings

from .conftest import free_port
from .fake_api import WORKER
from .spools import NOW, alert, outbox, waiting

MINUTE = timedelta(minutes=1)


@pytest.fixture
def client(api):
    with Client(api.url, WORKER, timeout=2) as made:
        yield made


@pytest.fixture
def box(tmp_path):
    made = outbox(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "malformed"), (404, "unknown_camera"), (409, "id_reused"), (413, "too_large"), (422, "unknown_entry")],
)
def test_a_refused_one_stays_and_blocks_nobody(api, client, box, status, code):
    refused, fine = alert("face"), alert()
    box.put(refused, None, NOW - MINUTE)
    box.put(fine, None, NOW)
    api.refusals = [(status, code, None)]
    courier = Courier(box, client, "settings")
    for seconds in (0, 60, 3600):
        courier.round(client.clock.tick() + seconds)
    assert len(api.posts) == 2 and len(api.alerts) == 1 and box.waiting() == 0
    (told,) = box.troubles()
    assert told.kind == "held" and f"1 ({status} {code})" in told.words and box.outcomes["held"] == 1


def test_another_version_of_the_server_or_other_settings_give_it_another_chance(api, client, tmp_path):
    box = outbox(tmp_path)
    one = alert("face")
    box.put(one, None, NOW)

    def work(settings):
        courier = Courier(box, client, settings)
        courier.ask_version()
        courier.round(client.clock.tick())

    api.refusals = [(422, "invalid", None)] * 3
    work("a")
    work("a")
    assert len(api.posts) == 1, "nothing has changed"
    work("b")
    assert len(api.posts) == 2
    api.version = "2"
    work("b")
    work("b")
    assert len(api.posts) == 3
    box.close()
    box = outbox(tmp_path)
    api.version = "3"
    work("b")
    assert len(api.alerts) == 1 and box.troubles() == [] and api.posts[-1]["snapshot"] == "face"
    box.close()


def test_the_held_are_bounded_and_go_before_what_waits(api, client, tmp_path):
    box = outbox(tmp_path, held=3, alerts=4)
    for number in range(5):
        box.put(alert(), None, NOW + number * MINUTE)
        api.refusals = [(422, "invalid", None)]
        Courier(box, client, "settings").round(client.clock.tick())
    assert box.depth().held == 3
    fresh = [alert() for _ in range(3)]
    for number, one in enumerate(fresh):
        box.put(one, None, NOW + number * MINUTE)
    assert box.depth().held == 1 and [one.id for one in waiting(box)] == [one.id for one in fresh]
    assert box.outcomes["dropped"] == 4
    box.close()


def test_settings_change_what_they_are_recognised_by_but_no_password_does(tmp_path):
    def fingerprint(text):
        (tmp_path / "worker.toml").write_text(text)
        return Settings.read(tmp_path / "worker.toml").fingerprint()

    camera = '[[camera]]\nid = "5f0f2a34-0000-4000-8000-000000000001"\nurl = "rtsp://{}@127.0.0.1/x"\n'
    first = 'state = "state"\n[api]\nurl = "http://127.0.0.1:1"\n'
    assert fingerprint(first) == fingerprint(first) != fingerprint(first.replace(":1", ":2"))
    assert fingerprint(first + camera.format("a:b")) == fingerprint(first + camera.format("a:c")) != fingerprint(first)


def test_by_hand_beside_a_worker_that_runs(program, api, configure, tmp_path):
    config = configure(extra="")
    entry = alert().id
    api.unknown_entries = {str(entry)}
    key = tmp_path / "worker.spool.key"

    def put(one):
        from recognition_worker.spool.opening import open_disk

        settings = Settings.read(config)
        from recognition_worker.spool.kept import Kept

        disk = open_disk(settings)
        disk.put(Kept(one, NOW), None, NOW)
        disk.close()

    refused, other = alert("face", entry=entry), alert(entry=entry)
    put(refused)
    put(other)
    assert key.exists()
    worker = program("run", "--config", config)
    api.wait_for(lambda: worker.text().count("alert_held") == 2, 30)

    def command(*arguments, code=0):
        run = program("spool", *arguments, "--config", config)
        assert run.process.wait(20) == code, run.text()
        return run.text()

    listed = command("list")
    assert str(refused.id) in listed and "refused: 422 unknown_entry" in listed and "2 refused" in listed
    assert "with picture" in listed and "face" not in listed.replace("watchlist_face", "")
    assert "1 dropped" in command("drop", other.id)
    api.unknown_entries = set()
    assert "1 tried again" in command("retry", "--all")
    api.wait_for(lambda: len(api.alerts) == 1, 10)
    assert "0 waiting, 0 refused" in command("list")
    assert worker.stop() == 0 and "face" not in worker.text().replace("watchlist_face", "")


def test_check_names_what_is_held(program, api, configure):
    from recognition_worker.spool.kept import Hold, Kept
    from recognition_worker.spool.opening import open_disk

    config = configure(("5f0f2a34-0000-4000-8000-000000000001", f"rtsp://127.0.0.1:{free_port()}/x"))
    disk = open_disk(Settings.read(config))
    disk.put(Kept(alert(), NOW, hold=Hold(413, "too_large", "x", NOW)), None, NOW)
    disk.close()
    check = program("check", "--config", config)
    assert check.process.wait(40) == 1
    assert "spool: 0 waiting, 1 refused by the server" in check.text() and "refused: 413 too_large" in check.text()

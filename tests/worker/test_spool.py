"""Spooled alerts are delivered once, whatever dies when."""

import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest

from recognition_worker.client import Client
from recognition_worker.clock import Clock
from recognition_worker.courier import Courier, pause
from recognition_worker.spool.schema import SpoolBroken
from recognition_worker.visits import Visit, begins

from .fake_api import WORKER
from .spools import NOW, alert, outbox, waiting

MINUTE = timedelta(minutes=1)


@pytest.fixture
def spool(tmp_path):
    opened = outbox(tmp_path)
    yield opened
    opened.close()


WRITER = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from tests.worker.spools import alert, outbox
from recognition_worker.visits import Visit
spool = outbox(Path(sys.argv[1]))
while True:
    one = alert("x" * 20000)
    spool.put(one, Visit(one.id, one.camera_id), datetime.now(UTC))
    print(one.id, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 20, 60])
def test_what_was_put_outlives_kill_9(tmp_path, lines):
    writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, text=True)
    told = [writer.stdout.readline().strip() for _ in range(lines)]
    os.kill(writer.pid, signal.SIGKILL)
    told += writer.stdout.read().split()
    writer.wait()
    spool = outbox(tmp_path)
    kept = {str(one.id): one for one in waiting(spool)}
    assert set(told) <= set(kept) and len(kept) <= len(told) + 1
    first = kept[told[0]]
    assert not spool.sighted(Visit(first.id, first.camera_id), datetime.now(UTC)), "opened in the same commit"
    spool.close()


def test_only_the_owner_may_read_it(tmp_path):
    spool = outbox(tmp_path)
    spool.put(alert("secret"), None, NOW)
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    spool.close()


def test_a_file_that_is_no_spool(tmp_path):
    (tmp_path / "spool.sqlite").write_bytes(b"garbage " * 1000)
    with pytest.raises(SpoolBroken, match=r"spool\.sqlite"):
        outbox(tmp_path)


def test_a_visit_ends_after_ten_minutes_unseen(spool):
    visit = Visit(uuid4(), uuid4())
    assert spool.sighted(visit, NOW)
    assert spool.sighted(visit, NOW), "nothing was put: an alert is still due"
    spool.put(alert(), visit, NOW)
    seen = [NOW + minutes * MINUTE for minutes in (0, 1, 10.9, 20.5)]
    assert [spool.sighted(visit, at) for at in seen] == [False] * 4
    assert spool.sighted(visit, NOW + 30.6 * MINUTE)
    assert spool.sighted(Visit(visit.entry_id, uuid4()), NOW), "another camera is another visit"


def test_a_visit_outlives_a_restart(tmp_path):
    visit = Visit(uuid4(), uuid4())
    spool = outbox(tmp_path)
    spool.put(alert(), visit, NOW)
    spool.sighted(visit, NOW + 8 * MINUTE)
    spool.close()
    again = outbox(tmp_path)
    assert not again.sighted(visit, NOW + 17 * MINUTE)
    again.close()


def test_a_clock_set_back_makes_no_new_visit():
    assert begins(None, NOW) and begins(NOW, NOW + 11 * MINUTE)
    assert not begins(NOW, NOW - 60 * MINUTE)


def test_after_a_day_the_picture_goes_and_the_alert_stays(spool):
    old, fresh = alert("face"), alert("face")
    spool.put(old, Visit(uuid4(), uuid4()), NOW - timedelta(hours=25))
    spool.put(fresh, None, NOW)
    spool.tidy(NOW)
    assert waiting(spool) == [msgspec.structs.replace(old, snapshot=None), fresh]
    assert spool.outcomes["picture_dropped"] == 1 and [one.kind for one in spool.troubles()] == ["dropped"]


@pytest.fixture
def carry(api, spool):
    """One round of the courier, that many seconds later."""
    with Client(api.url, WORKER, timeout=2) as client:
        courier = Courier(spool, client, "settings")
        yield lambda seconds=0: courier.round(client.clock.tick() + seconds)


def test_acknowledged_once_gone_once(api, spool, carry):
    spool.put(alert(), None, NOW)
    carry()
    carry()
    assert len(api.posts) == 1 and spool.waiting() == 0


def test_a_lost_answer_leads_to_a_repeat_with_the_same_id(api, spool, carry):
    spool.put(alert(), None, NOW)
    api.lose_answers = 1
    carry()
    assert spool.waiting() == 1
    carry(60)
    assert len(api.posts) == 2 and len(api.alerts) == 1 and spool.waiting() == 0


@pytest.mark.parametrize("status", [302, 401, 403, 407, 408, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again(api, spool, carry, status):
    spool.put(alert(), None, NOW)
    api.refusals = [(status, "unavailable", None)]
    carry()
    assert spool.waiting() == 1
    carry(60)
    assert len(api.alerts) == 1 and spool.waiting() == 0


def test_one_dated_by_a_wrong_clock_gets_the_servers_time(api, spool, carry):
    spool.put(alert(at=datetime.now(UTC) + 6 * MINUTE), None, NOW)
    carry()
    (sent,) = api.alerts.values()
    assert abs(datetime.fromisoformat(sent["occurred_at"]) - datetime.now(UTC)) < timedelta(seconds=5)
    assert spool.waiting() == 0 and not spool.holds()


@pytest.mark.parametrize("minutes", [6, -6])
def test_what_happened_before_the_server_could_tell_the_time_gets_its_own(api, tmp_path, minutes):
    """Also after a restart: a box without a clock battery that was offline when it started."""
    wrong = Clock(lambda: datetime.now(UTC) + minutes * MINUTE)
    spool = outbox(tmp_path, wrong)
    happened, tick = datetime.now(UTC), wrong.tick()
    spool.put(alert(at=wrong.at(tick)), None, wrong.now(), tick)
    spool.close()
    clock = Clock(lambda: datetime.now(UTC) + minutes * MINUTE)
    again = outbox(tmp_path, clock)
    with Client(api.url, WORKER, clock=clock) as client:
        courier = Courier(again, client, "settings")
        courier.ask_version()
        courier.round(clock.tick())
    (sent,) = api.posts
    assert abs(datetime.fromisoformat(sent["occurred_at"]) - happened) < timedelta(seconds=2)
    again.close()


def test_the_server_says_when_to_come_back(api, spool, carry):
    spool.put(alert(), None, NOW)
    api.refusals = [(429, "slow_down", {"Retry-After": "30"})]
    carry()
    carry(25)
    assert len(api.posts) == 1
    carry(40)
    assert len(api.posts) == 2 and spool.waiting() == 0


def test_one_that_fails_does_not_hold_up_the_rest(api, spool, carry):
    for minutes in (3, 2, 1):
        spool.put(alert(), None, NOW - minutes * MINUTE)
    api.refusals = [(500, "unknown", None)]
    carry()
    assert len(api.alerts) == 2 and spool.waiting() == 1


def test_many_that_wait_do_not_hold_up_a_new_one(api, spool, carry):
    for minutes in range(60, 20, -1):
        spool.put(alert(), None, NOW - minutes * MINUTE)
    api.refusals = [(503, "unavailable", {"Retry-After": "300"})] * 40
    carry()
    carry()
    spool.put(alert(), None, NOW)
    carry()
    assert len(api.alerts) == 1 and spool.waiting() == 40


def test_pauses_grow_and_end():
    assert all(pause(attempts) <= 20 for attempts in range(200))
    assert pause(0) < 1
    assert pause(6) > 5

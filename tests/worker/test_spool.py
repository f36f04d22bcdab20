"""What was spooled is delivered once, whatever dies when."""

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
from recognition_worker.courier import Courier, pause
from recognition_worker.spool import Spool, SpoolBroken
from recognition_worker.visits import Visit, begins
from recognition_worker.wire import Alert

from .fake_api import WORKER

NOW = datetime.now(UTC)
MINUTE = timedelta(minutes=1)


def alert(snapshot=None):
    return Alert(id=uuid4(), camera_id=uuid4(), kind="watchlist_face", occurred_at=NOW, snapshot=snapshot)


@pytest.fixture
def spool(tmp_path):
    opened = Spool(tmp_path / "spool.sqlite")
    yield opened
    opened.close()


WRITER = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from uuid import uuid4
from recognition_worker.spool import Spool
from recognition_worker.visits import Visit
from recognition_worker.wire import Alert
spool = Spool(Path(sys.argv[1]))
while True:
    now = datetime.now(UTC)
    one = Alert(id=uuid4(), camera_id=uuid4(), kind="watchlist_face", occurred_at=now, snapshot="x" * 20000)
    spool.put(one, Visit(one.id, one.camera_id), now)
    print(one.id, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 20, 60])
def test_what_was_put_outlives_kill_9(tmp_path, lines):
    path = tmp_path / "spool.sqlite"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True)
    told = [writer.stdout.readline().strip() for _ in range(lines)]
    os.kill(writer.pid, signal.SIGKILL)
    told += writer.stdout.read().split()
    writer.wait()
    spool = Spool(path)
    kept = {str(waiting.id) for waiting in spool.due(datetime.now(UTC), limit=10_000)}
    assert set(told) <= kept and len(kept) <= len(told) + 1
    camera = msgspec.json.decode(spool.due(datetime.now(UTC), 1)[0].body, type=Alert).camera_id
    first = spool.due(datetime.now(UTC), 1)[0].id
    assert not spool.sighted(Visit(first, camera), datetime.now(UTC)), "its visit was opened in the same commit"
    spool.close()


def test_only_the_owner_may_read_it(tmp_path):
    spool = Spool(tmp_path / "spool.sqlite")
    spool.put(alert("secret"), None, NOW)
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    spool.close()


def test_nothing_of_a_delivered_alert_stays_in_the_file(tmp_path):
    spool = Spool(tmp_path / "spool.sqlite")
    one = alert("a-face-that-must-go" * 50)
    spool.put(one, None, NOW)
    spool.remove(one.id)
    spool.close()
    assert all(b"a-face-that-must-go" not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_file_that_is_no_spool(tmp_path):
    (tmp_path / "spool.sqlite").write_bytes(b"garbage " * 1000)
    with pytest.raises(SpoolBroken, match=r"spool\.sqlite"):
        Spool(tmp_path / "spool.sqlite")


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
    spool = Spool(tmp_path / "spool.sqlite")
    spool.put(alert(), visit, NOW)
    spool.sighted(visit, NOW + 8 * MINUTE)
    spool.close()
    again = Spool(tmp_path / "spool.sqlite")
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
    kept = [msgspec.json.decode(waiting.body, type=Alert) for waiting in spool.due(NOW)]
    assert kept == [msgspec.structs.replace(old, snapshot=None), fresh]


@pytest.fixture
def carry(api, spool):
    """One round of the courier, so many seconds later."""
    with Client(api.url, WORKER, timeout=2) as client:
        courier = Courier(spool, client)
        yield lambda seconds=0: courier.round(datetime.now(UTC) + timedelta(seconds=seconds))


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


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again(api, spool, carry, status):
    spool.put(alert(), None, NOW)
    api.refusals = [(status, "unavailable", None)]
    carry()
    assert spool.waiting() == 1
    carry(60)
    assert len(api.alerts) == 1 and spool.waiting() == 0


@pytest.mark.parametrize(
    ("status", "code"), [(400, "malformed"), (409, "id_reused"), (413, "too_large"), (422, "unknown_entry")]
)
def test_what_is_refused_for_good_goes_and_blocks_nobody(api, spool, carry, status, code):
    spool.put(alert(), None, NOW - MINUTE)
    spool.put(alert(), None, NOW)
    api.refusals = [(status, code, None)]
    carry()
    assert len(api.posts) == 2 and len(api.alerts) == 1 and spool.waiting() == 0


def test_a_clock_that_is_ahead_waits_until_the_time_has_come(api, spool, carry):
    spool.put(alert(), None, NOW)
    api.refusals = [(422, "clock_ahead", None)]
    carry()
    assert spool.waiting() == 1


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


def test_pauses_grow_and_end():
    assert all(pause(attempts) <= 20 for attempts in range(200))
    assert pause(0) < 1
    assert pause(6) > 5

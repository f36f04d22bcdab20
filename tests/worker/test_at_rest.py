"""What is stored on the box: bounded, sealed, and gone once delivered."""

import base64
import os
import sqlite3
import stat
from datetime import timedelta
from uuid import uuid4

import msgspec
import numpy as np
import pytest

from recognition_worker.spool import cipher
from recognition_worker.spool.cipher import KeyUnusable
from recognition_worker.steps import snapshot
from recognition_worker.visits import Visit

from .spools import KEY, NOW, alert, disk, outbox, waiting

MINUTE = timedelta(minutes=1)
OLD_FORM = """
CREATE TABLE outbox (id TEXT PRIMARY KEY, body BLOB NOT NULL, made_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, not_before REAL NOT NULL DEFAULT 0);
CREATE TABLE visit (entry_id TEXT NOT NULL, camera_id TEXT NOT NULL, last_seen REAL NOT NULL,
    PRIMARY KEY (entry_id, camera_id));
"""


@pytest.fixture(scope="module")
def face():
    """A picture as it is sent; its bytes occur nowhere else by chance."""
    picture = np.random.default_rng(3).integers(0, 255, (200, 200, 3), np.uint8)
    return snapshot.jpeg(picture)


def found_in(folder, *needles):
    """Which of these occur in any file, whatever its name."""
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return [needle for needle in needles if needle in content]


def traces(one, face):
    text = base64.b64encode(face)
    return [face[100:160], text[100:160], text[5000:5060], str(one.watchlist_entry_id).encode(), b"watchlist_face"]


def test_nothing_can_be_read_off_the_file(tmp_path, face):
    spool = outbox(tmp_path)
    one = alert(base64.b64encode(face).decode(), entry=uuid4())
    spool.put(one, Visit(one.watchlist_entry_id, one.camera_id), NOW)
    assert found_in(tmp_path, *traces(one, face), str(one.camera_id).encode()) == []
    assert waiting(spool) == [one]
    spool.close()
    again = outbox(tmp_path)
    assert waiting(again) == [one] and not again.sighted(Visit(one.watchlist_entry_id, one.camera_id), NOW)
    again.close()


def test_a_delivered_face_leaves_nothing_behind_not_even_sealed(tmp_path, face):
    """The spool is still open: looks for the sealed bytes in what it leaves behind."""
    spool = outbox(tmp_path)
    empty = (tmp_path / "spool.sqlite").stat().st_size
    many = [alert(base64.b64encode(face).decode()) for _ in range(5)]
    for one in many:
        spool.put(one, None, NOW)
    with sqlite3.connect(tmp_path / "spool.sqlite") as db:
        sealed = [row[0] for row in db.execute("SELECT picture FROM alert")]
    assert len(found_in(tmp_path, *[one[:60] for one in sealed])) == 5
    for one in many:
        spool.remove(one.id, "acknowledged")
    assert found_in(tmp_path, *[one[at : at + 60] for one in sealed for at in range(0, len(one) - 60, 500)]) == []
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= empty, "nor does the file stay large"
    spool.close()


def test_what_the_first_release_left_in_clear_text_is_taken_over_and_sealed(tmp_path, face):
    one, seen = alert(base64.b64encode(face).decode(), entry=uuid4()), uuid4()
    db = sqlite3.connect(tmp_path / "spool.sqlite", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.executescript(OLD_FORM)
    gone = alert("delivered-long-ago" * 20000)
    for each in (one, gone):
        values = (str(each.id), msgspec.json.encode(each), NOW.timestamp())
        db.execute("INSERT INTO outbox (id, body, made_at) VALUES (?, ?, ?)", values)
    db.execute("PRAGMA secure_delete=OFF")
    db.execute("DELETE FROM outbox WHERE id = ?", (str(gone.id),))  # its face would stay in free pages
    db.execute("INSERT INTO visit VALUES (?, ?, ?)", (str(seen), str(one.camera_id), NOW.timestamp()))
    db.close()
    assert len(found_in(tmp_path, *traces(one, face)[1:], b"delivered-long-ago")) == 5
    spool = outbox(tmp_path)
    assert waiting(spool) == [one] and not spool.sighted(Visit(seen, one.camera_id), NOW + MINUTE)
    assert found_in(tmp_path, *traces(one, face), str(seen).encode(), b"delivered-long-ago") == []
    spool.close()


def test_what_was_altered_or_moved_to_another_alert_is_not_sent(tmp_path):
    spool = disk(tmp_path)
    one, other = alert("one"), alert("other")
    for each in (one, other):
        spool.put(msgspec.convert({"alert": msgspec.to_builtins(each), "made_at": NOW}, _kept()), None, NOW)
    with sqlite3.connect(tmp_path / "spool.sqlite") as db:
        db.execute(
            "UPDATE alert SET picture = (SELECT picture FROM alert WHERE id = ?) WHERE id = ?",
            (str(one.id), str(other.id)),
        )
    assert spool.read(one.id).alert == one and spool.read(other.id) is None
    spool.close()


def _kept():
    from recognition_worker.spool.kept import Kept

    return Kept


def test_another_key_reads_nothing_and_loses_nothing(tmp_path):
    spool = outbox(tmp_path)
    one = alert("face")
    spool.put(one, None, NOW)
    spool.close()
    foreign = outbox(tmp_path, key=bytes(32))
    assert waiting(foreign) == [] and foreign.depth().foreign == 1
    foreign.close()
    back = outbox(tmp_path)
    assert waiting(back) == [one]
    back.close()


def test_too_many_bytes_take_the_oldest_pictures_first_and_too_many_alerts_the_oldest(tmp_path):
    spool = outbox(tmp_path, alerts=8, megabytes=0.1)
    put = [alert("p" * 20_000) for _ in range(12)]
    for number, one in enumerate(put):
        spool.put(one, None, NOW + number * MINUTE)
    kept = waiting(spool)
    assert [one.id for one in kept] == [one.id for one in put[4:]], "the newest alerts stay"
    pictures = [one.snapshot is not None for one in kept]
    assert pictures == [False] * 4 + [True] * 4, "and the newest pictures"
    assert spool.depth().bytes <= 100_000 and (tmp_path / "spool.sqlite").stat().st_size < 200_000
    (told,) = spool.troubles()
    assert told.kind == "dropped" and "4 alerts" in told.words and spool.outcomes["dropped"] == 4
    spool.close()
    assert disk(tmp_path).dropped().alerts == 4, "also for whoever asks later"


def test_what_is_too_old_goes_but_not_by_a_clock_that_may_be_wrong(tmp_path):
    spool = outbox(tmp_path, days=3)
    old, fresh = alert(), alert()
    spool.put(old, None, NOW)
    spool.put(fresh, None, NOW + timedelta(days=2))
    later = NOW + timedelta(days=4)
    spool.tidy(later)
    assert len(waiting(spool)) == 2, "the server has not told its time"
    spool._clock.heard(later, spool._clock.tick(), spool._clock.tick())
    spool.tidy(later)
    assert waiting(spool) == [fresh]
    spool.close()


def test_the_key_is_made_once_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv(cipher.VARIABLE, raising=False)
    file, state = tmp_path / "worker.spool.key", tmp_path / "state"
    made = cipher.load(file, state)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and cipher.load(file, state).name == made.name
    assert not state.exists() and [path.name for path in tmp_path.iterdir()] == [file.name]
    monkeypatch.setenv(cipher.VARIABLE, base64.b64encode(KEY).decode())
    assert cipher.load(file, state).name == cipher.Cipher(KEY).name


def test_a_key_that_others_may_read_or_that_is_none_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv(cipher.VARIABLE, raising=False)
    file = tmp_path / "key"
    cipher.load(file, tmp_path)
    file.chmod(0o640)
    with pytest.raises(KeyUnusable, match="others may read"):
        cipher.load(file, tmp_path)
    file.chmod(0o600)
    file.write_text("short")
    with pytest.raises(KeyUnusable, match="openssl"):
        cipher.load(file, tmp_path)
    monkeypatch.setenv(cipher.VARIABLE, "nonsense!")
    with pytest.raises(KeyUnusable, match=cipher.VARIABLE):
        cipher.load(file, tmp_path)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs Linux")
def test_where_the_settings_cannot_be_written_the_key_lies_in_the_state_folder(tmp_path, monkeypatch):
    monkeypatch.delenv(cipher.VARIABLE, raising=False)
    blocked = tmp_path / "settings"
    blocked.write_text("a file where a folder should be, which stops root too")
    made = cipher.load(blocked / "worker.spool.key", tmp_path / "state")
    assert cipher.load(blocked / "worker.spool.key", tmp_path / "state").name == made.name
    assert stat.S_IMODE((tmp_path / "state" / "worker.spool.key").stat().st_mode) == 0o600

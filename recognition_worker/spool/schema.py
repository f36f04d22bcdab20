"""Opens the spool's file, migrates it to the newest schema, and leaves no trace of deleted rows."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec

from recognition_worker.spool.cipher import Cipher
from recognition_worker.spool.kept import Kept
from recognition_worker.visits import Visit
from recognition_worker.wire import Alert

_TABLES = """
CREATE TABLE IF NOT EXISTS alert (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, made_at REAL NOT NULL, body BLOB NOT NULL, picture BLOB,
    hold BLOB);
CREATE TABLE IF NOT EXISTS visiting (
    mark BLOB PRIMARY KEY, key TEXT NOT NULL, last_seen REAL NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tally (what TEXT PRIMARY KEY, number INTEGER NOT NULL);
"""


class SpoolBroken(RuntimeError):
    """The file cannot be opened or is not a spool."""


def connect(path: Path) -> sqlite3.Connection:
    """No write-ahead log: deleted data would stay in it. The journal is removed after each commit."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    pragmas = ("busy_timeout=5000", "auto_vacuum=FULL", "secure_delete=ON", "journal_mode=DELETE", "synchronous=EXTRA")
    try:
        for pragma in (*pragmas, "temp_store=MEMORY"):
            db.execute(f"PRAGMA {pragma}").fetchall()
    except sqlite3.OperationalError:  # full, locked, read-only: may be temporary
        db.close()
        raise
    except sqlite3.Error as error:
        db.close()
        raise SpoolBroken(f"{path}: {error}") from error
    return db


def has_old_form(db: sqlite3.Connection) -> bool:
    """The first release's tables, in clear text."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone() is not None


def create(db: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";"):
        db.execute(statement)


def take_over(db: sqlite3.Connection, cipher: Cipher) -> None:
    """Data left by the first release, within the caller's transaction."""
    for body, made_at in db.execute("SELECT body, made_at FROM outbox").fetchall():
        kept = Kept(msgspec.json.decode(body, type=Alert), datetime.fromtimestamp(made_at, UTC))
        insert(db, cipher, kept)
    for entry, camera, seen in db.execute("SELECT entry_id, camera_id, last_seen FROM visit").fetchall():
        write_visit(db, cipher, Visit(UUID(entry), UUID(camera)), datetime.fromtimestamp(seen, UTC))
    db.execute("DROP TABLE outbox")
    db.execute("DROP TABLE visit")


def insert(db: sqlite3.Connection, cipher: Cipher, kept: Kept) -> None:
    """The picture is separate, so that it can be deleted before the alert."""
    key, picture = str(kept.id), kept.alert.snapshot
    hold = None if kept.hold is None else msgspec.json.encode(kept.hold)
    bare = kept.bare()
    db.execute(
        "INSERT INTO alert (id, key, made_at, body, picture, hold) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET hold = excluded.hold",
        (
            key,
            cipher.name,
            kept.made_at.timestamp(),
            cipher.seal(msgspec.json.encode(msgspec.structs.replace(bare, hold=None)), key),
            None if picture is None else cipher.seal(picture.encode(), f"{key} picture"),
            hold,
        ),
    )


def write_visit(db: sqlite3.Connection, cipher: Cipher, visit: Visit, seen: datetime) -> None:
    name = f"{visit.entry_id} {visit.camera_id}"
    mark = cipher.mark(name)
    db.execute(
        "INSERT OR REPLACE INTO visiting VALUES (?, ?, ?, ?)",
        (mark, cipher.name, seen.timestamp(), cipher.seal(name.encode(), mark.hex())),
    )

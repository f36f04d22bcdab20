"""Alerts that the server has not acknowledged, on disk before they are sent; and visits, so that a restart
does not tell of the same person twice. Survives kill -9 and power loss; holds matches only."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from uuid import UUID

import msgspec

from recognition_worker.visits import UNSEEN, Visit, begins
from recognition_worker.wire import Alert

PICTURE_KEPT = timedelta(hours=24)
"""As long as an unconfirmed alert's picture may be kept anywhere (DOMAIN, retention)."""
TOUCH_EVERY = timedelta(seconds=15)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
    id TEXT PRIMARY KEY, body BLOB NOT NULL, made_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, not_before REAL NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS visit (
    entry_id TEXT NOT NULL, camera_id TEXT NOT NULL, last_seen REAL NOT NULL,
    PRIMARY KEY (entry_id, camera_id));
"""


class SpoolBroken(RuntimeError):
    """The file cannot be opened or is not a spool."""


class Waiting(NamedTuple):
    id: UUID
    body: bytes
    attempts: int


class Spool:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        self._lock = Lock()
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "busy_timeout=5000"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise SpoolBroken(f"{path}: {error}") from error
        self._seen = {
            Visit(UUID(entry), UUID(camera)): datetime.fromtimestamp(seen, UTC)
            for entry, camera, seen in self._db.execute("SELECT entry_id, camera_id, last_seen FROM visit")
        }
        self._written = dict(self._seen)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def sighted(self, visit: Visit, now: datetime, unseen: timedelta = UNSEEN) -> bool:
        """Notes the sighting of an open visit; true when there is none, so that an alert is due."""
        with self._lock:
            if begins(self._seen.get(visit), now, unseen):
                return True
            self._seen[visit] = max(now, self._seen[visit])
            if now - self._written[visit] >= TOUCH_EVERY:
                self._write_visit(visit, now)
            return False

    def put(self, alert: Alert, visit: Visit | None, now: datetime) -> None:
        """One commit: the alert waits, its visit is open. When this returns, both outlive a power cut."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.execute(
                    "INSERT OR IGNORE INTO outbox (id, body, made_at) VALUES (?, ?, ?)",
                    (str(alert.id), msgspec.json.encode(alert), now.timestamp()),
                )
                if visit is not None:
                    self._write_visit(visit, now)
                self._db.execute("COMMIT")
            except sqlite3.Error:
                self._db.execute("ROLLBACK")
                raise
            if visit is not None:
                self._seen[visit] = now

    def _write_visit(self, visit: Visit, now: datetime) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO visit VALUES (?, ?, ?)",
            (str(visit.entry_id), str(visit.camera_id), now.timestamp()),
        )
        self._written[visit] = now

    def due(self, now: datetime, limit: int = 20) -> list[Waiting]:
        """Oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT id, body, attempts FROM outbox WHERE not_before <= ? ORDER BY made_at, id LIMIT ?",
                (now.timestamp(), limit),
            ).fetchall()
        return [Waiting(UUID(key), body, attempts) for key, body, attempts in rows]

    def postpone(self, alert_id: UUID, until: datetime) -> None:
        with self._lock:
            self._db.execute(
                "UPDATE outbox SET attempts = attempts + 1, not_before = ? WHERE id = ?",
                (until.timestamp(), str(alert_id)),
            )

    def remove(self, alert_id: UUID) -> None:
        with self._lock:
            self._db.execute("DELETE FROM outbox WHERE id = ?", (str(alert_id),))

    def waiting(self) -> int:
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM outbox").fetchone()[0])

    def tidy(self, now: datetime) -> None:
        """Takes the picture out of alerts that have waited for a day, and forgets visits long over."""
        with self._lock:
            old = (now - PICTURE_KEPT).timestamp()
            rows = self._db.execute("SELECT id, body FROM outbox WHERE made_at < ?", (old,)).fetchall()
            for key, body in rows:
                alert = msgspec.json.decode(body, type=Alert)
                if alert.snapshot is not None:
                    bare = msgspec.json.encode(msgspec.structs.replace(alert, snapshot=None))
                    self._db.execute("UPDATE outbox SET body = ? WHERE id = ?", (bare, key))
            self._db.execute("DELETE FROM visit WHERE last_seen < ?", (old,))
            self._seen = {visit: seen for visit, seen in self._seen.items() if seen.timestamp() >= old}
            self._written = {visit: seen for visit, seen in self._written.items() if visit in self._seen}

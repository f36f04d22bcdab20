"""The spool's file: alerts and open visits, sealed. Survives kill -9 and power loss; holds matches only."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import msgspec

from recognition_worker.spool import schema
from recognition_worker.spool.cipher import Cipher, Sealed
from recognition_worker.spool.kept import PICTURE_KEPT, Dropped, Hold, Kept, Limits
from recognition_worker.visits import Visit

_SIZE = "length(body) + coalesce(length(picture), 0)"
_LEAST_NEEDED = "ORDER BY hold IS NULL, made_at, id"
"""Alerts refused by the server go first, then the oldest."""


class Depth(NamedTuple):
    """`foreign`: sealed with another key, so they can be neither read nor sent."""

    waiting: int
    held: int
    foreign: int
    bytes: int


class Disk:
    """Every method is one commit or raises `sqlite3.Error`. Not thread-safe."""

    def __init__(self, path: Path, cipher: Cipher, limits: Limits) -> None:
        self._cipher, self._limits = cipher, limits
        self._db = schema.connect(path)
        try:
            old = schema.has_old_form(self._db)
            with self._commit():
                schema.create(self._db)
                if old:
                    schema.take_over(self._db, cipher)
            if old:  # frees pages from before deletion was secure, and applies the setting that shrinks the file
                self._db.execute("VACUUM")
        except sqlite3.Error:
            self._db.close()
            raise

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _commit(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # a full disk has rolled back already
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
            raise

    def put(self, kept: Kept, visit: Visit | None, now: datetime) -> Dropped:
        """Queues the alert and opens its visit: once this returns, both survive a power cut."""
        with self._commit():
            schema.insert(self._db, self._cipher, kept)
            if visit is not None:
                schema.write_visit(self._db, self._cipher, visit, now)
            return self._bound()

    def _bound(self) -> Dropped:
        """Pictures go before alerts."""
        rows = self._db.execute(
            f"SELECT id, {_SIZE}, coalesce(length(picture), 0), hold IS NOT NULL FROM alert {_LEAST_NEEDED}"  # noqa: S608
        ).fetchall()
        too_much = sum(row[1] for row in rows) - self._limits.megabytes * 1e6
        bare: list[str] = []
        for key, _, picture, _ in rows:
            if too_much > 0 and picture:
                bare.append(key)
                too_much -= picture
        too_many = len(rows) - self._limits.alerts
        too_many_held = sum(row[3] for row in rows) - self._limits.held
        gone: list[str] = []
        for key, size, picture, _ in rows:
            if too_much > 0 or len(gone) < max(too_many, too_many_held):
                gone.append(key)
                too_much -= size - picture
        self._db.executemany("UPDATE alert SET picture = NULL WHERE id = ?", [(key,) for key in bare])
        self._db.executemany("DELETE FROM alert WHERE id = ?", [(key,) for key in gone])
        return self._count(Dropped(len(set(bare) - set(gone)), len(gone)))

    def _count(self, dropped: Dropped) -> Dropped:
        for what, number in zip(Dropped._fields, dropped, strict=True):
            if number:
                self._db.execute(
                    "INSERT INTO tally VALUES (?, ?) ON CONFLICT DO UPDATE SET number = number + excluded.number",
                    (what, number),
                )
        return dropped

    def dropped(self) -> Dropped:
        """Since the file was created."""
        return Dropped(**dict(self._db.execute("SELECT what, number FROM tally WHERE what <> 'probe'").fetchall()))

    def tidy(self, now: datetime, sure: bool) -> Dropped:
        """Deletes what is too old. `sure`: alerts are deleted only by a known time, pictures even by a guess."""
        day, week = now - PICTURE_KEPT, now - timedelta(days=self._limits.days)
        with self._commit():
            gone = self._db.execute("DELETE FROM alert WHERE made_at < ? AND ?", (week.timestamp(), sure)).rowcount
            bare = self._db.execute(
                "UPDATE alert SET picture = NULL WHERE made_at < ? AND picture IS NOT NULL", (day.timestamp(),)
            ).rowcount
            self._db.execute("DELETE FROM visiting WHERE last_seen < ?", (day.timestamp(),))
            return self._count(Dropped(bare, gone))

    def waiting(self) -> list[UUID]:
        """Oldest first."""
        rows = self._db.execute(
            "SELECT id FROM alert WHERE hold IS NULL AND key = ? ORDER BY made_at, id", (self._cipher.name,)
        )
        return [UUID(key) for (key,) in rows.fetchall()]

    def held(self) -> list[Kept]:
        rows = self._db.execute("SELECT id FROM alert WHERE hold IS NOT NULL AND key = ?", (self._cipher.name,))
        found = (self.read(UUID(key)) for (key,) in rows.fetchall())
        return [kept for kept in found if kept is not None]

    def holds(self) -> list[Hold]:
        """Without decrypting the held ones."""
        rows = self._db.execute("SELECT hold FROM alert WHERE hold IS NOT NULL").fetchall()
        return [msgspec.json.decode(hold, type=Hold) for (hold,) in rows]

    def read(self, alert_id: UUID) -> Kept | None:
        """None if it is gone or was altered."""
        key = str(alert_id)
        row = self._db.execute("SELECT body, picture, hold FROM alert WHERE id = ?", (key,)).fetchone()
        if row is None:
            return None
        body, picture, hold = row
        try:
            kept = msgspec.json.decode(self._cipher.open(body, key), type=Kept)
            snapshot = None if picture is None else self._cipher.open(picture, f"{key} picture").decode()
        except (Sealed, msgspec.MsgspecError):
            return None
        alert = msgspec.structs.replace(kept.alert, snapshot=snapshot)
        return msgspec.structs.replace(
            kept, alert=alert, hold=None if hold is None else msgspec.json.decode(hold, type=Hold)
        )

    def hold(self, alert_id: UUID, hold: Hold) -> Dropped:
        with self._commit():
            self._db.execute("UPDATE alert SET hold = ? WHERE id = ?", (msgspec.json.encode(hold), str(alert_id)))
            return self._bound()

    def release(self, alerts: Iterable[UUID]) -> int:
        with self._commit():
            return sum(
                self._db.execute("UPDATE alert SET hold = NULL WHERE id = ? AND hold IS NOT NULL", (str(one),)).rowcount
                for one in alerts
            )

    def held_elsewhere(self, under: str) -> list[UUID]:
        """Those held under other settings or by another server version."""
        rows = self._db.execute("SELECT id, hold FROM alert WHERE hold IS NOT NULL").fetchall()
        return [UUID(key) for key, hold in rows if msgspec.json.decode(hold, type=Hold).under != under]

    def remove(self, alerts: Iterable[UUID]) -> int:
        with self._commit():
            return sum(self._db.execute("DELETE FROM alert WHERE id = ?", (str(one),)).rowcount for one in alerts)

    def probe(self) -> None:
        """Raises if nothing can be written."""
        with self._commit():
            self._db.execute("INSERT INTO tally VALUES ('probe', 0) ON CONFLICT DO UPDATE SET number = number + 1")

    def depth(self) -> Depth:
        row = self._db.execute(
            f"SELECT count(*) FILTER (WHERE hold IS NULL AND key = ?1), "  # noqa: S608
            f"count(*) FILTER (WHERE hold IS NOT NULL AND key = ?1), count(*) FILTER (WHERE key <> ?1), "
            f"coalesce(sum({_SIZE}), 0) FROM alert",
            (self._cipher.name,),
        ).fetchone()
        return Depth(*row)

    def visits(self) -> dict[Visit, datetime]:
        rows = self._db.execute(
            "SELECT mark, body, last_seen FROM visiting WHERE key = ?", (self._cipher.name,)
        ).fetchall()
        found: dict[Visit, datetime] = {}
        for mark, body, seen in rows:
            with suppress(Sealed, ValueError):
                entry, camera = self._cipher.open(body, mark.hex()).decode().split()
                found[Visit(UUID(entry), UUID(camera))] = datetime.fromtimestamp(seen, UTC)
        return found

    def write_visit(self, visit: Visit, seen: datetime) -> None:
        with self._commit():
            schema.write_visit(self._db, self._cipher, visit, seen)

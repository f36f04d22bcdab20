"""Alerts, and outboxes with their own file."""

from datetime import UTC, datetime
from uuid import uuid4

from recognition_worker.clock import Clock
from recognition_worker.spool.cipher import Cipher
from recognition_worker.spool.disk import Disk
from recognition_worker.spool.kept import Limits
from recognition_worker.spool.outbox import Outbox
from recognition_worker.wire import Alert

NOW = datetime.now(UTC)
KEY = bytes(range(32))


def alert(snapshot=None, at=NOW, entry=None):
    return Alert(
        id=uuid4(),
        camera_id=uuid4(),
        kind="watchlist_face",
        occurred_at=at,
        snapshot=snapshot,
        watchlist_entry_id=entry,
    )


def disk(folder, key=KEY, **limits):
    return Disk(folder / "spool.sqlite", Cipher(key), Limits(**limits))


def outbox(folder, clock=None, key=KEY, **limits):
    return Outbox(lambda: disk(folder, key, **limits), clock or Clock(), Limits(**limits))


def waiting(box):
    """All alerts in the order in which they would be sent."""
    return [one.alert for one in box.due(float("inf"), limit=100_000)]

"""What a person may do with the spool while a worker runs."""

from collections.abc import Callable, Sequence
from uuid import UUID

from recognition_worker.spool.disk import Disk
from recognition_worker.spool.kept import Kept

Say = Callable[[str], None]


def show(disk: Disk, say: Say) -> None:
    """One line per alert, ids only: what is waiting, then what is held and why."""
    waiting = [kept for kept in map(disk.read, disk.waiting()) if kept is not None]
    for kept in [*waiting, *disk.held()]:
        say(_line(kept))
    depth, dropped = disk.depth(), disk.dropped()
    say(f"{depth.waiting} waiting, {depth.held} refused by the server, {depth.bytes / 1e6:.1f} MB")
    if depth.foreign:
        say(f"{depth.foreign} sealed with another key: they cannot be sent without it")
    if any(dropped):
        say(f"dropped unsent so far: {dropped.alerts} alerts, {dropped.pictures} pictures")


def _line(kept: Kept) -> str:
    alert = kept.alert
    why = "waiting" if kept.hold is None else f"refused: {kept.hold.reason}"
    picture = "with picture" if alert.snapshot else "without picture"
    return f"{alert.id}  {alert.kind}  camera {alert.camera_id}  {alert.occurred_at.isoformat()}  {picture}  {why}"


def retry(disk: Disk, alerts: Sequence[UUID], say: Say) -> int:
    """All held ones if none is named; returns how many will be retried."""
    released = disk.release(alerts or [kept.id for kept in disk.held()])
    say(f"{released} tried again")
    return released


def drop(disk: Disk, alerts: Sequence[UUID], say: Say) -> int:
    """Deletes for good. All held ones if none is named; waiting ones only if named."""
    gone = disk.remove(alerts or [kept.id for kept in disk.held()])
    say(f"{gone} dropped")
    return gone

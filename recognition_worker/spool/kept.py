"""What is kept of an alert until the server has it, and the limits."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta

from recognition_worker.clock import Clock
from recognition_worker.wire import Alert

PICTURE_KEPT = timedelta(hours=24)
"""As long as an unconfirmed alert's picture may be kept anywhere."""


def _boot() -> str:
    """Ticks from another boot are meaningless."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


BOOT = _boot()


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of the spool; `memory_alerts` while the disk cannot be written, `held` for those the server refuses."""

    alerts: Annotated[int, Meta(ge=1)] = 2000
    megabytes: Annotated[float, Meta(gt=0)] = 200
    days: Annotated[float, Meta(gt=0)] = 7
    memory_alerts: Annotated[int, Meta(ge=1)] = 200
    held: Annotated[int, Meta(ge=1)] = 200
    key_file: Path | None = None


class Hold(msgspec.Struct, frozen=True):
    """Why the server refuses it, and under which settings and server version."""

    status: int
    code: str
    under: str
    at: datetime

    @property
    def reason(self) -> str:
        return f"{self.status} {self.code}"


class Kept(msgspec.Struct, frozen=True):
    """`tick`: of this boot, if the server's time was not known yet when it happened."""

    alert: Alert
    made_at: datetime
    tick: float | None = None
    boot: str = BOOT
    hold: Hold | None = None

    @property
    def id(self) -> UUID:
        return self.alert.id

    @property
    def size(self) -> int:
        return 500 + len(self.alert.snapshot or "")

    def dated(self, clock: Clock) -> "Kept":
        """With the time at which it happened, once known."""
        if self.tick is None or self.boot != BOOT or not clock.sure:
            return self
        alert = msgspec.structs.replace(self.alert, occurred_at=clock.at(self.tick))
        return msgspec.structs.replace(self, alert=alert, tick=None)

    def bare(self) -> "Kept":
        return msgspec.structs.replace(self, alert=msgspec.structs.replace(self.alert, snapshot=None))


class Waiting(NamedTuple):
    kept: Kept
    attempts: int

    @property
    def id(self) -> UUID:
        return self.kept.id

    @property
    def alert(self) -> Alert:
        return self.kept.alert

    @property
    def body(self) -> bytes:
        return msgspec.json.encode(self.kept.alert)


class Dropped(NamedTuple):
    """How many were dropped unsent."""

    pictures: int = 0
    alerts: int = 0

    def __add__(self, other: "Dropped") -> "Dropped":  # type: ignore[override]
        return Dropped(self.pictures + other.pictures, self.alerts + other.alerts)

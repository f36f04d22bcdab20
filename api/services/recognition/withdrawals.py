"""A journal of withdrawn watchlist entries beside the database: a backup does not know of those that came after it."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import structlog

from api.db.pool import Database
from api.db.recognition import watchlist
from api.db.recognition.watchlist import Withdrawal
from api.services.every_station import at_every_station

_log = structlog.get_logger()
_SLOW_COMMIT = timedelta(minutes=10)


def file_in(home: Path) -> Path:
    return home / "withdrawn.jsonl"


def read(file: Path) -> list[Withdrawal]:
    """A last line that was cut is left out; its entry is written again."""
    if not file.exists():
        return []
    noted: list[Withdrawal] = []
    for line in file.read_bytes().splitlines():
        try:
            noted.append(msgspec.json.decode(line, type=Withdrawal))
        except msgspec.MsgspecError:
            _log.warning("a line of the journal is no withdrawal", file=str(file))
    return noted


class Journal:
    """Each withdrawal once, a line of JSON: id, time and reason, no name."""

    def __init__(self, db: Database, file: Path) -> None:
        self._db, self._file = db, file
        self._known = {each.id for each in read(file)}
        self._since: datetime | None = None

    async def write(self, now: datetime) -> int:
        """What was withdrawn since the last look; the first one looks at everything."""
        fresh = [each for each in await self._withdrawn() if each.id not in self._known]
        if fresh:
            self._append(fresh)
        self._since = now - _SLOW_COMMIT
        return len(fresh)

    async def _withdrawn(self) -> list[Withdrawal]:
        rows: list[Withdrawal] = []
        for system in await at_every_station(self._db):
            async with self._db.looking(system) as connection:
                rows += await watchlist.withdrawn.all(connection, station_id=system.station_id, since=self._since)
        return rows

    def _append(self, fresh: list[Withdrawal]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
            out.write(b"\n" + b"\n".join(msgspec.json.encode(each) for each in fresh) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        self._known |= {each.id for each in fresh}

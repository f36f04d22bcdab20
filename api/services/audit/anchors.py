"""The newest head of every station's tree in a folder beside the database: a tree that was cut since is noticed.

One file for a station and generation of the database, as a restore goes on from an earlier head.
"""

import os
from pathlib import Path
from uuid import UUID


class Anchors:
    """Writes are atomic; reading what is not there answers None."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "audit-heads"

    def last(self, station_id: UUID, generation: UUID) -> str | None:
        try:
            return self._file(station_id, generation).read_text()
        except FileNotFoundError:
            return None

    def keep(self, station_id: UUID, generation: UUID, note: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self._file(station_id, generation)
        fresh = file.with_name(f".{file.name}.{os.getpid()}")
        with fresh.open("w") as out:
            out.write(note)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)

    def of(self, generation: UUID) -> str:
        """All of this generation, one after the other."""
        return "".join(file.read_text() for file in sorted(self.folder.glob(f"*.{generation}.txt")))

    def _file(self, station_id: UUID, generation: UUID) -> Path:
        return self.folder / f"{station_id}.{generation}.txt"

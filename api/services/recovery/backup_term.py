"""How long backups are kept: each new one, once complete, deletes those in its folder that are past their term.

Only files noted in the folder's `.sipha-backups` are ever deleted; nothing else in the folder is touched. Times
are the database's, so a machine with a wrong clock deletes nothing early.
"""

import fcntl
import os
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

LONGEST_DAYS = 31
"""What was deleted from the database must not live on in its backups (SECURITY.md)."""
_NOTES = ".sipha-backups"


class Note(msgspec.Struct, frozen=True):
    """`name` is a file's in the same folder."""

    name: str
    at: datetime


def keep(file: Path, term: timedelta, now: datetime) -> list[str]:
    """Note a backup that is whole, and delete those of its folder past their term; answers their names."""
    with (file.parent / _NOTES).open("a+b") as notes:  # created with the first backup
        fcntl.flock(notes, fcntl.LOCK_EX)
        notes.seek(0)
        known = [note for note in _read(notes.read()) if note.name != file.name] + [Note(file.name, now)]
        old = [note for note in known if now - note.at > term]
        for note in old:
            (file.parent / note.name).unlink(missing_ok=True)
        notes.truncate(0)  # opened to append: what is written now stands at the begin
        notes.write(b"".join(msgspec.json.encode(note) + b"\n" for note in known if note not in old))
        notes.flush()
        os.fsync(notes.fileno())
    return [note.name for note in old]


def _read(content: bytes) -> list[Note]:
    """A line that was cut off, or names a file elsewhere, is no note."""
    found: list[Note] = []
    for line in content.splitlines():
        try:
            note = msgspec.json.decode(line, type=Note)
        except msgspec.DecodeError:
            continue
        if note.name == Path(note.name).name:
            found.append(note)
    return found

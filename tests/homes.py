"""Folders for a private PostgreSQL: not below pytest's own, which the next pytest to start closes to other users.

They lie in memory where there is plenty: PostgreSQL makes some thousand files for a cluster and several hundred for a
database, and every test has a database of its own. On a disk that takes ten times as long, most of it the processor's.
"""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ENOUGH = 4 << 30
"""Bytes, both free in there and unused by anybody: a cluster takes a hundred million, filled ones a few times that."""


@contextlib.contextmanager
def home(name: str) -> Iterator[Path]:
    """Every user can reach it; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"sipha-{name}-", dir=_MEMORY if _in_memory() else None))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> bool:
    if not _MEMORY.is_dir() or shutil.disk_usage(_MEMORY).free < _ENOUGH:
        return False
    found = re.search(r"^MemAvailable: +(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return found is not None and int(found[1]) << 10 > _ENOUGH

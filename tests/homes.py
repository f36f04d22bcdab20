"""Folders for a private PostgreSQL: not under pytest's own, which the next pytest to start closes to other users.

They are in memory where there is plenty: PostgreSQL creates about a thousand files per cluster and several hundred per
database, and every test has its own database. On disk that takes ten times as long, most of it CPU time.
"""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ENOUGH = 4 << 30
"""Bytes that must be free there and unused in memory: a cluster takes a hundred million, filled ones a few times
that."""


@contextlib.contextmanager
def home(name: str) -> Iterator[Path]:
    """Accessible to every user; removed at the end."""
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

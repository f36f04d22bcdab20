"""Folders for a private PostgreSQL: not below pytest's own, which the next pytest to start closes to other users."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def home(name: str) -> Iterator[Path]:
    """Every user can reach it; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"sipha-{name}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

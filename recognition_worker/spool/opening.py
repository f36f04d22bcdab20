"""Where the spool and its key lie."""

from recognition_worker.settings import Settings
from recognition_worker.spool import cipher
from recognition_worker.spool.disk import Disk

SPOOL_FILE = "spool.sqlite"


def open_disk(settings: Settings) -> Disk:
    """Raises `KeyUnusable`, `SpoolBroken`, or the disk's own error."""
    key_file = settings.spool.key_file or settings.state / "spool.key"
    return Disk(settings.state / SPOOL_FILE, cipher.load(key_file, settings.state), settings.spool)

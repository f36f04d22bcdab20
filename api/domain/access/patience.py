"""How long somebody who guesses passwords must wait. Nobody can lock out anybody else for longer than this."""

from datetime import datetime, timedelta

REMEMBERED = timedelta(minutes=15)
FREE_TRIES = 5
FREE_TRIES_OF_ADDRESS = 50
LONGEST = timedelta(seconds=60)


def retry_after(failures: int, last: datetime | None, free: int, now: datetime) -> int | None:
    """Seconds until the next try, at least one; None if it may be made now. After the `free` ones the wait doubles with
    each failure."""
    if last is None or failures < free:
        return None
    wait = last + min(LONGEST, timedelta(seconds=2 ** min(failures - free, 10))) - now
    return max(1, round(wait.total_seconds())) if wait > timedelta(0) else None

"""Carries alerts from the spool to the server until each is acknowledged or refused for good."""

from datetime import UTC, datetime, timedelta
from random import uniform
from threading import Event

import structlog

from recognition_worker.client import Client, Refused, Unreachable
from recognition_worker.spool import Spool, Waiting

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds between attempts: doubled each time, with jitter so that a street of boxes does not knock at once."""
LOOK_EVERY = 0.5
TIDY_EVERY = timedelta(minutes=10)

log = structlog.get_logger()


class Courier:
    def __init__(self, spool: Spool, client: Client) -> None:
        self._spool, self._client = spool, client
        self._wake = Event()

    def wake(self) -> None:
        """There is something new to carry."""
        self._wake.set()

    def run(self, stop: Event) -> None:
        tidied = datetime.min.replace(tzinfo=UTC)
        while not stop.is_set():
            now = datetime.now(UTC)
            if now - tidied >= TIDY_EVERY:
                self._spool.tidy(now)
                tidied = now
            self.round(now)
            self._wake.wait(LOOK_EVERY)
            self._wake.clear()

    def round(self, now: datetime) -> None:
        """Tries every alert that is due; stops at the first sign that the server is away."""
        for waiting in self._spool.due(now):
            try:
                status = self._client.send_alert(waiting.body)
            except Unreachable as error:
                self._postpone(waiting, now, str(error), None)
                return
            except Refused as refusal:
                self._refused(waiting, now, refusal)
                continue
            self._spool.remove(waiting.id)
            log.info("alert_acknowledged", alert_id=str(waiting.id), status=status, attempts=waiting.attempts + 1)

    def _refused(self, waiting: Waiting, now: datetime, refusal: Refused) -> None:
        if refusal.for_good:
            self._spool.remove(waiting.id)
            log.error("alert_dropped", alert_id=str(waiting.id), status=refusal.status, code=refusal.code)
            return
        if refusal.code == "clock_ahead" and refusal.date is not None:
            log.error("clock_ahead", seconds=round((now - refusal.date).total_seconds()))
        self._postpone(waiting, now, str(refusal), refusal.retry_after)

    def _postpone(self, waiting: Waiting, now: datetime, reason: str, retry_after: float | None) -> None:
        seconds = retry_after if retry_after is not None else pause(waiting.attempts)
        self._spool.postpone(waiting.id, now + timedelta(seconds=seconds))
        log.warning("alert_waits", alert_id=str(waiting.id), reason=reason, attempts=waiting.attempts + 1)


def pause(attempts: int) -> float:
    """Seconds before the next attempt, after so many failed ones."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 10)) * uniform(0.75, 1.25)  # noqa: S311 - not a secret

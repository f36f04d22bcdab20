"""Carries alerts from the outbox to the server until each is acknowledged, or held because the server refuses it."""

from datetime import timedelta
from random import uniform
from threading import Event

import msgspec
import structlog

from recognition_worker.client import Client, Refused, Unreachable
from recognition_worker.spool.kept import Hold, Waiting
from recognition_worker.spool.outbox import Outbox

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds between attempts: doubled each time, with jitter so that a street of boxes does not retry at once."""
LOOK_EVERY = 0.5
SETTLE_SECONDS, VERSION_SECONDS, TIDY_SECONDS = 2.0, 60.0, 600.0

log = structlog.get_logger()


class Courier:
    def __init__(self, outbox: Outbox, client: Client, settings: str) -> None:
        """`settings`: a fingerprint; alerts refused under another one are retried."""
        self._outbox, self._client, self._settings = outbox, client, settings
        self._version = ""
        self._wake = Event()
        self._errands = {self.ask_version: VERSION_SECONDS, self.settle: SETTLE_SECONDS, self._tidy: TIDY_SECONDS}
        self._next = dict.fromkeys(self._errands, float("-inf"))

    def wake(self) -> None:
        """Call when there is something new to send."""
        self._wake.set()

    def run(self, stop: Event) -> None:
        while not stop.is_set():
            self._run_errands(self._client.clock.tick())
            self.round(self._client.clock.tick())
            self._wake.wait(LOOK_EVERY)
            self._wake.clear()

    def _run_errands(self, tick: float) -> None:
        for errand, every in self._errands.items():
            if tick >= self._next[errand]:
                self._next[errand] = tick + every
                errand()

    def settle(self) -> None:
        self._outbox.settle()

    def _tidy(self) -> None:
        self._outbox.tidy(self._client.clock.now())

    def ask_version(self) -> None:
        """A server of another version may accept what the last one refused."""
        try:
            self._version = self._client.version()
        except (Refused, Unreachable):
            return
        self._outbox.release_unless(self._under)

    @property
    def _under(self) -> str:
        return f"{self._settings}/{self._version}"

    def round(self, tick: float) -> None:
        """Tries every alert that is due; stops at the first sign that the server is unreachable."""
        for waiting in self._outbox.due(tick):
            try:
                status = self._client.send_alert(waiting.body)
            except Unreachable as error:
                self._postpone(waiting, tick, str(error), None)
                return
            except Refused as refusal:
                self._refused(waiting, tick, refusal)
                continue
            self._acknowledged(waiting, status)

    def _acknowledged(self, waiting: Waiting, status: int) -> None:
        self._outbox.remove(waiting.id, "acknowledged" if status == 201 else "repeated")
        log.info("alert_acknowledged", alert_id=str(waiting.id), status=status, attempts=waiting.attempts + 1)

    def _refused(self, waiting: Waiting, tick: float, refusal: Refused) -> None:
        if refusal.for_good:
            hold = Hold(refusal.status, refusal.code, self._under, self._client.clock.now())
            self._outbox.hold(waiting.id, hold)
            log.error("alert_held", alert_id=str(waiting.id), status=refusal.status, code=refusal.code)
        elif refusal.code == "clock_ahead" and refusal.seconds is not None:
            self._send_dated(waiting, tick, refusal.seconds)
        else:
            self._postpone(waiting, tick, str(refusal), refusal.retry_after)

    def _send_dated(self, waiting: Waiting, tick: float, ahead: float) -> None:
        """It was dated by a wrong clock before the server's time was known, so use the server's time."""
        log.error("clock_ahead", alert_id=str(waiting.id), seconds=round(ahead))
        at = waiting.alert.occurred_at - timedelta(seconds=ahead)
        try:
            body = msgspec.json.encode(msgspec.structs.replace(waiting.alert, occurred_at=at))
            status = self._client.send_alert(body)
        except (Unreachable, Refused) as error:
            self._postpone(waiting, tick, str(error), None)
            return
        self._acknowledged(waiting, status)

    def _postpone(self, waiting: Waiting, tick: float, reason: str, retry_after: float | None) -> None:
        self._outbox.postpone(waiting.id, tick + (retry_after if retry_after is not None else pause(waiting.attempts)))
        log.warning("alert_waits", alert_id=str(waiting.id), reason=reason, attempts=waiting.attempts + 1)


def pause(attempts: int) -> float:
    """Seconds before the next attempt, given the number of failed ones."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 10)) * uniform(0.75, 1.25)  # noqa: S311 - not a secret

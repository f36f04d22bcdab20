"""Recognises a database that is unavailable, overloaded or otherwise busy, and logs it in one line."""

import time

import asyncpg
import structlog

_log = structlog.get_logger()
_SAY_AGAIN_SECONDS = 30.0

AWAY: tuple[type[Exception], ...] = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.InvalidCachedStatementError,
)
"""Errors worth retrying a little later: restarting, failing over, full, deadlocked, or being migrated."""


def in_one_line(error: BaseException) -> str:
    """The first line of the innermost cause; driver messages never contain passwords."""
    if isinstance(error, TimeoutError) and not str(error):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror and not error.filename:
        return error.strerror.splitlines()[0]
    return (str(error).strip() or type(error).__name__).splitlines()[0]


class Outage:
    """Logs one line when the database goes, one now and then while it is away, and one when it is back."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._told = 0.0
        self._noticed = 0

    def noticed(self, error: BaseException) -> None:
        now, self._noticed = time.monotonic(), self._noticed + 1
        if self._since is not None and now - self._told < _SAY_AGAIN_SECONDS:
            return
        self._since, self._told = self._since or now, now
        _log.warning("database unavailable", reason=in_one_line(error), since_s=round(now - self._since, 1))

    def over(self) -> None:
        """After every commit."""
        if self._since is not None:
            away = round(time.monotonic() - self._since, 1)
            _log.info("database available again", after_s=away, noticed=self._noticed)
            self._since, self._noticed = None, 0


outage = Outage()
"""Of this process."""

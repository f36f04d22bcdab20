"""What it looks like when the database is away, overloaded or busy with something else, and one line that says so."""

import asyncpg

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
"""Whoever asks again a little later may be served: restarting, failing over, full, deadlocked, or being migrated."""


def in_one_line(error: BaseException) -> str:
    """The first line of the innermost reason, without passwords: those are never in a driver's message."""
    if isinstance(error, TimeoutError) and not str(error):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror and not error.filename:
        return error.strerror.splitlines()[0]
    return (str(error).strip() or type(error).__name__).splitlines()[0]

"""What is looked at before a server or its jobs start: is the database there, set up, meant for this, large enough?"""

import asyncpg
import structlog

from api.db import pool
from api.db.pool import Connection
from api.settings import Settings, SettingsError

_log = structlog.get_logger()
_BESIDE_THE_POOL = 1
"""The road network's process reads it over a connection of its own."""

_LIMITS = """
SELECT least(
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0),
  (SELECT CASE WHEN datconnlimit < 0 THEN 1000000 ELSE datconnlimit END FROM pg_database
   WHERE datname = current_database()),
  (SELECT CASE WHEN rolconnlimit < 0 THEN 1000000 ELSE rolconnlimit END FROM pg_roles WHERE rolname = session_user))
"""
_THAI_TRIGRAMS = """
SELECT CASE WHEN to_regproc('show_trgm') IS NOT NULL
            THEN (xpath('/row/n/text()',
            query_to_xml('SELECT cardinality(show_trgm(''สยาม'')) AS n', false, true, '')))[1]::text::int
       END
"""
"""Asked through text: without the extension the function could not even be named."""
_IN_USE = "SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL AND pid <> pg_backend_pid()"


async def look(settings: Settings, role: str) -> None:
    """Raises SettingsError in one sentence, or what asyncpg raises when there is no database."""
    try:
        connection = await asyncpg.connect(
            settings.database_url, timeout=pool.CONNECT_SECONDS, server_settings={"role": role}
        )
    except asyncpg.ObjectNotInPrerequisiteStateError:
        raise SettingsError(pool.RESTORING) from None
    try:
        known = await connection.fetchval("SELECT to_regclass('deployment') IS NOT NULL")
        demo = await connection.fetchval("SELECT demo FROM deployment") if known else None
        if demo is None:
            raise SettingsError("the database is not set up: run `sipha migrate`")
        if demo and not settings.demo and role == "sipha_app":
            raise SettingsError("this is the demo's database, with known accounts: only `sipha demo` serves it")
        await _try_trigrams(connection)
        await _count_connections(connection, settings, role)
    finally:
        await connection.close()


async def _try_trigrams(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """A server without places by name still dispatches, so it starts."""
    said = complaint_about_letters(await connection.fetchval(_THAI_TRIGRAMS))
    if said is not None:
        _log.warning(said)


def complaint_about_letters(trigrams: int | None) -> str | None:
    """`trigrams`: how many are found in a Thai word of four letters; null if there is no `pg_trgm` yet."""
    if trigrams is None or trigrams > 0:
        return None
    return (
        "the database's locale knows no Thai letters, so no place is found by its Thai name: make the database with "
        "LOCALE 'C.UTF-8', see README"
    )


async def _count_connections(
    connection: "asyncpg.Connection[asyncpg.Record] | Connection", settings: Settings, role: str
) -> None:
    """One server and one `sipha jobs` must fit together; who runs more of them counts what is in use already."""
    allowed, in_use = await connection.fetchval(_LIMITS), await connection.fetchval(_IN_USE)
    serve, jobs = settings.serve_connections + _BESIDE_THE_POOL, settings.jobs_connections + _BESIDE_THE_POOL
    own, name = (serve, "SIPHA_SERVE_CONNECTIONS") if role == "sipha_app" else (jobs, "SIPHA_JOBS_CONNECTIONS")
    if own > allowed:
        raise SettingsError(f"{name}: {own} connections are needed and PostgreSQL allows {allowed}")
    if max(serve + jobs, in_use + own) > allowed:
        _log.warning(
            "connections may run out: lower SIPHA_SERVE_CONNECTIONS, SIPHA_JOBS_CONNECTIONS, or raise max_connections",
            allowed=allowed,
            serve=serve,
            jobs=jobs,
            in_use=in_use,
        )

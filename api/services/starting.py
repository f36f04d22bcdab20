"""What is looked at before a server or its jobs start: is the database there, set up, and meant for this?"""

import asyncpg

from api.db import pool
from api.settings import Settings, SettingsError


async def look(settings: Settings, role: str) -> None:
    """Raises SettingsError in one sentence, or what asyncpg raises when there is no database."""
    connection = await asyncpg.connect(
        settings.database_url, timeout=pool.CONNECT_SECONDS, server_settings={"role": role}
    )
    try:
        known = await connection.fetchval("SELECT to_regclass('deployment') IS NOT NULL")
        demo = await connection.fetchval("SELECT demo FROM deployment") if known else None
    finally:
        await connection.close()
    if demo is None:
        raise SettingsError("the database is not set up: run `sipha migrate`")
    if demo and not settings.demo and role == "sipha_app":
        raise SettingsError("this is the demo's database, with known accounts: it is not served outside `sipha demo`")

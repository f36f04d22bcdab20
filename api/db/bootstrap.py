"""What only a database administrator can do, once: roles, the database, PostGIS. `sipha migrate` does the rest."""

import asyncpg

ROLES = """
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['sipha_owner', 'sipha_app', 'sipha_jobs', 'sipha_definer', 'sipha_maintenance'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', wanted);
    END IF;
  END LOOP;
END $$;
GRANT sipha_definer, sipha_maintenance TO sipha_owner;
ALTER ROLE sipha_app SET statement_timeout = '15s';
ALTER ROLE sipha_app SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE sipha_jobs SET statement_timeout = '60s';
ALTER ROLE sipha_jobs SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE sipha_owner SET idle_in_transaction_session_timeout = '10min';
"""
"""`sipha_definer` owns the few functions that look across stations (signing in, finding the station of a place)."""


async def prepare(administrator_url: str, database: str, passwords: dict[str, str]) -> None:
    """Create roles and database; a second run changes nothing. `passwords` also allows those roles to log in."""
    try:
        connection = await asyncpg.connect(administrator_url)
    except asyncpg.InvalidCatalogNameError:  # the database is what we are about to create
        connection = await asyncpg.connect(administrator_url, database="postgres")
    try:
        await connection.execute(ROLES)
        for role, password in passwords.items():
            quoted = await connection.fetchval(
                "SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)", role, password
            )
            await connection.execute(quoted)
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database):
            await connection.execute(f'CREATE DATABASE "{database}" OWNER sipha_owner')
    finally:
        await connection.close()
    inside = await asyncpg.connect(administrator_url, database=database)
    try:
        await inside.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        await inside.execute("GRANT USAGE, CREATE ON SCHEMA public TO sipha_owner, sipha_definer")
    finally:
        await inside.close()

"""`sipha`: serve | jobs | migrate | demo."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable

from api.settings import Settings, SettingsError, from_environment, with_database

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="sipha", description="Police response: the right patrol, in time.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    actions: dict[str, tuple[str, Callable[[Settings], None]]] = {
        "serve": ("HTTP and live streams, and the built PWA", serve),
        "jobs": ("send pushes, carry out deadlines, delete what is old", jobs),
        "bootstrap": ("make roles, database and PostGIS, as the database's administrator", bootstrap),
        "migrate": ("bring the database to the newest schema, as its owner", migrate),
        "demo": ("the whole system with a model station, in the foreground", demo),
        "openapi": ("print the OpenAPI document", openapi),
    }
    for name, (about, _) in actions.items():
        commands.add_parser(name, help=about, description=about)
    wanted = parser.parse_args().command
    try:
        actions[wanted][1](from_environment())
    except SettingsError as error:
        sys.exit(f"sipha: {error}")


def serve(settings: Settings) -> None:
    import uvicorn

    from api.app import create_app

    if settings.demo and settings.host not in _LOOPBACK:
        raise SettingsError("the demo listens on loopback only: leave HOST at 127.0.0.1")
    config = uvicorn.Config(
        create_app(with_database(settings)),
        host=settings.host,
        port=settings.port,
        log_config=None,
        server_header=False,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    server.run()
    if not server.started:
        sys.exit("sipha: the server did not start, see the log above")


def jobs(settings: Settings) -> None:
    from api import telemetry
    from api.jobs import runner

    telemetry.configure(settings.log_level)
    asyncio.run(runner.run(with_database(settings)))


def bootstrap(settings: Settings) -> None:
    """Passwords come from SIPHA_OWNER_PASSWORD, SIPHA_APP_PASSWORD and SIPHA_JOBS_PASSWORD."""
    from api.db.bootstrap import prepare

    wanted = {role: os.environ.get(f"SIPHA_{role.upper()}_PASSWORD", "") for role in ("owner", "app", "jobs")}
    missing = [f"SIPHA_{role.upper()}_PASSWORD" for role, password in wanted.items() if not password]
    if missing:
        raise SettingsError(f"{' and '.join(missing)} must be set")
    database = os.environ.get("SIPHA_DATABASE_NAME", "sipha")
    passwords = {f"sipha_{role}": password for role, password in wanted.items()}
    asyncio.run(prepare(with_database(settings).database_url, database, passwords))
    print(f"the database {database} is ready for `sipha migrate`")


def migrate(settings: Settings) -> None:
    from api.db.migrate import upgrade

    upgrade(with_database(settings).database_url)
    print("the database has the newest schema")


def demo(settings: Settings) -> None:
    from api.demo import supervisor

    supervisor.run(settings)


def openapi(settings: Settings) -> None:
    from api.app import openapi_document

    sys.stdout.write(openapi_document(settings) + "\n")

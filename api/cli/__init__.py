"""`sipha`: serve | jobs | bootstrap | migrate | backup | restore | resume | doctor | station | roads | demo …"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from api.cli import accounts, audit, coming_back, doctor
from api.cli.database import with_database
from api.db.absence import AWAY, in_one_line
from api.settings import Settings, SettingsError, from_environment

if TYPE_CHECKING:
    from api.db.pool import Database

Plan = TypeVar("Plan")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="sipha", description="Police response: the right patrol, in time.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _simple(commands, "serve", "HTTP and live streams, and the built PWA", serve)
    _simple(commands, "jobs", "send pushes, carry out deadlines, delete what is old", jobs)
    _simple(commands, "bootstrap", "make roles, database and PostGIS, as the database's administrator", bootstrap)
    _simple(commands, "migrate", "migrate the database to the newest schema, as its owner", migrate)
    about = "found a station from a plan (--example prints one); shows its passwords once"
    command = commands.add_parser("station", help=about, description=about)
    command.add_argument("plan", nargs="?", type=Path, metavar="FILE", help="the station as TOML")
    command.add_argument("--example", action="store_true", help="print a plan to start from")
    command.set_defaults(run=station)
    about = "found the office of a province, with the stations in the plan (--example prints one)"
    command = commands.add_parser("province", help=about, description=about)
    command.add_argument("plan", nargs="?", type=Path, metavar="FILE", help="the office as TOML")
    command.add_argument("--example", action="store_true", help="print a plan to start from")
    command.set_defaults(run=province)
    about = "import FILE: put the streets of an OpenStreetMap extract into service"
    command = commands.add_parser("roads", help=about, description=about)
    command.add_argument("action", choices=["import"])
    command.add_argument("file", type=Path, metavar="FILE", help=".osm.pbf, .osm or .osm.gz")
    command.add_argument("--synthetic", action="store_true", help="made-up streets: maps say so")
    command.set_defaults(run=roads)
    _simple(commands, "demo", "the whole system with a model station, in the foreground", demo)
    _simple(commands, "openapi", "print the OpenAPI document", openapi)
    coming_back.commands(commands)
    accounts.commands(commands)
    audit.commands(commands)
    doctor.commands(commands)
    wanted = parser.parse_args()
    try:
        wanted.run(from_environment(), wanted)
    except SettingsError as error:
        sys.exit(f"sipha: {error}")
    except AWAY as error:
        sys.exit(f"sipha: the database is not available: {in_one_line(error)}")


def _simple(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    about: str,
    run: Callable[[Settings], None],
) -> None:
    """A command without arguments."""
    command = commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=lambda settings, _: run(settings))


def serve(settings: Settings) -> None:
    """What may refuse comes before the imports that take two seconds."""
    from api.services.recovery import starting

    if settings.demo and settings.host not in _LOOPBACK:
        raise SettingsError("the demo listens on loopback only: leave HOST at 127.0.0.1")
    settings = with_database(settings, "sipha_app")
    asyncio.run(starting.look(settings, "sipha_app"))

    import uvicorn

    from api.app import create_app
    from api.cli.listening import Server

    config = uvicorn.Config(
        create_app(settings),
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
    server = Server(config)
    server.run()
    if not server.started:
        sys.exit("sipha: the server did not start, see the log above")


def jobs(settings: Settings) -> None:
    from api import telemetry
    from api.services.recovery import starting

    telemetry.configure(settings.log_level)
    settings = with_database(settings, "sipha_jobs")
    asyncio.run(starting.look(settings, "sipha_jobs"))

    from api.jobs import runner

    asyncio.run(runner.run(settings))


def bootstrap(settings: Settings) -> None:
    """Passwords come from SIPHA_OWNER_PASSWORD, SIPHA_APP_PASSWORD and SIPHA_JOBS_PASSWORD."""
    from api.db.bootstrap import prepare

    wanted = {role: os.environ.get(f"SIPHA_{role.upper()}_PASSWORD", "") for role in ("owner", "app", "jobs")}
    missing = [f"SIPHA_{role.upper()}_PASSWORD" for role, password in wanted.items() if not password]
    if missing:
        raise SettingsError(f"{' and '.join(missing)} must be set")
    if not settings.database_url:
        raise SettingsError(
            f"no database: SIPHA_DATABASE_URL must be the administrator's (a demo makes its own, in {settings.home})"
        )
    database = os.environ.get("SIPHA_DATABASE_NAME", "sipha")
    passwords = {f"sipha_{role}": password for role, password in wanted.items()}
    asyncio.run(prepare(settings.database_url, database, passwords))
    print(f"the database {database} is ready for `sipha migrate`")


def migrate(settings: Settings) -> None:
    url = with_database(settings, "sipha_owner").database_url

    from sqlalchemy.exc import OperationalError

    from api.db.migrate import upgrade
    from api.db.steps import NoLock

    try:
        upgrade(url)
    except NoLock as error:
        sys.exit(f"sipha: {error}")
    except OperationalError as error:
        sys.exit(f"sipha: the database is not available: {in_one_line(error.orig or error)}")
    print("the database has the newest schema")


def station(settings: Settings, wanted: argparse.Namespace) -> None:
    """As `sipha_app`: row-level security lets a station write only its own rows."""
    from api.services.stations import founding

    _from_plan(settings, wanted, founding.Plan, _STATION, founding.found)


def province(settings: Settings, wanted: argparse.Namespace) -> None:
    from api.services.administration import provinces

    _from_plan(settings, wanted, provinces.OfficePlan, _PROVINCE + _STATION_IN_PROVINCE, provinces.found_office)


def _from_plan(
    settings: Settings,
    wanted: argparse.Namespace,
    kind: type[Plan],
    example: str,
    write: "Callable[[Database, Plan, datetime], Awaitable[object]]",
) -> None:
    from api.db.pool import open_database
    from api.domain.errors import DomainError

    file: Path | None = wanted.plan
    if wanted.example or file is None:
        print(example, end="")
        return
    try:
        plan = msgspec.toml.decode(file.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(f"{file}: {error}") from None

    url = with_database(settings, "sipha_app").database_url

    async def found() -> object:
        db = await open_database(url, "sipha_app", size=2)
        try:
            return await write(db, plan, db.now())
        finally:
            await db.close()

    try:
        made = asyncio.run(found())
    except DomainError as error:
        raise SettingsError(f"{file}: {error.code}: {error.facts}") from None
    print(msgspec.json.format(msgspec.json.encode(made)).decode())


_STATION = """\
name_th = "สน.ตัวอย่าง"
name_en = "Example station"
phone = "191"
lat = 13.779
lon = 100.579
area = [[13.764, 100.568], [13.7655, 100.5905], [13.7935, 100.588], [13.793, 100.569]]
delegated_by = "ผกก. who signed the delegation"

[[unit]]
callsign = "สายตรวจ 11"
kind = "motorcycle"  # or car, foot
beat = "เขตตรวจ 1"
capabilities = ["english"]  # a station's own words

[[camera]]
name = "กล้อง 01"
lat = 13.7712
lon = 100.5746

[[account]]
role = "operator"  # or officer, commander, admin, auditor
username = "operator"
display_name = "พนักงานวิทยุ"
"""

_PROVINCE = """\
name_th = "ภ.จว.ตัวอย่าง"
name_en = "Example province"
lat = 13.78
lon = 100.58
adopts = []  # ids of stations that exist and join the province

[[account]]
role = "province"  # or admin, auditor
username = "province"
display_name = "ฝ่ายอำนวยการ"

[[account]]
role = "admin"
username = "province-admin"
display_name = "ผู้ดูแลระบบ"

# A station; as many as there are. Its people are invited: each gets a one-time link.
[[station]]
"""
_STATION_IN_PROVINCE = _STATION.replace("\n[[", "\n[[station.").replace('username = "', 'username = "station-1-')


def roads(settings: Settings, wanted: argparse.Namespace) -> None:
    """As `sipha_jobs`. Prints what was imported and what was left out; on an error nothing changes."""
    from tqdm import tqdm

    from api.roads.osm import UnusableFile
    from api.services.roads.extract_import import ImportRunning, import_roads

    def watch(things: Iterable[Any], what: str) -> Iterable[Any]:
        return tqdm(things, desc=what, disable=None, leave=False)

    url = with_database(settings, "sipha_jobs").database_url
    try:
        report = asyncio.run(import_roads(url, wanted.file, watch, synthetic=wanted.synthetic))
    except (UnusableFile, ImportRunning) as error:
        raise SettingsError(str(error).splitlines()[0]) from None
    print("\n".join(report.lines()))


def demo(settings: Settings) -> None:
    from api.demo import supervisor

    supervisor.run(settings)


def openapi(settings: Settings) -> None:
    from api.app import openapi_document

    sys.stdout.write(openapi_document(settings) + "\n")

"""`sipha demo`: starts the whole system in the foreground, and stops it again."""

import asyncio
import contextlib
import fcntl
import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import asyncpg
import msgspec

from api.db import bootstrap
from api.db.access import sessions
from api.db.migrate import upgrade
from api.db.pool import open_database
from api.db.recovery import restore
from api.demo import history, processes, scenario, station, streets
from api.demo.cluster import Cluster, ClusterError
from api.demo.processes import Processes
from api.services.access.sessions import hash_token
from api.services.stations import founding
from api.services.stations.demo_file import DemoFile, DemoLogin
from api.settings import Settings, SettingsError


class Urls(msgspec.Struct, frozen=True):
    administrator: str
    owner: str
    app: str
    jobs: str


def run(settings: Settings) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        with _only_one(settings.home), _database(settings) as urls:
            _say("preparing the database")
            upgrade(urls.owner)
            with contextlib.suppress(KeyboardInterrupt):
                asyncio.run(_run(settings, urls))
    except (ClusterError, processes.StartError) as error:
        sys.exit(f"sipha demo: {error}")


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[None]:
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(f"a demo is already running from {home}: stop it, or set SIPHA_HOME") from None
        yield


@contextlib.contextmanager
def _database(settings: Settings) -> Iterator[Urls]:
    """The private cluster, or the PostgreSQL in SIPHA_DATABASE_URL (a login that may create roles)."""
    _demand_free_port(settings)
    if settings.database_url:
        database = settings.database_url.rsplit("/", 1)[-1].partition("?")[0] or "sipha"
        try:
            asyncio.run(bootstrap.prepare(settings.database_url, database, {}))
        except (OSError, asyncpg.PostgresError) as error:
            raise SettingsError(f"SIPHA_DATABASE_URL: {error}") from None
        yield Urls(*[settings.database_url] * 4)
        return
    cluster = Cluster(settings.home)
    _say("starting PostgreSQL")
    cluster.start()
    try:
        if asyncio.run(_restoring(cluster.url())):
            raise ClusterError("a restore has not finished: run `sipha restore FILE` again")
        yield Urls(cluster.url(), *(cluster.url(role) for role in ("sipha_owner", "sipha_app", "sipha_jobs")))
    finally:
        cluster.stop()


async def _restoring(url: str) -> bool:
    async with restore.administrator(url) as connection:
        return await restore.is_locked(connection, restore.name_of(url)) is True


async def _run(settings: Settings, urls: Urls) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    demo, simulated = await _load(settings, urls)
    await streets.load(urls.jobs, settings.home)
    key = secrets.token_urlsafe(12)
    running = Processes(settings, urls.app, urls.jobs, key)
    try:
        await _until(stop, _start(settings, running, demo, simulated, key))
        await _until(stop, running.watch())
    finally:
        await running.stop()


async def _start(settings: Settings, running: Processes, demo: DemoFile, simulated: list[DemoLogin], key: str) -> None:
    _say("starting the server and its jobs")
    await running.start_server()
    _say("starting the sample camera and the recognition worker")
    await running.start_worker(demo)
    await scenario.enrol_sample(demo, running.sample_picture)
    if settings.demo_patrols > 0:
        running.start_patrols(demo, simulated)
    await running.until_camera_sees(demo)
    _introduce(demo, key)
    print(f"READY {demo.url}", flush=True)


async def _until(stop: asyncio.Event, work: "asyncio.Future[None] | object") -> None:
    """Wait for the work or the stop signal, whichever comes first; errors from the work are raised."""
    if stop.is_set():
        return
    tasks = {asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())}  # type: ignore[arg-type]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


async def _load(settings: Settings, urls: Urls) -> tuple[DemoFile, list[DemoLogin]]:
    """The model station: created at the first start, reused after that."""
    public, private = settings.home / "demo.json", settings.home / "simulated.json"
    connection = await asyncpg.connect(urls.administrator)
    try:
        loaded = await connection.fetchval("SELECT EXISTS (SELECT FROM station)")
    finally:
        await connection.close()
    if loaded and not (public.exists() and private.exists()):
        raise SettingsError(f"this database holds a demo whose {public} is gone: drop the database, then start again")
    if loaded:
        demo = msgspec.json.decode(public.read_bytes(), type=DemoFile)
        demo.url = settings.public_url
        await _renew_tokens(urls, demo)
        _keep(public, demo)
    else:
        _say("loading the model station and a month of made-up incidents")
        await _make(settings, urls, public, private)
    await station.mark_demo(urls.administrator)
    return (
        msgspec.json.decode(public.read_bytes(), type=DemoFile),
        msgspec.json.decode(private.read_bytes(), type=list[DemoLogin]),
    )


async def _renew_tokens(urls: Urls, demo: DemoFile) -> None:
    """A restore has revoked the machine tokens."""
    db = await open_database(urls.jobs, "sipha_jobs", size=2)
    try:
        async with db.stationless() as connection:
            living = await sessions.find_machines.all(connection, hashes=[hash_token(demo.worker_token)])
        if not living:
            made = {each.station_id: each for each in await founding.new_tokens(db)}[demo.station_id]
            demo.worker_token, demo.enroller_token = made.worker_token, made.enroller_token
    finally:
        await db.close()


async def _make(settings: Settings, urls: Urls, public: Path, private: Path) -> None:
    """The files come first: if killed before the commit, the next start recreates both; after it, both are found."""
    model = await station.prepare(settings.public_url)
    db = await open_database(urls.app, "sipha_app", size=4)
    try:
        now = db.now()
        past = history.month(model.demo.station_id, model.demo.units, settings.target_seconds, now)
        _keep(private, model.simulated)
        _keep(public, model.demo)
        await station.write(db, model, past, now)
    finally:
        await db.close()


def _keep(file: Path, content: object) -> None:
    """Readable only by its owner, and never half-written."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(content)))
    fresh.rename(file)


def _demand_free_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            raise SettingsError(f"port {settings.port} is in use: set PORT to a free one") from None


def _introduce(demo: DemoFile, key: str) -> None:
    _say("sign in as:")
    for login in demo.accounts:
        print(f"    {login.role:<10} {login.username:<10} {login.password}", flush=True)
    _say(f"open this address to have the sign-in filled in for you: {demo.url}/#demo={key}")


def _say(text: str, to: TextIO = sys.stdout) -> None:
    print(f"sipha demo: {text}", file=to, flush=True)

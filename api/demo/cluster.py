"""A private PostgreSQL in its own folder, on a free loopback port, for the demo and the tests.

PostgreSQL refuses to run as root, so root gives the cluster to the user `postgres`; if that user cannot
reach the chosen folder (a home with mode 0700), the cluster lives under /var/lib/sipha instead.
"""

import asyncio
import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import asyncpg
import msgspec

from api.db import bootstrap

_LOGINS = ("sipha_owner", "sipha_app", "sipha_jobs")
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
_ALWAYS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=120", "shared_buffers=256MB")
_ALWAYS += ("shared_preload_libraries=postgis-3",)  # to load it takes longer than everything else about a connection


class ClusterError(Exception):
    """One sentence saying what is missing and what to do."""


class Access(msgspec.Struct):
    """Passwords of the cluster's roles, stored beside the cluster and readable only by its owner."""

    administrator: str
    roles: dict[str, str]


class Cluster:
    """`url(role)` connects to the `sipha` database; without a role, as the administrator."""

    def __init__(self, home: Path, *, throwaway: bool = False) -> None:
        self.home, self._throwaway = home, throwaway
        self.data = _reachable(home / "pg")
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.access = self._load_access()

    def url(self, role: str | None = None, database: str = "sipha") -> str:
        password = self.access.administrator if role is None else self.access.roles[role]
        return f"postgresql://{role or 'sipha_admin'}:{quote(password)}@127.0.0.1:{self.port}/{database}"

    def running_port(self) -> int | None:
        """Where a server that another process started from this folder listens; None if there is none."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return None
        lines = pid_file.read_text().split()
        alive = len(lines) > 3 and self._is_ours(int(lines[0]))
        return int(lines[3]) if alive else None

    def start(self, port: int | None = None) -> None:
        """Start, creating the cluster first if needed; a server left over from a crash is stopped."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._end_leftover()
        self.port = port or _free_port()
        options = [*_ALWAYS, f"port={self.port}", *(_FAST if self._throwaway else ())]
        arguments = [word for option in options for word in ("-c", option)]
        log = (self.home / "postgresql.log").open("ab")
        command = [*_as_postgres(), str(_binary("postgres")), "-D", str(self.data), *arguments]
        self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)  # noqa: S603
        asyncio.run(self._until_ready())

    def stop(self) -> None:
        self.stop_server()
        if self._throwaway:
            shutil.rmtree(self.data, ignore_errors=True)

    def stop_server(self) -> None:
        """Keeps the data, for another `start`."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + 180
        while True:
            if self._process is None or self._process.poll() is not None:
                raise ClusterError(f"PostgreSQL did not start: see {self.home / 'postgresql.log'}")
            try:
                await bootstrap.prepare(self.url(database="postgres"), "sipha", self.access.roles)
            except asyncpg.ObjectNotInPrerequisiteStateError:
                return  # a killed restore keeps everybody out until it is rerun
            except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
                if time.monotonic() > deadline:
                    raise ClusterError(f"PostgreSQL does not answer: see {self.home / 'postgresql.log'}") from None
                await asyncio.sleep(0.1)
            else:
                return

    def _load_access(self) -> Access:
        self.home.mkdir(parents=True, exist_ok=True)
        file = self.home / "cluster.json"
        if file.exists():
            return msgspec.json.decode(file.read_bytes(), type=Access)
        access = Access(secrets.token_urlsafe(24), {role: secrets.token_urlsafe(24) for role in _LOGINS})
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(msgspec.json.encode(access))
        return access

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True, mode=0o700)
        password = self.data.parent / ".password"
        password.touch(mode=0o600)
        password.write_text(self.access.administrator)
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            for path in (self.data, password):
                os.chown(path, user.pw_uid, user.pw_gid)
        run = [*_as_postgres(), str(_binary("initdb")), "-D", str(self.data), "-U", "sipha_admin", "-E", "UTF8"]
        run += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password}"]
        made = subprocess.run(run, capture_output=True, cwd="/", check=False)  # noqa: S603
        password.unlink()
        if made.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise ClusterError(f"initdb failed: {made.stderr.decode().strip().splitlines()[-1]}")

    def _end_leftover(self) -> None:
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split()[0])
        if self._is_ours(pid):
            os.kill(pid, signal.SIGINT)
            for _ in range(300):
                if not Path(f"/proc/{pid}").exists():
                    break
                time.sleep(0.1)
        with contextlib.suppress(FileNotFoundError):
            pid_file.unlink()

    def _is_ours(self, pid: int) -> bool:
        """A process id may have been reused since it was recorded."""
        try:
            return str(self.data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except FileNotFoundError:
            return False


def running_url(home: Path, role: str) -> str | None:
    """The address of the demo's database while a demo runs from this home; creates nothing."""
    if not (home / "cluster.json").exists():
        return None
    cluster = Cluster(home)
    cluster.port = cluster.running_port() or 0
    return cluster.url(role) if cluster.port else None


@contextlib.contextmanager
def beside(home: Path) -> Iterator[str]:
    """The administrator's URL of the demo's database: the running demo's, else one started for the duration of this
    context."""
    if not (home / "cluster.json").exists():
        raise ClusterError(f"there is no demo in {home}: set SIPHA_DATABASE_URL to say which PostgreSQL to use")
    cluster = Cluster(home)
    port = cluster.running_port()
    if port is not None:
        cluster.port = port
        yield cluster.url()
        return
    cluster.start()
    try:
        yield cluster.url()
    finally:
        cluster.stop()


def _binary(name: str) -> Path:
    """From the newest PostgreSQL ≥ 15 that has PostGIS beside it."""
    installed = [folder for folder in Path("/usr/lib/postgresql").glob("[0-9]*") if int(folder.name) >= 15]
    for folder in sorted(installed, key=lambda found: int(found.name), reverse=True):
        if Path(f"/usr/share/postgresql/{folder.name}/extension/postgis.control").exists():
            return folder / "bin" / name
    raise ClusterError(
        "PostgreSQL with PostGIS is missing: run `make setup`, or apt-get install postgresql-15-postgis-3"
    )


def _as_postgres() -> list[str]:
    """The arguments that drop root; `--pdeathsig` ends the server if we are killed before we can clean up."""
    drop = ["setpriv", "--pdeathsig", "INT"]
    if os.getuid() != 0:
        return drop
    return [*drop, "--reuid", "postgres", "--regid", "postgres", "--init-groups"]


def _reachable(wanted: Path) -> Path:
    if os.getuid() != 0 or (wanted / "PG_VERSION").exists():  # an existing cluster stays where it is
        return wanted
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise ClusterError("the user postgres is missing: run `make setup`") from None
    for folder in (parent for parent in wanted.parents if parent.exists()):
        mode, owner = folder.stat().st_mode, folder.stat().st_uid
        if not (mode & 0o001 or (owner == user.pw_uid and mode & 0o100)):
            return Path("/var/lib/sipha") / hashlib.sha256(str(wanted).encode()).hexdigest()[:12] / "pg"
    return wanted


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

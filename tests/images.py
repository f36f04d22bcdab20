"""`python -m tests.images server|worker FOLDER CONFIGURATION`: starts an unpacked image as a container engine would.

As its own user, on a read-only root, with its own environment and commands (called by scripts/images.sh).
"""

import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import msgspec

from api.demo.cluster import Cluster
from tests.site import free_port

_INSIDE = """
mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && mount -t tmpfs tmpfs "$0/tmp" &&
mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && cd "$0" &&
exec setpriv --pdeathsig KILL chroot --userspec 10001:10001 "$0" "$@"
"""


_WORKER = """
state = "/tmp/spool"
[api]
url = "http://127.0.0.1:9"
[[camera]]
id = "00000000-0000-4000-8000-000000000000"
url = "rtsp://127.0.0.1:9/none"
"""


class Configuration(msgspec.Struct, rename="pascal"):
    env: list[str]
    entrypoint: list[str]
    user: str
    cmd: list[str]


class Described(msgspec.Struct):
    config: Configuration


class Inspected(msgspec.Struct):
    """The parts of `buildah inspect` that matter here."""

    image: Described = msgspec.field(name="OCIv1")


class Image:
    def __init__(self, root: Path, configuration: Path) -> None:
        self._root = root
        self._is = msgspec.json.decode(configuration.read_bytes(), type=Inspected).image.config
        assert self._is.user == "10001:10001", self._is.user

    def start(self, *words: str, to: int | None = None, **environment: str) -> subprocess.Popen[bytes]:
        """Without arguments: the image's default command."""
        own = dict(each.split("=", 1) for each in self._is.env) | environment
        variables = [f"{name}={value}" for name, value in own.items()]
        command = ["env", "-C", "/app", "-i", *variables, *self._is.entrypoint, *(words or self._is.cmd)]
        inside = ["unshare", "--mount", "sh", "-ec", _INSIDE, str(self._root), *command]
        return subprocess.Popen(inside, stdout=to, stderr=None if to is None else subprocess.STDOUT)

    def configure(self, path: str, content: str) -> None:
        """As a mounted file would."""
        (self._root / path).parent.mkdir(parents=True, exist_ok=True)
        (self._root / path).write_text(content)

    def told(self, *words: str, **environment: str) -> str:
        process = self.start(*words, to=subprocess.PIPE, **environment)
        return process.communicate(timeout=300)[0].decode()

    def run(self, *words: str, **environment: str) -> None:
        code = self.start(*words, **environment).wait(300)
        assert code == 0, f"{words} ended with {code}"

    def writes(self) -> None:
        """The read-only root deserves its own check."""
        process = subprocess.run(
            ["unshare", "--mount", "sh", "-ec", _INSIDE, str(self._root), "touch", "/app/x"],
            capture_output=True,
            check=False,
        )
        assert b"Read-only" in process.stderr, process.stderr


def server(image: Image) -> None:
    home = Path(tempfile.mkdtemp(prefix="sipha-images-"))
    home.chmod(0o755)
    cluster = Cluster(home, throwaway=True)
    cluster.start()
    try:
        image.writes()
        image.run("migrate", SIPHA_DATABASE_URL=cluster.url("sipha_owner"))
        port = str(free_port())
        url = cluster.url("sipha_app")
        serving = image.start(SIPHA_DATABASE_URL=url, PORT=port, HOST="127.0.0.1")
        jobs = image.start("jobs", SIPHA_DATABASE_URL=cluster.url("sipha_jobs"))
        _until_ready(serving, f"http://127.0.0.1:{port}")
        for process in (serving, jobs):
            process.send_signal(signal.SIGTERM)
        for process in (serving, jobs):
            code = process.wait(20)
            assert code in {0, -signal.SIGTERM}, f"{process.args} ended with {code}"
    finally:
        cluster.stop()


def _until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        assert process.poll() is None, "the server ended"
        try:
            for path in ("/readyz", "/"):
                with urllib.request.urlopen(url + path, timeout=5) as answer:
                    assert answer.status == 200
        except OSError:
            assert time.monotonic() < deadline, f"{url} is not ready"
            time.sleep(0.3)
        else:
            return


def worker(image: Image) -> None:
    """All models are present; `check` must say in words that nobody answers at the address."""
    image.configure("etc/sipha/worker.toml", _WORKER)
    image.writes()
    image.run("--help")
    told = image.told("check", "--config", "/etc/sipha/worker.toml", SIPHA_WORKER_TOKEN="x")
    assert "models: all there" in told, told
    assert "server: " in told, told
    assert "Traceback" not in told, told


if __name__ == "__main__":
    {"server": server, "worker": worker}[sys.argv[1]](Image(Path(sys.argv[2]), Path(sys.argv[3])))

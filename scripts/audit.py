"""`make audit`: known vulnerabilities in the locked packages, as far as a reachable registry can tell.

A registry that does not answer, or no network at all, gives a line and is not a failure; a vulnerability is.
"""

import subprocess
import sys
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[1]
_SECONDS = 120
"""For one lock file; then the others are checked."""

_PIP = (
    f"{ROOT}/.venv/bin/pip-audit --require-hashes --disable-pip --format json --progress-spinner off --timeout 10 "
    "--requirement"
).split()
_NPM = ["npm", "audit", "--json", "--package-lock-only", "--fetch-retries", "0", "--fetch-timeout", "20000", "--prefix"]


class Weakness(msgspec.Struct):
    id: str
    fix_versions: list[str] = []


class Package(msgspec.Struct):
    """`skip_reason`: nobody knew it."""

    name: str
    version: str = ""
    vulns: list[Weakness] = []
    skip_reason: str | None = None


class PipAnswer(msgspec.Struct):
    dependencies: list[Package]


class NodePackage(msgspec.Struct):
    name: str
    severity: str
    range: str = ""


class NpmAnswer(msgspec.Struct):
    """Without `vulnerabilities`, no registry has answered."""

    vulnerabilities: dict[str, NodePackage] | None = None


class Heard(msgspec.Struct):
    """The result for one lock file; `asked` is None if no registry answered."""

    asked: str | None
    found: list[str]


def read_pip(answer: bytes) -> Heard:
    try:
        packages = msgspec.json.decode(answer, type=PipAnswer).dependencies
    except msgspec.DecodeError:
        return Heard(None, [])
    known = [each for each in packages if each.skip_reason is None]
    found = [
        f"{each.name} {each.version}: {one.id}, fixed in {', '.join(one.fix_versions) or 'no version yet'}"
        for each in known
        for one in each.vulns
    ]
    return Heard(f"{len(known)} of {len(packages)} packages" if known else None, found)


def read_npm(answer: bytes) -> Heard:
    try:
        weak = msgspec.json.decode(answer, type=NpmAnswer).vulnerabilities
    except msgspec.DecodeError:
        weak = None
    if weak is None:
        return Heard(None, [])
    return Heard("all packages", [f"{each.name} {each.range}: {each.severity}" for each in weak.values()])


def ask(command: list[str], lock: str) -> bytes:
    """Nothing if no answer came in time. Both tools exit with 1 when they find something."""
    try:
        return subprocess.run([*command, lock], capture_output=True, cwd=ROOT, timeout=_SECONDS, check=False).stdout
    except (subprocess.TimeoutExpired, OSError):
        return b""


def main() -> int:
    asked = [(f"requirements/{name}.txt", _PIP, read_pip) for name in ("server", "worker", "dev")]
    asked += [(folder, _NPM, read_npm) for folder in ("pwa", "recognition_worker/onnx/packages")]
    weak = 0
    for lock, command, read in asked:
        heard = read(ask(command, lock))
        weak += len(heard.found)
        if heard.asked is None:
            print(f"audit: {lock}: not checked, no registry here reports known vulnerabilities")
        else:
            print(f"audit: {lock}: {heard.asked} looked up, {len(heard.found)} known vulnerabilities")
        for each in heard.found:
            print(f"  {each}")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
